"""The portal's addresses, and the least a page with one query can be."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


@login_not_required
def bare(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return HttpResponse(str(cursor.fetchone()))


@login_not_required
def bare_worker(request: HttpRequest, nik: str) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM workers_worker WHERE nik = %s", [nik])
        return HttpResponse(str(cursor.fetchone()))


urlpatterns = [path("bare/", bare), path("bare/<str:nik>/", bare_worker), path("", include("config.urls"))]
