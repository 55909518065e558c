from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import anyone, roles
from accounts.roles import Role
from casework.decisions import Refused
from casework.paging import Order, page_of
from casework.views import posted
from claims import operations, rules
from claims.benefits import RULE_TEXTS, SCHEDULES, Schedule, changes_between, facts_from_json, facts_in_words
from claims.enums import InstalmentKind
from claims.filters import InstalmentFilter
from claims.forms import EstimateForm, InstalmentForm, typed_before
from claims.models import Claim, Estimate, Instalment
from claims.views.one_claim import claim_of, facts_of
from ui.templatetags.ui import rupiah

BY_DAY, LAST_ASKED = Order("opens_on", "pk"), Order("asked_on", "pk", falling=True)


@require_safe
@anyone
def rule_list(request: HttpRequest) -> HttpResponse:
    return render(request, "claims/rule_list.html", {"rules": RULE_TEXTS.values()})


@require_safe
@anyone
def claim_estimate(request: HttpRequest, number: str) -> HttpResponse:
    try:
        claim = operations.view_estimates(number, by=request.user)
    except Claim.DoesNotExist as missing:
        raise Http404 from missing
    kept = list(claim.estimates.select_related("made_by"))
    found = [_estimated(estimate, before) for estimate, before in zip(kept, [*kept[1:], None], strict=False)]
    today = timezone.localdate()
    context = {
        **facts_of(request, claim),
        "newest": found[0] if found else None,
        "older": found[1:],
        "instalments": [(part, part.state_on(today)) for part in claim.instalments.all()],
        "asks": rules.may_ask_instalment(claim, request.user),
        "decision": rules.may_estimate(claim, request.user),
        "is_maker": request.user.role in rules.ESTIMATORS,
    }
    return render(request, "claims/claim_estimate.html", context)


@require_http_methods(["GET", "POST"])
@roles(Role.OFFICER, Role.HOSPITAL, Role.ADMIN)
def claim_estimate_facts(request: HttpRequest, number: str) -> HttpResponse:
    claim = claim_of(request, number)
    newest = claim.estimates.first()
    known = typed_before(facts_from_json(newest.facts)) if newest is not None and newest.facts else None
    form = EstimateForm(posted(request), initial=known)
    refused = False
    if form.is_valid():
        try:
            estimate = operations.estimate_claim(claim.pk, by=request.user, **form.facts())
        except Claim.DoesNotExist as gone:
            raise Http404 from gone
        except Refused as refusal:
            refused = True
            form.refuse(refusal)
        else:
            messages.success(request, f"Perkiraan manfaat klaim {number} dihitung: {rupiah(estimate.total)}.")
            return redirect("claims:claim_estimate", number)
    decision = rules.may_estimate(claim, request.user) & rules.has_schedule(claim.accident_on)
    context = {**facts_of(request, claim), "form": form, "decision": decision}
    return render(request, "claims/claim_estimate_facts.html", context, status=422 if refused or form.errors else 200)


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
def instalment_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    parts = Instalment.objects.visible_to(request.user).with_list_data()
    found = InstalmentFilter(request.GET, queryset=parts, request=request)
    chosen = found.qs  # reads the form
    order = LAST_ASKED if found.form.cleaned_data.get("state") == "asked" else BY_DAY
    page = page_of(chosen, request.GET.get("page", ""), order=order)
    terms = {name: str(value) for name, value in found.form.cleaned_data.items() if value}
    operations.list_claims([part.claim for part in page], by=request.user, terms=terms)
    rows = [(part, part.state_on(today)) for part in page]
    return render(request, "claims/instalment_list.html", {"filter": found.form, "page": page, "rows": rows})


@require_http_methods(["GET", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def instalment_ask(request: HttpRequest, number: str, key: str) -> HttpResponse:
    claim = claim_of(request, number)
    instalment = get_object_or_404(claim.instalments, key=key)
    is_school = instalment.kind == InstalmentKind.SCHOOL
    form = InstalmentForm(posted(request), initial={"asked_on": instalment.asked_on}, is_school=is_school)
    refused = False
    if form.is_valid():
        try:
            operations.ask_instalment(claim.pk, key, by=request.user, **form.cleaned_data)
        except (Claim.DoesNotExist, Instalment.DoesNotExist) as gone:
            raise Http404 from gone
        except Refused as refusal:
            refused = True
            form.refuse(refusal)
        else:
            messages.success(request, f"Pengajuan {instalment.what} klaim {number} dicatat.")
            return redirect("claims:claim_estimate", number)
    decision = rules.may_ask_instalment(claim, request.user)
    context = {
        **facts_of(request, claim),
        "instalment": instalment,
        "form": form if decision else None,
        "decision": decision,
    }
    return render(request, "claims/instalment_ask.html", context, status=422 if refused or form.errors else 200)


def _estimated(estimate: Estimate, before: Estimate | None) -> dict[str, Any]:
    """A kept estimate as its page shows it, with what had changed since the one before. Emptied facts are unknown."""
    version = next(version for version in SCHEDULES if version.code == estimate.schedule)
    facts = _in_words(estimate, version)
    return {
        "estimate": estimate,
        "version": version,
        "lines": [line | {"anchor": RULE_TEXTS[line["rule"]].anchor} for line in estimate.lines],
        "notes": [note | {"anchor": RULE_TEXTS[note["rule"]].anchor} for note in estimate.notes],
        "facts": facts,
        "changes": changes_between(_in_words(before, version), facts) if before and before.facts and facts else (),
        "is_complete": not any(note["is_gap"] for note in estimate.notes),
    }


def _in_words(estimate: Estimate, version: Schedule) -> tuple[tuple[str, str], ...]:
    return facts_in_words(facts_from_json(estimate.facts), version) if estimate.facts else ()
