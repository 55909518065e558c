from datetime import UTC, date, datetime

from factory import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from enrollment.enums import (
    Accident,
    BatchStatus,
    BillStatus,
    CardLoss,
    LineStatus,
    Mismatch,
    Package,
    Payer,
    Purpose,
    Receiver,
    Verdict,
)
from enrollment.models import (
    ApiClient,
    ApiToken,
    Batch,
    BatchLine,
    Bill,
    BillLine,
    Budget,
    Card,
    Contribution,
    CoverageCheck,
    Difference,
    DoorOpening,
    ExportTemplate,
    Fund,
    HolidayChange,
    Membership,
    Receipt,
    Recheck,
)
from tests.accounts.factories import UserFactory
from tests.regions.factories import kecamatan
from tests.workers.factories import WorkerFactory
from workers.enums import OccupationCategory


class BatchFactory(DjangoModelFactory):
    """A batch of Panakkukang that waits for the second signature; lines are added by BatchLineFactory."""

    class Meta:
        model = Batch

    class Params:
        signed = Trait(approved_by=SubFactory(UserFactory), approved_at=datetime(2026, 11, 21, 2, tzinfo=UTC))
        taken = Trait(
            signed=True,
            sent_by=SubFactory(UserFactory, bpjs=True),
            sent_at=datetime(2026, 11, 22, 2, tzinfo=UTC),
        )
        approved = Trait(signed=True, status=BatchStatus.APPROVED)
        sent = Trait(taken=True, status=BatchStatus.SENT)
        answered = Trait(taken=True, status=BatchStatus.ANSWERED)
        reconciled = Trait(taken=True, status=BatchStatus.RECONCILED)
        closed = Trait(taken=True, status=BatchStatus.CLOSED)
        draft = Trait(status=BatchStatus.DRAFT)
        returned = Trait(status=BatchStatus.RETURNED)
        rejected = Trait(status=BatchStatus.REJECTED)
        withdrawn = Trait(status=BatchStatus.WITHDRAWN)

    number = Sequence(lambda n: f"2610-{n + 1:05d}")
    region = LazyFunction(kecamatan)
    package = Package.JKK_JKM
    payer = Payer.APBD
    start_month = date(2026, 12, 1)
    status = BatchStatus.LOCKED
    proposed_by = SubFactory(UserFactory, officer=True)
    proposed_at = datetime(2026, 11, 20, 2, tzinfo=UTC)


def frozen_facts(worker) -> dict:
    """A line's facts in the form of operations.propose_batch, short where a test does not look."""
    return {
        "file": {
            "nik": worker.nik,
            "name": worker.name,
            "birth_place": "Makassar",
            "birth_on": worker.birth_on.isoformat(),
            "sex": worker.sex,
            "mother_name": worker.mother_name,
            "address": "Jl. Contoh 1",
            "rt": "001",
            "rw": "002",
            "kelurahan": worker.kelurahan.name,
            "phone": "",
            "occupation": worker.occupation.name,
            "workplace": worker.workplace,
            "work_hours": worker.work_hours,
            "income": None,
            "programs": "JKK+JKM",
            "payer": "APBD",
            "start_month": "2026-12",
            "monthly_amount": 16800,
        },
        "eligibility": {"on": "2026-11-20", "desil": 2, "desil_release": "2026-3"},
        "contribution": [],
    }


class BatchLineFactory(DjangoModelFactory):
    class Meta:
        model = BatchLine

    class Params:
        accepted = Trait(
            status=LineStatus.ACCEPTED,
            participant_number=Sequence(lambda n: f"2611{n + 1:07d}"),
            cover_start=date(2026, 12, 1),
        )
        rejected = Trait(status=LineStatus.REJECTED, rejection="Sudah peserta penerima upah")

    batch = SubFactory(BatchFactory)
    number = Sequence(lambda n: n + 1)
    worker = SubFactory(WorkerFactory)
    monthly_amount = 16_800
    facts = LazyAttribute(lambda line: frozen_facts(line.worker))


class MembershipFactory(DjangoModelFactory):
    """Covered by the city since 1 March 2026, entered on time."""

    class Meta:
        model = Membership

    worker = SubFactory(WorkerFactory)
    package = Package.JKK_JKM
    payer = Payer.APBD
    participant_number = Sequence(lambda n: f"2603{n + 1:07d}")
    period = (date(2026, 3, 1), None)
    entered_at = datetime(2026, 2, 27, 2, tzinfo=UTC)


