"""What comes from DTSEN, release by release."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework import audit
from workers import rules
from workers.models import DesilRelease


@transaction.atomic
def receive_release(
    *, by: User, name: str, source: str, received_on: date, dated_on: date | None = None
) -> DesilRelease:
    """Records that a release has come. It counts for nothing until a policy names it (rule S3).

    Raises Refused with the codes of rules.check_release.
    """
    rules.check_release(
        by=by, name=name, dated_on=dated_on, received_on=received_on, today=timezone.localdate()
    ).require()
    release = DesilRelease.objects.create(
        name=name, dated_on=dated_on, received_on=received_on, source=source, recorded_by=by
    )
    audit.record("release.receive", release, by=by, note=source, facts={"name": name, "dated_on": dated_on})
    return release
