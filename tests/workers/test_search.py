"""Nobody is entered before they were looked for."""

from datetime import date

import pytest
from django.urls import reverse

from casework.decisions import Refused
from casework.models import AuditEntry, Kind
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import MembershipFactory
from tests.regions.factories import kelurahan
from tests.workers.factories import PolicyFactory, WorkerFactory
from workers import operations

pytestmark = pytest.mark.django_db
SEARCH = reverse("workers:worker_search")
BEGIN = reverse("workers:draft_begin")
BORN = {"birth_on_0": "17", "birth_on_1": "8", "birth_on_2": "1990"}
ELSEWHERE = "Orang yang mirip sudah terdaftar di wilayah lain. Admin kota dapat membantu."


@pytest.fixture
def officer():
    PolicyFactory()
    return UserFactory(officer=True)


@pytest.fixture
def signed_in(client, officer):
    client.force_login(officer)
    return client


def names(found):
    return sorted(worker.name for worker in found.workers)


def test_a_person_is_found_by_either_number_or_by_name_with_birth_date(officer):
    sitti = WorkerFactory(nik="7371091708900001", name="Hj. Sitti Aisyah", birth_on=date(1990, 8, 17))
    MembershipFactory(worker=sitti, participant_number="26000000001")
    WorkerFactory(name="Siti Aisah", birth_on=date(1985, 8, 17))
    WorkerFactory(name="Baharuddin", birth_on=date(1990, 8, 17))

    assert names(operations.search_worker(by=officer, nik="7371091708900001")) == ["Hj. Sitti Aisyah"]
    assert names(operations.search_worker(by=officer, participant_number="26000000001")) == ["Hj. Sitti Aisyah"]
    assert names(operations.search_worker(by=officer, name="Siti Aisah", birth_on=date(1990, 8, 17))) == [
        "Hj. Sitti Aisyah"
    ]


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(1990, 3, 4), ["Siti Aisah"]),
        (date(1990, 4, 3), ["Siti Aisah"]),  # day and month taken for each other
        (date(1990, 3, 5), []),
        (date(1991, 3, 4), []),
        (date(1990, 3, 13), []),
    ],
)
def test_the_birth_date_is_as_it_is_or_swapped(officer, born, expected):
    WorkerFactory(name="Siti Aisah", birth_on=date(1990, 3, 4))

    assert names(operations.search_worker(by=officer, name="Sitti Aisyah", birth_on=born)) == expected


@pytest.mark.parametrize("key", [{"name": "Siti Aisah"}, {"birth_on": date(1990, 8, 17)}, {}])
def test_half_a_key_finds_nobody(officer, key):  # AC-P26
    WorkerFactory(name="Siti Aisah", birth_on=date(1990, 8, 17))

    assert names(operations.search_worker(by=officer, **key)) == []


def test_every_search_is_on_the_trail_without_the_whole_number(officer):  # AC-A1, AC-W10
    worker = WorkerFactory(nik="7371091708900001")
    other = WorkerFactory(nik="7371101708900002", kelurahan=kelurahan("73.71.10.1001"))

    operations.search_worker(by=officer, nik=worker.nik)
    operations.search_worker(by=officer, nik=other.nik)
    operations.search_worker(by=officer, name="Nobody", birth_on=date(1990, 8, 17))

    assert list(AuditEntry.objects.order_by("pk").values_list("event", "kind", "persons", "facts")) == [
        (
            "worker.search",
            Kind.READ,
            persons,
            {"numbers": numbers, "name": name, "birth_on": born, "found": found, "elsewhere": elsewhere},
        )
        for persons, numbers, name, born, found, elsewhere in [
            ([str(worker.pk)], ["…0001"], "", None, 1, 0),
            ([str(other.pk)], ["…0002"], "", None, 0, 1),
            ([], [], "Nobody", "1990-08-17", 0, 0),
        ]
    ]


def test_an_auditor_cannot_search(officer):
    with pytest.raises(Refused) as refused:
        operations.search_worker(by=UserFactory(auditor=True), nik="7371091708900001")

    assert refused.value.codes == ["not_a_registrar"]
    assert AuditEntry.objects.count() == 0


