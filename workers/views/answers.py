from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.decorators import roles
from accounts.roles import Role
from casework.decisions import Refused
from casework.views import posted
from workers import operations, rules, tasks
from workers.enums import ImportStatus, Verdict
from workers.forms import AnswersForm
from workers.models import RegistryImport
from workers.registry_file import LABELS, message_of


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def import_row(request: HttpRequest, pk, row: int) -> HttpResponse:
    """One row of a file that lacks something: what the file says of it, and boxes for what it does not."""
    imports = RegistryImport.objects.visible_to(request.user).select_related("posting")
    registry_import = get_object_or_404(imports, pk=pk)
    staged = get_object_or_404(registry_import.staged.select_related("kelurahan", "occupation"), row=row)
    findings = list(registry_import.findings.filter(row=row).order_by("pk"))
    wanted = rules.answers_wanted(staged, findings)
    typed = posted(request)
    form = AnswersForm(typed, wanted=wanted, posting=registry_import.posting_id)
    if wanted and form.is_valid():
        try:
            with transaction.atomic():
                answered = operations.answer_row(pk, row, by=request.user, answers=form.cells())
                if registry_import.status == ImportStatus.DONE:
                    tasks.search_import.enqueue(str(pk))
        except Refused as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _told(answered, registry_import))
            return redirect("workers:import_held", pk)
    operations.view_held(registry_import, [staged], by=request.user)
    context = {
        "registry_import": registry_import,
        "row": staged,
        "form": form,
        "answering": rules.may_answer_row(registry_import, request.user, wanted=wanted),
        "faults": [
            (LABELS.get(found.column, ""), found.value, message_of(found.code, found.value, found.details))
            for found in findings
        ],
    }
    return render(request, "workers/import_row.html", context, status=422 if form.errors else 200)


def _told(row, registry_import: RegistryImport) -> str:
    if row.verdict == Verdict.REVIEW:
        return f"Baris {row.row} dilengkapi. Putuskan: ambil atau biarkan."
    stored = "disimpan" if registry_import.status == ImportStatus.DONE else "disimpan bersama berkasnya"
    return f"Baris {row.row} dilengkapi dan {stored}."
