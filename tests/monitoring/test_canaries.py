from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.http import HttpResponse  # noqa: TID251  two pages of their own
from django.urls import path

from tests.regions.factories import kelurahan
from tests.workers.factories import OccupationFactory, PolicyFactory
from workers.models import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city():
    PolicyFactory()
    OccupationFactory()
    for code in ("73.71.01.1001", "73.71.01.1002", "73.71.09.1001"):
        kelurahan(code)


def check() -> tuple[str, bool]:
    """What the command says, and whether it passed."""
    out = StringIO()
    try:
        call_command("check_canaries", stdout=out)
    except CommandError:
        return out.getvalue(), False
    return out.getvalue(), True


def rows_in_the_database() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in apps.get_models()}


def test_nobody_sees_the_canary_of_another_and_none_is_left():
    before = rows_in_the_database()

    words, passed = check()

    assert (words.split(maxsplit=1)[1], passed) == ("halaman dibuka, tidak ada yang bocor.\n", True)
    assert int(words.split()[0]) > 500
    assert rows_in_the_database() == before


def everybody(request):
    """A page as somebody might write it by mistake: without a scope."""
    return HttpResponse(", ".join(Worker.objects.values_list("name", flat=True)))


def broken(request):
    return HttpResponse(status=500)


class WithALeak:
    urlpatterns = [path("everybody/", everybody, name="account_login")]


class WithAFailure:
    urlpatterns = [path("broken/", broken, name="account_login")]


def test_a_page_without_a_scope_is_named_with_who_saw_whom(settings):
    settings.ROOT_URLCONF = WithALeak

    words, passed = check()

    assert not passed
    lines = words.splitlines()
    assert {line.split(": ")[0].split(", ")[1] for line in lines} == {"/everybody/", "/everybody/?q=Kenari&name=Kenari"}
    callers = {line.split(", ")[0] for line in lines}
    assert callers == {
        "petugas Kecamatan Kecamatan 01",
        "petugas Kecamatan Kecamatan 09",
        "petugas Kelurahan Kelurahan 1002",
        "petugas BPJS",
        "staf RS Kenari 1",
        "staf RS Kenari 2",
    }


def test_a_page_that_breaks_is_named(settings):
    settings.ROOT_URLCONF = WithAFailure

    words, passed = check()

    assert not passed
    assert {line.split(", ")[1] for line in words.splitlines()} == {
        "/broken/: halaman gagal",
        "/broken/?q=Kenari&name=Kenari: halaman gagal",
    }
