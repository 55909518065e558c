from django.core.files.base import File
from django.http import FileResponse


def attachment(file: File, *, name: str, content_type: str) -> FileResponse:
    """A file of people, to be saved and never shown as a page of the portal. The caller has checked the scope."""
    response = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response
