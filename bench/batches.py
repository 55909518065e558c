"""A batch of 100,000 workers: put together and locked, and its file, against the one INSERT that such lines need."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from bench.city import City
from bench.measure import Figure, Queries, Times, figure
from enrollment import operations, rules
from enrollment.models import Batch
from enrollment.operations.lines import add_lines

LINES = 100_000
LOCK_MS, FILE_MS = 30_000, 60_000  # issue 6
RATIO = 3.0  # issue 11
TERMS = {"package": "JKK_JKM", "payer": "APBD"}
INSERT = """
    INSERT INTO enrollment_batchline
        (batch_id, number, worker_id, monthly_amount, facts, digest, status, participant_number, rejection)
    SELECT %s, row_number() OVER (ORDER BY w.name, w.id), w.id, 16800, jsonb_build_object(
        'file', jsonb_build_object('kind', 'add', 'nik', w.nik, 'name', w.name, 'birth_place', w.birth_place,
            'birth_on', w.birth_on, 'sex', w.sex, 'address', w.address, 'rt', w.rt, 'rw', w.rw, 'kelurahan', r.name,
            'phone', w.phone, 'occupation', o.name, 'income', w.income, 'programs', 'JKK+JKM', 'payer', 'APBD',
            'start_month', '2026-12', 'monthly_amount', 16800),
        'eligibility', jsonb_build_object('on', current_date, 'desil', d.desil, 'desil_limit', 4,
            'desil_release', d.release, 'desil_source', d.source, 'desil_received_on', d.received_on,
            'policy_effective_on', '2026-01-01', 'policy_source', repeat('x', 40), 'age', 36, 'occupation', o.name,
            'second_occupation', '', 'by_office', false, 'employment', w.employment, 'is_resident', w.is_resident),
        'contribution', jsonb_build_array(repeat('x', 200), repeat('x', 200))
    ), repeat('a', 64), 'pending', '', ''
    FROM workers_worker w
    JOIN workers_occupation o ON o.code = w.occupation_id
    LEFT JOIN regions_region r ON r.code = w.kelurahan_id
    LEFT JOIN workers_desilrecord d ON d.family_card_number = w.family_card_number AND d.release = '2026-3'
    WHERE w.id = ANY(%s::uuid[])
"""


def lines(city: City) -> Iterator[Figure]:
    """Nothing of it stays."""
    officer = User.objects.create_user("kota@bench.example", None, name="Petugas", role="officer", region_id="73.71")
    bpjs = User.objects.create_user("bpjs@bench.example", None, name="BPJS", role="bpjs")
    second = User.objects.create_user("dua@bench.example", None, name="Admin", role="admin")
    try:
        with transaction.atomic():
            yield from _measured(officer, [city.users["admin"], second], bpjs)
            transaction.set_rollback(True)
    finally:
        User.objects.filter(pk__in=[officer.pk, bpjs.pk, second.pk]).delete()


def _measured(officer: User, admins: list[User], bpjs: User) -> Iterator[Figure]:
    today = timezone.localdate()
    month = rules.month_after(rules.first_of_month(today))
    terms = rules.Terms(**TERMS, start_month=month)
    policy = rules.policy_in_force(today)
    free = rules.select_workers(by=officer, terms=terms, policy=policy, on=today).free
    chosen = list(free.order_by("pk").values_list("pk", flat=True)[:LINES])
    floor = _floor(officer, chosen, month)
    batch = Batch.objects.create(
        number="0000-00001", region_id="73.71", start_month=month, proposed_by=officer, **TERMS
    )
    took, asked = _took(lambda: add_lines(batch, chosen))
    yield figure(f"{len(chosen):,} lines put into a draft", Times([took], asked))
    locked, asked = _took(lambda: operations.lock_batch(batch.pk, by=officer))
    yield figure("lock of the draft", Times([locked], asked), bar_ms=LOCK_MS)
    yield figure("one INSERT of such lines, with their history", Times([floor], 1))
    yield figure("draft and lock", Times([took + locked]), floor=floor, bar_ratio=RATIO)
    for admin in admins:  # it costs more than the first tier
        operations.approve_batch(batch.pk, by=admin)
    operations.send_batch(batch.pk, by=bpjs)
    took, asked = _took(lambda: _written(batch, bpjs))
    yield figure("its file", Times([took], asked), bar_ms=FILE_MS)


def _floor(officer: User, chosen: list, month: date) -> float:
    """The same rows into the same table, and away again."""
    with transaction.atomic():
        batch = Batch.objects.create(
            number="0000-00002", region_id="73.71", start_month=month, proposed_by=officer, **TERMS
        )
        with connection.cursor() as cursor:
            took, _ = _took(lambda: cursor.execute(INSERT, [batch.pk, chosen]))
        transaction.set_rollback(True)
    return took


def _written(batch: Batch, by: User) -> None:
    _, rows = operations.download_batch(batch.pk, by=by)
    with open(os.devnull, "wb") as nowhere:
        nowhere.writelines(rows)


def _took(work: Callable[[], object]) -> tuple[float, int]:
    queries = Queries()
    with connection.execute_wrapper(queries):
        began = time.perf_counter()
        work()
        return (time.perf_counter() - began) * 1000, len(queries.took)
