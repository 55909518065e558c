"""What can be done with a batch: one page for each deed, and what the batch's own page offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import fresh_login, roles
from accounts.roles import Role
from casework.decisions import Decision, Refused
from casework.views import posted
from enrollment import operations, rules
from enrollment.forms import AddLineForm, DropLineForm, SeenForm, SeenNoteForm, SeenReasonForm
from enrollment.models import Batch, BatchApproval


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

    def ask(self, batch: Batch, user, *, signed: list[int]) -> Decision:
        """As far as it can be asked before anything is typed."""
        more = {"signed": signed} if self in SIGNATURES else {}
        return self.rule(batch, user, **more, **({"note": "–"} if self in REASONED else {}))


LOCK = Deed("lock", Role.OFFICER, rules.may_lock, "Kunci kelompok", "Belum dapat Anda kunci")
REOPEN = Deed("reopen", Role.OFFICER, rules.may_reopen, "Buka lagi", "Belum dapat Anda buka lagi")
APPROVE = Deed("approve", Role.ADMIN, rules.may_approve, "Setujui kelompok", "Belum dapat Anda setujui")
HAND_BACK = Deed(
    "hand_back", Role.ADMIN, rules.may_hand_back, "Kembalikan ke pengusul", "Belum dapat Anda kembalikan", side=True
)
REJECT = Deed("reject", Role.ADMIN, rules.may_reject, "Tolak kelompok", "Belum dapat Anda tolak", side=True)
WITHDRAW = Deed("withdraw", Role.OFFICER, rules.may_withdraw, "Tarik usulan", "Belum dapat Anda tarik", side=True)
SEND = Deed("send", Role.BPJS, rules.may_send, "Ambil berkas", "Belum dapat diambil")
REPLY = Deed("reply", Role.BPJS, rules.may_read_reply, "Unggah jawaban", "Jawaban belum dapat diunggah")
DEEDS = (LOCK, REOPEN, APPROVE, HAND_BACK, REJECT, WITHDRAW, SEND, REPLY)
SIGNATURES = (APPROVE, HAND_BACK, REJECT)
REASONED = (HAND_BACK, REJECT)


def offers(batch: Batch, user, *, signed: list[int]) -> dict:
    """The deeds that the user may do, and the reasons against those that are theirs to do."""
    decisions = [(deed, deed.ask(batch, user, signed=signed)) for deed in DEEDS]
    return {
        "open_deeds": [deed for deed, decision in decisions if decision],
        "blocked_deeds": [(deed, decision) for deed, decision in decisions if _is_told(deed, decision, batch, user)],
    }


def _is_told(deed: Deed, decision: Decision, batch: Batch, user) -> bool:
    """Reasons stand where the button would be: the user's own work, or a signature the proposer waits for."""
    if decision or "wrong_status" in decision.codes:
        return False
    return deed.role == user.role or (deed is APPROVE and batch.proposed_by_id == user.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER)
def batch_lock(request: HttpRequest, number: str) -> HttpResponse:
    return _carry_out(
        request, number, LOCK, SeenNoteForm, operations.lock_batch, "dikunci. Admin kota yang menyetujuinya."
    )


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER)
def batch_reopen(request: HttpRequest, number: str) -> HttpResponse:
    return _carry_out(request, number, REOPEN, SeenForm, operations.reopen_batch, "menjadi draf lagi.")


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
@fresh_login
def batch_approve(request: HttpRequest, number: str) -> HttpResponse:
    return _carry_out(request, number, APPROVE, SeenNoteForm, operations.approve_batch, "Anda setujui.")


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
def batch_hand_back(request: HttpRequest, number: str) -> HttpResponse:
    done = "dikembalikan. Alasannya terlihat oleh pengusul."
    return _carry_out(request, number, HAND_BACK, SeenReasonForm, operations.hand_back_batch, done)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
def batch_reject(request: HttpRequest, number: str) -> HttpResponse:
    done = "ditolak. Alasannya terlihat oleh pengusul."
    return _carry_out(request, number, REJECT, SeenReasonForm, operations.reject_batch, done)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER)
def batch_withdraw(request: HttpRequest, number: str) -> HttpResponse:
    done = "ditarik. Pekerjanya dapat diusulkan lagi."
    return _carry_out(request, number, WITHDRAW, SeenNoteForm, operations.withdraw_batch, done)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.BPJS)
