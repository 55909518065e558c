from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import roles, throttled
from accounts.models import User
from accounts.roles import Role
from casework.audit import entries_of
from casework.decisions import Refused
from casework.paging import Order, page_of
from casework.views import posted
from ui.templatetags.ui import phone, wita
from workers import forms, operations, rules
from workers.forms import PairAnswerForm, PairFilter, PairReasonForm
from workers.models import DuplicatePair, Worker
from workers.querysets import either_way

LIKEST = Order("likeness", "pk", falling=True)
STEPS = {
    "pair.answer_same": ("Dijawab: orang yang sama", "users"),
    "pair.answer_different": ("Dijawab: orang yang berbeda", "check"),
    "pair.answer_unsure": ("Dijawab: belum dapat dipastikan", "help"),
    "pair.confirm": ("Disetujui, kedua data ditautkan", "check"),
    "pair.decline": ("Jawaban “sama” dibatalkan", "left"),
    "pair.unlink": ("Tautan dibatalkan", "left"),
}

ANSWERED = {
    "same": "Jawaban “sama” disimpan. Petugas lain perlu menyetujuinya sebelum kedua data ditautkan.",
    "different": "Jawaban “berbeda” disimpan. Pasangan ini tidak ditanyakan lagi.",
    "unsure": "Jawaban disimpan. Pasangan ini tetap terbuka untuk petugas lain.",
}


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
@throttled("search", reads=True)
def pair_list(request: HttpRequest) -> HttpResponse:
    form = PairFilter(request.GET)
    listed = DuplicatePair.objects.visible_to(request.user).select_related("one__kelurahan", "other__kelurahan")
    listed = _narrowed(listed, form.cleaned_data) if form.is_valid() else listed.none()
    page = page_of(listed, request.GET.get("page", ""), order=LIKEST)
    terms = dict(form.words()) if form.is_valid() else {}
    operations.list_pairs(page.rows, by=request.user, terms=terms)
    context = {"filter": form, "page": page}
    return render(request, "workers/pair_list.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
@throttled("person", reads=True)
def pair_detail(request: HttpRequest, pk) -> HttpResponse:
    """Both records side by side; a POST is the first answer."""
    pair = _seen(request, pk)
    initial = {"seen": pair.revision, "survivor": str(_suggested(pair).pk)}
    form = PairAnswerForm(posted(request), pair=pair, initial=initial)
    if form.is_valid():
        try:
            operations.answer_pair(pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            return _page(request, _seen(request, pk), refused=refused)
        messages.success(request, ANSWERED[form.cleaned_data["answer"]])
        return redirect(pair)
    return _page(request, pair, answer=form)


@require_POST
@roles(Role.OFFICER, Role.ADMIN)
def pair_confirm(request: HttpRequest, pk) -> HttpResponse:
    return _decide(request, pk, operations.confirm_pair, done="Kedua data ditautkan sebagai satu orang.")


@require_POST
@roles(Role.OFFICER, Role.ADMIN)
def pair_decline(request: HttpRequest, pk) -> HttpResponse:
    return _decide(request, pk, operations.decline_pair, done="Jawaban “sama” dibatalkan.")


@require_POST
@roles(Role.OFFICER, Role.ADMIN)
def pair_unlink(request: HttpRequest, pk) -> HttpResponse:
    return _decide(request, pk, operations.unlink_pair, done="Tautan dibatalkan. Kedua data berdiri sendiri lagi.")


def _decide(request: HttpRequest, pk, operation, *, done: str) -> HttpResponse:
    pair = _seen(request, pk)
    form = PairReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, pair, reason=form)
    try:
        operation(pk, by=request.user, **form.cleaned_data)
    except Refused as refused:
        return _page(request, _seen(request, pk), refused=refused)
    messages.success(request, done)
    return redirect(pair)


def _seen(request: HttpRequest, pk) -> DuplicatePair:
    try:
        return operations.view_pair(pk, by=request.user)
    except DuplicatePair.DoesNotExist as missing:
        raise Http404 from missing


def _narrowed(pairs, terms):
    if terms["rule"]:
        pairs = pairs.filter(rules__contains=[terms["rule"]])
    match terms["status"]:
        case "":
            return pairs.undecided()
        case forms.FADED:
            return pairs.undecided().filter(faded_at__isnull=False)
    return pairs.filter(status=terms["status"])


def _page(request: HttpRequest, pair: DuplicatePair, *, answer=None, reason=None, refused=None) -> HttpResponse:
    seen = {"seen": pair.revision}
    user = request.user
    context = {
        "pair": pair,
        "records": [_record(letter, worker) for letter, worker in zip("AB", (pair.one, pair.other), strict=True)],
        "rows": _side_by_side(pair),
        "may_answer": rules.may_decide(pair, user, "answer_same"),
        "may_confirm": rules.may_decide(pair, user, "confirm"),
        "may_unlink": rules.may_decide(pair, user, "unlink"),
        "answer": answer or PairAnswerForm(pair=pair, initial={**seen, "survivor": str(_suggested(pair).pk)}),
        "reason": reason or PairReasonForm(initial=seen),
        "refused": refused,
        "steps": _steps(pair),
        "others": _others(pair, user),
    }
    failed = refused or any(form is not None and form.errors for form in (answer, reason))
    return render(request, "workers/pair_detail.html", context, status=422 if failed else 200)


def _record(letter: str, worker: Worker) -> dict:
    """What hangs on the record. Contributions, answers and documents stay where they are, linked or not."""
    return {
        "letter": letter,
        "worker": worker,
        "memberships": list(worker.memberships.order_by("-period")),
        "claims": worker.claims.count(),
    }


def _suggested(pair: DuplicatePair) -> Worker:
    """Who should rather survive: whose cover is known to BPJS Ketenagakerjaan, else who was registered first."""
    return min(pair.one, pair.other, key=lambda worker: (not worker.memberships.exists(), worker.registered_at))


def _side_by_side(pair: DuplicatePair) -> list[dict]:
    """Every particular of both, with a word for how they compare: colour alone says nothing."""
    one, other = pair.one, pair.other
    rows = [
        ("NIK", "mono", _digits(one.nik, other.nik), _digits(other.nik, one.nik)),
        ("Nama", "", one.name, other.name),
        ("Tanggal lahir", "num", date_format(one.birth_on, "j F Y"), date_format(other.birth_on, "j F Y")),
        ("Tempat lahir", "", one.birth_place, other.birth_place),
        ("Jenis kelamin", "", one.get_sex_display(), other.get_sex_display()),
        (
            "Nomor KK",
            "mono",
            _digits(one.family_card_number, other.family_card_number),
            _digits(other.family_card_number, one.family_card_number),
        ),
        ("Nomor HP", "mono", phone(one.phone), phone(other.phone)),
        ("Kelurahan", "", str(one.kelurahan or ""), str(other.kelurahan or "")),
        ("Alamat", "", one.address, other.address),
        ("Pekerjaan", "", one.occupation.name, other.occupation.name),
        ("Terdaftar", "num", wita(one.registered_at), wita(other.registered_at)),
    ]
    return [
        {"label": label, "form": form, "one": _parts(a), "other": _parts(b), "verdict": _verdict(label, a, b, pair)}
        for label, form, a, b in rows
    ]


def _verdict(label: str, one, other, pair: DuplicatePair) -> tuple[str, str, str]:
    """Tone, icon and word."""
    if not one or not other:
        return "mute", "info", "Kosong"
    if one == other:
        return "ok", "check", "Sama"
    if label == "Nama" and pair.one.normal_name == pair.other.normal_name:
        return "info", "info", "Beda ejaan"
    if label == "Tanggal lahir" and pair.other.birth_on in either_way(pair.one.birth_on):
        return "info", "info", "Tanggal dan bulan tertukar"
    return "warn", "alert", "Berbeda"


def _digits(number: str, other: str) -> list[tuple[str, bool]]:
    """In groups of four; each digit with whether the other number has another one there."""
    parts = []
    for place, digit in enumerate(number):
        if place and place % 4 == 0:
            parts.append((" ", False))
        parts.append((digit, len(other) > place and other[place] != digit))
    return parts


def _parts(value: str | list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    return value if isinstance(value, list) else [(value or "Kosong", False)]


def _steps(pair: DuplicatePair) -> list[dict]:
    """From the suspicion to the last word, with every word in between."""
    note = "\n".join(filter(None, [*pair.rule_words, pair.note and f"Alasan tetap mendaftarkan: {pair.note}"]))
    who = pair.found_by.name if pair.found_by else "Portal"
    found = {"what": "Diduga orang yang sama", "icon": "users", "who": who, "at": pair.found_at, "note": note}
    return [
        found,
        *(
            {"what": what, "icon": icon, "who": entry.actor_name, "at": entry.at, "note": entry.note}
            for entry in entries_of(pair).filter(event__in=STEPS)
            for what, icon in [STEPS[entry.event]]
        ),
    ]


def _others(pair: DuplicatePair, user: User) -> list[DuplicatePair]:
    """Further suspicions about either of the two: one table for all candidates (AC-D5)."""
    either = Q(one__in=pair.worker_ids) | Q(other__in=pair.worker_ids)
    pairs = DuplicatePair.objects.visible_to(user).undecided().filter(either).exclude(pk=pair.pk)
    return list(pairs.select_related("one", "other")[:10])