class CardFactory(DjangoModelFactory):
    """Made, not handed over yet."""

    class Meta:
        model = Card

    class Params:
        handed_over = Trait(
            handed_on=date(2026, 11, 21),
            handed_to=Receiver.SELF,
            handed_by=SubFactory(UserFactory, officer=True),
            handed_at=datetime(2026, 11, 21, 3, tzinfo=UTC),
        )
        withdrawn = Trait(
            withdrawn_by=SubFactory(UserFactory, officer=True),
            withdrawn_at=datetime(2026, 11, 21, 4, tzinfo=UTC),
            withdrawn_because=CardLoss.LOST,
        )

    number = Sequence(lambda n: f"K8G4N0RY{n:04d}")
    membership = SubFactory(MembershipFactory)
    worker = SelfAttribute("membership.worker")
    made_by = SubFactory(UserFactory, officer=True)
    made_at = datetime(2026, 11, 20, 2, tzinfo=UTC)


class ReceiptFactory(DjangoModelFactory):
    class Meta:
        model = Receipt

    month = date(2026, 11, 1)
    payer = Payer.APBD
    reference = Sequence(lambda n: f"TT-{n + 1:05d}")
    received_on = LazyAttribute(lambda receipt: receipt.month.replace(day=12))
    recorded_by = SubFactory(UserFactory, bpjs=True)


class ContributionFactory(DjangoModelFactory):
    class Meta:
        model = Contribution

    membership = SubFactory(MembershipFactory)
    month = date(2026, 11, 1)
    amount = 16_800
    receipt = SubFactory(ReceiptFactory, month=LazyAttribute(lambda receipt: receipt.factory_parent.month))


class CoverageCheckFactory(DjangoModelFactory):
    """A hospital asked for someone whom the portal does not know; trait `active` for a covered member."""

    class Meta:
        model = CoverageCheck

    class Params:
        active = Trait(
            verdict=Verdict.ACTIVE,
            reason_code="active",
            reason="Terlindungi Jaminan Kecelakaan Kerja dan Jaminan Kematian.",
            membership=SubFactory(MembershipFactory),
            worker=LazyAttribute(lambda check: check.membership.worker),
            question=LazyAttribute(lambda check: check.membership.worker.nik),
            facts=LazyAttribute(
                lambda check: {
                    "next_steps": ["Cocokkan nama dan tanggal lahir dengan kartu identitas."],
                    "programs": ["JKK", "JKM"],
                    "entered_after_event": False,
                    "known_at": "2026-11-12T10:00:00+08:00",
                    "name": check.worker.name,
                    "nik": "7371 09•• •••• 0001",
                    "birth_on": check.worker.birth_on.isoformat(),
                    "age_at_event": 36,
                    "age_today": 36,
                    "last_paid_month": "2026-11-01",
                    "package": "JKK_JKM",
                    "payer": "APBD",
                    "participant_number": check.membership.participant_number,
                    "start": "2026-03-01",
                    "end": None,
                    "entered_at": "2026-02-27T10:00:00+08:00",
                }
            ),
        )

    number = Sequence(lambda n: f"2610-{n + 1:05d}")
    asked_by = SubFactory(UserFactory, hospital_staff=True)
    hospital = LazyAttribute(lambda check: check.asked_by.hospital)
    asked_at = datetime(2026, 11, 22, 6, 32, tzinfo=UTC)
    purpose = Purpose.EMERGENCY
    question = "7371091708909999"
    event_at = datetime(2026, 11, 22, 5, 40, tzinfo=UTC)
    accident = Accident.WORK
    verdict = Verdict.UNKNOWN
    reason_code = "not_found"
    reason = "Nomor ini tidak ditemukan di data kota. Ini bukan jawaban tidak aktif."

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        check = model_class(*args, **kwargs)
        check.digest = check.content_digest()
        check.save(force_insert=True)
        return check

    facts = LazyFunction(
        lambda: {"next_steps": ["Catat nomor jawaban."], "programs": [], "entered_after_event": False, "known_at": None}
    )


class DoorOpeningFactory(DjangoModelFactory):
    """Somebody asked by name and birth year about an unconscious patient whom nobody knew; not reviewed yet."""

    class Meta:
        model = DoorOpening

    opened_by = SubFactory(UserFactory, hospital_staff=True)
    opened_at = datetime(2026, 11, 22, 6, 32, tzinfo=UTC)
    check_given = SubFactory(
        CoverageCheckFactory,
        asked_by=SelfAttribute("..opened_by"),
        asked_at=SelfAttribute("..opened_at"),
        question="|Baso Syamsuddin|1990",
        reason_code="door_unknown",
    )
    reason = "Tidak sadar dan tanpa identitas."


class RecheckFactory(DjangoModelFactory):
    """A hospital doubts that nobody was found; not answered yet."""

    class Meta:
        model = Recheck

    check_given = SubFactory(CoverageCheckFactory)
    asked_by = LazyAttribute(lambda recheck: recheck.check_given.asked_by)
    asked_at = datetime(2026, 11, 22, 6, 40, tzinfo=UTC)
    note = "Pasien membawa kartu peserta."


