"""A case goes from one hospital to another: AC-P10, AC-P11, AC-P13."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import CooperationAgreement
from casework import audit
from casework.decisions import Refused
from casework.models import AuditEntry
from claims import operations, rules
from claims.enums import ClaimStatus as S
from claims.enums import Outcome, TransferStatus
from claims.models import Claim, Stay, Transfer
from tests.accounts.factories import HospitalFactory, UserFactory
from tests.claims.factories import ACCIDENT, WITA, ClaimFactory, StayFactory, TransferFactory, claim_in
from tests.claims.test_operations import at_once

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=WITA)
REASON = "Perlu ruang rawat intensif."


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def staff_of(hospital):
    return UserFactory(hospital_staff=True, hospital=hospital)


@pytest.fixture
def target(db):
    return HospitalFactory(partner=True)


@pytest.fixture
def proposal(db):
    """A case that was admitted and is still treated, for which another hospital was asked."""
    claim = ClaimFactory(treated=True, outcome=Outcome.STILL_TREATED, care_to=None)
    return TransferFactory(claim=claim)


def events(claim: Claim) -> list[str]:
    return [entry.event for entry in audit.entries_of(claim)]


def refused(deed, *args, **kwargs) -> list[str]:
    before = AuditEntry.objects.count()
    with pytest.raises(Refused) as refusal:
        deed(*args, **kwargs)
    assert AuditEntry.objects.count() == before
    return refusal.value.codes


class TestProposing:
    @pytest.mark.parametrize("status", [S.ROUTED, S.ADMITTED])
    def test_the_treating_hospital_proposes_and_nothing_moves_yet(self, target, status):
        claim = claim_in(status)
        by = staff_of(claim.hospital)

        operations.propose_transfer(claim.pk, by=by, hospital=target, reason=REASON)

        transfer = Transfer.objects.get()
        assert (transfer.from_hospital, transfer.to_hospital) == (claim.hospital, target)
        assert (transfer.status, transfer.proposed_by, transfer.proposed_at) == (TransferStatus.PROPOSED, by, NOW)
        claim.refresh_from_db()
        assert (claim.status, claim.hospital_id) == (status, transfer.from_hospital_id)
        assert [(entry.event, entry.note) for entry in audit.entries_of(claim)] == [("claim.propose_transfer", REASON)]

    def test_a_second_proposal_waits_for_the_first(self, proposal, target):
        by = staff_of(proposal.from_hospital)
        codes = refused(operations.propose_transfer, proposal.claim_id, by=by, hospital=target, reason=REASON)

        assert codes == ["already_proposed"]

    def test_what_is_wrong_with_a_proposal_is_told_at_once(self, db):
        claim = claim_in(S.ADMITTED)
        CooperationAgreement.objects.all().delete()
        by = staff_of(claim.hospital)

        codes = refused(operations.propose_transfer, claim.pk, by=by, hospital=claim.hospital, reason=" ")

        assert codes == ["reason_missing", "same_hospital", "no_agreement"]

    def test_a_concluded_treatment_is_not_moved(self, target):
        claim = claim_in(S.TREATED)
        by = staff_of(claim.hospital)

        codes = refused(operations.propose_transfer, claim.pk, by=by, hospital=target, reason=REASON)

        assert codes == ["treatment_is_over"]

    @pytest.mark.parametrize(("caller", "codes"), [({}, ["wrong_role"]), ({"officer": True}, ["wrong_role"])])
    def test_the_city_does_not_move_patients(self, target, caller, codes):
        claim = claim_in(S.ADMITTED)

        assert refused(
            operations.propose_transfer, claim.pk, by=UserFactory(**caller), hospital=target, reason=REASON
        ) == (codes)

    def test_another_hospital_finds_no_such_case(self, target):
        claim = claim_in(S.ADMITTED)
        with pytest.raises(Claim.DoesNotExist):
            operations.propose_transfer(claim.pk, by=staff_of(target), hospital=target, reason=REASON)

    def test_the_rule_knows_the_hospital_too(self, target):
        assert rules.may_propose_transfer(claim_in(S.ADMITTED), staff_of(target), waiting=None).codes == [
            "other_hospital"
        ]


class TestAnswering:
    def test_the_case_moves_and_what_was_recorded_stays_behind(self, proposal):  # AC-P10
        by = staff_of(proposal.to_hospital)
        part = {name: getattr(proposal.claim, name) for name in operations.transfers.PART}

        claim = operations.accept_transfer(proposal.claim.number, by=by)

        claim.refresh_from_db()
        assert (claim.status, claim.hospital) == (S.ROUTED, proposal.to_hospital)
        assert {name: getattr(claim, name) for name in part} == {
            "admitted_at": None,
            "care_from": None,
            "care_to": None,
            "outcome": "",
            "treatment": "",
            "cost": None,
        }
        stay = Stay.objects.get()
        assert (stay.hospital, stay.left_at, stay.transfer_id) == (proposal.from_hospital, NOW, proposal.pk)
        assert {name: getattr(stay, name) for name in part} == part
        proposal.refresh_from_db()
        assert (proposal.status, proposal.answered_by, proposal.answered_at) == (TransferStatus.ACCEPTED, by, NOW)
        entry = audit.entries_of(claim).last()
        assert entry.event == "claim.transfer"
        assert entry.note == f"Dari {proposal.from_hospital.name} ke {proposal.to_hospital.name}"

    def test_a_refusal_leaves_the_case_where_it_is(self, proposal):
        by = staff_of(proposal.to_hospital)

        operations.refuse_transfer(proposal.claim.number, by=by, note="Ruang penuh.")

        proposal.refresh_from_db()
        assert (proposal.status, proposal.answered_by, proposal.answer) == (TransferStatus.REFUSED, by, "Ruang penuh.")
        assert Claim.objects.get().hospital == proposal.from_hospital
        assert events(proposal.claim) == ["claim.refuse_transfer"]

    def test_a_refusal_needs_a_reason(self, proposal):  # AC-B10
        by = staff_of(proposal.to_hospital)

        assert refused(operations.refuse_transfer, proposal.claim.number, by=by, note="") == ["reason_missing"]

    def test_the_proposer_takes_it_back_and_may_propose_anew(self, proposal, target):
        by = staff_of(proposal.from_hospital)

        operations.withdraw_transfer(proposal.claim.number, by=by)
        operations.propose_transfer(proposal.claim_id, by=by, hospital=target, reason=REASON)

        assert events(proposal.claim) == ["claim.withdraw_transfer", "claim.propose_transfer"]
        assert list(Transfer.objects.order_by("pk").values_list("status", flat=True)) == ["withdrawn", "proposed"]

    def test_only_the_receiving_hospital_answers(self, proposal):  # AC-P13
        proposer = staff_of(proposal.from_hospital)
        number = proposal.claim.number

        assert refused(operations.accept_transfer, number, by=proposer) == ["not_the_receiver"]
        assert refused(operations.refuse_transfer, number, by=proposer, note="Batal.") == ["not_the_receiver"]

    def test_only_the_proposing_hospital_takes_it_back(self, proposal):
        by = staff_of(proposal.to_hospital)

        assert refused(operations.withdraw_transfer, proposal.claim.number, by=by) == ["not_the_proposer"]

    @pytest.mark.parametrize("caller", [{"hospital_staff": True}, {"bpjs": True}])
    def test_for_whom_it_does_not_concern_there_is_none(self, proposal, caller):
        with pytest.raises(Transfer.DoesNotExist):
            operations.accept_transfer(proposal.claim.number, by=UserFactory(**caller))

    def test_the_city_sees_it_and_does_not_answer(self, proposal):
        admin = UserFactory()

        assert refused(operations.accept_transfer, proposal.claim.number, by=admin) == ["not_the_receiver"]
        assert refused(operations.withdraw_transfer, proposal.claim.number, by=admin) == ["not_the_proposer"]

    def test_nobody_answers_what_they_proposed_from_a_former_posting(self, proposal):
        mover = proposal.proposed_by
        mover.hospital = proposal.to_hospital
        mover.save()

        assert refused(operations.accept_transfer, proposal.claim.number, by=mover) == ["own_proposal"]

    @pytest.mark.parametrize(("last_day", "codes"), [(24, []), (23, ["no_agreement"])])
    def test_the_agreement_has_to_be_in_force_on_the_day_of_the_answer(self, proposal, last_day, codes):
        day_after = date(2026, 11, last_day) + timedelta(days=1)
        CooperationAgreement.objects.filter(hospital=proposal.to_hospital).update(period=(date(2026, 2, 13), day_after))
        by = staff_of(proposal.to_hospital)
        try:
            operations.accept_transfer(proposal.claim.number, by=by)
            got = []
        except Refused as refusal:
            got = refusal.codes

        assert got == codes

    def test_when_the_doctor_has_concluded_meanwhile_it_is_too_late(self, proposal):
        Claim.objects.update(outcome=Outcome.RECOVERED, care_to=date(2026, 11, 23))
        by = staff_of(proposal.to_hospital)

        assert refused(operations.accept_transfer, proposal.claim.number, by=by) == ["treatment_is_over"]

    def test_once_it_cannot_move_the_proposal_is_gone(self, proposal):
        Claim.objects.update(status=S.RETURNED)

        with pytest.raises(Transfer.DoesNotExist):
            operations.accept_transfer(proposal.claim.number, by=staff_of(proposal.to_hospital))

    def test_an_estimate_follows_the_statement_that_fell_away(self, proposal):
        operations.estimate_claim(proposal.claim_id, by=UserFactory(), base=1_000_000, denture=1)

        claim = operations.accept_transfer(proposal.claim.number, by=staff_of(proposal.to_hospital))

        assert [kept.facts["outcome"] for kept in claim.estimates.all()] == ["", "STILL_TREATED"]


class TestSight:
    """AC-P10, AC-P11: who sees what after the move."""

    def test_the_new_hospital_sees_the_whole_and_the_old_one_its_part(self, client, proposal):
        claim, old, new = proposal.claim, staff_of(proposal.from_hospital), staff_of(proposal.to_hospital)
        operations.accept_transfer(claim.number, by=new)
        operations.admit_claim(claim.pk, by=new)
        Claim.objects.update(treatment="Dioperasi di rumah sakit tujuan.")

        client.force_login(new)
        whole = client.get(claim.get_absolute_url()).content.decode()
        client.force_login(old)
        part = client.get(reverse("claims:stay_detail", args=[claim.number])).content.decode()

        assert ("Luka di lengan kiri dijahit." in whole, "Dioperasi di rumah sakit tujuan." in whole) == (True, True)
        assert ("Luka di lengan kiri dijahit." in part, "Dioperasi di rumah sakit tujuan." in part) == (True, False)
        assert claim.chronology not in part
        assert client.get(claim.get_absolute_url()).status_code == 404

    def test_once_it_is_over_each_keeps_only_its_own(self, db):
        stay = StayFactory(claim__approved=True)

        assert list(Stay.objects.visible_to(staff_of(stay.claim.hospital))) == []
        assert list(Stay.objects.visible_to(staff_of(stay.hospital))) == [stay]

    @pytest.mark.parametrize(
        "page",
        [
            *("claim_detail", "claim_admit", "claim_treat", "claim_transfer", "claim_withdraw", "claim_estimate"),
            *("claim_estimate_facts", "transfer_accept", "transfer_refuse", "transfer_withdraw", "stay_detail"),
        ],
    )
    def test_a_hospital_that_is_not_involved_finds_nothing(self, client, proposal, page):
        StayFactory(claim=proposal.claim)
        client.force_login(UserFactory(hospital_staff=True))

        assert client.get(reverse(f"claims:{page}", args=[proposal.claim.number])).status_code == 404


class TestPages:
    def test_the_list_sorts_by_whose_answer_it_is(self, client, proposal):
        receiver = staff_of(proposal.to_hospital)
        own = TransferFactory(claim=ClaimFactory(admitted=True, hospital=receiver.hospital))
        kept = StayFactory(hospital=receiver.hospital)
        client.force_login(receiver)

        context = client.get(reverse("claims:transfer_list")).context

        assert (context["incoming"], context["outgoing"], context["stays"]) == ([proposal], [own], [kept])

    def test_the_home_page_asks_for_the_answer(self, client, proposal):
        client.force_login(staff_of(proposal.to_hospital))

        tasks = client.get(reverse("home")).context["tasks"]

        assert [(task.title, task.url) for task in tasks] == [
            ("1 pindahan pasien menunggu jawaban", reverse("claims:transfer_list"))
        ]

    def test_a_hospital_proposes_among_the_other_partners(self, client, target):
        claim = claim_in(S.ADMITTED)
        HospitalFactory()
        client.force_login(staff_of(claim.hospital))
        page = reverse("claims:claim_transfer", args=[claim.number])

        choices = list(client.get(page).context["form"].fields["hospital"].queryset)
        response = client.post(page, {"hospital": target.pk, "reason": REASON})

        assert choices == [target]
        assert response.url == claim.get_absolute_url()
        detail = client.get(claim.get_absolute_url()).content.decode()
        assert f"Pindahan ke {target.name} menunggu jawaban." in detail
        assert reverse("claims:transfer_withdraw", args=[claim.number]) in detail

    @pytest.mark.parametrize(
        ("page", "typed", "status"),
        [
            ("transfer_accept", {}, TransferStatus.ACCEPTED),
            ("transfer_refuse", {"note": "Ruang penuh."}, TransferStatus.REFUSED),
        ],
    )
    def test_the_receiver_answers(self, client, proposal, page, typed, status):
        client.force_login(staff_of(proposal.to_hospital))
        address = reverse(f"claims:{page}", args=[proposal.claim.number])

        shown = client.get(address).content.decode()
        response = client.post(address, typed)

        assert (REASON in shown, proposal.claim.worker.name in shown) == (True, True)
        assert response.status_code == 302
        assert Transfer.objects.get().status == status

    def test_the_proposer_takes_it_back(self, client, proposal):
        client.force_login(staff_of(proposal.from_hospital))

        response = client.post(reverse("claims:transfer_withdraw", args=[proposal.claim.number]))

        assert response.url == proposal.claim.get_absolute_url()
        assert Transfer.objects.get().status == TransferStatus.WITHDRAWN

    def test_a_refused_answer_says_why(self, client, proposal):
        CooperationAgreement.objects.filter(hospital=proposal.to_hospital).delete()
        client.force_login(staff_of(proposal.to_hospital))

        response = client.post(reverse("claims:transfer_accept", args=[proposal.claim.number]))

        assert response.status_code == 422
        assert "tidak berlaku pada hari ini" in response.content.decode()

    def test_reading_it_leaves_an_entry(self, client, proposal):
        client.force_login(staff_of(proposal.to_hospital))
        client.get(reverse("claims:transfer_accept", args=[proposal.claim.number]))

        entry = audit.entries_of(proposal.claim).get()
        assert (entry.event, entry.note, entry.persons) == (
            "claim.view",
            "Usulan pindahan",
            [str(proposal.claim.worker_id)],
        )


class TestRows:
    @pytest.mark.parametrize(
        ("fields", "constraint"),
        [
            ({"status": "refused"}, "answer_fits_status"),
            ({"answered_at": NOW}, "answer_is_signed"),
            ({"accepted": True, "status": "refused"}, "refusal_has_a_reason"),
        ],
    )
    def test_what_the_database_refuses(self, db, fields, constraint):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            TransferFactory(**fields)

    def test_it_leads_elsewhere(self, db):
        claim = claim_in(S.ADMITTED)
        with pytest.raises(IntegrityError, match="leads_elsewhere"), transaction.atomic():
            TransferFactory(claim=claim, to_hospital=claim.hospital)

    def test_the_proposer_does_not_answer(self, db):
        by = UserFactory(hospital_staff=True)
        with pytest.raises(IntegrityError, match="answered_by_another"), transaction.atomic():
            TransferFactory(accepted=True, proposed_by=by, answered_by=by)

    def test_one_waits_at_a_time(self, proposal):
        with pytest.raises(IntegrityError, match="one_open"), transaction.atomic():
            TransferFactory(claim=proposal.claim)

    def test_a_stay_ends_after_it_began(self, db):
        with pytest.raises(IntegrityError, match="stay_ends_after"), transaction.atomic():
            StayFactory(left_at=ACCIDENT)

    def test_names_tell_nothing_of_the_person(self, db):
        stay = StayFactory()
        assert (str(stay), str(stay.transfer)) == (f"bagian rumah sakit #{stay.pk}", f"pindahan #{stay.transfer_id}")


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_transfer_against_admission(self):
        """Whoever is first: the case ends at the new hospital, and what the old one did is in its own part."""
        transfer = TransferFactory(claim=claim_in(S.ROUTED))
        old, new = staff_of(transfer.from_hospital), staff_of(transfer.to_hospital)

        def admit():
            try:
                return operations.admit_claim(transfer.claim_id, by=old)
            except Claim.DoesNotExist as gone:
                return gone

        admitted, _ = at_once(admit, lambda: operations.accept_transfer(transfer.claim.number, by=new))

        claim, stay = Claim.objects.get(), Stay.objects.get()
        assert (claim.status, claim.hospital_id, claim.admitted_at) == (S.ROUTED, transfer.to_hospital_id, None)
        assert stay.admitted_at == (NOW if isinstance(admitted, Claim) else None)

    def test_acceptance_against_withdrawal_has_one_winner(self):
        transfer = TransferFactory()
        old, new = staff_of(transfer.from_hospital), staff_of(transfer.to_hospital)
        number = transfer.claim.number

        def or_gone(deed):
            try:
                return deed()
            except Transfer.DoesNotExist as gone:
                return gone

        at_once(
            lambda: or_gone(lambda: operations.accept_transfer(number, by=new)),
            lambda: or_gone(lambda: operations.withdraw_transfer(number, by=old)),
        )

        transfer.refresh_from_db()
        moved = transfer.status == TransferStatus.ACCEPTED
        assert Stay.objects.count() == moved
        assert (Claim.objects.get().hospital_id == transfer.to_hospital_id) == moved
        assert transfer.status in (TransferStatus.ACCEPTED, TransferStatus.WITHDRAWN)
