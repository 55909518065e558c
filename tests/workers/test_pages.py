import base64
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.audit import entries_about
from casework.models import AuditEntry
from tests.accounts.factories import UserFactory
from tests.regions.factories import kelurahan
from tests.workers.factories import (
    DesilRecordFactory,
    OccupationFactory,
    PolicyFactory,
    WorkerExitFactory,
    WorkerFactory,
)
from workers.enums import MembershipState, Standing
from workers.filters import WorkerFilter
from workers.models import RegistryImport, Worker
from workers.operations import register_worker

LIST = reverse("workers:worker_list")
UPLOAD = reverse("workers:import_upload")


@pytest.fixture(autouse=True)
def policy(db):
    return PolicyFactory()


@pytest.fixture
def officer(policy):
    return UserFactory(officer=True)


@pytest.fixture
def signed_in(client, officer):
    client.force_login(officer)
    return client


# --- NIK ---


def test_the_digits_of_a_nik_are_read_by_post(signed_in):
    response = signed_in.post(reverse("workers:nik_read"), {"nik": "7371091708900001"})

    assert response.context["reading"].birth_on == date(1990, 8, 17)
    assert "17 Agustus 1990" in response.text
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("raw", ["", "7371\x00", "1" * 41, "abc", "7371"])
def test_any_text_for_a_nik_gets_a_page(signed_in, raw):
    assert signed_in.post(reverse("workers:nik_read"), {"nik": raw}).status_code == 200


def test_a_nik_is_not_read_by_get(signed_in):
    assert signed_in.get(reverse("workers:nik_read")).status_code == 405


# --- list ---


@pytest.mark.parametrize("count", [1, 3])
def test_worker_list_queries_do_not_grow(signed_in, count, django_assert_num_queries):
    workers = WorkerFactory.create_batch(count)
    WorkerFactory(kelurahan=kelurahan("73.71.10.1001"))

    # session, user, kelurahan and occupations of the filter, page, savepoint, region of duty, entry, release
    with django_assert_num_queries(9):
        response = signed_in.get(LIST)

    assert list(response.context["page"]) == workers
    (entry,) = AuditEntry.objects.filter(event="worker.list")
    assert sorted(entry.persons) == sorted(str(worker.pk) for worker in workers)  # AC-A1


def test_the_list_masks_and_shows_nobody_out_of_scope(signed_in):  # AC-W65, AC-P19
    WorkerFactory(nik="7371091708900001", name="Andi Nurhayati")
    WorkerFactory(name="Rahasia", kelurahan=kelurahan("73.71.10.1001"))

    response = signed_in.get(LIST)

    assert "7371 09•• •••• 0001" in response.text
    assert "7371091708900001" not in response.text
    assert "Rahasia" not in response.text


def member(worker, start, end):
    """A membership made as the enrolment app would; the registry knows it by its name only."""
    worker.memberships.create(package="JKK_JKM", payer="APBD", participant_number=worker.nik[-11:], period=(start, end))


@pytest.fixture
def members(policy):
    today = timezone.localdate()
    by_state = {state: WorkerFactory(name=state) for state in MembershipState.values}
    member(by_state["upcoming"], today + timedelta(days=1), None)
    member(by_state["active"], today, None)
    member(by_state["ending"], today - timedelta(days=9), today + timedelta(days=30))
    member(by_state["ended"], today - timedelta(days=9), today)
    return by_state


def test_the_list_says_how_each_membership_stands(members):
    listed = Worker.objects.with_list_data(timezone.localdate())

    assert {worker.name: worker.membership_state for worker in listed} == {state: state for state in members}


@pytest.mark.parametrize("state", MembershipState.values)
def test_the_list_is_filtered_by_membership(signed_in, members, state):
    response = signed_in.get(LIST, {"membership": state})

    assert list(response.context["page"]) == [members[state]]
    assert response.context["terms"] == {"membership": MembershipState(state).label}


