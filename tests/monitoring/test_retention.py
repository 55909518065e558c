"""Retention: persons become unknown, and neither a sum nor a month nor the trail's chain tells the difference."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from casework import audit
from casework.models import AuditEntry
from claims.enums import ClaimStatus
from enrollment.models import BatchLine, CoverageCheck, Membership
from monitoring import retention
from monitoring.models import RetentionPolicy
from tests.accounts.factories import UserFactory
from tests.claims.factories import ClaimFactory, EstimateFactory, StayFactory, TransferFactory, claim_in
from tests.enrollment.factories import (
    BatchLineFactory,
    ContributionFactory,
    CoverageCheckFactory,
    MembershipFactory,
    ReceiptFactory,
)
from tests.regions.factories import kelurahan
from tests.workers.factories import DesilRecordFactory, WorkerDocumentFactory, WorkerFactory
from workers.enums import ImportStatus
from workers.models import DesilRecord, ImportFinding, RegistryImport, StagedRow, Worker

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2026, 3, 1, 2, tzinfo=UTC)
NOW = datetime(2034, 3, 2, 4, tzinfo=UTC)
TODAY = date(2034, 3, 2)
NIK, PHONE, CARD = "7371095708900001", "081242424242", "7371090101150042"
SECRETS = (
    "Melur Rahasia",
    "Kenanga Rahasia",
    NIK,
    PHONE,
    CARD,
    "Lorong Rahasia",
    "26030000042",
    "terjepit mesin",
    "Daeng Saksi",
    "2011-02-03",
)


@pytest.fixture(autouse=True)
def _much_later():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def policy():
    return RetentionPolicy.objects.create(
        effective_on=date(2026, 1, 1), person_years=5, question_years=2, import_days=90, trail_years=10, source="Uji"
    )


@pytest.fixture
def person():
    """Somebody with every kind of row, all of it over since 2027."""
    worker = WorkerFactory(
        name="Kenanga Rahasia",
        nik=NIK,
        phone=PHONE,
        family_card_number=CARD,
        address="Lorong Rahasia 4",
        birth_on=date(1990, 8, 17),
        mother_name="Melur Rahasia",
        registered_at=LONG_AGO,
    )
    DesilRecordFactory(family_card_number=CARD, received_on=date(2026, 3, 1))
    WorkerDocumentFactory(worker=worker, name="KTP Kenanga Rahasia.jpg")
    line = BatchLineFactory(accepted=True, worker=worker, participant_number="26030000042", cover_start="2026-03-01")
    line.facts["file"] |= {"phone": PHONE, "address": "Lorong Rahasia 4", "mother_name": "Melur Rahasia"}
    line.save()
    cover = MembershipFactory(
        worker=worker, line=line, participant_number="26030000042", period=(date(2026, 3, 1), date(2027, 3, 1))
    )
    for month in (date(2026, 3, 1), date(2026, 4, 1)):
        ContributionFactory(membership=cover, month=month, receipt=ReceiptFactory(month=month))
    check = CoverageCheckFactory(active=True, membership=cover, asked_at=LONG_AGO)
    claim = claim_in(
        ClaimStatus.FORWARDED,
        worker=worker,
        accident_at=datetime(2026, 11, 22, 5, 40, tzinfo=UTC),
        chronology="Tangan terjepit mesin",
        informant_name="Daeng Saksi",
        treatment="Luka Kenanga Rahasia dijahit",
    )
    EstimateFactory(claim=claim, facts={"children": [{"birth_on": "2011-02-03"}]})
    moved = TransferFactory(
        claim=claim, accepted=True, reason="Kenanga Rahasia perlu ruang intensif", answer="Kenanga Rahasia ditunggu"
    )
    StayFactory(claim=claim, transfer=moved, treatment="Kenanga Rahasia dibalut")
    with transaction.atomic():
        audit.record("worker.list", by=UserFactory(), persons=[worker.pk], facts={"q": "Kenanga Rahasia"})
        audit.record("coverage.check", check, by=check.asked_by, note="atas nama Kenanga Rahasia")
    return worker


def everything_stored() -> str:
    """The text of every row of every table of ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT to_jsonb(r)::text FROM "{table}" r')  # noqa: S608  names from the catalogue
            rows += [text for (text,) in cursor.fetchall()]
    return "\n".join(rows)


def run(**options) -> list[str]:
    out = StringIO()
    call_command("retention", stdout=out, **options)
    return out.getvalue().splitlines()


