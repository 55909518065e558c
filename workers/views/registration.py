from datetime import date
from uuid import uuid4

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import roles, throttled
from accounts.models import User
from accounts.roles import Role
from casework.decisions import Refused
from casework.views import attachment, posted
from workers import nik, operations, rules
from workers.enums import DraftPage
from workers.forms import (
    FORM_OF_PAGE,
    BeginForm,
    NikForm,
    PageForm,
    SummaryForm,
    WorkerSearchForm,
    page_of_reason,
)
from workers.models import DraftPhoto, Policy, RegistrationDraft, Worker

SEARCHED = "worker_searched"  # in the session: who was looked for before this registration
PAGES = list(DraftPage)
SUSPICIONS = ("similar_registered", "similar_elsewhere")
COMPARED = ("nik", "name", "birth_on", "sex", "family_card_number", "phone")
ABOUT_THE_PERSON = {field.name for field in Worker._meta.fields}


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
@throttled("search")
def worker_search(request: HttpRequest) -> HttpResponse:
    """The way to a registration. What was typed goes with it in the session, never in an address."""
    form = WorkerSearchForm(posted(request))
    found = None
    if form.is_valid():
        found = operations.search_worker(by=request.user, **form.cleaned_data)
        typed = {name: form.cleaned_data[name] for name in ("nik", "name", "birth_on")}
        request.session[SEARCHED] = {name: str(value) for name, value in typed.items() if value}
    context = {
        "form": form,
        "found": found,
        "begin": BeginForm(initial={"submission_key": uuid4()}),
        "drafts": RegistrationDraft.objects.visible_to(request.user),
    }
    return render(request, "workers/worker_search.html", context, status=422 if form.errors else 200)


@require_POST
@roles(Role.OFFICER, Role.ADMIN)
def draft_begin(request: HttpRequest) -> HttpResponse:
    form = BeginForm(request.POST)
    if SEARCHED not in request.session or not form.is_valid():
        return redirect("workers:worker_search")
    try:
        draft = operations.begin_draft(
            form.cleaned_data["submission_key"], by=request.user, identity=_identity(request.session[SEARCHED])
        )
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("workers:worker_search")
    return redirect(draft)


def _identity(searched: dict[str, str]) -> dict[str, str]:
    """What was searched for need not be typed again: it stands in the boxes of the first page."""
    typed = {name: searched[name] for name in ("nik", "name") if name in searched}
    if "birth_on" in searched:
        born = date.fromisoformat(searched["birth_on"])
        typed |= {"birth_on_0": str(born.day), "birth_on_1": str(born.month), "birth_on_2": str(born.year)}
    return {**typed, "is_resident": "on"}


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
@throttled("search")
def draft_page(request: HttpRequest, pk, page: str) -> HttpResponse:
    """One page of a registration. Whatever is sent is kept first, then judged."""
    if page not in FORM_OF_PAGE:
        raise Http404
    draft = RegistrationDraft.objects.visible_to(request.user).filter(pk=pk).first()
    if draft is None:
        return _become_of(request, pk)
    form, known = FORM_OF_PAGE[page].resumed(draft.typed.get(page, {}), user=request.user), None
    if request.method == "POST":
        go = request.POST.get("go")
        typed = form.typed_in(request.POST)
        draft = operations.save_draft(
            draft.pk, by=request.user, page=DraftPage(page), typed=typed, go_on=DraftPage(page)
        )
        form = FORM_OF_PAGE[page](typed, request.FILES, user=request.user)
        if go == "remove_photo":
            operations.remove_photo(draft.pk, by=request.user)
            return redirect(draft)
        fits = _keep_photo(draft, form, by=request.user)
        if fits and go == "later":
            messages.success(request, f"Draf tersimpan {timezone.localtime(draft.saved_at):%H.%M} WITA.")
            return redirect("workers:worker_search")
        if fits and go == "back":
            return redirect(_go_to(draft, PAGES[max(PAGES.index(page) - 1, 0)], by=request.user))
        if fits and form.is_valid():
            known = _ask_about(form, page, by=request.user)
            if form.is_valid():
                return redirect(_go_to(draft, PAGES[PAGES.index(page) + 1], by=request.user))
    context = {
        "draft": draft,
        "page": page,
        "title": DraftPage(page).label,
        "steps": _steps(draft, page),
        "form": form,
        "known": known,
        "photo": DraftPhoto.objects.filter(draft=draft).first(),
        "reading": _reading(form["nik"].value()) if page == DraftPage.IDENTITY else None,
        "first": page == PAGES[0],
    }
    return render(request, "workers/draft_page.html", context, status=422 if form.errors else 200)


def _become_of(request: HttpRequest, pk) -> HttpResponseRedirect:
    """A draft that became a worker leads there, for who comes back to it or clicked twice."""
    worker = get_object_or_404(
        Worker.objects.visible_to(request.user), submission_key=pk, registered_by=request.user, anonymised_at=None
    )
    return redirect(worker)


def _go_to(draft: RegistrationDraft, page: DraftPage, *, by: User) -> RegistrationDraft:
    return operations.save_draft(draft.pk, by=by, go_on=page)


