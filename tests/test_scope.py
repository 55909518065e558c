"""AC-P22: whoever asks, what a queryset shows is what the written rule of the scope says, row by row.

The rules are written here once more, in plain Python over single rows, by docs/security/access.md.
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Hospital, User
from accounts.roles import Role
from claims.enums import ClaimStatus
from claims.models import Claim, DeathReport, Instalment, Stay, Transfer
from enrollment.enums import TAKEN_BY_BPJS, BatchStatus, Package, Payer
from enrollment.models import (
    ApiClient,
    Batch,
    Bill,
    Card,
    CoverageCheck,
    Difference,
    DoorOpening,
    Membership,
    Receipt,
    Recheck,
)
from monitoring.models import Export
from regions.models import Region
from tests.accounts.factories import HospitalFactory, UserFactory
from tests.claims.factories import (
    ACCIDENT,
    CoverageCheckFactory,
    DeathReportFactory,
    InstalmentFactory,
    StayFactory,
    TransferFactory,
    claim_in,
)
from tests.enrollment.factories import ApiClientFactory, CardFactory
from tests.regions.factories import kelurahan
from tests.workers.factories import DesilReviewFactory, IdentityCorrectionFactory, OccupationFactory, WorkerFactory
from workers.models import (
    DesilReview,
    DuplicatePair,
    IdentityCorrection,
    RegistrationDraft,
    RegistryImport,
    Worker,
    WorkerDocument,
)

KELURAHAN = ("73.71.01.1001", "73.71.01.1002", "73.71.09.1001", "73.71.10.1001", "73.72.01.1001")
POSTINGS = (*KELURAHAN, "73.71.01", "73.71.09", "73.71.10", "73.71", "73.72")
HOSPITALS = (1, 2, 3)
AUTHORS = (0, 1, 2)  # of the cast's users


def lies_in(place: str | None, posting: str | None) -> bool:
    """Whether a region is the posting or below it: the parts of the one code begin with those of the other."""
    if not place or not posting:
        return False
    parts = posting.split(".")
    return place.split(".")[: len(parts)] == parts


def sees_worker(user: User, worker: Worker) -> bool:
    if user.role == "admin":
        return True
    if worker.kelurahan_id is None:  # AC-P5
        return False
    return user.role == "auditor" or (user.role == "officer" and lies_in(worker.kelurahan_id, user.region_id))


def sees_document(user: User, document: WorkerDocument) -> bool:
    return user.role in ("admin", "officer") and sees_worker(user, document.worker)


def sees_pair(user: User, pair: DuplicatePair) -> bool:
    """Of both records, or an admin: not the auditor, who decides nothing."""
    return user.role in ("admin", "officer") and sees_worker(user, pair.one) and sees_worker(user, pair.other)


def sees_draft(user: User, draft: RegistrationDraft) -> bool:
    """The author alone, while in the posting of the draft (AC-P14, AC-P23). An admin has none."""
    if user.pk != draft.author_id:
        return False
    if user.role == "officer":
        return user.region_id is not None and draft.region_id == user.region_id
    return user.role == "admin" and draft.region_id is None


def sees_import(user: User, upload: RegistryImport) -> bool:
    return user.role == "admin" or (user.role == "officer" and lies_in(upload.posting_id, user.region_id))


def sees_export(user: User, export: Export) -> bool:
    return user.pk == export.requested_by_id


def sees_batch(user: User, batch: Batch) -> bool:
    if user.role == "bpjs":
        return batch.status in ("approved", "sent", "answered", "reconciled", "closed")
    return user.role in ("admin", "auditor") or (user.role == "officer" and lies_in(batch.region_id, user.region_id))


def sees_membership(user: User, membership: Membership) -> bool:
    return sees_worker(user, membership.worker)


def sees_card(user: User, card: Card) -> bool:
    return sees_worker(user, card.worker)


def sees_receipt(user: User, receipt: Receipt) -> bool:
    return user.role in ("admin", "auditor", "bpjs")


def sees_bill(user: User, bill: Bill | Difference) -> bool:
    """The whole city's money: a region has no bill of its own."""
    return user.role in ("admin", "auditor", "bpjs")


def sees_check(user: User, check: CoverageCheck) -> bool:
    return user.role == "admin" or (user.role == "hospital" and check.hospital_id == user.hospital_id)


def sees_opening(user: User, opening: DoorOpening) -> bool:
    return user.role == "admin"


def sees_recheck(user: User, recheck: Recheck) -> bool:
    return sees_check(user, recheck.check_given)


def sees_claim(user: User, claim: Claim) -> bool:
    if user.role == "hospital" and user.hospital_id is not None:
        mine = claim.reported_from_id if claim.hospital_id is None else claim.hospital_id
        return mine == user.hospital_id
    if user.role == "bpjs":
        return claim.status in ("approved", "forwarded")
    return sees_worker(user, claim.worker)