class BillFactory(DjangoModelFactory):
    """November's bill of the city, with one line on which bill and list agree; nothing decided."""

    class Meta:
        model = Bill

    class Params:
        closed = Trait(
            status=BillStatus.CLOSED,
            closed_by=SubFactory(UserFactory),
            closed_at=datetime(2026, 11, 13, 2, tzinfo=UTC),
        )
        ordered = Trait(
            closed=True,
            status=BillStatus.ORDERED,
            order_number="SP2D-1",
            ordered_on=date(2026, 11, 13),
            ordered_amount=16_800,
            ordered_by=SubFactory(UserFactory),
            ordered_at=datetime(2026, 11, 13, 3, tzinfo=UTC),
        )
        paid = Trait(ordered=True, status=BillStatus.PAID)

    number = Sequence(lambda n: f"2610-{n + 1:05d}")
    month = date(2026, 11, 1)
    payer = Payer.APBD
    lines_billed = lines_agreed = 1
    billed = listed = agreed = 16_800
    compared_at = datetime(2026, 11, 11, 2, tzinfo=UTC)


class BillLineFactory(DjangoModelFactory):
    """A line about a worker whom the list does not have."""

    class Meta:
        model = BillLine

    bill = SubFactory(BillFactory)
    row = Sequence(lambda n: n + 2)
    worker = SubFactory(WorkerFactory)
    programs = "JKK+JKM"
    amount = 16_800


class DifferenceFactory(DjangoModelFactory):
    """Somebody is billed whom the list does not have; nobody has decided."""

    class Meta:
        model = Difference

    bill = SubFactory(BillFactory)
    kind = Mismatch.MISSING_HERE
    line = SubFactory(BillLineFactory, bill=SelfAttribute("..bill"))
    worker = LazyAttribute(lambda difference: difference.line.worker if difference.line else None)
    listed = 0
    billed = 16_800


class ApiClientFactory(DjangoModelFactory):
    """A hospital's system, without a token."""

    class Meta:
        model = ApiClient

    account = SubFactory(UserFactory, hospital_staff=True, is_system=True, password=None, name="SIMRS IGD")
    purposes = [Purpose.EMERGENCY]
    made_by = SubFactory(UserFactory)
    made_at = datetime(2026, 11, 1, 2, tzinfo=UTC)


class ApiTokenFactory(DjangoModelFactory):
    """A token that nobody knows the text of; operations.connect_system makes one to use."""

    class Meta:
        model = ApiToken

    client = SubFactory(ApiClientFactory)
    digest = Sequence(lambda n: f"{n:064x}")
    tail = "a1b2"
    made_by = SelfAttribute("client.made_by")
    made_at = SelfAttribute("client.made_at")
    ends_at = datetime(2027, 5, 1, 2, tzinfo=UTC)


class FundFactory(DjangoModelFactory):
    class Meta:
        model = Fund

    payer = Payer.APBD
    name = Sequence(lambda n: f"APBD contoh {n + 1}")


class BudgetFactory(DjangoModelFactory):
    """Signed by two admins, for everybody and both packages."""

    class Meta:
        model = Budget

    class Params:
        waiting = Trait(approved_by=None, approved_at=None)

    fund = SubFactory(FundFactory)
    year = 2026
    effective_on = date(2026, 1, 1)
    amount = 1_000_000_000
    source = "DPA contoh 1/2026"
    packages = LazyFunction(lambda: list(Package.values))
    cohorts = LazyFunction(lambda: list(OccupationCategory.values))
    proposed_by = SubFactory(UserFactory)
    proposed_at = datetime(2025, 12, 20, 2, tzinfo=UTC)
    approved_by = SubFactory(UserFactory)
    approved_at = datetime(2025, 12, 21, 2, tzinfo=UTC)


class ExportTemplateFactory(DjangoModelFactory):
    """Waits for its second signature."""

    class Meta:
        model = ExportTemplate

    version = Sequence(lambda n: n + 2)
    format = "csv"
    columns = [{"field": "nik", "header": "NIK", "format": ""}]
    source = "Surat contoh 1/2026"
    proposed_by = SubFactory(UserFactory)
    proposed_at = datetime(2026, 3, 20, 2, tzinfo=UTC)


class HolidayChangeFactory(DjangoModelFactory):
    """Waits for its second signature."""

    class Meta:
        model = HolidayChange

    day = date(2026, 4, 15)
    is_holiday = True
    name = "Cuti bersama contoh"
    source = "SKB contoh 1/2026"
    proposed_by = SubFactory(UserFactory)
    proposed_at = datetime(2026, 3, 20, 2, tzinfo=UTC)
