"""A registry file of the city's size, from upload to the last pair of doubles, against plain COPY of the same rows.

Other work on the machine slows both, but not alike; so processor time stands beside the clock's.
"""

import os
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from django.core.files import File
from django.db import connection
from psycopg2.sql import SQL, Identifier, Literal

from bench.city import City
from bench.measure import Figure, Times, figure
from regions.models import Region
from workers import finder, operations
from workers.models import DuplicatePair, RegistryImport

RATIO = 2.0  # issue 5
MEMORY = 300  # megabytes of this process
PROGRESS = 5  # seconds that a sign of life may be old
FOUND_IN = 5000  # milliseconds for SOME rows against a registry of KNOWN (issue 5)
SOME, KNOWN = 5_000, 81_466
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
        CASE WHEN family_card_number <> '' THEN 1 + (hashtext(family_card_number) & 7) END, phone
    FROM (SELECT worker.*, occupation.name AS occupation, row_number() OVER () AS n FROM workers_worker AS worker
          JOIN workers_occupation AS occupation ON occupation.code = occupation_id
          WHERE kelurahan_id IS NOT NULL) AS rows
    ) TO STDOUT WITH (FORMAT csv)
""".replace("%%", "%")
PEOPLE = f"COPY (SELECT {COLUMNS} FROM workers_worker WHERE kelurahan_id IS NOT NULL) TO STDOUT WITH (FORMAT csv)"
EMPTY = "TRUNCATE workers_worker, workers_registryimport, workers_desilrecord, workers_workerevent CASCADE"


REGISTERED = f"""
    DROP TABLE IF EXISTS bench_registry;
    CREATE TABLE bench_registry AS SELECT * FROM {finder.REGISTRY.string} known ORDER BY key OFFSET {SOME} LIMIT %s;
    CREATE UNIQUE INDEX ON bench_registry (nik);
    CREATE INDEX ON bench_registry (birth_on);
    CREATE INDEX ON bench_registry (family_card_number);
    CREATE INDEX ON bench_registry (phone) WHERE NOT phone = '';
    ANALYZE bench_registry