@pytest.mark.parametrize(
    ("term", "states"), [("covered", ["active", "ending"]), ("uncovered", ["none", "upcoming", "ended"])]
)
def test_the_list_is_filtered_by_cover_today(signed_in, members, term, states):
    response = signed_in.get(LIST, {"membership": term})

    assert {worker.name for worker in response.context["page"]} == set(states)


def test_somebody_covered_again_is_not_over(members):
    again = members["ended"]
    member(again, timezone.localdate(), None)
    renewed = members["ending"]
    member(renewed, timezone.localdate() + timedelta(days=30), None)

    on = timezone.localdate()
    for state in MembershipState.values:
        found = Worker.objects.in_state(MembershipState(state), on)
        assert {worker.pk for worker in found} == {
            worker.pk for worker in Worker.objects.with_list_data(on) if worker.membership_state == state
        }


@pytest.fixture
def families(policy):
    """Workers by the desil of their family; the policy's limit is 4."""
    workers = {desil: WorkerFactory(name=f"desil {desil}") for desil in (2, 5, None)}
    for desil in (2, 5):
        DesilRecordFactory(family_card_number=workers[desil].family_card_number, desil=desil)
    DesilRecordFactory(family_card_number=workers[None].family_card_number, desil=2, release="2026-2")
    return workers


@pytest.mark.parametrize(
    ("query", "found", "words"),
    [
        ({"desil": "2"}, [2], {"desil": "Desil 2"}),
        ({"desil": "none"}, [None], {"desil": "Desil belum tercatat"}),
        ({"eligibility": "eligible"}, [2], {"eligibility": "Layak"}),
        ({"eligibility": "not_eligible"}, [5, None], {"eligibility": "Belum layak"}),
        ({"eligibility": "not_eligible", "desil": "5"}, [5], {"eligibility": "Belum layak", "desil": "Desil 5"}),
    ],
)
def test_the_list_is_filtered_by_desil_and_eligibility(signed_in, families, query, found, words):
    response = signed_in.get(LIST, query)

    assert list(response.context["page"]) == [families[desil] for desil in found]
    assert response.context["terms"] == words


def test_near_misses_of_a_name_are_left_out_where_a_page_of_people_hold_it(signed_in):
    near = WorkerFactory(name="Nurhayata")
    WorkerFactory.create_batch(25, name="Nurhayati")
    assert near in signed_in.get(LIST, {"q": "Nurhayati"}).context["page"]

    WorkerFactory(name="St. Nurhayati")
    found = signed_in.get(LIST, {"q": "Nurhayati"}).context["page"]

    assert (found.count, near in found) == (26, False)


def test_a_list_that_is_judged_one_by_one_is_counted_less_far(client):
    user = UserFactory()

    assert WorkerFilter.asked_by(user, {"occupation": OccupationFactory().pk}).counted == 10_000
    assert WorkerFilter.asked_by(user, {"membership": "covered"}).counted == 1_000


@pytest.mark.parametrize("standing", Standing.values)
def test_the_list_is_filtered_by_standing(signed_in, standing):
    records = {name: WorkerFactory(name=name) for name in Standing.values}
    back = WorkerFactory(name="back")
    WorkerExitFactory(worker=records["exited"])
    WorkerExitFactory(worker=back, returned_on="2026-11-20", returned_by=UserFactory())
    Worker.objects.filter(pk=records["linked"].pk).update(survivor=records["registered"])
    expected = {standing, "back"} if standing == "registered" else {standing}

    response = signed_in.get(LIST, {"standing": standing})

    assert {worker.name for worker in response.context["page"]} == expected
    assert response.context["terms"] == {"standing": Standing(standing).label}


