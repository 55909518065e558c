"""Lines of a batch: put in by one statement, frozen at the lock by one per AT_ONCE lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from uuid import UUID

from django.db import connection

from casework import chain
from enrollment import rules
from enrollment.enums import LineKind, LineStatus
from enrollment.models import Batch, BatchLine, Membership
from workers.enums import ExitReason, Sector
from workers.models import Policy, Worker

AT_ONCE = 5_000  # lines of one statement

ADD = """
    INSERT INTO enrollment_batchline
        (batch_id, number, worker_id, monthly_amount, facts, status, participant_number, rejection)
    SELECT %s, %s + row_number() OVER (ORDER BY chosen.name, chosen.id), chosen.id, cost.amount, '{}', %s, '', ''
    FROM workers_worker AS chosen
    JOIN workers_occupation AS work ON work.code = chosen.occupation_id
    JOIN unnest(%s::text[], %s::int[]) AS cost (sector, amount) ON cost.sector = work.sector
    WHERE chosen.id = ANY(%s::uuid[])
"""


def add_lines(batch: Batch, workers: list[UUID]) -> None:
    """Puts these workers into the draft, sorted by name, after the lines it has."""
    terms = rules.terms_of(batch)
    amounts = {sector: terms.contribution(sector).total for sector in Sector.values}
    with connection.cursor() as cursor:
        cursor.execute(
            ADD, [batch.pk, _last(batch), LineStatus.PENDING, list(amounts), list(amounts.values()), workers]
        )


def add_ending_lines(batch: Batch, endings: Iterable[tuple[Membership, ExitReason | str]]) -> list[BatchLine]:
    """Asks in the draft that these memberships end. With a reason the member leaves, and costs nothing; without one
    the member goes on by the terms of the batch.
    """
    terms, last = rules.terms_of(batch), _last(batch)
    return BatchLine.objects.bulk_create(
        [
            BatchLine(
                batch=batch,
                number=number,
                worker=membership.worker,
                kind=LineKind.DROP if reason else LineKind.CHANGE,
                reason=reason,
                ends=membership,
                monthly_amount=0 if reason else terms.contribution(membership.worker.occupation.sector).total,
                facts={},
            )
            for number, (membership, reason) in enumerate(endings, start=last + 1)
        ],
        batch_size=AT_ONCE,
    )


def _last(batch: Batch) -> int:
    return batch.lines.order_by("-number").values_list("number", flat=True).first() or 0


def lock_workers(batch: Batch) -> None:
    """Until the transaction ends nobody changes them, in an order in which no two lock each other out."""
    keys = sorted(batch.lines.values_list("worker", flat=True))
    for first in range(0, len(keys), AT_ONCE):
        list(Worker.objects.filter(pk__in=keys[first : first + AT_ONCE]).order_by("pk").locked().values_list("pk"))


def _json(value: str) -> str:
    """SQL: the value as JSON text, in the very form of casework.chain."""
    return f"coalesce(to_json({value})::text, 'null')"


def _object(members: Mapping[str, str]) -> str:
    """SQL: a JSON object as text, its keys sorted. `members` are key to SQL of a JSON text."""
    parts = [f"""'"{key}":' || {members[key]}""" for key in sorted(members)]
    return "'{' || " + " || ',' || ".join(parts) + " || '}'"


FILE = _object(
    {
        "kind": _json("line.kind"),
        "reason": _json("line.reason"),
        "participant_number": _json("coalesce(before.participant_number, '')"),
        "nik": _json("person.nik"),
        "name": _json("person.name"),
        "birth_place": _json("person.birth_place"),
        "birth_on": _json("person.birth_on"),
        "sex": _json("person.sex"),
        "mother_name": _json("person.mother_name"),
        "address": _json("person.address"),
        "rt": _json("person.rt"),
        "rw": _json("person.rw"),
        "kelurahan": _json("coalesce(home.name, '')"),
        "phone": _json("person.phone"),
        "occupation": _json("work.name"),
        "workplace": _json("person.workplace"),
        "work_hours": _json("person.work_hours"),
        "income": _json("person.income"),
        "programs": _json("cost.programs"),
        "payer": _json("terms.payer"),
        "start_month": _json("to_char(terms.start_month, 'YYYY-MM')"),
        "monthly_amount": _json("amount.rupiah"),
    }
)
ELIGIBILITY = _object(
    {
        "on": _json("%(on)s::date"),
        "policy_effective_on": _json("%(effective_on)s::date"),
        "policy_source": _json("%(source)s::text"),
        "desil": _json("family.desil"),
        "desil_limit": _json("%(desil_limit)s::int"),
        "desil_release": _json("%(release)s::text"),
        "desil_source": _json("coalesce(family.source, '')"),
        "desil_received_on": _json("family.received_on"),
        "age": _json("extract(year FROM age(%(on)s::date, person.birth_on))::int"),
        "occupation": _json("work.name"),
        "second_occupation": _json("coalesce(second.name, '')"),
        "by_office": _json(
            "work.category = ANY(%(by_office)s) OR coalesce(second.category = ANY(%(by_office)s), false)"
        ),
        "employment": _json("person.employment"),
        "is_resident": _json("person.is_resident"),
    }
)
FACTS = _object(
    {
        "file": FILE,
        "eligibility": ELIGIBILITY,
        "contribution": "CASE line.kind WHEN 'drop' THEN '[]' ELSE cost.parts END",
    }
)
CONTENT = _object(
    {
        "batch": _json("line.batch_id"),
        "number": _json("line.number"),
        "worker": _json("line.worker_id"),
        "kind": _json("line.kind"),
        "reason": _json("line.reason"),
        "ends": _json("line.ends_id"),
        "monthly_amount": _json("amount.rupiah"),
        "facts": "frozen.facts",
    }
)
FREEZE = f"""
    UPDATE enrollment_batchline AS kept
    SET monthly_amount = frozen.amount, facts = frozen.facts::jsonb, digest = frozen.digest
    FROM (
        SELECT line.id, amount.rupiah AS amount, frozen.facts,
            encode(sha256(convert_to('[' || {CONTENT} || ']', 'UTF8')), 'hex') AS digest
        FROM enrollment_batchline AS line
        JOIN enrollment_batch AS terms ON terms.id = line.batch_id
        JOIN workers_worker AS person ON person.id = line.worker_id
        JOIN workers_occupation AS work ON work.code = person.occupation_id
        LEFT JOIN workers_occupation AS second ON second.code = person.second_occupation_id
        LEFT JOIN regions_region AS home ON home.code = person.kelurahan_id
        LEFT JOIN workers_desilrecord AS family
            ON family.family_card_number = person.family_card_number AND family.release = %(release)s
        LEFT JOIN enrollment_membership AS before ON before.id = line.ends_id
        JOIN unnest(%(sectors)s::text[], %(amounts)s::int[], %(programs)s::text[], %(parts)s::text[])
            AS cost (sector, amount, programs, parts) ON cost.sector = work.sector
        CROSS JOIN LATERAL (SELECT CASE line.kind WHEN 'drop' THEN 0 ELSE cost.amount END AS rupiah) AS amount
        CROSS JOIN LATERAL (SELECT {FACTS} AS facts OFFSET 0) AS frozen
        WHERE line.batch_id = %(batch)s AND line.number BETWEEN %(first)s AND %(last)s
        OFFSET 0
    ) AS frozen
    WHERE kept.id = frozen.id
    RETURNING kept.number, kept.digest
"""


def freeze_lines(batch: Batch, *, policy: Policy, on: date) -> str:
    """Gives every line its amount, its facts of that day (what the file will say, and what the decision rests on) and
    their digest, BatchLine.content_digest. Returns the digest of the batch: over those of its lines, in their order.
    """
    terms = rules.terms_of(batch)
    costs = {sector: terms.contribution(sector) for sector in Sector.values}
    values = {
        "batch": batch.pk,
        "on": on,
        "effective_on": policy.effective_on,
        "source": policy.source,
        "desil_limit": policy.desil_limit,
        "release": policy.release,
        "by_office": policy.by_office,
        "sectors": list(costs),
        "amounts": [cost.total for cost in costs.values()],
        "programs": ["+".join(part.program for part in cost.lines) for cost in costs.values()],
        "parts": [chain.canonical([asdict(part) for part in cost.lines]) for cost in costs.values()],
    }
    last = _last(batch)
    digests: dict[int, str] = {}
    with connection.cursor() as cursor:
        for first in range(1, last + 1, AT_ONCE):
            cursor.execute(FREEZE, values | {"first": first, "last": first + AT_ONCE - 1})
            digests |= dict(cursor.fetchall())
    return chain.sha256(*[digests[number] for number in sorted(digests)])
