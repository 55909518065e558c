"""One command for every night, whose failure somebody hears of."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import HttpResponse  # noqa: TID251  a page of its own
from django.urls import path

from casework import audit
from casework.models import AuditEntry
from tests.accounts.factories import UserFactory
from tests.regions.factories import kelurahan
from tests.workers.factories import OccupationFactory, PolicyFactory


class OnePage:
    """Enough of a portal for canaries to be looked for; test_canaries.py looks through all of it."""

    urlpatterns = [path("", lambda request: HttpResponse("kosong"), name="account_login")]


@pytest.fixture
def keepers(db, settings):
    """An admin and an auditor, with one entry on the trail, in a city where canaries can live."""
    settings.ROOT_URLCONF = OnePage
    PolicyFactory()
    OccupationFactory()
    for code in ("73.71.01.1001", "73.71.09.1001"):
        kelurahan(code)
    admin, auditor = UserFactory(), UserFactory(auditor=True)
    audit.record("claim.view", by=admin)
    connection.check_constraints()
    return admin, auditor


def test_a_good_night_says_so_and_mails_the_head_alone(keepers, mailoutbox):
    out = StringIO()
    call_command("nightly", stdout=out)

    assert [line.partition(":")[0] for line in out.getvalue().splitlines()] == [
        "Jejak audit diperiksa",
        "Kepala jejak audit dikirim kepada auditor",
        "Iuran yang belum lunas",
        "Kenari dicari di setiap halaman",
        "Perkiraan manfaat dicocokkan dengan fakta terakhir",
        "Peserta di atas batas desil dijadikan tugas telaah",
        "Pencarian data ganda yang terputus diteruskan",
        "Draf pendaftaran yang sudah lewat dibuang",
        "Berkas unduhan yang lewat sehari dihapus",
        "Penghitung batas yang sudah lewat dibuang",
        "Sesi yang sudah lewat dibuang",
        "Tugas latar yang sudah lama selesai dibuang",
    ]
    assert "GAGAL" not in out.getvalue()
    assert [letter.bcc for letter in mailoutbox] == [[keepers[1].email]]


def test_a_trail_that_was_changed_is_told_to_the_admins_and_the_rest_still_runs(keepers, mailoutbox):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE casework_auditentry SET note = 'lain'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    out = StringIO()
    with pytest.raises(CommandError, match="Baris 1: isinya telah diubah"):
        call_command("nightly", stdout=out)

    head, alarm = mailoutbox
    assert (head.bcc, alarm.to) == ([keepers[1].email], [keepers[0].email])
    assert "Baris 1: isinya telah diubah" in alarm.body
    assert "Jejak audit diperiksa: GAGAL" in out.getvalue()
    assert AuditEntry.objects.filter(event="trail.publish").count() == 1
