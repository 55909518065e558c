import pytest

from casework.decisions import Decision, Refused
from casework.workflow import Move, Workflow
from claims.enums import ClaimStatus as S
from claims.models import Claim

WORKFLOW = Workflow("claim", route=Move({S.SUSPECTED}, S.ROUTED))


def test_a_decision_names_every_reason_with_what_to_do():
    decision = Decision.unless(
        (True, "too_young", "Usia belum 17 tahun.", "Tunggu ulang tahunnya."),
        (False, "too_old", "Usia sudah 65 tahun."),
        (True, "desil_unknown", "Desil belum tercatat."),
    )

    assert not decision
    assert decision.codes == ["too_young", "desil_unknown"]
    with pytest.raises(Refused) as refused:
        decision.require()
    assert refused.value.messages == ["Usia belum 17 tahun. Tunggu ulang tahunnya.", "Desil belum tercatat."]


def test_a_wrong_status_is_refused_by_name():
    claim = Claim(status=S.APPROVED)

    assert WORKFLOW.may(claim, "route").codes == ["wrong_status"]
    assert "“Disetujui”" in WORKFLOW.may(claim, "route").reasons[0].text


def test_an_allowed_status_is_not_refused():
    assert WORKFLOW.may(Claim(status=S.SUSPECTED), "route")


def test_two_decisions_together_tell_the_reasons_of_both():
    both = Decision.unless((True, "first", "Satu.")) & Decision.unless((True, "second", "Dua."))

    assert both.codes == ["first", "second"]
    assert Decision() & Decision()
