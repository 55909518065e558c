"""What the sources of money have: signed budgets of this year and the next, and one that waits for its signature."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from enrollment.enums import Package, Payer
from enrollment.models import Budget, Fund
from workers.enums import OccupationCategory

EACH = 110_000  # rupiah of the city for each registered worker and year


def write_budgets(users: dict[str, User], *, workers: int, today: date) -> Fund:
    """The city's fund, from which the year so far was paid."""
    city = Fund.objects.get(payer=Payer.APBD)
    donor = Fund.objects.create(payer=Payer.DONOR, name="Yayasan contoh", recorded_by=users["admin.satu"])
    this, following = today.year, today.year + 1
    everybody = {"packages": Package.values, "cohorts": OccupationCategory.values}
    some = {"packages": [Package.JKK_JKM], "cohorts": [OccupationCategory.INFORMAL]}
    amount = workers * EACH
    from_now = {"effective_on": date(this, 1, 1), **_signed(users)}
    Budget.objects.bulk_create(
        [
            Budget(fund=city, year=this, amount=amount, source=f"Data contoh: DPA {this}", **everybody, **from_now),
            Budget(fund=city, year=following, amount=amount, source="Data contoh: KUA-PPAS", **everybody, **from_now),
            Budget(fund=donor, year=this, amount=amount // 20, source="Data contoh: hibah", **some, **from_now),
            Budget(
                fund=city,
                year=following,
                amount=amount * 3 // 2,
                source=f"Data contoh: perubahan DPA {following}",
                effective_on=date(following, 7, 1),
                **everybody,
                **_proposed(users),
            ),
        ]
    )
    return city


def _proposed(users: dict[str, User]) -> dict[str, Any]:
    return {"proposed_by": users["admin.satu"], "proposed_at": timezone.now() - timedelta(days=2)}


def _signed(users: dict[str, User]) -> dict[str, Any]:
    return {
        **_proposed(users),
        "approved_by": users["admin.dua"],
        "approved_at": timezone.now() - timedelta(days=1),
    }
