from __future__ import annotations

from functools import reduce
from operator import add

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import User
from casework.constraints import signed_together
from regions.models import Region
from workers.enums import ImportKind, ImportStatus, RowDecision, Verdict
from workers.querysets import ImportQuerySet


class RegistryImport(models.Model):
    """One uploaded registry file: checked row by row, shown, and only then accepted, all of it or nothing."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=100)  # in MEDIA_ROOT, under a random name
    layout = models.JSONField(default=dict)  # registry_file.Layout.stored: how the bytes are read
    kind = models.CharField(
        max_length=10, choices=ImportKind.choices, default=ImportKind.PEOPLE, db_default=ImportKind.PEOPLE
    )
    release = models.CharField(max_length=20, blank=True, db_default="")  # of its desils; "" is the policy's of the day
    moves = models.JSONField(null=True)  # what a release would change, as the check found it: snapshots.moves_of
    posting = models.ForeignKey(Region, models.PROTECT)  # rows outside it are refused (AC-W50)
    status = models.CharField(max_length=10, choices=ImportStatus.choices, default=ImportStatus.QUEUED)
    rows_total = models.PositiveIntegerField(default=0)  # known when all are read; until then an estimate
    rows_done = models.PositiveIntegerField(default=0)  # read and checked
    rows_accepted = models.PositiveIntegerField(default=0)
    rows_repaired = models.PositiveIntegerField(default=0, db_default=0)
    rows_review = models.PositiveIntegerField(default=0, db_default=0)
    rows_duplicate = models.PositiveIntegerField(default=0, db_default=0)
    rows_ineligible = models.PositiveIntegerField(default=0, db_default=0)
    rows_refused = models.PositiveIntegerField(default=0)
    rows_blank = models.PositiveIntegerField(default=0, db_default=0)
    rows_known = models.PositiveIntegerField(
        default=0, db_default=0
    )  # of them, those already in the file or the registry (AC-D32)
    search_due = models.BooleanField(db_default=False)  # stored, but its people not yet looked for among each other
    reason = models.CharField(
        max_length=300, blank=True, db_default=""
    )  # why a file is imported that was imported before (AC-I28)
    trouble = models.CharField(max_length=300, blank=True)  # why the whole file could not be read
    uploaded_by = models.ForeignKey(User, models.PROTECT)
    uploaded_at = models.DateTimeField(db_default=Now())
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_because = models.CharField(max_length=300, blank=True, db_default="")
    rows_undone = models.PositiveIntegerField(default=0, db_default=0)  # the others stay and are listed

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                name="workers_import_each_row_has_its_verdict",  # AC-I34
                condition=Q(rows_done=reduce(add, (F(f"rows_{verdict}") for verdict in Verdict.values)))
                & Q(rows_done__lte=F("rows_total")),
            ),
            models.CheckConstraint(
                name="workers_import_acceptance_is_signed", condition=signed_together("accepted_by", "accepted_at")
            ),
            models.CheckConstraint(
                name="workers_import_families_have_a_release",
                condition=~Q(kind=ImportKind.FAMILIES) | ~Q(release=""),
            ),
            models.CheckConstraint(
                name="workers_import_undoing_is_signed", condition=signed_together("undone_by", "undone_at")
            ),
        ]

    def __str__(self) -> str:
        return f"impor {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("workers:import_detail", args=[self.pk])

    @property
    def tells_families(self) -> bool:
        """Whether it is a DTSEN snapshot, which registers nobody."""
        return self.kind == ImportKind.FAMILIES

    @property
    def rows_good(self) -> int:
        """Those that acceptance stores, as they came or mended."""
        return self.rows_accepted + self.rows_repaired

    @property
    def rows_handed_back(self) -> int:
        return self.rows_duplicate + self.rows_ineligible + self.rows_refused

    @property
    def has_rows_to_mend(self) -> bool:
        """Whether rows can be given back as they came: none can once the file is gone."""
        return bool(self.path and self.layout and self.rows_handed_back + self.rows_review)


class ImportPulse(models.Model):
    """The last sign of life of an import, which tells work that goes on from work that was killed.

    A row of its own: each sign leaves a version of its row behind, and were that the import's, the foreign key of every
    row that is being stored would walk past them.
    """

    registry_import = models.OneToOneField(RegistryImport, models.CASCADE, primary_key=True, related_name="pulse")
    at = models.DateTimeField()
    rows_stored = models.PositiveIntegerField(default=0)  # while accepting: how far it has come

    def __str__(self) -> str:
        return f"tanda hidup {self.pk}"


class StagedRow(models.Model):
    """One row of a file as the check read it, waiting to be accepted. Filled and emptied by SQL, set by set."""

    pk = models.CompositePrimaryKey("registry_import_id", "row")
    registry_import = models.ForeignKey(RegistryImport, models.CASCADE, related_name="staged", db_index=False)
    row = models.PositiveIntegerField()  # as a spreadsheet counts, the header being row 1
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    nik = models.CharField(max_length=16, blank=True)
    family_card_number = models.CharField(max_length=16, blank=True)
    name = models.CharField(max_length=150, blank=True)
    birth_place = models.CharField(max_length=80, blank=True)
    birth_on = models.DateField(null=True)
    sex = models.CharField(max_length=1, blank=True)
    address = models.CharField(max_length=200, blank=True)
    rt = models.CharField(max_length=3, blank=True)
    rw = models.CharField(max_length=3, blank=True)
    kelurahan = models.ForeignKey(Region, models.DO_NOTHING, null=True, db_constraint=False, db_index=False)
    occupation = models.ForeignKey("Occupation", models.DO_NOTHING, null=True, db_constraint=False, db_index=False)
    income = models.PositiveIntegerField(null=True)
    phone = models.CharField(max_length=15, blank=True)
    desil = models.PositiveSmallIntegerField(null=True)
    known = models.ForeignKey(
        "Worker", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )  # who has this NIK already
    changes = models.JSONField(null=True)  # what the row would change of them: {"phone": ["old", "new"]}
    decision = models.CharField(max_length=5, choices=RowDecision.choices, blank=True)  # of a held row
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True)  # when a person typed what the file does not say

    class Meta:
        ordering = ["row"]
        constraints = [
            models.CheckConstraint(
                name="workers_staged_row_decision_is_signed", condition=signed_together("decided_by", "decided_at")
            ),
            models.CheckConstraint(
                name="workers_staged_row_answer_is_signed", condition=signed_together("answered_by", "answered_at")
            ),
        ]

    def __str__(self) -> str:
        return f"baris {self.row}"


class ImportFinding(models.Model):
    """One thing about one row, in words that say how to mend it: a fault, or a question to an accepted row."""

    registry_import = models.ForeignKey(RegistryImport, models.CASCADE, related_name="findings")
    row = models.PositiveIntegerField()  # as a spreadsheet counts, the header being row 1
    column = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    value = models.CharField(max_length=200, blank=True)
    details = ArrayField(
        models.TextField(), default=list, db_default=[]
    )  # words that the sentence needs besides the value

    class Meta:
        ordering = ["row", "pk"]
        indexes = [models.Index(fields=["registry_import", "row"], name="workers_finding_row")]

    def __str__(self) -> str:
        return f"temuan #{self.pk}"