def test_the_list_of_the_city_is_filtered_by_kecamatan(client):
    client.force_login(UserFactory())
    inside = WorkerFactory(kelurahan=kelurahan("73.71.10.1001"))
    WorkerFactory(kelurahan=kelurahan("73.71.09.1001"))
    WorkerFactory(kelurahan=None)

    response = client.get(LIST, {"kecamatan": "73.71.10"})

    assert list(response.context["page"]) == [inside]
    assert response.context["terms"] == {"kecamatan": "Kecamatan Kecamatan 10"}


@pytest.mark.parametrize(
    ("posting", "offered"),
    [
        ("73.71.09", ["kelurahan", "occupation", "standing", "desil", "eligibility", "membership"]),
        ("73.71.09.1001", ["occupation", "standing", "desil", "eligibility", "membership"]),
    ],
)
def test_an_officer_is_offered_the_regions_below_the_own(client, posting, offered):
    place = kelurahan("73.71.09.1001")
    client.force_login(UserFactory(officer=True, region=place if posting == place.pk else place.parent))

    form = client.get(LIST).context["filter"]

    assert [field.name for field in form.visible_fields()] == ["q", *offered]


def test_the_officer_of_a_kelurahan_sees_those_of_it(client):
    here = WorkerFactory(kelurahan=kelurahan("73.71.09.1001"))
    WorkerFactory(kelurahan=kelurahan("73.71.09.1002"))
    client.force_login(UserFactory(officer=True, region=here.kelurahan))

    assert list(client.get(LIST).context["page"]) == [here]


def test_the_list_is_filtered_by_name_place_and_work(signed_in):
    wanted = WorkerFactory(name="Andi Nurhayati", kelurahan=kelurahan("73.71.09.1002"))
    WorkerFactory(name="Andi Baso")
    WorkerFactory(name="Nurhayati", kelurahan=wanted.kelurahan, occupation=OccupationFactory(code="CKR", name="Cukur"))
    query = {"q": "nurhayati", "kelurahan": wanted.kelurahan_id, "occupation": wanted.occupation_id}

    response = signed_in.get(LIST, query)

    assert list(response.context["page"]) == [wanted]
    assert response.context["terms"] == {
        "q": "nurhayati",
        "kelurahan": "Kelurahan 1002, Kecamatan 09",
        "occupation": "Nelayan",
    }


@pytest.mark.parametrize(
    "query", [{"q": "7371091708900001"}, {"kelurahan": "73.71.10.1001"}, {"membership": "x"}, {"q": "a\x00"}]
)
def test_a_term_that_cannot_be_is_said_and_shows_nobody(signed_in, query):
    WorkerFactory(kelurahan=kelurahan("73.71.10.1001"))
    WorkerFactory()

    response = signed_in.get(LIST, query)

    assert response.status_code == 422
    assert list(response.context["page"]) == []


@pytest.mark.parametrize(
    ("sort", "names", "aria"),
    [
        ("", ["A", "b", "C"], ["ascending", "none", "none"]),
        ("-name", ["C", "b", "A"], ["descending", "none", "none"]),
        ("kelurahan", ["C", "A", "b"], ["none", "ascending", "none"]),
        ("-registered_at", ["b", "A", "C"], ["none", "none", "descending"]),
    ],
)
def test_the_list_is_sorted_by_link(signed_in, sort, names, aria):
    WorkerFactory(name="A", kelurahan=kelurahan("73.71.09.1002"), registered_at="2026-03-02T10:00:00+08:00")
    WorkerFactory(name="b", kelurahan=kelurahan("73.71.09.1003"), registered_at="2026-03-03T10:00:00+08:00")
    WorkerFactory(name="C", kelurahan=kelurahan("73.71.09.1001"), registered_at="2026-03-01T10:00:00+08:00")

    response = signed_in.get(LIST, {"sort": sort})

    assert [worker.name for worker in response.context["page"]] == names
    assert [column["aria"] for column in response.context["columns"]] == aria


