"""What officers and admins do with the registry. Each deed is one transaction with one audit entry."""

from workers.operations.imports import Preview, check_import, import_registry, preview_registry
from workers.operations.registration import register_worker, view_worker

__all__ = ["Preview", "check_import", "import_registry", "preview_registry", "register_worker", "view_worker"]