def test_one_who_was_made_unknown_is_not_found(officer):  # rule X9
    WorkerFactory(name="Siti Aisah", birth_on=date(1990, 8, 17), anonymised_at="2026-03-02T10:00:00+08:00")

    assert names(operations.search_worker(by=officer, name="Siti Aisah", birth_on=date(1990, 8, 17))) == []


# --- page ---


def test_a_registration_begins_after_a_search(signed_in):
    assert f'action="{BEGIN}"' not in signed_in.get(SEARCH).text

    response = signed_in.post(SEARCH, {"nik": "7371 0917 0890 0001", "name": "Baso", **BORN})

    assert response.status_code == 200
    assert f'action="{BEGIN}"' in response.text


def test_a_hit_in_scope_leads_to_the_person_masked(signed_in):  # AC-D19, AC-P19
    worker = WorkerFactory(nik="7371091708900001", name="Hj. Sitti Aisyah", birth_on=date(1990, 8, 17))

    response = signed_in.post(SEARCH, {"name": "Siti Aisah", **BORN})

    assert worker.get_absolute_url() in response.text
    assert "7371 09•• •••• 0001" in response.text
    assert worker.nik not in response.text
    assert "Bukan orang itu, daftarkan" in response.text


@pytest.mark.parametrize("key", [{"nik": "7371091708900001"}, {"name": "Siti Aisah", **BORN}], ids=["nik", "name"])
def test_a_hit_out_of_scope_says_only_that_an_admin_can_help(signed_in, key):  # AC-D20
    known = WorkerFactory(
        nik="7371091708900001",
        name="Hj. Sitti Aisyah",
        birth_on=date(1990, 8, 17),
        kelurahan=kelurahan("73.71.10.1001"),
    )

    response = signed_in.post(SEARCH, key)

    assert ELSEWHERE in response.text
    assert known.name not in response.text
    assert str(known.pk) not in response.text
    assert known.kelurahan.name not in response.text


def test_a_nik_that_is_taken_is_not_registered_again(signed_in):
    WorkerFactory(nik="7371091708900001", kelurahan=kelurahan("73.71.10.1001"))

    response = signed_in.post(SEARCH, {"nik": "7371091708900001"})

    assert "NIK ini sudah terdaftar, jadi tidak dapat didaftarkan lagi." in response.text
    assert f'action="{BEGIN}"' not in response.text


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"__all__": ["Isi NIK, nomor peserta, atau nama dengan tanggal lahir."]}),
        ({"nik": "7371"}, {"nik": ["NIK baru 4 angka, kurang 12 lagi."]}),
        (
            {"participant_number": "A1"},
            {"participant_number": ["Nomor peserta hanya angka. Cocokkan dengan kartunya."]},
        ),
        ({"name": "Baso"}, {"birth_on": ["Isi tanggal lahir. Nama saja terlalu umum untuk mengenali orang."]}),
        (BORN, {"name": ["Isi nama. Tanggal lahir saja terlalu umum untuk mengenali orang."]}),
        ({"name": "Baso", "birth_on_0": "1"}, {"birth_on": ["Lengkapi tanggal, bulan, dan tahun."]}),
        ({"name": "a\x00", **BORN}, {"name": ["Karakter null tidak diizinkan."]}),
    ],
)
def test_a_search_without_a_whole_key_is_told_so(signed_in, typed, errors):  # AC-P26
    response = signed_in.post(SEARCH, typed)

    assert response.status_code == 422
    assert response.context["form"].errors == errors
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_search_queries_do_not_grow(signed_in, count, django_assert_num_queries):
    WorkerFactory.create_batch(count, name="Siti Aisah", birth_on=date(1990, 8, 17))

    # session, user, savepoint, hits, those in scope, their exits, entry, release, drafts, region of duty; session saved
    with django_assert_num_queries(13):
        response = signed_in.post(SEARCH, {"name": "Siti Aisah", **BORN})

    assert len(response.context["found"].workers) == count