def test_the_report_names_what_is_due_and_changes_nothing(policy, person):
    before = everything_stored()

    assert [line.split()[0] for line in run()[1:-1]] == ["1", "0", "1", "0", "0"]
    assert everything_stored() == before


def test_nothing_of_the_person_is_left_and_every_figure_stays(policy, person):
    figures = retention.figures()
    assert [secret for secret in SECRETS if secret not in everything_stored()] == []

    run(commit=True)

    assert [secret for secret in SECRETS if secret in everything_stored()] == []
    assert retention.figures() == figures
    person.refresh_from_db()
    assert (person.name, person.birth_on, person.anonymised_at) == ("Data dihapus", date(1990, 1, 1), NOW)
    assert DesilRecord.objects.count() == 0


def test_the_chain_of_the_trail_holds(policy, person):
    connection.check_constraints()
    entries = AuditEntry.objects.count()

    run(commit=True)
    connection.check_constraints()

    out = StringIO()
    call_command("verify_trail", stdout=out)
    assert out.getvalue().startswith(f"{entries + 2} catatan, rantainya utuh.")
    about = list(audit.entries_about(person.pk).values_list("note", "facts"))
    assert about == [("", {}), ("", {})]


def test_a_second_run_finds_nothing(policy, person):
    run(commit=True)

    assert [line.split()[0] for line in run(commit=True)[1:]] == ["0"] * 5


@pytest.mark.parametrize(
    "tie",
    [
        lambda worker: Worker.objects.filter(pk=worker.pk).update(registered_at=datetime(2029, 3, 1, 16, tzinfo=UTC)),
        lambda worker: Membership.objects.filter(worker=worker).update(period=(date(2026, 3, 1), None)),
        lambda worker: Membership.objects.filter(worker=worker).update(period=(date(2026, 3, 1), date(2029, 3, 3))),
        lambda worker: BatchLineFactory(worker=worker),
        lambda worker: ClaimFactory(worker=worker, accident_at=datetime(2026, 5, 1, tzinfo=UTC)),
        lambda worker: claim_in(ClaimStatus.APPROVED, worker=worker, accident_at=datetime(2026, 5, 1, tzinfo=UTC)),
        lambda worker: claim_in(
            ClaimStatus.WITHDRAWN, worker=worker, accident_at=datetime(2029, 3, 1, 16, 30, tzinfo=UTC)
        ),
    ],
    ids=[
        "registered on the day",
        "covered",
        "cover ended since",
        "line waiting",
        "case open",
        "case not forwarded",
        "accident on the day",
    ],
)
def test_who_still_has_a_tie_is_kept(policy, person, tie):
    tie(person)

    run(commit=True)

    assert Worker.objects.get(pk=person.pk).name == "Kenanga Rahasia"


def test_a_person_registered_the_day_before_is_due(policy):
    worker = WorkerFactory(registered_at=datetime(2029, 3, 1, 15, 59, tzinfo=UTC))

    run(commit=True)

    assert Worker.objects.get(pk=worker.pk).anonymised_at == NOW


def test_others_of_the_family_and_of_the_batch_are_untouched(policy, person):
    other = WorkerFactory(family_card_number=CARD, name="Melati Tetap", registered_at=datetime(2033, 1, 1, tzinfo=UTC))
    line = BatchLineFactory(batch=BatchLine.objects.get(worker=person).batch, worker=other)

    run(commit=True)

    assert DesilRecord.objects.get().family_card_number == CARD
    assert BatchLine.objects.get(pk=line.pk).facts["file"]["name"] == "Melati Tetap"


def test_a_question_of_a_stranger_goes_after_two_years_and_its_answer_stays(policy):
    old = CoverageCheckFactory(question="7371091708901111", asked_at=datetime(2032, 3, 1, 15, tzinfo=UTC))
    new = CoverageCheckFactory(question="7371091708902222", asked_at=datetime(2032, 3, 1, 16, tzinfo=UTC))

    run(commit=True)

    kept = {check.number: (check.question, check.reason_code) for check in CoverageCheck.objects.all()}
    assert kept == {old.number: ("", "not_found"), new.number: ("7371091708902222", "not_found")}


