"""Looking for a person before entering one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Prefetch

from accounts.models import User
from casework import audit
from workers import rules
from workers.models import Worker, WorkerExit

MOST = 50  # persons looked at; likest first


@dataclass(frozen=True, slots=True)
class Found:
    """`workers` are those whom the asker may see, each with its open exits as `left`.

    Of others only that there are some (AC-D20).
    """

    workers: tuple[Worker, ...]
    elsewhere: bool
    nik_taken: bool  # here or elsewhere: nobody else can be entered with it


@transaction.atomic
def search_worker(
    *, by: User, nik: str = "", participant_number: str = "", name: str = "", birth_on: date | None = None
) -> Found:
    """Who may be the person asked for, by any of the keys given; `name` counts with `birth_on` only.

    Looks through the whole city and leaves one entry, hit or miss, about everybody found (AC-A1).
    """
    rules.may_register(by).require()
    known = Worker.objects.known_by(nik=nik, participant_number=participant_number, name=name, birth_on=birth_on)
    niks = dict(known.values_list("pk", "nik")[:MOST])
    workers = Worker.objects.visible_to(by).filter(pk__in=niks).select_related("kelurahan__parent", "occupation")
    workers = workers.prefetch_related(Prefetch("exits", WorkerExit.objects.open(), to_attr="left"))
    found = Found(tuple(workers), elsewhere=len(workers) < len(niks), nik_taken=nik in niks.values())
    facts = {
        "numbers": [f"…{number[-4:]}" for number in (nik, participant_number) if number],
        "name": name,
        "birth_on": birth_on,
        "found": len(found.workers),
        "elsewhere": len(niks) - len(found.workers),
    }
    audit.record("worker.search", by=by, persons=niks, facts=facts)
    return found
