"""Slow work of the registry that a page starts."""

from uuid import UUID

from django_tasks import task

from accounts.models import User
from workers import operations


@task
def check_import(pk: str, by: int) -> None:
    """Carries the user, so that the worker asks the same rules as the page."""
    operations.check_import(UUID(pk), by=User.objects.get(pk=by))


@task
def store_import(pk: str) -> None:
    """The import names who accepted it."""
    operations.store_import(UUID(pk))


@task
def finish_undo(pk: str) -> None:
    """The import names who took it back."""
    operations.finish_undo(UUID(pk))
