"""Slow work that pages of monitoring start."""

from uuid import UUID

from django_tasks import task

from accounts.models import User
from monitoring import exports


@task
def write_export(pk: str, by: int) -> None:
    """Carries the user, so that the worker shows them what the page would."""
    exports.write_export(UUID(pk), by=User.objects.get(pk=by))
