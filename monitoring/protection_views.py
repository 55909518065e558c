from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from accounts.decorators import roles, throttled
from accounts.roles import Role
from enrollment.rules import Year
from monitoring import protection
from ui import charts
from workers.models import Worker


@require_safe
@roles(Role.OFFICER, Role.ADMIN, Role.AUDITOR)
@throttled("person", reads=True)
def worker_protection(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        found = protection.view_protection(pk, by=request.user)
    except Worker.DoesNotExist as missing:
        raise Http404 from missing
    strips = [(year, _strip(year)) for year in found.years]
    context = {"life": found, "strips": strips, "worker": found.worker, "masked": request.user.role == Role.AUDITOR}
    return render(request, "monitoring/worker_protection.html", context)


def _strip(year: Year) -> dict:
    return charts.strip([(date_format(month.month, "M"), month.state) for month in year.months])
