from workers.models.imports import ImportFinding, RegistryImport
from workers.models.people import DesilRecord, Occupation, Policy, PolicyQuerySet, Worker

__all__ = ["DesilRecord", "ImportFinding", "Occupation", "Policy", "PolicyQuerySet", "RegistryImport", "Worker"]
