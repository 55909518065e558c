import json
from copy import deepcopy
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from monitoring.examples import check_document

SHARED = Path(__file__).parents[1] / "data" / "worked_examples.json"
DOCUMENT = json.loads(SHARED.read_text())


def run(path: Path) -> tuple[int, list[str]]:
    """Exit code and printed lines."""
    out = StringIO()
    code = 0
    try:
        call_command("check_examples", path, stdout=out)
    except SystemExit as exit_:
        code = exit_.code
    return code, out.getvalue().splitlines()


def run_document(tmp_path, document) -> tuple[int, list[str]]:
    path = tmp_path / "examples.json"
    path.write_text(json.dumps(document))
    return run(path)


def test_every_shared_example_passes():
    """Without a database: pytest-django refuses any query here."""
    assert run(SHARED) == (0, ["62 passed, 0 failed"])  # 46 + 9 + 8, less C05 that is kept for a conflict only


@pytest.mark.parametrize("section", ["examples", "date_examples", "identity_examples"])
def test_every_example_can_fail(section):
    """With another expected value each of them fails."""
    document = deepcopy(DOCUMENT)
    for example in document[section]:
        key = "expected_rupiah" if section == "examples" else "expected"
        wrong = {"eligible": "not_eligible", "may_continue": "must_leave", "ended": "goes_on"}
        moved = wrong.get(example[key]) or ("2000-01-01T00:00+08:00" if "T" in str(example[key]) else "2000-01-01")
        example[key] = 1 if section == "examples" else moved
    checked = list(check_document({section: document[section]}))

    assert [one.name for one in checked if one.passed] == []
    assert len(checked) == {"examples": 45, "date_examples": 9, "identity_examples": 8}[section]


def test_a_mismatch_is_told_and_counts(tmp_path):
    document = {"examples": [deepcopy(example) for example in DOCUMENT["examples"] if example["id"] in ("C01", "B08")]}
    document["examples"][1]["expected_rupiah"] = 70_000_001

    assert run_document(tmp_path, document) == (
        1,
        [
            "B08: expected 70000001, the portal says 70000000 (Death from a work accident, base 1,000,000)",
            "1 passed, 1 failed",
        ],
    )


def amount(kind, expected, **asked) -> dict:
    return {"examples": [{"id": "X", "kind": kind, "input": asked, "expected_rupiah": expected}]}


def on_date(expected, **asked) -> dict:
    return {"date_examples": [{"id": "X", "rule": "some rule", "input": asked, "expected": expected}]}


def nik(expected, **asked) -> dict:
    return {"identity_examples": [{"id": "X", "expected": expected, **asked}]}


SCALP = {"code": "SCALP", "percent": 12.5}
SELF = {"payer": "SELF", "sector": "transport", "programs": ["JKK", "JKM"], "base": 1_000_000}


