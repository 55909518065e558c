"""How long ago somebody proved who they are. Sensitive deeds want it to be recent (`fresh_login`)."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.internal.flows.login import get_authentication_records
from django.utils import timezone

TO_OPEN = timedelta(minutes=5)
TO_SEND = timedelta(minutes=30)  # whoever opened a form in time may think about it


def is_fresh(request, *, within: timedelta = TO_OPEN) -> bool:
    """Whether the log-in, or a password, code or passkey asked for since, is that recent."""
    records = get_authentication_records(request, request.user)
    proofs = [record["at"] for record in records if record.get("reauthenticated")]
    latest = max([request.session.started_at.timestamp(), *proofs])
    return timezone.now().timestamp() - latest <= within.total_seconds()
