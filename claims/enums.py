"""Choices of a work-accident claim. Imports nothing of ours."""

from django.db import models


class ClaimStatus(models.TextChoices):
    SUSPECTED = "suspected", "Dugaan dilaporkan"
    ROUTED = "routed", "Diarahkan ke rumah sakit"
    ADMITTED = "admitted", "Diterima rumah sakit"
    TREATED = "treated", "Perawatan dicatat"
    RETURNED = "returned", "Dikembalikan"
    VERIFIED = "verified", "Diperiksa"
    APPROVED = "approved", "Disetujui"
    WITHDRAWN = "withdrawn", "Ditarik"


class Outcome(models.TextChoices):
    """What the doctor's statement says (rule A9)."""

    RECOVERED = "RECOVERED", "Sembuh"
    PARTIAL_ANATOMICAL = "PARTIAL_ANATOMICAL", "Cacat sebagian anatomis"
    PARTIAL_FUNCTIONAL = "PARTIAL_FUNCTIONAL", "Cacat sebagian fungsi"
    TOTAL_PERMANENT = "TOTAL_PERMANENT", "Cacat total tetap"
    DECEASED = "DECEASED", "Meninggal dunia"
    STILL_TREATED = "STILL_TREATED", "Masih dirawat"