def batch_send(request: HttpRequest, number: str) -> HttpResponse:
    done = "diambil. Berkasnya sekarang dapat diunduh."
    return _carry_out(request, number, SEND, SeenForm, operations.send_batch, done)


@require_POST
@roles(Role.OFFICER)
def batch_add(request: HttpRequest, number: str) -> HttpResponse:
    """One worker into a draft, by NIK, which is why it comes by POST."""
    batch = batch_at(request, number)
    form = AddLineForm(request.POST)
    if form.is_valid():
        try:
            line = operations.add_worker(batch.pk, by=request.user, nik=form.cleaned_data["nik"])
        except Refused as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, f"{line.worker.name} masuk sebagai baris {line.number}.")
    else:
        messages.error(request, "Isi NIK pekerja dulu.")
    return redirect(batch)


@require_POST
@roles(Role.OFFICER)
def batch_drop(request: HttpRequest, number: str) -> HttpResponse:
    """One member who shall leave into a draft, by NIK, with the reason."""
    batch = batch_at(request, number)
    form = DropLineForm(request.POST, prefix=DROP_PREFIX)
    if form.is_valid():
        try:
            line = operations.add_drop(batch.pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, f"{line.worker.name} keluar dengan baris {line.number}.")
    else:
        messages.error(request, "Isi NIK peserta dan alasan keluarnya dulu.")
    return redirect(batch)


@require_POST
@roles(Role.OFFICER)
def batch_change(request: HttpRequest, number: str) -> HttpResponse:
    """One member who shall go on by the terms of the draft, by NIK."""
    batch = batch_at(request, number)
    form = AddLineForm(request.POST, prefix=CHANGE_PREFIX)
    if form.is_valid():
        try:
            line = operations.add_change(batch.pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, f"{line.worker.name} berubah dengan baris {line.number}.")
    else:
        messages.error(request, "Isi NIK peserta dulu.")
    return redirect(batch)


@require_POST
@roles(Role.OFFICER)
def batch_take_out(request: HttpRequest, number: str) -> HttpResponse:
    """The lines whose boxes are ticked."""
    batch = batch_at(request, number)
    numbers = [int(value) for value in request.POST.getlist("line") if value.isdecimal() and len(value) < LONGEST]
    try:
        count = operations.take_out_lines(batch.pk, by=request.user, numbers=numbers) if numbers else 0
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        if count:
            messages.success(request, f"{count} pekerja dikeluarkan dari kelompok.")
        else:
            messages.error(request, "Belum ada pekerja yang dipilih. Centang dulu barisnya.")
    return redirect(batch)


DROP_PREFIX, CHANGE_PREFIX = "drop", "change"  # three forms of one page ask for a NIK
LONGEST = 8  # digits of a line's number


def _carry_out(request, number: str, deed: Deed, form_class: type[SeenForm], operation, done: str) -> HttpResponse:
    """The page of one deed: the facts, the form where the rule allows it, otherwise the reasons."""
    batch = batch_at(request, number)
    seen = operations.last_deed(batch)
    form = form_class(posted(request), initial={"seen": seen})
    if form.is_valid():
        try:
            operation(batch.pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.look_again(seen)
            form.refuse(refused)
            batch = batch_at(request, number)
        else:
            messages.success(request, f"Kelompok {number} {done}")
            return redirect(batch)
    facts = facts_of(batch)
    decision = deed.ask(batch, request.user, signed=signers(facts["approvals"]))
    context = {**facts, "deed": deed, "decision": decision, "form": form}
    return render(request, f"enrollment/batch_{deed.action}.html", context, status=422 if form.errors else 200)


def batch_at(request, number: str) -> Batch:
    batch = Batch.objects.visible_to(request.user).with_list_data().filter(number=number).first()
    if batch is None:
        raise Http404
    return batch


def signers(approvals: list[BatchApproval]) -> list[int]:
    return [approval.approved_by_id for approval in approvals]


def facts_of(batch: Batch) -> dict:
    """What every page about one batch shows: the facts as frozen, and who has signed."""
    one_of_each = batch.lines.exclude(facts={}).order_by("monthly_amount", "number").distinct("monthly_amount")
    return {
        "batch": batch,
        "traces": [(line.monthly_amount, line.facts["contribution"]) for line in one_of_each],
        "approvals": list(batch.approvals.select_related("approved_by")),
    }
