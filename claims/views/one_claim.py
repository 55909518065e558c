"""What every page about one claim begins with: the claim within scope, and its facts."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404
from django.utils import timezone

from accounts.roles import Role
from claims import operations, rules
from claims.models import Claim, Stay
from enrollment.enums import Verdict
from enrollment.rules import payer_order
from ui.templatetags.ui import nik_mask, nik_spaced, phone


def claim_of(request, number) -> Claim:
    """For the page that shows it: looking leaves a trace. What a POST changes leaves its own."""
    try:
        if request.method == "POST":
            return Claim.objects.visible_to(request.user).with_facts().get(number=number)
        return operations.view_claim(number, by=request.user)
    except Claim.DoesNotExist as missing:
        raise Http404 from missing


def facts_of(request, claim: Claim) -> dict:
    """What every page about one claim shows. The auditor sees masked numbers (AC-P31)."""
    masked = request.user.role == Role.AUDITOR
    clock = rules.report_clock(claim, now=timezone.now())
    return {
        "claim": claim,
        "nik": nik_mask(claim.worker.nik) if masked else nik_spaced(claim.worker.nik),
        "informant_phone": f"{claim.informant_phone[:4]} ••••" if masked else phone(claim.informant_phone),
        **_triage(claim),
        "clock": clock,
        "time_left": _in_words(clock.left),
        "stays": list(Stay.objects.visible_to(request.user).filter(claim=claim).with_list_data()),
    }


def _triage(claim: Claim) -> dict:
    """What kind of case it is, what is still to be asked, and who pays first to last where that is clear."""
    triage, check = claim.triage, claim.coverage_check
    verdict = Verdict(check.verdict) if check else Verdict.UNKNOWN
    return {
        "triage": triage,
        "open_questions": [Claim._meta.get_field(name).verbose_name for name in triage.open_questions],
        "payers": payer_order(triage.accident, verdict) if triage.accident else (),
    }


def _in_words(left: timedelta) -> str:
    """ "23 jam lagi", in the last hour "40 menit lagi", "" when it is over."""
    minutes = left // timedelta(minutes=1)
    if left <= timedelta():
        return ""
    return f"{minutes // 60} jam lagi" if minutes >= 60 else f"{max(minutes, 1)} menit lagi"
