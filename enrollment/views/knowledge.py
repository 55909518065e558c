from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from accounts.decorators import roles
from accounts.roles import Role
from casework.decisions import Refused
from casework.views import posted
from enrollment import operations
from enrollment.forms import AsKnownForm
from workers.models import Worker


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN, Role.AUDITOR)
def coverage_look_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    worker = get_object_or_404(Worker.objects.visible_to(request.user), pk=pk)
    form = AsKnownForm(posted(request))
    answer = None
    if form.is_valid():
        try:
            answer = operations.ask_as_known(worker.pk, by=request.user, **form.cleaned_data)
        except Worker.DoesNotExist as missing:
            raise Http404 from missing
        except Refused as refused:
            form.refuse(refused)
    context = {"worker": worker, "form": form, "answer": answer}
    return render(request, "enrollment/coverage_look_back.html", context, status=422 if form.errors else 200)
