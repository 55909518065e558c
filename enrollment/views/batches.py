from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import fresh_login, roles, throttled
from accounts.roles import Role
from casework import audit
from casework.decisions import Decision, Reason, Refused
from casework.paging import Order, page_of
from enrollment import batch_file as files
from enrollment import operations, rules
from enrollment.enums import BatchStatus
from enrollment.filters import BatchFilter
from enrollment.forms import DeedForm, EmptyForm, NoteForm, ProposalForm, ReasonForm, ReplyForm, TermsForm
from enrollment.models import Batch
from enrollment.querysets import TURN_FIRST
from workers.models import Worker

# What the timeline says of each audit event, with its icon.
STEPS = {
    "batch.propose": ("Diusulkan: tanda tangan pertama", "edit"),
    "batch.approve": ("Disetujui: tanda tangan kedua", "check"),
    "batch.reject": ("Ditolak", "x"),
    "batch.withdraw": ("Ditarik pengusulnya", "ban"),
    "batch.send": ("Diambil BPJS Ketenagakerjaan", "send"),
    "batch.download": ("Berkas diunduh", "download"),
    "batch.read_reply": ("Jawaban dibaca", "upload"),
    "batch.answer": ("Semua baris terjawab", "check"),
}

TURN = {
    BatchStatus.PROPOSED: "Menunggu admin kota menyetujui.",
    BatchStatus.APPROVED: "Menunggu BPJS Ketenagakerjaan mengambil berkasnya.",
    BatchStatus.SENT: "Menunggu jawaban BPJS Ketenagakerjaan.",
    BatchStatus.ANSWERED: "Selesai. Semua baris sudah dijawab.",
    BatchStatus.REJECTED: "Selesai. Pekerjanya dapat diusulkan lagi setelah diperbaiki.",
    BatchStatus.WITHDRAWN: "Selesai. Pekerjanya dapat diusulkan lagi.",
}


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed as pages offer it, to the role whose work it is."""

    action: str
    role: Role
    rule: Callable[..., Decision]
    label: str
    blocked: str  # title of the reasons
    side: bool = False

    @property
    def page(self) -> str:
        return f"enrollment:batch_{self.action}"


APPROVE = Deed("approve", Role.ADMIN, rules.may_approve, "Setujui kelompok", "Belum dapat Anda setujui")
REJECT = Deed("reject", Role.ADMIN, rules.may_reject, "Tolak kelompok", "Belum dapat Anda tolak", side=True)
WITHDRAW = Deed("withdraw", Role.OFFICER, rules.may_withdraw, "Tarik usulan", "Belum dapat Anda tarik", side=True)
SEND = Deed("send", Role.BPJS, rules.may_send, "Ambil berkas", "Belum dapat diambil")
REPLY = Deed("reply", Role.BPJS, rules.may_read_reply, "Unggah jawaban", "Jawaban belum dapat diunggah")
DEEDS = (APPROVE, REJECT, WITHDRAW, SEND, REPLY)


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
    terms_form = TermsForm(typed, user=request.user, initial={"worker": request.GET.get("worker")})
    context = {"terms_form": terms_form, "form": None, "preview": None}
    if terms_form.is_valid():
        try:
            preview = _preview(request.user, terms_form)
        except Refused as refused:
            terms_form.refuse(refused)
        else:
            form = ProposalForm(_typed(request), initial={"expected": preview["count"]})
            if form.is_valid() and (batch := _propose(request, terms_form, form, preview["count"])):
                messages.success(request, f"Kelompok {batch.number} diusulkan. Admin kota yang menyetujuinya.")
                return redirect(batch)
            context |= {"form": form, "preview": preview}
    wrong = terms_form.errors or (context["form"] and context["form"].errors)
    return render(request, "enrollment/batch_propose.html", context, status=422 if wrong else 200)


def _preview(user, terms_form: TermsForm) -> dict:
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
        return {"count": 1, "worker": worker, "decision": decision, **_sum(costs)}
    kelurahan = asked["kelurahan"].code if asked["kelurahan"] else ""
    selection = rules.select_workers(by=user, terms=terms, policy=policy, on=today, kelurahan=kelurahan)
    costs = selection.costs()
    count = sum(cost.workers for cost in costs)
    return {"count": count, "left_out": selection.left_out(), "decision": rules.may_reach(count), **_sum(costs)}


def _sum(costs) -> dict:
    return {"costs": costs, "amount": sum(cost.amount for cost in costs)}


def _propose(request, terms_form: TermsForm, form: ProposalForm, count: int) -> Batch | None:
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
            note=form.cleaned_data["note"],
        )
    except Refused as refused:
        form.refuse(refused)
        return None


@require_safe
@roles(Role.OFFICER, Role.ADMIN, Role.BPJS, Role.AUDITOR)
@throttled("person", reads=True)
def batch_detail(request: HttpRequest, number: str) -> HttpResponse:
    batch = _batch(request, number)
    decisions = [(deed, _ask(deed, batch, request.user)) for deed in DEEDS]
    lines = batch.lines.select_related("worker").order_by("number")
    page = page_of(lines, request.GET.get("page", ""), order=Order("number"))
    operations.view_lines(batch, page, by=request.user)
    context = {
        **_facts(batch),
        "page": page,
        "replies": list(batch.replies.select_related("read_by")),
        "steps": _steps(batch),
        "turn": TURN[batch.status],
        "can_download": bool(rules.may_download(batch, request.user)),
        "open_deeds": [deed for deed, decision in decisions if decision],
        "blocked_deeds": [
            (deed, decision) for deed, decision in decisions if _is_told(deed, decision, batch, request.user)
        ],
    }
    return render(request, "enrollment/batch_detail.html", context)


def _ask(deed: Deed, batch: Batch, user) -> Decision:
    return deed.rule(batch, user, note="–") if deed is REJECT else deed.rule(batch, user)


def _is_told(deed: Deed, decision: Decision, batch: Batch, user) -> bool:
    """Reasons stand where the button would be: the user's own work, or a signature the proposer waits for."""
    if decision or "wrong_status" in decision.codes:
        return False
    return deed.role == user.role or (deed is APPROVE and batch.proposed_by_id == user.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
@fresh_login
def batch_approve(request: HttpRequest, number: str) -> HttpResponse:
    done = "disetujui. BPJS Ketenagakerjaan dapat mengambil berkasnya."
    return _carry_out(request, number, APPROVE, NoteForm(_typed(request)), operations.approve_batch, done)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
def batch_reject(request: HttpRequest, number: str) -> HttpResponse:
    done = "ditolak. Alasannya terlihat oleh pengusul."
    return _carry_out(request, number, REJECT, ReasonForm(_typed(request)), operations.reject_batch, done)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER)
