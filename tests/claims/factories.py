from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from factory import LazyAttribute, LazyFunction, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from claims.enums import ClaimStatus, InstalmentKind, Outcome, TransferStatus
from claims.models import Claim, DeathReport, Estimate, Instalment, ReferralNote, Stay, Transfer
from enrollment.enums import Verdict
from tests.accounts.factories import HospitalFactory, UserFactory
from tests.enrollment import factories as enrollment
from tests.workers.factories import WorkerFactory

WITA = ZoneInfo("Asia/Makassar")
ACCIDENT = datetime(2026, 11, 22, 13, 40, tzinfo=WITA)


class CoverageCheckFactory(enrollment.CoverageCheckFactory):
    """The answer AKTIF that a partner hospital got for a registered worker."""

    worker = SubFactory(WorkerFactory)
    question = LazyAttribute(lambda check: check.worker.nik)
    event_at = ACCIDENT
    verdict = Verdict.ACTIVE
    reason_code = "active"
    reason = "Terlindungi Jaminan Kecelakaan Kerja dan Jaminan Kematian."


class DeathReportFactory(DjangoModelFactory):
    """Not by work, of a person who was covered."""

    class Meta:
        model = DeathReport

    number = Sequence(lambda n: f"2611-{n + 1:05d}")
    worker = SubFactory(WorkerFactory)
    status = "possible"
    submission_key = LazyFunction(uuid4)
    died_on = date(2026, 11, 20)
    cause = "other"
    informant_name = "Daeng Tene"
    informant_phone = "081234567890"
    facts = {"covered": True, "paid_in_a_row": 5, "paid_with_gap": False}
    reported_by = SubFactory(UserFactory)


class ClaimFactory(DjangoModelFactory):
    """Reported by an officer and not yet routed; the traits lead along the path."""

    class Meta:
        model = Claim

    class Params:
        at_hospital = Trait(hospital=SubFactory(HospitalFactory, partner=True))
        with_treatment = Trait(
            at_hospital=True,
            admitted_at=ACCIDENT + timedelta(hours=2),
            care_from=date(2026, 11, 22),
            care_to=date(2026, 11, 23),
            outcome=Outcome.RECOVERED,
            treatment="Luka di lengan kiri dijahit.",
            cost=1_250_000,
        )
        with_first_signature = Trait(
            with_treatment=True, verified_by=SubFactory(UserFactory), verified_at=ACCIDENT + timedelta(hours=30)
        )
        routed = Trait(at_hospital=True, status=ClaimStatus.ROUTED)
        admitted = Trait(at_hospital=True, status=ClaimStatus.ADMITTED, admitted_at=ACCIDENT + timedelta(hours=2))
        treated = Trait(with_treatment=True, status=ClaimStatus.TREATED)
        returned = Trait(with_treatment=True, status=ClaimStatus.RETURNED)
        verified = Trait(with_first_signature=True, status=ClaimStatus.VERIFIED)
        approved = Trait(
            with_first_signature=True,
            status=ClaimStatus.APPROVED,
            approved_by=SubFactory(UserFactory),
            approved_at=ACCIDENT + timedelta(hours=40),
        )
        forwarded = Trait(
            with_first_signature=True,
            status=ClaimStatus.FORWARDED,
            approved_by=SubFactory(UserFactory),
            approved_at=ACCIDENT + timedelta(hours=40),
            forwarded_by=SubFactory(UserFactory),
            forwarded_at=ACCIDENT + timedelta(hours=50),
            reference="TT-JKK/0042",
        )
        withdrawn = Trait(status=ClaimStatus.WITHDRAWN)

    number = Sequence(lambda n: f"2611-{n + 60001:05d}")
    worker = SubFactory(WorkerFactory)
    submission_key = LazyFunction(uuid4)
    accident_at = ACCIDENT
    place = "Pasar Terong, Jl. Terong"
    cause = "Tertimpa karung beras"
    chronology = "Saat menurunkan beras dari truk, satu karung jatuh mengenai lengan kiri."
    informant_name = "Daeng Tutu"
    informant_phone = "081234567890"
    reported_by = SubFactory(UserFactory, officer=True)
    reported_at = LazyAttribute(lambda claim: claim.accident_at + timedelta(hours=1))


class EstimateFactory(DjangoModelFactory):
    """One that gives nothing."""

    class Meta:
        model = Estimate

    claim = SubFactory(ClaimFactory, treated=True)
    facts = {}
    lines = []
    notes = []
    total = 0
    schedule = "PP82_2019"
    made_by = SubFactory(UserFactory, officer=True)


class InstalmentFactory(DjangoModelFactory):
    """The first month of rest, a month after the accident."""

    class Meta:
        model = Instalment

    class Params:
        school = Trait(
            key="school-1-2026",
            kind=InstalmentKind.SCHOOL,
            what="Beasiswa SD, anak ke-1, tahun ajaran 2026/2027",
            rule="7.4",
            opens_on=date(2026, 7, 1),
            closes_on=date(2030, 6, 30),
            amount=1_500_000,
        )

    claim = SubFactory(ClaimFactory, treated=True)
    key = "rest-1"
    kind = InstalmentKind.REST
    what = "STMB bulan ke-1"
    rule = "B2"
    opens_on = date(2026, 12, 22)
    amount = 1_000_000


class TransferFactory(DjangoModelFactory):
    """A case at one partner that another is asked to take over."""

    class Meta:
        model = Transfer

    class Params:
        accepted = Trait(
            status=TransferStatus.ACCEPTED,
            answered_by=SubFactory(UserFactory, hospital_staff=True),
            answered_at=ACCIDENT + timedelta(hours=6),
        )

    claim = SubFactory(ClaimFactory, admitted=True)
    from_hospital = LazyAttribute(lambda transfer: transfer.claim.hospital)
    to_hospital = SubFactory(HospitalFactory, partner=True)
    reason = "Perlu ruang rawat intensif."
    proposed_by = LazyAttribute(lambda transfer: UserFactory(hospital_staff=True, hospital=transfer.from_hospital))
    proposed_at = ACCIDENT + timedelta(hours=4)


class StayFactory(DjangoModelFactory):
    """What a hospital keeps of a case that went to another."""

    class Meta:
        model = Stay

    claim = SubFactory(ClaimFactory, routed=True)
    hospital = SubFactory(HospitalFactory, partner=True)
    transfer = LazyAttribute(
        lambda stay: TransferFactory(
            claim=stay.claim, from_hospital=stay.hospital, to_hospital=stay.claim.hospital, accepted=True
        )
    )
    admitted_at = ACCIDENT + timedelta(hours=2)
    treatment = "Luka dibersihkan dan dibalut."
    left_at = ACCIDENT + timedelta(hours=6)


def claim_in(status: ClaimStatus, **fields) -> Claim:
    """A claim of that status; the trait has its name."""
    trait = {} if status == ClaimStatus.SUSPECTED else {status.value: True}
    return ClaimFactory(**trait, **fields)


class ReferralNoteFactory(DjangoModelFactory):
    """To the hospital that has the claim."""

    class Meta:
        model = ReferralNote

    number = Sequence(lambda n: f"2611-{n + 1:05d}")
    claim = SubFactory(ClaimFactory, at_hospital=True)
    hospital = LazyAttribute(lambda note: note.claim.hospital)
    issued_by = SubFactory(UserFactory)
    issued_at = ACCIDENT + timedelta(hours=1)
    facts = LazyAttribute(lambda note: [["Nama", note.claim.worker.name]])

    @classmethod
    def _create(cls, model, **values):
        note = model(**values)
        note.digest = note.content_digest()
        note.save()
        return note
