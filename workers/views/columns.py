from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.decorators import roles
from accounts.roles import Role
from casework.decisions import Refused
from workers import operations, tasks
from workers.enums import ImportStatus
from workers.forms import ColumnsForm
from workers.models import RegistryImport
from workers.registry_file import Layout


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def import_columns(request: HttpRequest, pk) -> HttpResponse:
    """What each column of an uploaded list is. Once confirmed it is no longer asked."""
    imports = RegistryImport.objects.visible_to(request.user).select_related("posting")
    registry_import = get_object_or_404(imports, pk=pk)
    if registry_import.status != ImportStatus.COLUMNS:
        return redirect(registry_import)
    layout = Layout.of(registry_import.layout)
    families = registry_import.tells_families
    form = ColumnsForm(request.POST or None, layout=layout, families=families)
    if form.is_valid():
        try:
            with transaction.atomic():
                operations.confirm_columns(
                    pk, by=request.user, columns=form.columns(), known_only=form.cleaned_data.get("known_only", False)
                )
                tasks.check_import.enqueue(str(pk), by=request.user.pk)
        except Refused as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, "Kolom dicocokkan. Daftar sedang diperiksa, halaman ini boleh ditinggalkan.")
            return redirect(registry_import)
    context = {
        "registry_import": registry_import,
        "layout": layout,
        "form": form,
        "misplaced": layout.tells_families and not families,
    }
    return render(request, "workers/import_columns.html", context, status=422 if form.errors else 200)
