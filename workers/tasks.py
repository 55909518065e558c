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
    """The import names who accepted it. The search stays due, whatever happens between the two."""
    operations.store_import(UUID(pk))
    operations.search_import(UUID(pk))


@task
def search_import(pk: str) -> None:
    operations.search_import(UUID(pk))


@task
def finish_undo(pk: str) -> None:
    """The import names who took it back."""
    operations.finish_undo(UUID(pk))
