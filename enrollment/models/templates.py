from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from casework.constraints import two_signatures
from casework.models import Proposal, ProposalQuerySet
from enrollment.enums import ExportFormat


class ExportTemplate(Proposal):
    """How the file to BPJS Ketenagakerjaan is written, from its second signature on. A change is a new version.

    Version 1 is built in (batch_file.COLUMNS) and has no row. `source` says what the columns rest on.
    """

    version = models.PositiveIntegerField(unique=True)
    format = models.CharField("Format", max_length=4, choices=ExportFormat.choices)
    columns = models.JSONField()  # in order: field, header, format

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            *two_signatures("enrollment_template"),
            models.CheckConstraint(name="enrollment_template_is_proposed", condition=Q(proposed_by__isnull=False)),
            models.UniqueConstraint(
                Coalesce("approved_by", 0), name="enrollment_template_waits_once", condition=Q(approved_by__isnull=True)
            ),
            models.CheckConstraint(name="enrollment_template_follows_the_first", condition=Q(version__gte=2)),
        ]

    def __str__(self) -> str:
        return f"format berkas versi {self.version}"
