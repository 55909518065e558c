from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import roles, throttled
from accounts.roles import Role
from monitoring import lookups
from workers.models import Worker


@require_safe
@roles(Role.ADMIN)
def lookup_patterns(request: HttpRequest) -> HttpResponse:
    rows = lookups.patterns(request.user, now=timezone.now())
    context = {
        "rows": rows,
        "unusual": sum(row.is_unusual for row in rows),
        "few": lookups.FEW,
        "many_misses": lookups.MANY_MISSES,
        "many_without_case": lookups.MANY_WITHOUT_CASE,
    }
    return render(request, "monitoring/lookup_patterns.html", context)


@require_safe
@roles(Role.OFFICER, Role.ADMIN, Role.AUDITOR)
@throttled("person", reads=True)
def worker_lookups(request: HttpRequest, pk) -> HttpResponse:
    try:
        worker, found = lookups.look_ups_of(pk, by=request.user)
    except Worker.DoesNotExist as missing:
        raise Http404 from missing
    return render(request, "monitoring/worker_lookups.html", {"worker": worker, "lookups": found})
