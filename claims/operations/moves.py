"""How every deed on a claim begins and ends."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from claims.models import Claim
from claims.workflow import WORKFLOW


def locked(pk: int, by: User) -> Claim:
    """Within scope, or Claim.DoesNotExist."""
    return Claim.objects.visible_to(by).locked().get(pk=pk)


def move(claim: Claim, action: str, *, by: User, note: str = "", **fields: Any) -> Claim:
    """Carries out a row of the table. The revision grows, so that a signature names what it was given on."""
    return WORKFLOW.apply(claim, action, by=by, note=note, revision=claim.revision + 1, **fields)
