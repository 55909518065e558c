from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.files.base import File
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from casework.decisions import Refused


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form takes: also a POST that holds nothing, which a button alone sends."""
    return request.POST if request.method == "POST" else None


def deed_page(
    request: HttpRequest,
    form: Any,
    deed: Callable[..., Any],
    *,
    done: Callable[[Any], str],
    back: str,
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """The page of one deed: does it with what the form holds and goes back, or shows what stands against it.

    `done` says of what the deed returns what the person reads then.
    """
    if form.is_valid():
        try:
            outcome = deed(by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, done(outcome))
            return redirect(back)
    return render(request, template, {"form": form} | context, status=422 if form.errors else 200)


def attachment(file: File, *, name: str, content_type: str) -> FileResponse:
    """A file of people, to be saved and never shown as a page of the portal. The caller has checked the scope."""
    response = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response
