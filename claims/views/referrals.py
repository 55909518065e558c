from django.contrib import messages
from django.core.files.base import ContentFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import public, roles, throttled
from accounts.roles import Role
from casework.decisions import Refused
from casework.views import attachment
from claims import operations
from claims.models import Claim, ReferralNote


@require_POST
@roles(Role.OFFICER, Role.ADMIN)
def note_issue(request: HttpRequest, number: str) -> HttpResponse:
    claim = get_object_or_404(Claim.objects.visible_to(request.user), number=number)
    try:
        note = operations.issue_note(claim.pk, by=request.user)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"Surat pengantar {note.number} siap diunduh.")
    return redirect(claim)


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
@throttled("export", reads=True)
def note_file(request: HttpRequest, number: str) -> HttpResponse:
    try:
        paper = operations.print_note(number, by=request.user)
    except (Claim.DoesNotExist, ReferralNote.DoesNotExist) as missing:
        raise Http404 from missing
    return attachment(ContentFile(paper), name=f"surat-pengantar-{number}.pdf", content_type="application/pdf")


@require_safe
@public
@throttled("verify", reads=True)
def note_verify(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """For whoever holds the note, also without an account: the code on it is the key, and no person is named."""
    note = ReferralNote.objects.filter(number=number).select_related("hospital", "claim").first()
    known = note if note is not None and note.has_code(code) else None
    context = {"number": number, "code": code, "note": known}
    if known is not None:
        context["is_latest"] = known.hospital_id == known.claim.hospital_id and known == known.claim.notes.first()
    return render(request, "claims/note_verify.html", context)
