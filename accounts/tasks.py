"""Letters that the background worker writes."""

from django_tasks import task

from accounts import operations


@task
def send_reset_letter(email: str) -> None:
    operations.send_reset_letter(email)