def test_the_list_has_25_rows_a_page(signed_in):
    WorkerFactory.create_batch(26)

    first = signed_in.get(LIST)
    response = signed_in.get(LIST, {"page": first.context["page"].next})

    assert len(response.context["page"]) == 1
    assert "1–25 dari 26" in first.text
    assert "26–26 dari 26" in response.text


@pytest.mark.parametrize("sort", ["", "-name", "kelurahan", "-kelurahan", "registered_at", "-registered_at"])
def test_every_order_is_paged_through_to_the_end(client, sort):
    client.force_login(UserFactory())
    for number in range(60):
        WorkerFactory(
            name="abC"[number % 3],
            kelurahan=[None, kelurahan("73.71.09.1001"), kelurahan("73.71.10.1001")][number % 3],
            registered_at=f"2026-03-0{1 + number % 4}T10:00:00.123456+08:00",
        )

    pages = [client.get(LIST, {"sort": sort}).context["page"]]
    while pages[-1].next:
        pages.append(client.get(LIST, {"sort": sort, "page": pages[-1].next}).context["page"])

    assert [len(page) for page in pages] == [25, 25, 10]
    assert {worker.pk for page in pages for worker in page} == set(Worker.objects.values_list("pk", flat=True))
    last = client.get(LIST, {"sort": sort, "page": "last"}).context["page"]
    assert last.rows == [*pages[1].rows[10:], *pages[2].rows]
    assert (last.first_number, last.last_number) == (36, 60)


def test_a_full_list_takes_one_query_more_however_long_it_is(signed_in, django_assert_num_queries):
    WorkerFactory.create_batch(26)

    for page in ("", "last"):  # those of a short list, and the count
        with django_assert_num_queries(10):
            signed_in.get(LIST, {"page": page})


def test_a_link_to_a_page_names_nobody(signed_in):
    WorkerFactory.create_batch(26, name="Andi Nurhayati")

    link = signed_in.get(LIST).context["page"].next

    assert b"andi" not in base64.urlsafe_b64decode(link)


def test_an_empty_list_says_what_to_do(signed_in):
    assert "Belum ada pekerja terdaftar" in signed_in.get(LIST).text
    assert "Tidak ada pekerja yang cocok" in signed_in.get(LIST, {"q": "x"}).text


def test_an_auditor_is_offered_no_deed(client):
    client.force_login(UserFactory(auditor=True))

    assert reverse("workers:worker_search") not in client.get(LIST).text


# --- one person ---


def test_the_page_of_a_person_shows_the_whole_nik_and_leaves_an_entry(signed_in, officer):
    worker = WorkerFactory(nik="7371091708900001")

    response = signed_in.get(worker.get_absolute_url())

    assert "7371 0917 0890 0001" in response.text
    assert response.context["eligibility"].codes == ["desil_unknown"]
    assert [(entry.event, entry.actor_id) for entry in entries_about(worker.pk)] == [("worker.view", officer.pk)]


def test_the_page_says_desil_with_release_and_source(signed_in):
    worker = WorkerFactory()
    DesilRecordFactory(family_card_number=worker.family_card_number, desil=2)

    response = signed_in.get(worker.get_absolute_url())

    assert response.context["eligibility"].codes == []
    for said in ("Layak", "2026-3", "Berkas contoh"):
        assert said in response.text


@pytest.mark.parametrize(("who", "offered"), [({"officer": True}, True), ({}, False), ({"auditor": True}, False)])
def test_only_officers_are_led_to_proposing(client, who, offered):
    worker = WorkerFactory()
    DesilRecordFactory(family_card_number=worker.family_card_number, desil=2)
    client.force_login(UserFactory(**who))

    response = client.get(worker.get_absolute_url())

    assert (reverse("enrollment:batch_propose") in response.text) == offered


