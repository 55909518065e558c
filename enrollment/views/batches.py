from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import fresh_login, roles, throttled
from accounts.roles import Role
from casework import audit
from casework.decisions import Reason, Refused
from casework.exports import WORKBOOK
from casework.paging import Order, page_of
from casework.views import posted
from enrollment import batch_file as files
from enrollment import operations, rules
from enrollment.enums import BatchStatus
from enrollment.filters import BatchFilter
from enrollment.forms import AddLineForm, DraftForm, DropLineForm, ProposalForm, ReplyForm, SelectionForm
from enrollment.models import Batch
from enrollment.querysets import TURN_FIRST
from enrollment.views.deeds import CHANGE_PREFIX, DROP_PREFIX, REPLY, batch_at, facts_of, offers, signers
from workers.models import Worker

# What the timeline says of each audit event, with its icon.
STEPS = {
    "batch.draft": ("Draf dibuat", "edit"),
    "batch.add_line": ("Pekerja dimasukkan", "plus"),
    "batch.add_drop": ("Peserta yang keluar dimasukkan", "plus"),
    "batch.add_drops": ("Peserta yang keluar dimasukkan", "plus"),
    "batch.add_change": ("Peserta yang berubah dimasukkan", "plus"),
    "batch.take_out": ("Pekerja dikeluarkan", "x"),
    "batch.propose": ("Diusulkan dan dikunci", "edit"),
    "batch.lock": ("Dikunci", "edit"),
    "batch.sign": ("Disetujui, masih perlu persetujuan lagi", "check"),
    "batch.approve": ("Disetujui", "check"),
    "batch.hand_back": ("Dikembalikan ke pengusul", "left"),
    "batch.reopen": ("Dibuka lagi menjadi draf", "edit"),
    "batch.reject": ("Ditolak", "x"),
    "batch.withdraw": ("Ditarik pengusulnya", "ban"),
    "batch.send": ("Diambil BPJS Ketenagakerjaan", "send"),
    "batch.download": ("Berkas diunduh", "download"),
    "batch.read_reply": ("Jawaban dibaca", "upload"),
    "batch.answer": ("Semua baris terjawab", "check"),
    "batch.reconcile": ("Cocok dengan tagihan", "check"),
    "batch.close": ("Ditutup", "check"),
}

TURN = {
    BatchStatus.DRAFT: "Draf. Pengusul memasukkan dan mengeluarkan pekerja, lalu menguncinya.",
    BatchStatus.LOCKED: "Menunggu admin kota menyetujui.",
    BatchStatus.APPROVED: "Menunggu BPJS Ketenagakerjaan mengambil berkasnya.",
    BatchStatus.SENT: "Menunggu jawaban BPJS Ketenagakerjaan.",
    BatchStatus.ANSWERED: "Semua baris sudah dijawab. Menunggu dicocokkan dengan tagihan bulannya.",
    BatchStatus.RECONCILED: "Cocok dengan tagihan. Menunggu bulannya ditutup.",
    BatchStatus.CLOSED: "Selesai.",
    BatchStatus.RETURNED: "Menunggu pengusul membukanya lagi dan memperbaikinya, atau menariknya.",
    BatchStatus.REJECTED: "Selesai. Pekerjanya dapat diusulkan lagi setelah diperbaiki.",
    BatchStatus.WITHDRAWN: "Selesai. Pekerjanya dapat diusulkan lagi.",
}
PROPOSED = {
    BatchStatus.LOCKED: "diusulkan. Admin kota yang menyetujuinya.",
    BatchStatus.DRAFT: "disimpan sebagai draf. Kunci bila isinya sudah lengkap.",
}
OF_LINE = ("worker__kelurahan", "worker__occupation", "ends")