def _keep_photo(draft: RegistrationDraft, form: PageForm, *, by: User) -> bool:
    """Whether nothing stands against the photo that came along. A good one is kept, whatever else is wrong."""
    if form.errors.get("photo"):
        return False
    if "photo" in form.files and "photo" in form.fields:
        try:
            operations.keep_photo(draft.pk, by=by, file=form.files["photo"])
        except Refused as refused:
            form.add_error("photo", refused.messages)
            return False
    return True


def _ask_about(form: PageForm, page: str, *, by: User) -> Worker | None:
    """What is asked before the first page is left: does the NIK fit, and is it somebody's already (AC-D19, AC-D20)?"""
    if page != DraftPage.IDENTITY:
        return None
    given = form.cleaned_data
    keys = ("nik", "birth_on", "sex", "nik_confirmed", "nik_evidence")
    decision = rules.check_identity(on=timezone.localdate(), **{key: given[key] for key in keys})
    if not decision:
        form.refuse(Refused(*decision.reasons))
    found = operations.search_worker(by=by, nik=given["nik"])
    if not found.nik_taken:
        return None
    try:
        operations.refuse_registered(given["nik"], by=by)
    except Refused as refused:
        form.refuse(refused)
    return found.workers[0] if found.workers else None


def _steps(draft: RegistrationDraft, here: str) -> list[dict]:
    return [{"label": page.label, "here": page == here, "done": page in draft.typed} for page in PAGES]


def _reading(raw: str | None) -> nik.NikReading:
    return nik.read_nik(raw or "", today=timezone.localdate())


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
@throttled("search")
def draft_summary(request: HttpRequest, pk) -> HttpResponse:
    """Everything once more, with the answer whether the city can pay, and the deed itself."""
    draft = RegistrationDraft.objects.visible_to(request.user).filter(pk=pk).first()
    if draft is None:
        return _become_of(request, pk)
    forms = {page: form(draft.typed.get(page, {}), user=request.user) for page, form in FORM_OF_PAGE.items()}
    missing = [(page.label, draft.address_of(page), _faults(forms[page])) for page in forms if forms[page].errors]
    given = {name: value for form in forms.values() for name, value in form.cleaned_data.items() if name != "photo"}
    answer = _answer(draft, given, by=request.user) if not missing else None
    sent = request.POST if request.method == "POST" and not missing else None
    form, refused = SummaryForm(sent, asks_why=bool(answer and answer["similar"])), []
    if form.is_valid():
        today = timezone.localdate()
        try:
            worker = operations.register_worker(
                by=request.user,
                submission_key=draft.pk,
                noticed_on=today,
                similar_note=form.cleaned_data["similar_note"],
                **given,
            )
        except Refused as refusal:
            for reason in refusal.reasons:
                if reason.code in SUSPICIONS:
                    form.add_error("similar_note", str(reason))
                else:
                    refused.append((reason, _address_of(reason.code, draft)))
        else:
            request.session.pop(SEARCHED, None)
            messages.success(request, f"{worker.name} terdaftar.")
            return redirect(worker)
    context = {
        "draft": draft,
        "steps": _steps(draft, DraftPage.SUMMARY),
        "missing": missing,
        "refused": refused,
        "form": form,
        "answer": answer,
        "photo": DraftPhoto.objects.filter(draft=draft).first(),
    }
    return render(request, "workers/draft_summary.html", context, status=422 if request.method == "POST" else 200)


def _faults(form: PageForm) -> list[str]:
    return [message for messages in form.errors.values() for message in messages]


def _address_of(code: str, draft: RegistrationDraft) -> str:
    """The page on which this reason can be answered; empty where none can."""
    page = page_of_reason(code)
    return draft.address_of(page) if page else ""


def _answer(draft: RegistrationDraft, given: dict, *, by: User) -> dict:
    """Who this would be, whether the city can pay for them, and who may be the same person (AC-D17, AC-D19)."""
    today = timezone.localdate()
    policy = Policy.objects.in_force(today)
    worker = Worker(pk=draft.pk, **{name: value for name, value in given.items() if name in ABOUT_THE_PERSON})
    return {
        "worker": worker,
        "age": worker.age_on(today),
        "desil": given["desil"],
        "policy": policy,
        "eligibility": rules.check_eligibility(worker, policy=policy, on=today, desil_if_new=given["desil"]),
        "similar": operations.find_similar(by=by, **{name: given[name] for name in COMPARED}),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def draft_delete(request: HttpRequest, pk) -> HttpResponse:
    draft = get_object_or_404(RegistrationDraft.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        operations.delete_draft(draft.pk, by=request.user)
        messages.success(request, "Draf dihapus.")
        return redirect("workers:worker_search")
    return render(request, "workers/draft_delete.html", {"draft": draft})


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
def draft_photo(request: HttpRequest, pk) -> FileResponse:
    try:
        photo, file = operations.open_photo(pk, by=request.user)
    except (RegistrationDraft.DoesNotExist, DraftPhoto.DoesNotExist) as missing:
        raise Http404 from missing
    return attachment(file, name=photo.name, content_type=photo.content_type)


@require_POST
@roles(Role.OFFICER, Role.ADMIN)
def nik_read(request: HttpRequest) -> HttpResponse:
    """What the digits say, nothing more: no look-up, so no trail. htmx takes `.decode` from the page."""
    form = NikForm(request.POST)
    typed = form.cleaned_data["nik"] if form.is_valid() else ""
    return render(request, "workers/nik_read.html", {"reading": _reading(typed)})