def batch_withdraw(request: HttpRequest, number: str) -> HttpResponse:
    done = "ditarik. Pekerjanya dapat diusulkan lagi."
    return _carry_out(request, number, WITHDRAW, NoteForm(_typed(request)), operations.withdraw_batch, done)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.BPJS)
def batch_send(request: HttpRequest, number: str) -> HttpResponse:
    done = "diambil. Berkasnya sekarang dapat diunduh."
    return _carry_out(request, number, SEND, EmptyForm(_typed(request)), operations.send_batch, done)


@require_safe
@roles(Role.BPJS)
@fresh_login
@throttled("export", reads=True)
def batch_file(request: HttpRequest, number: str) -> HttpResponse:
    batch = _batch(request, number)
    try:
        name, rows = operations.download_batch(batch.pk, by=request.user)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(batch)
    return _csv(name, rows)


@require_safe
@roles(Role.BPJS)
def reply_example(request: HttpRequest) -> HttpResponse:
    return _csv("contoh-jawaban.csv", files.write_reply_example())


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.BPJS)
def batch_reply(request: HttpRequest, number: str) -> HttpResponse:
    batch = _batch(request, number)
    form = ReplyForm(_typed(request), request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            reply, is_new = operations.read_reply(batch.pk, by=request.user, name=file.name, content=file.read())
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _told(reply, is_new))
            return redirect(batch)
    context = {
        **_facts(batch),
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


def _carry_out(request, number: str, deed: Deed, form: DeedForm, operation, done: str) -> HttpResponse:
    """The page of one deed: the facts, the form where the rule allows it, otherwise the reasons."""
    batch = _batch(request, number)
    if form.is_valid():
        try:
            operation(batch.pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
            batch = _batch(request, number)
        else:
            messages.success(request, f"Kelompok {number} {done}")
            return redirect(batch)
    decision = _ask(deed, batch, request.user)
    context = {**_facts(batch), "deed": deed, "decision": decision, "form": form}
    return render(request, f"enrollment/batch_{deed.action}.html", context, status=422 if form.errors else 200)


def _typed(request):
    return request.POST if request.method == "POST" else None


def _batch(request, number: str) -> Batch:
    batch = Batch.objects.visible_to(request.user).with_list_data().filter(number=number).first()
    if batch is None:
        raise Http404
    return batch


def _facts(batch: Batch) -> dict:
    """What every page about one batch shows: the facts as frozen at the proposal."""
    one_of_each = batch.lines.order_by("monthly_amount", "number").distinct("monthly_amount")
    return {"batch": batch, "traces": [(line.monthly_amount, line.facts["contribution"]) for line in one_of_each]}


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


def _csv(name: str, rows) -> StreamingHttpResponse:
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
