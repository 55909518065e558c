from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import roles
from accounts.models import User
from accounts.roles import Role
from casework.decisions import Refused
from casework.paging import Order, page_of
from regions.models import Region
from workers import operations, registry_file, rules, tasks
from workers.enums import FamilyMove, ImportStatus, RowDecision, Verdict
from workers.forms import ImportForm, RowDecisionForm, SnapshotForm, UndoImportForm
from workers.models import Occupation, Policy, RegistryImport, StagedRow
from workers.operations import LABELS
from workers.registry_file import CODES, WORST_LAST, Unreadable, general_message, message_of

EXAMPLES = 20
SILENT = timedelta(seconds=30)  # work that gave no sign of life for so long may be started again
UNDER_WORK = (ImportStatus.QUEUED, ImportStatus.CHECKING, ImportStatus.ACCEPTING, ImportStatus.UNDOING)


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
def import_list(request: HttpRequest) -> HttpResponse:
    imports = RegistryImport.objects.visible_to(request.user).select_related("posting", "uploaded_by")
    page = page_of(imports, request.GET.get("page", ""), order=Order("uploaded_at", "pk", falling=True))
    return render(request, "workers/import_list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def import_upload(request: HttpRequest) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None, user=request.user)
    if form.is_valid():
        registry_import = take_in(form, by=request.user, posting=form.cleaned_data["posting"])
        if registry_import is not None:
            return redirect("workers:import_columns", registry_import.pk)
    return render(request, "workers/import_upload.html", {"form": form}, status=422 if form.errors else 200)


def take_in(form: ImportForm | SnapshotForm, *, by: User, **terms: Any) -> RegistryImport | None:
    """Stores the file of a filled form on these terms (operations.import_registry). None: the form says why not."""
    file, reason = form.cleaned_data["file"], form.cleaned_data["reason"]
    try:
        with transaction.atomic():
            return operations.import_registry(by=by, content=file, name=file.name, reason=reason, ask=True, **terms)
    except Unreadable as error:
        form.add_error("file", str(error))
    except Refused as refused:
        form.add_error(None, refused.messages)
    return None


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
def import_detail(request: HttpRequest, pk) -> HttpResponse:
    imports = RegistryImport.objects.visible_to(request.user).with_pulse()
    people = imports.select_related("posting", "uploaded_by", "accepted_by", "undone_by")
    registry_import = get_object_or_404(people, pk=pk)
    searching = registry_import.search_due and registry_import.status == ImportStatus.DONE
    running = registry_import.status in UNDER_WORK
    context = {
        "registry_import": registry_import,
        "running": running,
        "searching": searching,
        "silent": (running or searching) and timezone.now() - registry_import.sign_at > SILENT,
        "before": _under_work_before(registry_import) if running else None,
        "accepting": rules.may_accept_import(registry_import, request.user),
        "undoing": rules.may_undo_import(registry_import, request.user, now=timezone.now()),
        "share": rules.known_share(registry_import),
        "moves": _moves(registry_import),
        "kinds": _kinds(registry_import),
        "examples": _examples(registry_import) if registry_import.status == ImportStatus.READY else [],
        "held": registry_import.staged.filter(verdict=Verdict.REVIEW, decision="").count(),
    }
    return render(request, "workers/import_detail.html", context)


@require_POST
@roles(Role.OFFICER, Role.ADMIN)
def import_continue(request: HttpRequest, pk) -> HttpResponse:
    """Starts work anew that was killed; what goes on is left alone."""
    registry_import = get_object_or_404(RegistryImport.objects.visible_to(request.user).with_pulse(), pk=pk)
    if timezone.now() - registry_import.sign_at > SILENT:
        match registry_import.status:
            case ImportStatus.ACCEPTING:
                tasks.store_import.enqueue(str(registry_import.pk))
            case ImportStatus.UNDOING:
                tasks.finish_undo.enqueue(str(registry_import.pk))
            case ImportStatus.DONE:
                tasks.search_import.enqueue(str(registry_import.pk))
            case _:
                tasks.check_import.enqueue(str(registry_import.pk), by=request.user.pk)
        messages.success(request, "Dilanjutkan.")
    return redirect(registry_import)


@require_POST
@roles(Role.OFFICER, Role.ADMIN)
def import_accept(request: HttpRequest, pk) -> HttpResponse:
    registry_import = get_object_or_404(RegistryImport.objects.visible_to(request.user), pk=pk)
    try:
        with transaction.atomic():
            operations.accept_import(registry_import.pk, by=request.user)
            tasks.store_import.enqueue(str(registry_import.pk))
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, "Berkas diterima. Barisnya sedang disimpan, halaman ini boleh ditinggalkan.")
    return redirect(registry_import)


@require_POST
@roles(Role.OFFICER, Role.ADMIN)
def import_cancel(request: HttpRequest, pk) -> HttpResponse:
    registry_import = get_object_or_404(RegistryImport.objects.visible_to(request.user), pk=pk)
    try:
        operations.cancel_import(registry_import.pk, by=request.user)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, "Berkas tidak diambil. Tidak ada yang disimpan.")
    return redirect(registry_import)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def import_held(request: HttpRequest, pk) -> HttpResponse:
    """The rows that wait for a decision; one of them, or all of one kind, is taken or left."""
    registry_import = get_object_or_404(
        RegistryImport.objects.visible_to(request.user).select_related("posting"), pk=pk
    )
    if request.method == "POST":
        form = RowDecisionForm(request.POST)
        if form.is_valid():
            _decide(request, registry_import, form.cleaned_data)
        return redirect("workers:import_held", registry_import.pk)
    held = registry_import.staged.filter(verdict=Verdict.REVIEW).select_related("decided_by", "known")
    page = page_of(held, request.GET.get("page", ""), order=Order("row"))
    operations.view_held(registry_import, page.rows, by=request.user)
    _with_words(registry_import, page.rows)
    waiting = registry_import.findings.filter(row__in=held.filter(decision="").values("row"))
    kinds = [
        {"code": code, "message": general_message(code), "rows": rows}
        for code, rows in waiting.values_list("code").annotate(rows=Count("row", distinct=True)).order_by("code")
        if CODES[code].verdict == Verdict.REVIEW
    ]
    deciding = rules.may_decide_rows(registry_import, request.user)
    context = {"registry_import": registry_import, "page": page, "kinds": kinds, "deciding": deciding}
    return render(request, "workers/import_held.html", context)


