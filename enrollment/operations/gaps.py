"""Who is behind with contributions: looking at the list of names."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from casework import audit
from enrollment.models import Membership


@transaction.atomic
def list_gaps(members: Sequence[Membership], *, by: User, terms: dict[str, str]) -> None:
    """Leaves the entry of one page of the list: who was shown, and what was asked for (AC-A1)."""
    audit.record("gap.list", by=by, persons=[member.worker_id for member in members], facts={"terms": terms})
