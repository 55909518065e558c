"""python -m bench.faults [--rows N] [--kills N]: an import under kill -9 and database restarts ends as undisturbed.

Whatever is killed, the import is started again, and what it leaves in the end is compared with what an import leaves
that nothing disturbed: people with their history, desils, findings, staged rows, suspicions and counts.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
django.setup()  # before the models of the modules below are read

from django.core.files import File  # noqa: E402
from django.db import connection, connections  # noqa: E402

from bench.__main__ import standing_city  # noqa: E402
from bench.city import City  # noqa: E402
from bench.imports import EMPTY, FILE, HEADER  # noqa: E402
from config import database, postgres  # noqa: E402
from regions.models import Region  # noqa: E402
from workers import operations  # noqa: E402
from workers.enums import ImportStatus  # noqa: E402
from workers.models import RegistryImport  # noqa: E402

LEFT = {  # without keys and times
    "people": """SELECT nik, family_card_number, name, birth_place, birth_on, sex, address, rt, rw, kelurahan_id,
        occupation_id, income, phone, registry_row FROM workers_worker""",
    "history": "SELECT pgh_label, nik, registry_row FROM workers_workerevent",
    "desils": "SELECT family_card_number, release, desil FROM workers_desilrecord",
    "findings": 'SELECT row, "column", code, value, details FROM workers_importfinding',
    "staged": "SELECT row, verdict, nik, decision FROM workers_stagedrow",
    "suspicions": """SELECT least(one.nik, other.nik), greatest(one.nik, other.nik), rules FROM workers_duplicatepair
        JOIN workers_worker AS one ON one.id = one_id JOIN workers_worker AS other ON other.id = other_id""",
    "counts": """SELECT status, search_due, rows_total, rows_done, rows_accepted, rows_repaired, rows_review,
        rows_duplicate, rows_ineligible, rows_refused, rows_blank, rows_known FROM workers_registryimport""",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--restarts", type=int, default=2, help="of the embedded database, where that is what runs")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    moments = random.Random(asked.seed)  # noqa: S311
    with database.at_hand(), standing_city(asked.rows, keep=False) as city, tempfile.TemporaryFile() as rows:
        city.sql("UPDATE workers_policy SET release = '2026-3'")
        rows.write(f"{HEADER}\n".encode())
        with connection.cursor() as cursor:
            cursor.copy_expert(FILE, rows)
        began = time.monotonic()
        to_the_end(begin(city, rows), city)
        took = time.monotonic() - began
        expected = left()
        print(f"undisturbed: {took:.1f} s, {expected['people'][0]} people", flush=True)
        agree = disturb(city, rows, expected, asked.kills, "kill", lambda: moments.uniform(0, took))
        if postgres.is_running():
            agree &= disturb(city, rows, expected, asked.restarts, "restart", lambda: moments.uniform(0, took))
    print("every end state is that of the undisturbed import" if agree else "AN END STATE DIFFERS")
    return 0 if agree else 1


def disturb(city: City, rows, expected: dict, times: int, how: str, moment) -> bool:
    """Disturbs imports so many times, one after another; whether each of them ended as expected."""
    done, imports, agree = 0, 0, True
    while done < times:
        pk = begin(city, rows)
        imports += 1
        while done < times:
            after = moment()
            stage = disturbed(pk, city, after, how)
            if stage is None:
                break
            done += 1
            print(f"{how} {done} after {after:.1f} s: {stage}", flush=True)
        to_the_end(pk, city)
        found = left()
        differing = [name for name in LEFT if found[name] != expected[name]]
        agree &= not differing
        print(
            f"import {imports}: {'differs in ' + ', '.join(differing) if differing else 'as undisturbed'}", flush=True
        )
    return agree


def disturbed(pk, city: City, after: float, how: str) -> str | None:
    """How far the import was when it was cut off; None where it had ended before."""
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            connections["default"]
            del connections["default"]
            sys.stderr = open(os.devnull, "w")  # noqa: SIM115
            to_the_end(pk, city)
        finally:
            os._exit(0)
    time.sleep(after)
    ended, _ = os.waitpid(child, os.WNOHANG)
    if ended:
        return None
    if how == "restart":
        postgres.restart()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    now = RegistryImport.objects.get(pk=pk)
    return f"{now.status}, {now.rows_done:,} checked{', search due' if now.search_due else ''}"


def begin(city: City, rows):
    city.sql(EMPTY)
    rows.seek(0)
    by, posting = city.users["admin"], Region.objects.get(pk="73.71")
    return operations.import_registry(by=by, content=File(rows), name="kota.csv", posting=posting, reason="ukuran").pk


def to_the_end(pk, city: City) -> None:
    by = city.users["admin"]
    operations.check_import(pk, by=by)
    if RegistryImport.objects.get(pk=pk).status == ImportStatus.READY:
        operations.accept_import(pk, by=by)
    operations.store_import(pk)
    operations.search_import(pk)


def left() -> dict[str, tuple[int, str]]:
    """Of everything that an import leaves, how many rows there are and what they are."""
    found = {}
    with connection.cursor() as cursor:
        for name, query in LEFT.items():
            cursor.execute(
                f"SELECT count(*), md5(coalesce(string_agg(told, '|' ORDER BY told COLLATE \"C\"), ''))"
                f" FROM (SELECT row::text AS told FROM ({query}) AS row) AS rows"
            )
            found[name] = cursor.fetchone()
    return found


if __name__ == "__main__":
    sys.exit(main())
