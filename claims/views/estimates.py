from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import anyone, roles
from accounts.roles import Role
from casework.decisions import Refused
from claims import operations, rules
from claims.benefits import RULE_TEXTS, SCHEDULES, facts_from_json, payment_plan
from claims.forms import EstimateForm, typed_before
from claims.models import Claim, Estimate
from claims.views.one_claim import claim_of, facts_of, typed
from ui.templatetags.ui import rupiah


@require_safe
@anyone
def rule_list(request: HttpRequest) -> HttpResponse:
    return render(request, "claims/rule_list.html", {"rules": RULE_TEXTS.values()})


@require_safe
@anyone
def claim_estimate(request: HttpRequest, number: str) -> HttpResponse:
    claim = claim_of(request, number)
    newest, *older = [_estimated(estimate) for estimate in claim.estimates.select_related("made_by")] or [None]
    context = {
        **facts_of(request, claim),
        "newest": newest,
        "older": older,
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
    form = EstimateForm(typed(request), initial=known)
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


def _estimated(estimate: Estimate) -> dict[str, Any]:
    """A kept estimate as its page shows it. Once its facts are emptied, what falls due when is unknown."""
    version = next(version for version in SCHEDULES if version.code == estimate.schedule)
    return {
        "estimate": estimate,
        "version": version,
        "lines": [line | {"anchor": RULE_TEXTS[line["rule"]].anchor} for line in estimate.lines],
        "notes": [note | {"anchor": RULE_TEXTS[note["rule"]].anchor} for note in estimate.notes],
        "plan": payment_plan(facts_from_json(estimate.facts), version) if estimate.facts else (),
        "is_complete": not any(note["is_gap"] for note in estimate.notes),
    }
