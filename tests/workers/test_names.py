"""How names are compared. The figures of set K are measured (docs/cases.md), not set."""

import pytest
from django.db import connection

from tests.workers.factories import WorkerFactory
from workers.models import Worker

SAME = [
    ("Muh. Syamsuddin", "Muhammad Samsudin", 1.00),
    ("M. Syamsuddin Dg. Nai", "Muhammad Syamsuddin", 0.81),
    ("Sitti Nurhayati", "St. Nurhayati", 1.00),
    ("Hj. Sitti Aisyah", "Siti Aisah", 1.00),
    ("Daeng Nassa", "Dg Nassa", 1.00),
    ("Andi Baso", "A. Baso", 1.00),
    ("Abd. Rahman", "Abdul Rahman", 1.00),
    ("Soeharto", "Suharto", 1.00),
    ("Djafar", "Jafar", 1.00),
    ("Zainuddin", "Sainuddin", 1.00),
    ("Kamaruddin", "Qamaruddin", 1.00),
    ("Fatmawati", "Fatmawaty", 1.00),
    ("Ramlah", "Ramla", 0.62),
    ("Yusuf", "Yusup", 0.50),
    ("Hasanuddin", "Hasan Udin", 0.62),
]
DIFFERENT = [
    ("Abdul Rahman", "Abdul Rahim", 0.56),
    ("Nurhayati", "Nurhidayati", 0.57),
    ("Ramli", "Ramlah", 0.44),
    ("Dg. Tata", "Dg. Tayang", 0.20),
    ("Nur", "Nurul", 0.43),
    ("Baharuddin", "Burhanuddin", 0.24),
]


def answer(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def likeness(one, other):
    return answer("SELECT similarity(workers_normal_name(%s), workers_normal_name(%s))", one, other)


@pytest.mark.django_db
@pytest.mark.parametrize(("one", "other", "expected"), SAME + DIFFERENT)
def test_set_k_is_as_alike_as_was_measured(one, other, expected):
    assert likeness(one, other) == pytest.approx(expected, abs=0.0051)


@pytest.mark.django_db
def test_six_tenths_parts_all_of_set_k_but_yusuf():
    missed = [(one, other) for one, other, _ in SAME if likeness(one, other) < 0.60]
    wrong = [(one, other) for one, other, _ in DIFFERENT if likeness(one, other) >= 0.60]

    assert (missed, wrong) == ([("Yusuf", "Yusup")], [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("H.M.Yusuf, S.T., M.Si", "muhamad iusuf"),
        ("Drs. H. Ma'ruf S.Pd.", "maruf"),
        ("Prof. Dr. Ir. Hj. Sitti Chadidjah binti Daeng Ngawing", "siti chadijah ngawing"),
        ("NUR-  hayati", "nur haiati"),
        ("Daeng", "daeng"),
        ("H. Dg.", "h dg"),
        ("100%_", "100"),
        (",", ""),
        ("", ""),
    ],
)
def test_titles_and_signs_are_no_part_of_a_name(name, expected):
    assert answer("SELECT workers_normal_name(%s)", name) == expected


@pytest.mark.django_db
def test_the_column_follows_the_name():
    worker = WorkerFactory(name="Hj. Sitti Aisyah")
    Worker.objects.filter(pk=worker.pk).update(name="Djafar")

    assert Worker.objects.get().normal_name == "jafar"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Siti Aisah", ["Hj. Sitti Aisyah"]),
        ("aisy", ["Hj. Sitti Aisyah"]),
        ("Muhammad Samsudin", ["Muh. Syamsuddin"]),
        ("Moh. Sjamsuddin", ["Muh. Syamsuddin"]),
        ("Dg Nassa", ["Daeng Nassa"]),
        ("Ramla", ["Ramlah"]),
        ("Fatimah", []),
        ("%", []),
    ],
)
def test_a_search_survives_spelling(typed, found):
    for name in ("Hj. Sitti Aisyah", "Muh. Syamsuddin", "Daeng Nassa", "Ramlah"):
        WorkerFactory(name=name)

    assert [worker.name for worker in Worker.objects.named(typed)] == found


@pytest.mark.django_db
def test_a_search_by_name_uses_the_trigram_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Worker.objects.named("Siti Aisah").order_by().explain()

    assert "workers_worker_like_name" in plan
    assert "Seq Scan" not in plan
