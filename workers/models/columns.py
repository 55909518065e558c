from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import User


class ColumnMapping(models.Model):
    """What a person confirmed the columns under certain titles to be: the guess for the next list with these titles."""

    fingerprint = models.CharField(max_length=64, primary_key=True)  # Layout.fingerprint, of the titles
    titles = models.JSONField()
    columns = models.JSONField()  # beside the titles; "" is not read
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"judul kolom {self.fingerprint[:8]}"
