from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import roles, throttled
from accounts.roles import Role
from casework.decisions import Refused
from casework.uploads import MOST_FILES
from casework.views import attachment
from workers import operations, rules
from workers.forms import DocumentForm, WithdrawalForm
from workers.models import Worker, WorkerDocument


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
@throttled("person", reads=True)
def document_list(request: HttpRequest, pk) -> HttpResponse:
    worker = get_object_or_404(Worker.objects.visible_to(request.user), pk=pk)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            document = operations.add_document(worker.pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error("file", refused.messages)
        else:
            messages.success(request, f"{document.get_kind_display()} ditambahkan.")
            return redirect("workers:document_list", worker.pk)
    context = {
        "worker": worker,
        "documents": operations.list_documents(worker, by=request.user),
        "may_add": rules.may_add_document(worker, by=request.user),
        "most": MOST_FILES,
        "form": form,
    }
    return render(request, "workers/document_list.html", context, status=422 if form.errors else 200)


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
@throttled("person", reads=True)
def document_file(request: HttpRequest, pk) -> FileResponse:
    try:
        document, file = operations.open_document(pk, by=request.user)
    except WorkerDocument.DoesNotExist as missing:
        raise Http404 from missing
    return attachment(file, name=document.name, content_type=document.content_type)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
@throttled("person", reads=True)
def document_withdraw(request: HttpRequest, pk) -> HttpResponse:
    documents = WorkerDocument.objects.visible_to(request.user).exclude(path="")
    document = get_object_or_404(documents.select_related("worker", "uploaded_by"), pk=pk)
    form = WithdrawalForm(request.POST or None)
    if form.is_valid():
        try:
            operations.withdraw_document(document.pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, f"{document.get_kind_display()} ditarik.")
            return redirect("workers:document_list", document.worker_id)
    context = {"document": document, "form": form, "decision": rules.may_withdraw_document(document, by=request.user)}
    return render(request, "workers/document_withdraw.html", context, status=422 if form.errors else 200)