def test_an_answer_can_be_emptied_but_not_changed():
    check = CoverageCheckFactory()

    with pytest.raises(IntegrityError, match="Answers never change"), transaction.atomic():
        CoverageCheck.objects.filter(pk=check.pk).update(question="", facts={}, verdict="active")
    with pytest.raises(IntegrityError, match="Answers never change"), transaction.atomic():
        CoverageCheck.objects.filter(pk=check.pk).update(question="7371090000000000")


def test_an_uploaded_file_goes_after_ninety_days(policy, django_capture_on_commit_callbacks):
    path = default_storage.save("imports/a.csv", ContentFile(NIK.encode()))
    upload = RegistryImport.objects.create(
        name="a.csv",
        sha256="",
        path=path,
        posting=kelurahan(),
        status=ImportStatus.DONE,
        rows_total=1,
        rows_done=1,
        rows_refused=1,
        uploaded_by=UserFactory(),
        finished_at=datetime(2033, 12, 1, tzinfo=UTC),
    )
    ImportFinding.objects.create(
        registry_import=upload,
        row=2,
        column="nik",
        code="nik_twice",
        value=NIK,
        details=["3"],
    )

    StagedRow.objects.create(registry_import=upload, row=2, verdict="duplicate", nik=NIK)

    with django_capture_on_commit_callbacks(execute=True):
        run(commit=True)

    assert not default_storage.exists(path)
    finding = ImportFinding.objects.get()
    assert (finding.row, finding.code, finding.value, finding.details) == (2, "nik_twice", "", [])
    assert StagedRow.objects.count() == 0


def test_the_papers_of_a_person_go_with_the_person(policy, person, django_capture_on_commit_callbacks):
    path = person.documents.get().path

    with django_capture_on_commit_callbacks(execute=True):
        run(commit=True)

    assert not default_storage.exists(path)
    document = person.documents.get()
    assert (document.kind, document.path, document.name) == ("ktp", "", "")


def test_names_in_the_trail_go_after_ten_years(policy):
    with time_machine.travel(datetime(2024, 3, 1, 15, tzinfo=UTC), tick=False):
        audit.record("claim.view", by=UserFactory(name="Petugas Lama"), note="keperluan")
    audit.record("claim.view", by=UserFactory(name="Petugas Baru"))
    connection.check_constraints()

    run(commit=True)
    connection.check_constraints()

    names = list(AuditEntry.objects.filter(event="claim.view").order_by("pk").values_list("actor_name", "note"))
    assert names == [("", ""), ("Petugas Baru", "")]
    call_command("verify_trail", stdout=StringIO())


def test_a_changed_sum_stops_everything(policy, person):
    """Were a figure to hang on what is emptied, nothing would be stored: here a trigger makes it so."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.lose() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN NEW.kelurahan_id := NULL; RETURN NEW; END $$;"
            "CREATE TRIGGER lose BEFORE UPDATE ON workers_worker FOR EACH ROW EXECUTE FUNCTION pg_temp.lose()"
        )

    with pytest.raises(CommandError, match="would change the figures"), transaction.atomic():
        call_command("retention", commit=True)

    assert Worker.objects.get(pk=person.pk).nik == NIK


def test_without_a_policy_nothing_is_done():
    with pytest.raises(CommandError, match="No retention policy"):
        call_command("retention", commit=True)


@pytest.mark.parametrize(("person_years", "trail_years"), [(4, 10), (6, 5)])
def test_a_policy_keeps_claims_five_years_and_the_trail_longer(person_years, trail_years):  # X9, A12
    with pytest.raises(IntegrityError, match="monitoring_retention"), transaction.atomic():
        RetentionPolicy.objects.create(
            effective_on=TODAY,
            person_years=person_years,
            question_years=1,
            import_days=1,
            trail_years=trail_years,
            source="Uji",
        )


def test_the_first_policy_is_loaded_once():
    call_command("load_retention_policy", stdout=StringIO())
    RetentionPolicy.objects.update(person_years=7)
    call_command("load_retention_policy", stdout=StringIO())

    assert RetentionPolicy.objects.get().person_years == 7


def test_five_years_before_a_leap_day_is_the_28th(policy):
    kept = WorkerFactory(registered_at=datetime(2031, 2, 27, 16, tzinfo=UTC))
    WorkerFactory(registered_at=datetime(2031, 2, 27, 15, 59, tzinfo=UTC))

    with time_machine.travel(datetime(2036, 2, 29, 4, tzinfo=UTC), tick=False):
        run(commit=True)

    assert list(Worker.objects.filter(anonymised_at=None)) == [kept]