def test_an_auditor_sees_the_person_masked(client):  # AC-P31
    worker = WorkerFactory(nik="7371091708900001", family_card_number="7371091708150001", phone="081234567890")
    client.force_login(UserFactory(auditor=True))

    text = client.get(worker.get_absolute_url()).text

    for hidden in ("7371 0917 0890 0001", "7371 0917 0815 0001", "0812 3456 7890"):
        assert hidden not in text
    assert "7371 09•• •••• 0001" in text


def test_the_timeline_tells_who_registered_or_which_file_brought_the_person(signed_in, officer):
    by_hand = register_worker(
        by=officer,
        nik="7371091708900001",
        name="Baso Syamsuddin",
        birth_on=date(1990, 8, 17),
        sex="L",
        kelurahan=kelurahan(),
        occupation=OccupationFactory(),
    )
    registry_import = RegistryImport.objects.create(
        name="dinsos.csv", sha256="x", path="x", posting=officer.region, uploaded_by=officer
    )
    from_file = WorkerFactory(
        nik="7371091708900009", registry_import=registry_import, registry_row=7, registered_by=officer
    )
    of_old = WorkerFactory(registered_by=officer)

    pages = [signed_in.get(worker.get_absolute_url()) for worker in (by_hand, from_file, of_old)]
    steps = [page.context["steps"] for page in pages]

    assert [[(step["what"], step["who"], step["note"]) for step in each] for each in steps] == [
        [("Didaftarkan", officer.name, "")],
        [("Diambil dari daftar", officer.name, "Berkas dinsos.csv, baris 7")],
        [("Didaftarkan", officer.name, "")],
    ]


def test_memberships_are_shown_on_the_page_of_the_person(signed_in, members):
    active = members["active"]

    response = signed_in.get(active.get_absolute_url())

    assert response.context["memberships"] == list(active.memberships.all())
    assert response.context["is_member"]
    assert f'nomor peserta <span class="mono">{active.nik[-11:]}</span>' in response.text


def test_a_person_out_of_scope_is_not_there(signed_in):  # AC-W65
    worker = WorkerFactory(kelurahan=kelurahan("73.71.10.1001"))

    assert signed_in.get(worker.get_absolute_url()).status_code == 404


# --- who may at all ---

READ = ["officer", "admin", "auditor"]
WRITE = ["officer", "admin"]
WHO = {
    "officer": {"officer": True},
    "admin": {},
    "auditor": {"auditor": True},
    "hospital": {"hospital_staff": True},
    "bpjs": {"bpjs": True},
}
PAGES = [
    ("workers:worker_list", [], READ),
    ("workers:worker_detail", [uuid4()], READ),
    ("workers:worker_search", [], WRITE),
    ("workers:draft_page", [uuid4(), "home"], WRITE),
    ("workers:draft_summary", [uuid4()], WRITE),
    ("workers:draft_delete", [uuid4()], WRITE),
    ("workers:draft_photo", [uuid4()], WRITE),
    ("workers:document_list", [uuid4()], WRITE),
    ("workers:document_file", [uuid4()], WRITE),
    ("workers:document_withdraw", [uuid4()], WRITE),
    ("workers:import_list", [], WRITE),
    ("workers:import_upload", [], WRITE),
    ("workers:import_detail", [uuid4()], WRITE),
    ("workers:import_findings", [uuid4()], WRITE),
    ("workers:import_held", [uuid4()], WRITE),
]


@pytest.mark.parametrize(("name", "args", "allowed"), PAGES, ids=[page[0] for page in PAGES])
@pytest.mark.parametrize("role", WHO)
def test_a_wrong_role_gets_403(client, name, args, allowed, role):  # AC-W64
    client.force_login(UserFactory(**WHO[role]))

    response = client.get(reverse(name, args=args))

    assert (response.status_code == 403) == (role not in allowed)


def test_whoever_opens_person_after_person_is_stopped(signed_in, settings):  # ASVS 2.4.1
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"person": "2/m/user"}
    page = WorkerFactory().get_absolute_url()

    assert [signed_in.get(page).status_code for _ in range(3)] == [200, 200, 429]
