"""What officers and admins do with the registry. Each deed is one transaction with one audit entry."""

from workers.operations.correction import correct_worker, last_change
from workers.operations.documents import add_document, list_documents, open_document, withdraw_document
from workers.operations.imports import Preview, check_import, download_findings, import_registry, preview_registry
from workers.operations.registration import export_workers, list_workers, register_worker, view_worker
from workers.operations.releases import receive_release
from workers.operations.search import Found, search_worker

__all__ = [
    "Found",
    "Preview",
    "add_document",
    "check_import",
    "correct_worker",
    "download_findings",
    "export_workers",
    "import_registry",
    "last_change",
    "list_documents",
    "list_workers",
    "open_document",
    "preview_registry",
    "receive_release",
    "register_worker",
    "search_worker",
    "view_worker",
    "withdraw_document",
]