@require_safe
@roles(Role.OFFICER, Role.ADMIN, Role.BPJS, Role.AUDITOR)
def batch_list(request: HttpRequest) -> HttpResponse:
    batches = Batch.objects.visible_to(request.user).with_list_data().turn_first(request.user)
    found = BatchFilter(request.GET, queryset=batches, request=request)
    page = page_of(found.qs, request.GET.get("page", ""), order=TURN_FIRST)
    context = {
        "filter": found.form,
        "page": page,
        "can_propose": request.user.role == Role.OFFICER,
    }
    return render(request, "enrollment/batch_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER)
def batch_propose(request: HttpRequest) -> HttpResponse:
    """The terms stand in the address; the page shows whom they reach, and a POST to it proposes exactly those."""
    typed = request.GET if "package" in request.GET else None
    terms_form = SelectionForm(typed, user=request.user, initial={"worker": request.GET.get("worker")})
    context = {"terms_form": terms_form, "form": None, "preview": None}
    if terms_form.is_valid():
        try:
            preview = _preview(request.user, terms_form)
        except Refused as refused:
            terms_form.refuse(refused)
        else:
            form = ProposalForm(posted(request), initial={"expected": preview["count"]})
            if form.is_valid() and (batch := _propose(request, terms_form, form, preview["count"])):
                messages.success(request, f"Kelompok {batch.number} {PROPOSED[batch.status]}")
                return redirect(batch)
            context |= {"form": form, "preview": preview}
    wrong = terms_form.errors or (context["form"] and context["form"].errors)
    return render(request, "enrollment/batch_propose.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER)
def batch_draft(request: HttpRequest) -> HttpResponse:
    """An empty draft for members who shall leave; they are put into it on its own page."""
    form = DraftForm(posted(request))
    if form.is_valid():
        try:
            batch = operations.open_draft(by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"Draf {batch.number} dibuka. Masukkan peserta yang keluar.")
            return redirect(batch)
    return render(request, "enrollment/batch_draft.html", {"form": form}, status=422 if form.errors else 200)


def _preview(user, terms_form: SelectionForm) -> dict:
    """Whom the terms reach and what that costs a month; a named worker with every reason against."""
    today = timezone.localdate()
    asked = terms_form.cleaned_data
    policy = rules.policy_in_force(today)
    terms = rules.Terms(asked["package"], asked["payer"], asked["start_month"])
    if asked["worker"]:
        worker = Worker.objects.visible_to(user).select_related("occupation").filter(pk=asked["worker"]).first()
        if worker is None:
            raise Refused(
                Reason("worker_not_found", "Pekerja tidak ditemukan di wilayah tugas Anda.", "Pilih pekerja lain.")
            )
        costs = rules.costs_of([worker], terms=terms)
        decision = rules.check_workers([worker], terms=terms, policy=policy, on=today)
        amount = sum(cost.amount for cost in costs)
        return {"count": 1, "worker": worker, "decision": decision, "costs": costs, "amount": amount}
    kelurahan = asked["kelurahan"].code if asked["kelurahan"] else ""
    plan = rules.plan_batch(
        by=user,
        terms=terms,
        policy=policy,
        on=today,
        fund=asked["fund"],
        cohort=asked["cohort"],
        kelurahan=kelurahan,
    )
    return {
        "count": plan.workers,
        "left_out": plan.left_out,
        "decision": plan.decision,
        "costs": plan.costs,
        "amount": plan.monthly_amount,
        "plan": plan,
    }


def _propose(request, terms_form: SelectionForm, form: ProposalForm, count: int) -> Batch | None:
    asked = terms_form.cleaned_data
    if form.cleaned_data["expected"] != count:
        form.data = {**form.data.dict(), "expected": count}
        form.add_error(None, f"Jumlahnya berubah menjadi {count} pekerja. Periksa lagi, lalu usulkan.")
        return None
    try:
        return operations.propose_batch(
            by=request.user,
            package=asked["package"],
            payer=asked["payer"],
            start_month=asked["start_month"],
            workers=[asked["worker"]] if asked["worker"] else None,
            kelurahan=asked["kelurahan"].code if asked.get("kelurahan") else "",
            cohort=asked.get("cohort", ""),
            fund=asked["fund"],
            note=form.cleaned_data["note"],
            draft="draft" in request.POST,
        )
    except Refused as refused:
        form.refuse(refused)
        return None


@require_safe
@roles(Role.OFFICER, Role.ADMIN, Role.BPJS, Role.AUDITOR)
@throttled("person", reads=True)
def batch_detail(request: HttpRequest, number: str) -> HttpResponse:
    batch = batch_at(request, number)
    lines = batch.lines.select_related(*OF_LINE).order_by("number")
    page = page_of(lines, request.GET.get("page", ""), order=Order("number"))
    operations.view_lines(batch, page, by=request.user)
    may_edit = rules.may_edit(batch, request.user)
    facts = facts_of(batch)
    context = {
        **facts,
        **offers(batch, request.user, signed=signers(facts["approvals"])),
        "page": page,
        "replies": list(batch.replies.select_related("read_by")),
        "steps": _steps(batch),
        "turn": TURN[batch.status],
        "can_download": bool(rules.may_download(batch, request.user)),
        "add_form": AddLineForm() if may_edit else None,
        "drop_form": DropLineForm(prefix=DROP_PREFIX) if may_edit else None,
        "change_form": AddLineForm(prefix=CHANGE_PREFIX) if may_edit else None,
    }
    return render(request, "enrollment/batch_detail.html", context)


@require_safe
@roles(Role.BPJS)
@fresh_login
@throttled("export", reads=True)
def batch_file(request: HttpRequest, number: str) -> HttpResponse:
    batch = batch_at(request, number)
    try:
        name, rows = operations.download_batch(batch.pk, by=request.user)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(batch)
    return _handed_out(name, rows)


@require_safe
@roles(Role.BPJS)
def reply_example(request: HttpRequest) -> HttpResponse:
    return _handed_out("contoh-jawaban.csv", files.write_reply_example())


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.BPJS)
def batch_reply(request: HttpRequest, number: str) -> HttpResponse:
    batch = batch_at(request, number)
    form = ReplyForm(posted(request), request.FILES or None)
    if form.is_valid():
        try:
            reply, is_new = operations.read_reply(batch.pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _told(reply, is_new))
            return redirect(batch)
    context = {
        **facts_of(batch),
        "deed": REPLY,
        "decision": rules.may_read_reply(batch, request.user),
        "form": form,
        "columns": files.REPLY_COLUMNS,
    }
    return render(request, "enrollment/batch_reply.html", context, status=422 if form.errors else 200)


def _told(reply, is_new: bool) -> str:
    if not is_new:
        return f"Berkas ini sudah dibaca oleh {reply.read_by.name}. Tidak ada yang berubah."
    return (
        f"Jawaban dibaca: {reply.accepted} diterima, {reply.rejected} ditolak, "
        f"{len(reply.findings)} baris perlu dilihat."
    )


def _steps(batch: Batch) -> list[dict]:
    return [
        {
            "what": STEPS[entry.event][0],
            "icon": STEPS[entry.event][1],
            "who": f"{entry.actor_name}, {entry.actor_place}",
            "at": entry.at,
            "note": entry.note,
        }
        for entry in audit.entries_of(batch).filter(event__in=STEPS)
    ]


def _handed_out(name: str, rows) -> StreamingHttpResponse:
    kind = WORKBOOK if name.endswith(".xlsx") else "text/csv; charset=utf-8"
    response = StreamingHttpResponse(rows, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
