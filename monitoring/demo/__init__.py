"""A city to try the portal with: invented people, the year so far, and cases under way."""

from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from monitoring.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD, accounts_table, create_accounts
from monitoring.demo.cases import bring_release, checks_and_claims, desk_life, hand_in, open_batches
from monitoring.demo.history import write_history
from monitoring.demo.money import write_budgets
from monitoring.demo.months import bring_bill
from monitoring.demo.people import Family, Population
from workers.models import DesilRecord, DesilRelease, Policy, Worker
from workers.operations import open_reviews

__all__ = ["DEMO_ACCOUNTS", "DEMO_PASSWORD", "accounts_table", "seed"]

AT_ONCE = 2_000  # rows of one INSERT
LISTED = 4  # good rows in the uploaded list


@transaction.atomic
def seed(*, workers: int, seed: int) -> None:
    """Fills an empty registry. All or nothing; the same seed on the same day makes the same rows.

    Raises Policy.DoesNotExist before the reference data is loaded.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    policy = Policy.objects.in_force(today)
    users = create_accounts()
    population = Population(seed=seed, today=today, release=policy.release, earlier_release=_before(policy.release))
    families = population.families(workers, registered_by=_registrars(users))
    listed, single = _handed_in(families)
    apart = {worker.pk for worker in (*listed, single)}
    everyone = [worker for family in families for worker in family.workers if worker.pk not in apart]
    DesilRelease.objects.bulk_create(
        DesilRelease(name=name, received_on=on, source=f"Contoh DTSEN {name}", recorded_by=users["petugas.kota"])
        for name, on in zip(population.releases, population.received, strict=True)
    )
    DesilRecord.objects.bulk_create([record for family in families for record in family.desil], batch_size=AT_ONCE)
    Worker.objects.bulk_create(everyone, batch_size=AT_ONCE)
    hand_in(users, listed=listed, single=single)
    candidates = _once_eligible(everyone, families, policy, today)
    fund = write_budgets(users, workers=workers, today=today)
    write_history(candidates, users=users, fund=fund, policy=policy, rng=population.rng, today=today)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # or PostgreSQL plans for the empty tables that it last saw
    open_batches(users, today=today)
    open_reviews(on=today)
    bring_bill(users, today=today)
    bring_release(users, policy=policy, today=today)
    checks_and_claims(users, rng=population.rng, now=now)
    desk_life(users, now=now)


def _registrars(users: dict[str, User]) -> dict[str, User]:
    return {
        "": users["petugas.kota"],
        "73.71.09": users["petugas.panakkukang"],
        "73.71.10": users["petugas.tamalate"],
    }


def _handed_in(families: list[Family]) -> tuple[list[Worker], Worker]:
    """Plain people who come by the operations: a list for Panakkukang, and one person of Tamalate."""
    plain = [family.workers[0] for family in families if not family.oddity]
    listed = [worker for worker in plain if worker.kelurahan_id.startswith("73.71.09")][-LISTED:]
    single = next(worker for worker in reversed(plain) if worker.kelurahan_id.startswith("73.71.10"))
    return listed, single


def _once_eligible(everyone: list[Worker], families: list[Family], policy: Policy, today: date) -> list[Worker]:
    """Eligible today, or enrolled before the family's desil rose (rule S6)."""
    eligible = set(Worker.objects.filter(kelurahan__isnull=False).eligible(policy, today).values_list("pk", flat=True))
    risen = {
        family.workers[0].family_card_number
        for family in families
        if family.oddity == "desil_6" and family.desil[0].desil <= policy.desil_limit
    }
    return [worker for worker in everyone if worker.pk in eligible or worker.family_card_number in risen]


def _before(release: str) -> str:
    """DTSEN is released about four times a year (rule S3): before 2026-3 came 2026-2."""
    year, number = map(int, release.split("-"))
    return f"{year}-{number - 1}" if number > 1 else f"{year - 1}-4"