def sees_instalment(user: User, part: Instalment) -> bool:
    return sees_claim(user, part.claim)


def sees_transfer(user: User, transfer: Transfer) -> bool:
    if user.role == "hospital":
        return user.hospital_id in (transfer.from_hospital_id, transfer.to_hospital_id)
    return sees_claim(user, transfer.claim)


def sees_stay(user: User, stay: Stay) -> bool:
    if user.role == "hospital" and user.hospital_id is not None:
        has_the_case = stay.claim.hospital_id == user.hospital_id
        return stay.hospital_id == user.hospital_id or (
            has_the_case and stay.claim.status not in ("approved", "forwarded", "withdrawn")
        )
    return user.role != "hospital" and sees_claim(user, stay.claim)


def sees_account(user: User, account: User) -> bool:
    """Those of people whose keeper the user is. Everybody's own account has pages that ask for no scope."""
    if account.is_system:
        return False
    if user.role == "hospital" and user.is_lead:
        return account.role == "hospital" and account.hospital_id == user.hospital_id
    return user.role == "admin"


def sees_system(user: User, system: ApiClient) -> bool:
    """Who keeps the hospital's accounts keeps its systems."""
    return user.role == "admin" or (
        user.role == "hospital" and user.is_lead and user.hospital_id == system.account.hospital_id
    )


def sees_of_worker(user: User, row: DeathReport | DesilReview | IdentityCorrection) -> bool:
    """What is decided about a worker, by those who look after the worker: auditors read the worker's page."""
    return user.role in ("officer", "admin") and sees_worker(user, row.worker)


RULES = {
    User: sees_account,
    ApiClient: sees_system,
    Worker: sees_worker,
    WorkerDocument: sees_document,
    DuplicatePair: sees_pair,
    RegistrationDraft: sees_draft,
    RegistryImport: sees_import,
    Batch: sees_batch,
    Membership: sees_membership,
    Card: sees_card,
    Receipt: sees_receipt,
    Bill: sees_bill,
    Difference: sees_bill,
    CoverageCheck: sees_check,
    Export: sees_export,
    DoorOpening: sees_opening,
    Recheck: sees_recheck,
    Claim: sees_claim,
    IdentityCorrection: sees_of_worker,
    DesilReview: sees_of_worker,
    Instalment: sees_instalment,
    DeathReport: sees_of_worker,
    Stay: sees_stay,
    Transfer: sees_transfer,
}


@dataclass(frozen=True)
class Cast:
    """Rows that every example shares."""

    users: list[User]
    hospitals: dict[int, Hospital]
    kelurahan: dict[str, Region]


@pytest.fixture
def cast(db) -> Cast:
    OccupationFactory()
    hospitals = {number: HospitalFactory(number=number) for number in HOSPITALS}
    for hospital in hospitals.values():
        UserFactory(role=Role.HOSPITAL, hospital=hospital)
        ApiClientFactory(account__hospital=hospital)
    UserFactory(officer=True)
    return Cast(
        users=UserFactory.create_batch(3),
        hospitals=hospitals,
        kelurahan={code: kelurahan(code) for code in KELURAHAN},
    )


places = st.none() | st.sampled_from(KELURAHAN)
hospitals = st.none() | st.sampled_from(HOSPITALS)
users = st.builds(
    dict,
    role=st.sampled_from([*Role.values, "stranger", ""]),
    region_id=st.none() | st.sampled_from(POSTINGS),
    hospital=hospitals,
    is_lead=st.booleans(),
    author=st.none() | st.sampled_from(AUTHORS),  # whose drafts and files the user has asked for
)
claims = st.builds(
    dict,
    home=places,
    status=st.sampled_from(ClaimStatus),
    hospital=hospitals,
    reported_from=hospitals,
    moved=st.permutations(HOSPITALS).map(lambda order: order[:2]),
).filter(lambda claim: claim["hospital"] or claim["status"] in (ClaimStatus.SUSPECTED, ClaimStatus.WITHDRAWN))
worlds = st.builds(
    dict,
    homes=st.lists(places, max_size=3),
    claims=st.lists(claims, max_size=4),
    batches=st.lists(st.tuples(st.sampled_from(POSTINGS), st.sampled_from(BatchStatus)), max_size=4),
    imports=st.lists(st.sampled_from(POSTINGS), max_size=3),
    checks=st.lists(st.sampled_from(HOSPITALS), max_size=3),
    receipts=st.integers(0, 1),
    drafts=st.lists(
        st.tuples(st.sampled_from(AUTHORS), st.none() | st.sampled_from(("73.71", "73.71.09"))), max_size=4
    ),
    documents=st.integers(0, 3),
    members=st.integers(0, 3),
)


