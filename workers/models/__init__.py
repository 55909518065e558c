from workers.models.columns import ColumnMapping
from workers.models.documents import WorkerDocument
from workers.models.drafts import DraftPhoto, RegistrationDraft
from workers.models.exits import WorkerExit
from workers.models.identity import IdentityCorrection
from workers.models.imports import ImportFinding, ImportPulse, RegistryImport, StagedRow
from workers.models.pairs import DuplicatePair
from workers.models.people import (
    DesilRecord,
    Occupation,
    Policy,
    PolicyQuerySet,
    Worker,
)
from workers.models.releases import DesilRelease
from workers.models.reviews import DesilObjection, DesilReview

__all__ = [
    "ColumnMapping",
    "DesilObjection",
    "DesilRecord",
    "DesilRelease",
    "DesilReview",
    "DraftPhoto",
    "DuplicatePair",
    "IdentityCorrection",
    "ImportFinding",
    "ImportPulse",
    "Occupation",
    "Policy",
    "PolicyQuerySet",
    "RegistrationDraft",
    "RegistryImport",
    "StagedRow",
    "Worker",
    "WorkerDocument",
    "WorkerExit",
]
