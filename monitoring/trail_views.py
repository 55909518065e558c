from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.decorators import roles, throttled
from accounts.roles import Role
from monitoring.forms import TrailFilter
from monitoring.sheet import print_sheet
from monitoring.trail import masked, read_trail
from workers.models import Worker


@require_safe
@roles(Role.ADMIN, Role.AUDITOR)
def trail_list(request: HttpRequest) -> HttpResponse:
    return answer(request, "monitoring/trail_list.html", person=None)


@require_safe
@roles(Role.ADMIN, Role.AUDITOR)
def trail_person(request: HttpRequest, pk) -> HttpResponse:
    person = get_object_or_404(Worker.objects.visible_to(request.user), pk=pk)
    name = person.name if request.user.role == Role.ADMIN else masked(person.name)
    return answer(request, "monitoring/trail_person.html", person=person, person_name=name)


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
@throttled("person", reads=True)
def worker_sheet(request: HttpRequest, pk) -> HttpResponse:
    try:
        sheet = print_sheet(pk, by=request.user)
    except Worker.DoesNotExist as missing:
        raise Http404 from missing
    return render(request, "monitoring/worker_sheet.html", {"sheet": sheet})


def answer(request: HttpRequest, template: str, *, person: Worker | None, **context) -> HttpResponse:
    form = TrailFilter(request.GET)
    here = reverse("trail_person", args=[person.pk]) if person else reverse("trail_list")
    context |= {"filter": form, "here": here, "page": None}
    if not form.is_valid():
        return render(request, template, context, status=422)
    context["page"] = read_trail(by=request.user, person=person, **form.asked())
    return render(request, template, context)