def build(world: dict, cast: Cast) -> None:
    first, second, third = cast.users
    occupation = OccupationFactory()
    homes = [*world["homes"], *(claim["home"] for claim in world["claims"])]
    workers = Worker.objects.bulk_create(
        WorkerFactory.build(
            id=uuid4(), kelurahan=home and cast.kelurahan[home], occupation=occupation, registered_by=first
        )
        for home in homes
    )
    for worker in workers[: world["documents"]]:
        WorkerDocument.objects.create(
            worker=worker, kind="ktp", path="x", content_type="image/jpeg", size=1, sha256="", uploaded_by=first
        )
    for requester in (first, second):
        Export.objects.create(kind="workers", terms={}, words={}, reason="x", file_format="csv", requested_by=requester)
    for one, other in pairwise(sorted(workers, key=lambda worker: worker.pk)):
        DuplicatePair.objects.create(one=one, other=other, rules=[], agreeing=[], likeness=1)
    for worker in workers[:2]:
        IdentityCorrectionFactory(worker=worker, proposed_by=first)
        DesilReviewFactory(worker=worker)
    for number, worker in enumerate(workers[: world["members"]]):
        cover = Membership.objects.create(
            worker=worker,
            package=Package.JKK_JKM,
            payer=Payer.APBD,
            participant_number=f"2603000000{number}",
            period=("2026-03-01", None),
        )
        CardFactory(membership=cover, made_by=first)
        DeathReportFactory(worker=worker, reported_by=first)
    injured = workers[len(world["homes"]) :]
    for worker, claim in zip(injured, world["claims"], strict=True):
        signers = {
            ClaimStatus.VERIFIED: {"verified_by": second},
            ClaimStatus.APPROVED: {"verified_by": second, "approved_by": third},
            ClaimStatus.FORWARDED: {"verified_by": second, "approved_by": third, "forwarded_by": second},
        }
        case = claim_in(
            claim["status"],
            worker=worker,
            hospital=cast.hospitals.get(claim["hospital"]),
            reported_from=cast.hospitals.get(claim["reported_from"]),
            reported_by=first,
            **signers.get(claim["status"], {}),
        )
        InstalmentFactory(claim=case)
        before, after = (cast.hospitals[number] for number in claim["moved"])
        moved = TransferFactory(
            claim=case, from_hospital=before, to_hospital=after, proposed_by=first, accepted=True, answered_by=second
        )
        StayFactory(claim=case, hospital=before, transfer=moved)
    for author, region in [*world["drafts"], (AUTHORS[0], "73.71.09"), (AUTHORS[0], "73.71")]:
        RegistrationDraft.objects.create(author=cast.users[author], region_id=region)
    for number, (region, status) in enumerate(world["batches"]):
        decided = status in (*TAKEN_BY_BPJS, BatchStatus.APPROVED)
        Batch.objects.create(
            number=f"2611-{number:05d}",
            region_id=region,
            package=Package.JKK_JKM,
            payer=Payer.APBD,
            start_month="2026-12-01",
            status=status,
            proposed_by=first,
            approved_by=second if decided else None,
            approved_at=ACCIDENT if decided else None,
        )
    for region in world["imports"]:
        RegistryImport.objects.create(name="a.csv", sha256="", path="", posting_id=region, uploaded_by=first)
    for hospital in world["checks"]:
        check = CoverageCheckFactory(asked_by=first, hospital=cast.hospitals[hospital], worker=None, question="737109")
        Recheck.objects.create(check_given=check, asked_by=first, asked_at=ACCIDENT, note="Keliru.")
        DoorOpening.objects.create(check_given=check, opened_by=first, opened_at=ACCIDENT, reason="Tidak sadar.")
    for _ in range(world["receipts"]):
        bill = Bill.objects.create(number="2611-00001", month="2026-11-01", payer=Payer.APBD)
        Difference.objects.create(bill=bill, kind="missing_there", listed=16_800, billed=0)
        Receipt.objects.create(
            month="2026-11-01",
            payer=Payer.APBD,
            reference="TT-1",
            received_on=(ACCIDENT + timedelta(days=1)).date(),
            recorded_by=first,
        )


@settings(
    max_examples=200,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(world=worlds, asking=st.lists(users, min_size=3, max_size=6))
def test_what_is_visible_is_what_the_rules_say(cast, world, asking):
    with transaction.atomic():
        build(world, cast)
        rows = {model: list(model.objects.all()) for model in RULES}
        for asked in asking:
            known = {name: value for name, value in asked.items() if name != "author"}
            pk = None if asked["author"] is None else cast.users[asked["author"]].pk
            user = User(pk=pk, **{**known, "hospital": cast.hospitals.get(asked["hospital"])})
            for model, sees in RULES.items():
                shown = {row.pk for row in model.objects.visible_to(user)}
                assert shown == {row.pk for row in rows[model] if sees(user, row)}, (model.__name__, asked)
        transaction.set_rollback(True)


def test_every_scope_has_its_rule_here():
    scoped = {model for model in apps.get_models() if hasattr(model._default_manager, "visible_to")}

    assert set(RULES) == scoped
