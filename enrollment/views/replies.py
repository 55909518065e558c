from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.decorators import fresh_login, roles, throttled
from accounts.roles import Role
from casework.paging import Order, page_of
from casework.views import attachment
from enrollment import operations
from enrollment.enums import ReplyOutcome
from enrollment.models import ReplyFile
from enrollment.views.deeds import batch_at


@require_safe
@roles(Role.OFFICER, Role.ADMIN, Role.BPJS, Role.AUDITOR)
@throttled("person", reads=True)
def reply_detail(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Every row of one reply with what became of it."""
    batch = batch_at(request, number)
    reply = get_object_or_404(batch.replies.select_related("read_by"), pk=pk)
    page = page_of(reply.rows.select_related("line__worker"), request.GET.get("page", ""), order=Order("row"))
    said = {finding["row"]: finding["message"] for finding in reply.findings}
    for row in page:
        row.said = said.get(row.row, "")
    operations.view_lines(batch, [row.line for row in page if row.line], by=request.user)
    context = {
        "batch": batch,
        "reply": reply,
        "page": page,
        "counts": _counts(reply),
    }
    return render(request, "enrollment/reply_detail.html", context)


@require_safe
@roles(Role.OFFICER, Role.ADMIN, Role.BPJS, Role.AUDITOR)
@fresh_login
@throttled("export", reads=True)
def reply_file(request: HttpRequest, number: str, pk: int) -> FileResponse:
    batch_at(request, number)
    try:
        file, content = operations.open_reply_file(pk, by=request.user)
    except ReplyFile.DoesNotExist as missing:
        raise Http404 from missing
    return attachment(content, name=file.name, content_type=file.content_type)


def _counts(reply: ReplyFile) -> list[dict[str, Any]]:
    """How many rows each outcome has, where it has any."""
    found = dict(reply.rows.order_by().values_list("outcome").annotate(Count("pk")))
    return [
        {"label": outcome.label, "rows": found[outcome.value]} for outcome in ReplyOutcome if outcome.value in found
    ]
