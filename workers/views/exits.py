from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.decorators import roles
from accounts.roles import Role
from casework.decisions import Refused
from casework.views import posted
from workers import operations, rules
from workers.forms import ExitForm, ReturnForm
from workers.models import Worker


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def worker_exit(request: HttpRequest, pk) -> HttpResponse:
    worker = _worker(request, pk)
    form = ExitForm(posted(request))
    if form.is_valid():
        try:
            operations.exit_worker(worker.pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{worker.name} tercatat keluar dari program.")
            return redirect(worker)
    context = {"form": form, "worker": worker, "may": rules.may_exit(worker, request.user)}
    return render(request, "workers/worker_exit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def worker_return(request: HttpRequest, pk) -> HttpResponse:
    worker = _worker(request, pk)
    left = worker.exit
    form = ReturnForm(posted(request), seen_again=bool(left and left.seen_again_at))
    if form.is_valid():
        back = form.cleaned_data["answer"] == ReturnForm.BACK
        deed = operations.return_worker if back else operations.keep_exited
        try:
            deed(worker.pk, by=request.user, note=form.cleaned_data["note"])
        except Refused as refused:
            form.refuse(refused)
        else:
            done = f"{worker.name} tercatat kembali." if back else f"{worker.name} tetap tercatat keluar."
            messages.success(request, done)
            return redirect(worker)
    context = {"form": form, "worker": worker, "left": left, "may": rules.may_return(left, request.user)}
    return render(request, "workers/worker_return.html", context, status=422 if form.errors else 200)


def _worker(request: HttpRequest, pk) -> Worker:
    try:
        return operations.view_worker(pk, by=request.user)
    except Worker.DoesNotExist as missing:
        raise Http404 from missing
