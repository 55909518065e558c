"""A registry file of the city's size, from upload to the last stored row, against plain COPY of the same rows."""

import resource
import tempfile
import time
from collections.abc import Callable, Iterator

from django.core.files import File
from django.db import connection

from bench.city import City
from bench.measure import Figure, Times, figure
from regions.models import Region
from workers import operations
from workers.models import RegistryImport

RATIO = 2.0  # issue 5
MEMORY = 300  # megabytes of this process
ROUNDS = 3
FAULTY = 50  # every so many rows one is faulty: 2 %
COLUMNS = (
    "nik, family_card_number, name, birth_place, birth_on, sex, address, rt, rw, kelurahan_id, is_resident,"
    " occupation_id, employment, income, phone, registered_by_id"
)
HEADER = (
    "nik,no_kk,nama,jenis_kelamin,tempat_lahir,tanggal_lahir,alamat,rt,rw,kode_kelurahan,kelurahan,kecamatan,"
    "pekerjaan,pendapatan,desil,no_hp"
)
FILE = f"""
    COPY (SELECT CASE WHEN n %% {FAULTY} = 0 THEN left(nik, 15) ELSE nik END, family_card_number, name, sex,
        birth_place,
        birth_on, address, rt, rw, replace(kelurahan_id, '.', ''), '', '', occupation, income,
        CASE WHEN family_card_number <> '' THEN 1 + hashtext(family_card_number) & 7 END, phone
    FROM (SELECT worker.*, occupation.name AS occupation, row_number() OVER () AS n FROM workers_worker AS worker
          JOIN workers_occupation AS occupation ON occupation.code = occupation_id
          WHERE kelurahan_id IS NOT NULL) AS rows
    ) TO STDOUT WITH (FORMAT csv)
""".replace("%%", "%")
PEOPLE = f"COPY (SELECT {COLUMNS} FROM workers_worker WHERE kelurahan_id IS NOT NULL) TO STDOUT WITH (FORMAT csv)"
EMPTY = "TRUNCATE workers_worker, workers_registryimport, workers_desilrecord, workers_workerevent CASCADE"


def registry_file(city: City) -> Iterator[Figure]:
    """Leaves the city empty, so it runs last."""
    city.sql("UPDATE workers_policy SET release = '2026-3'")
    with tempfile.TemporaryFile() as rows, tempfile.TemporaryFile() as people:
        rows.write(f"{HEADER}\n".encode())
        with connection.cursor() as cursor:
            cursor.copy_expert(FILE, rows)
            cursor.copy_expert(PEOPLE, people)
        floors, times, steps = [], [], {}
        for _ in range(ROUNDS if city.people < 500_000 else 1):
            city.sql("DROP TABLE IF EXISTS bench_people")
            city.sql("CREATE TABLE bench_people (LIKE workers_worker INCLUDING ALL)")
            floors.append(_took(lambda: _copy(people)))
            city.sql("DROP TABLE bench_people")
            city.sql(EMPTY)
            times.append(_took(lambda: _import(city, rows, steps)))
    imported = RegistryImport.objects.get()
    notes = {
        **{name: f"{took / 1000:.1f} s" for name, took in steps.items()},
        "stored": imported.rows_good,
        "handed back": imported.rows_handed_back,
        "peak memory of Python": f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB, bar {MEMORY} MB",
    }
    floor = sorted(floors)[len(floors) // 2]
    yield figure("COPY of the rows into the same table", Times(floors))
    yield figure("import of the file", Times(times), floor=floor, bar_ratio=RATIO, notes=notes)


def _copy(people) -> None:
    people.seek(0)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.copy_expert(f"COPY bench_people ({COLUMNS}) FROM STDIN WITH (FORMAT csv)", people)
        cursor.execute("RESET statement_timeout")


def _import(city: City, rows, steps: dict[str, float]) -> None:
    rows.seek(0)
    by, posting = city.users["admin"], Region.objects.get(pk="73.71")
    taken = operations.import_registry(by=by, content=File(rows), name="kota.csv", posting=posting, reason="ukuran")
    steps["check"] = _took(lambda: operations.check_import(taken.pk, by=by))
    operations.accept_import(taken.pk, by=by)
    steps["store, with history and desil"] = _took(lambda: operations.store_import(taken.pk))
    steps["search for duplicates"] = _took(lambda: operations.search_import(taken.pk))


def _took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