"""  # with the indexes of workers_worker by which people are looked for
FEW = SQL("(SELECT * FROM {} known ORDER BY key LIMIT {})").format(finder.REGISTRY, Literal(SOME))


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and of the processor: Python's and the server's process, where it is on this machine."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:.1f} s ({self.processor:.1f} s of the processor)"


@dataclass
class Signs:
    """How old the sign of life of work in hand ever was, seen from outside."""

    oldest: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        while not self.over.wait(0.25):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT extract(epoch FROM clock_timestamp() - min(at))::float8 FROM workers_importpulse"
                    " JOIN workers_registryimport ON id = registry_import_id AND status IN ('checking', 'accepting')"
                )
                self.oldest = max(self.oldest, cursor.fetchone()[0] or 0.0)
        connection.close()


def files(city: City) -> Iterator[Figure]:
    """Leaves the city empty, so it runs last."""
    yield from few_among_many(city)
    yield from registry_file(city)


def few_among_many(city: City) -> Iterator[Figure]:
    """A file of some rows against a registry, as an import looks for doubles."""
    known = min(KNOWN, city.people - SOME)
    city.sql(REGISTERED, [known])
    spent = [_took(_few) for _ in range(ROUNDS)]
    (found,) = city.sql("SELECT count(*) FROM bench_pairs")[0]
    city.sql("DROP TABLE bench_registry, bench_people, bench_pairs")
    times = Times([each.clock * 1000 for each in spent])
    notes = {"processor time": f"{median(each.processor for each in spent):.1f} s", "candidates": found}
    yield figure(f"{SOME:,} rows against {known:,}", times, bar_ms=FOUND_IN, notes=notes)


def registry_file(city: City) -> Iterator[Figure]:
    """The whole city as one file, between two COPYs of its rows. Leaves the city empty."""
    city.sql("UPDATE workers_policy SET release = '2026-3'")
    with tempfile.TemporaryFile() as rows, tempfile.TemporaryFile() as people:
        rows.write(f"{HEADER}\n".encode())
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.copy_expert(FILE, rows)
            cursor.copy_expert(PEOPLE, people)
            cursor.execute("RESET statement_timeout")
        floors, imports, signs = [], [], Signs()
        for _ in range(ROUNDS if city.people < 500_000 else 1):
            floors.append(_floor(city, people))
            city.sql(EMPTY)
            imports.append(_import(city, rows, signs))
        floors.append(_floor(city, people))  # one before, one after
    imported = RegistryImport.objects.get()
    steps = imports[-1]
    floor, whole = median(spent.processor for spent in floors), sum(spent.processor for spent in steps.values())
    notes = {
        **steps,
        "processor time": f"{whole:.0f} s, {whole / floor:.2f} times that of COPY" if floor else "not known",
        "peak memory of Python": f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB, bar {MEMORY} MB",
        "oldest sign of life": f"{signs.oldest:.1f} s, bar {PROGRESS} s",
        "stored": f"{imported.rows_good:,}",
        "handed back": f"{imported.rows_handed_back:,}",
        "pairs": f"{DuplicatePair.objects.count():,}",
        "load of the machine": f"{os.getloadavg()[1]:.1f}",
    }
    times = Times([sum(spent.clock for spent in steps.values()) * 1000 for steps in imports])
    copies = Times([spent.clock * 1000 for spent in floors])
    yield figure("COPY of the rows into the same table", copies, notes={"processor time": f"{floor:.0f} s"})
    yield figure("import of the file", times, floor=copies.p50, bar_ratio=RATIO, notes=notes)


def _few() -> None:
    people, known = Identifier("bench_people"), Identifier("bench_registry")
    candidates = finder.candidates_within(people) + finder.candidates_between(people, known)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_people, bench_pairs")
        cursor.execute(
            "CREATE TEMP TABLE bench_pairs (one uuid, other uuid, rule text, likeness real, agreeing text[])"
        )
        cursor.execute(SQL("CREATE TEMP TABLE {} AS {}").format(people, finder.sketched(FEW)).as_string(cursor.cursor))
        cursor.execute("ANALYZE bench_people")
        for each in candidates:
            cursor.execute(SQL("INSERT INTO bench_pairs {}").format(each).as_string(cursor.cursor))


def _floor(city: City, people) -> Spent:
    city.sql("CREATE TABLE bench_floor (LIKE workers_worker INCLUDING ALL)")
    spent = _took(lambda: _copy(people))
    city.sql("DROP TABLE bench_floor")
    return spent


def _copy(people) -> None:
    people.seek(0)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.copy_expert(f"COPY bench_floor ({COLUMNS}) FROM STDIN WITH (FORMAT csv)", people)
        cursor.execute("RESET statement_timeout")


def _import(city: City, rows, signs: Signs) -> dict[str, Spent]:
    rows.seek(0)
    by, posting = city.users["admin"], Region.objects.get(pk="73.71")
    taken: list[RegistryImport] = []

    def upload() -> None:
        content = File(rows)
        taken.append(
            operations.import_registry(by=by, content=content, name="kota.csv", posting=posting, reason="ukuran")
        )

    with _watched(signs):
        uploaded = _took(upload)
        pk = taken[0].pk
        checked = _took(lambda: operations.check_import(pk, by=by))
        operations.accept_import(pk, by=by)
        stored = _took(lambda: operations.store_import(pk))
        searched = _took(lambda: operations.search_import(pk))
    return {
        "upload": uploaded,
        "check, repairs and findings": checked,
        "store, with history and desil": stored,
        "search for doubles among all": searched,
    }


@contextmanager
def _watched(signs: Signs) -> Iterator[None]:
    signs.over.clear()
    watcher = threading.Thread(target=signs.watch)
    watcher.start()
    try:
        yield
    finally:
        signs.over.set()
        watcher.join()


def _took(work: Callable[[], object]) -> Spent:
    clock, processor = time.perf_counter(), _processor()
    work()
    return Spent(time.perf_counter() - clock, _processor() - processor)


def _processor() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    told = Path(f"/proc/{pid}/stat")
    if not told.exists() or not (words := told.read_text().partition("(postgres) ")[2].split()):
        return 0.0
    return time.process_time() + (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
