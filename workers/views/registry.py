from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.decorators import roles, throttled
from accounts.roles import Role
from casework.paging import page_of
from workers import operations, rules
from workers.filters import SORTS, WorkerFilter


@require_safe
@roles(Role.OFFICER, Role.ADMIN, Role.AUDITOR)
@throttled("search", reads=True)
def worker_list(request: HttpRequest) -> HttpResponse:
    listed = WorkerFilter.asked_by(request.user, request.GET)
    found = listed.found.with_list_data(listed.on)
    page = page_of(found, request.GET.get("page", ""), order=listed.order, counted=listed.counted)
    operations.list_workers(page.rows, by=request.user, terms=listed.terms)
    sort = listed.sorted_by
    context = {
        "filter": listed.form,
        "terms": listed.terms,
        "page": page,
        "sort": sort,
        "columns": [
            {
                "label": label,
                "sort": f"-{name}" if sort == name else name,
                "aria": {name: "ascending", f"-{name}": "descending"}.get(sort, "none"),
            }
            for name, label in zip(SORTS, ("Nama", "Kelurahan", "Terdaftar"), strict=True)
        ],
        "download": f"{reverse('export_request', args=['workers'])}?{request.GET.urlencode()}",
        "may_register": rules.may_register(request.user),
    }
    return render(request, "workers/worker_list.html", context, status=422 if listed.form.errors else 200)
