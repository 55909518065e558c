"""Sessions end 30 minutes after the last page (SESSION_COOKIE_AGE) and 8 hours after log-in, whichever is first.

Both limits stand in the expiry of the session's row, so that no page can forget to ask.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.contrib.sessions.backends.db import SessionStore as DatabaseSession
from django.utils import timezone

LONGEST = timedelta(hours=8)
NOTICED_EVERY = timedelta(minutes=1)  # a page within a minute of the last one does not write the row again


class SessionStore(DatabaseSession):
    def cycle_key(self) -> None:
        """Django gives out a new key at log-in: there the 8 hours begin."""
        super().cycle_key()
        self["started"] = timezone.now().timestamp()

    def create_model_instance(self, data):
        now = timezone.now().timestamp()
        data.setdefault("started", now)
        data["seen"] = now
        return super().create_model_instance(data)

    def get_expiry_date(self, **kwargs) -> datetime:
        return min(super().get_expiry_date(**kwargs), self.started_at + LONGEST)

    @property
    def started_at(self) -> datetime:
        return self._moment("started")

    @property
    def seen_at(self) -> datetime:
        """The last page, to the minute."""
        return self._moment("seen")

    @property
    def is_due(self) -> bool:
        return timezone.now() - self.seen_at > NOTICED_EVERY

    def _moment(self, name: str) -> datetime:
        return datetime.fromtimestamp(self.get(name, timezone.now().timestamp()), tz=UTC)
