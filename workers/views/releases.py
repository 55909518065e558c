from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import roles
from accounts.roles import Role
from casework.decisions import Refused
from casework.views import posted
from regions.models import Region, RegionLevel
from workers import operations, rules
from workers.enums import ImportKind
from workers.forms import ReleaseForm, SnapshotForm
from workers.models import DesilRecord, DesilRelease, Policy
from workers.views.imports import take_in


@require_safe
@roles(Role.OFFICER, Role.ADMIN, Role.AUDITOR)
def release_list(request: HttpRequest) -> HttpResponse:
    policy = Policy.objects.in_force(timezone.localdate())
    families = {
        row.pop("release"): row
        for row in DesilRecord.objects.order_by()
        .values("release")
        .annotate(families=Count("pk"), above=Count("pk", filter=Q(desil__gt=policy.desil_limit)))
    }
    releases = DesilRelease.objects.select_related("recorded_by")
    context = {
        "rows": [
            {"release": release, **families.get(release.name, {"families": 0, "above": 0})} for release in releases
        ],
        "policy": policy,
        "may_record": rules.may_receive_release(request.user),
    }
    return render(request, "workers/release_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def release_record(request: HttpRequest) -> HttpResponse:
    may = rules.may_receive_release(request.user)
    form = ReleaseForm(posted(request), initial={"received_on": timezone.localdate()})
    if form.is_valid():
        try:
            release = operations.receive_release(by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"DTSEN rilis {release.name} dicatat. Unggah data keluarganya bila sudah ada.")
            return redirect("workers:release_upload", release.pk)
    context = {"form": form, "may": may}
    return render(request, "workers/release_record.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def release_upload(request: HttpRequest, pk) -> HttpResponse:
    """The families of a release, as a file that is checked and shown before anything of it counts."""
    release = get_object_or_404(DesilRelease, pk=pk)
    may = rules.may_receive_release(request.user)
    form = SnapshotForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        city = Region.objects.get(level=RegionLevel.CITY)
        registry_import = take_in(form, by=request.user, posting=city, release=release.name, kind=ImportKind.FAMILIES)
        if registry_import is not None:
            return redirect("workers:import_columns", registry_import.pk)
    context = {"form": form, "release": release, "may": may}
    return render(request, "workers/release_upload.html", context, status=422 if form.errors else 200)