@pytest.mark.parametrize(
    "document",
    [
        amount("contribution", 25_200, **SELF, month="2027-03", months=2),  # the last month with discount, then none
        amount("contribution", 33_600, **SELF, unpaid_months=["2025-11", "2025-12"]),
        amount("contribution", 16_800, **SELF),  # without a month the plain rate
        amount("contribution", None, unpaid_months=["2026-01", "2026-02", "2026-03", "2026-04"]),
        amount("JKK", 1_000_000, accident_on="2019-12-01", transport={"mode": "land", "bill": 2_000_000}),
        amount("JKK", 5_000_000, event_on="2026-12-01", transport=[{"mode": "river", "bill": 7_000_000}]),
        amount("JKK", 10_000_000, disability=SCALP, base=1_000_000),
        amount("JKK", 14_000_000, prosthesis={"hospital_price": 10_000_000}),
        amount("JKK", 8_500_000, denture={"bill": 9_000_000}, hearing_aid=2_500_000, glasses={"bill": 1_100_000}),
        amount("JKK", 2_000_000, homecare=[{"bill": 2_000_000, "months": 2, "began_on": "2026-11-22"}]),
        amount("JKK", 0, outcome="RECOVERED"),
        amount("JKM", 42_000_000, date_of_death="2019-12-02"),
        amount("JKM", 10_000_000, cause="other", consecutive_paid_months=2, children=2),
        amount("scholarship", 36_000_000, children=[{"remaining": {"PT": 5}, "age": 21}]),  # three begin before 23
        amount("scholarship", 0, children=[{"remaining": {"PT": 5}, "birth": "2003-11-22"}]),
        amount("scholarship", 0, children=[{"remaining": {"PT": 5}}], cause="other", contribution_years=2),
        amount("JHT", 60_000, months=["2026-01", "2026-02", "2026-03"], base=1_000_000),
        on_date("2026-04-15", contribution_month="2026-03", segment="PU"),
        on_date("2026-04-16", contribution_month="2026-04", holidays=["2026-04-15"]),
        on_date("2026-05-06T02:00+00:00", doctor_statement_at="2026-05-04T10:00+08:00"),
        on_date("not_eligible", birth="1961-03-10", registered_on="2026-03-10"),
        on_date("not_eligible", birth="2010-03-10", registered_on="2026-03-10"),
        on_date("must_leave", birth="1961-03-10", enrolled_on="2026-03-10", today="2026-04-01"),
        on_date("payable", protected_until="2026-03-31", unpaid_months=["2026-04", "2026-05", "2026-06"]),
        on_date("lapsed", accident_on="2020-03-01", claimed_on="2025-03-02"),
        on_date("open", accident_on="2020-03-01", claimed_on="2025-03-01"),
        on_date("2031-04-01", diagnosis_on="2026-04-01"),
        on_date("2031-04-01", diagnosed_on="2026-04-01", work_ended_on="2023-04-01"),
        on_date("lapsed", diagnosed_on="2026-04-01", work_ended_on="2023-03-31"),
        on_date("2026-11-26", complete_on="2026-11-23"),
        nik("reject:not_digits", nik="73711205128500O3"),
        nik("ok", nik="7371120512850003"),
        nik(["warn:sequence_0000", "warn:sex_mismatch"], nik="7371120512850000", birth="1985-12-05", sex="P"),
    ],
)
def test_other_examples_that_the_form_allows(document):
    assert [(one.message, one.remark) for one in check_document(document)] == [("", "")]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (
            amount("pension", 1),
            "the portal knows no kind 'pension': contribution, JKK, JKM, scholarship, JHT",
        ),
        ({"examples": [{"id": "X", "kind": "JKK", "expected_rupiah": 1}]}, "it has no input"),
        ({"examples": [{"id": "X", "kind": "JKK", "input": {}}]}, "it has no expected_rupiah"),
        (amount("JKK", 0, outcome="vanished"), "the portal knows no outcome 'vanished': "),
        (amount("JKK", 0, disability=[{"code": "TAIL"}]), "Baris TAIL tidak ada pada tabel cacat."),
        (amount("JKK", 1, event_on="2014-01-01"), "could not be read: NoSchedule: "),
        (amount("JKK", 1, prosthesis={"bill": 1}), "a prosthesis needs the price of a government hospital"),
        (amount("contribution", 1, programs=["JP"]), "the programme JP is not open to BPU (rule P2)"),
        (amount("contribution", 1, base=5), "could not be read: ValueError: 5 is not a base of the bracket table"),
        (on_date("x", moon="full"), "no rule of the portal answers 'some rule', given moon"),
        (on_date("x"), "no rule of the portal answers 'some rule', given nothing"),
        (on_date("soon", contribution_month="2026-03"), "could not be read: ValueError: "),
        (nik("ok", nik="7371120512850003", sex="X"), "the sex 'X' is neither M nor F"),
        (nik("ok"), "it has no nik"),
        ({"examples": [7]}, "this example is not an object"),
        ({"examples": "many"}, "this section is not a list of examples"),
        ({"moon_examples": [{"id": "X"}]}, "the portal knows no such section of examples"),
    ],
)
def test_what_cannot_be_put_to_a_rule_fails_with_a_sentence(document, message):
    (checked,) = check_document(document)

    assert not checked.passed
    assert checked.message.startswith(message)


def test_a_field_that_no_rule_reads_is_told_without_failing(tmp_path):
    document = amount("JKK", 100, transport=[{"mode": "sea", "bill": 100}], weather="rain")

    assert run_document(tmp_path, document) == (0, ["X: not read: weather", "1 passed, 0 failed"])


@pytest.mark.parametrize(("text", "says"), [("{", "cannot be read as JSON"), ("[]", "holds no object")])
def test_a_file_that_is_no_example_file_is_refused(tmp_path, text, says):
    path = tmp_path / "examples.json"
    path.write_text(text)

    with pytest.raises(CommandError, match=says):
        call_command("check_examples", path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("check_examples", tmp_path / "nothing.json")
