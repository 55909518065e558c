"""Choices of monitoring. Imports nothing of ours."""

from __future__ import annotations

from django.db import models


class ExportFormat(models.TextChoices):
    XLSX = "xlsx", "XLSX"
    CSV = "csv", "CSV"


class ExportStatus(models.TextChoices):
    QUEUED = "queued", "Menunggu giliran"
    WRITING = "writing", "Sedang ditulis"
    DONE = "done", "Siap diunduh"
    FAILED = "failed", "Tidak jadi"

    @classmethod
    def under_way(cls) -> tuple[ExportStatus, ...]:
        return (cls.QUEUED, cls.WRITING)
