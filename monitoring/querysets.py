from __future__ import annotations

from datetime import datetime

from casework.querysets import CaseQuerySet
from monitoring.enums import ExportStatus


class ExportQuerySet(CaseQuerySet):
    def visible_to(self, user):
        """Everybody's own, whatever the role, and nobody else's (AC-P16)."""
        return self.filter(requested_by=user.pk) if user.pk else self.none()  # None would be: by nobody

    def removable(self):
        return self.filter(removed_at=None).exclude(status__in=ExportStatus.under_way())

    def ready(self, now: datetime):
        return self.filter(status=ExportStatus.DONE, removed_at=None, expires_at__gt=now)