def _decide(request: HttpRequest, registry_import: RegistryImport, asked: dict) -> None:
    rows = [asked["row"]] if asked["row"] else []
    try:
        with transaction.atomic():
            count = operations.decide_rows(
                registry_import.pk, by=request.user, decision=asked["decision"], rows=rows, code=asked["code"]
            )
            if registry_import.status == ImportStatus.DONE and asked["decision"] == RowDecision.TAKEN:
                tasks.search_import.enqueue(str(registry_import.pk))
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"{count} baris {RowDecision(asked['decision']).label.lower()}.")


def _with_words(registry_import: RegistryImport, rows: Iterable[StagedRow]) -> None:
    """Gives each held row its sentences, its differences in words, and what may be decided about it."""
    found = defaultdict(list)
    for finding in registry_import.findings.filter(row__in=[row.row for row in rows]):
        found[finding.row].append(finding)
    names = {"kelurahan": Region.objects.in_bulk(), "occupation": Occupation.objects.in_bulk()}
    for row in rows:
        held_by = [finding for finding in found[row.row] if CODES[finding.code].verdict == Verdict.REVIEW]
        row.messages = [message_of(finding.code, finding.value, finding.details) for finding in held_by]
        row.may_take = all(finding.code != "sex" for finding in held_by)
        row.may_answer = bool(rules.answers_wanted(row, found[row.row]))
        row.may_change = registry_import.status == ImportStatus.READY or not row.decision
        row.differences = [
            {
                "label": LABELS[name][0].upper() + LABELS[name][1:],
                "old": names.get(name, {}).get(old, old),
                "new": names.get(name, {}).get(new, new),
            }
            for name, (old, new) in (row.changes or {}).items()
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def import_undo(request: HttpRequest, pk) -> HttpResponse:
    registry_import = get_object_or_404(
        RegistryImport.objects.visible_to(request.user).select_related("posting"), pk=pk
    )
    form = UndoImportForm(request.POST or None)
    if form.is_valid():
        try:
            with transaction.atomic():
                operations.undo_import(registry_import.pk, by=request.user, **form.cleaned_data)
                tasks.finish_undo.enqueue(str(registry_import.pk))
        except Refused as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, "Impor sedang dibatalkan, halaman ini boleh ditinggalkan.")
            return redirect(registry_import)
    undoing = rules.may_undo_import(registry_import, request.user, now=timezone.now())
    context = {"registry_import": registry_import, "form": form, "undoing": undoing}
    return render(request, "workers/import_undo.html", context, status=422 if form.errors else 200)


def _under_work_before(registry_import: RegistryImport) -> RegistryImport | None:
    """The import that this one waits for, if any. Its name may be told to everybody who imports (AC-I29)."""
    others = RegistryImport.objects.with_pulse().filter(
        status__in=set(UNDER_WORK) - {ImportStatus.QUEUED}, sign_at__gt=timezone.now() - SILENT
    )
    return others.exclude(pk=registry_import.pk).select_related("uploaded_by").order_by("uploaded_at").first()


def _moves(registry_import: RegistryImport) -> dict[str, Any] | None:
    """What a DTSEN snapshot would change, or has changed, as rows of a table; None before it is known."""
    moves = registry_import.moves
    if moves is None:
        return None
    counted = [moves[kind] for kind in ("families", "workers", "covered")]
    above = (FamilyMove.OVER, FamilyMove.NEW_ABOVE)
    return moves | {
        "rows": [
            {"label": move.label, "is_above": move in above, "counts": [counts[move] for counts in counted]}
            for move in FamilyMove
        ],
        "to_review": sum(moves["covered"][move] for move in above),
        "counts_now": Policy.objects.in_force(timezone.localdate()).release == registry_import.release,
    }


def _kinds(registry_import: RegistryImport) -> list[dict]:
    """Each kind of finding with its number of rows, the worst first."""
    counted = registry_import.findings.values("code", "column").annotate(
        rows=Count("pk"), value=Min("value"), first=Min("row")
    )
    kinds = [
        kind
        | {
            "verdict": Verdict(CODES[kind["code"]].verdict),
            "message": general_message(kind["code"]),
            "label": registry_file.LABELS.get(kind["column"], kind["column"]),
            "share": kind["rows"] / max(registry_import.rows_done, 1),
        }
        for kind in counted
    ]
    return sorted(kinds, key=lambda kind: (-WORST_LAST.index(kind["verdict"]), -kind["rows"], kind["code"]))


def _examples(registry_import: RegistryImport) -> QuerySet[StagedRow]:
    good = registry_import.staged.filter(verdict__in=(Verdict.ACCEPTED, Verdict.REPAIRED))
    return good.select_related("kelurahan", "occupation").order_by("row")[:EXAMPLES]
