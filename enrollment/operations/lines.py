"""Lines of a batch: put in by one statement, frozen at the lock in a few per thousand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from uuid import UUID

from django.db import connection

from casework import chain
from enrollment import rules
from enrollment.enums import LineStatus
from enrollment.models import Batch, BatchLine, file_of
from regions.models import Region
from workers.enums import Sector
from workers.models import DesilRecord, Occupation, Policy
from workers.rules import eligibility_facts

AT_ONCE = 2_000  # lines read, and then written, by one statement each

ADD = """
    INSERT INTO enrollment_batchline
        (batch_id, number, worker_id, monthly_amount, facts, status, participant_number, rejection)
    SELECT %s, %s + row_number() OVER (ORDER BY chosen.name, chosen.id), chosen.id, cost.amount, '{}', %s, '', ''
    FROM workers_worker AS chosen
    JOIN workers_occupation AS work ON work.code = chosen.occupation_id
    JOIN unnest(%s::text[], %s::int[]) AS cost (sector, amount) ON cost.sector = work.sector
    WHERE chosen.id = ANY(%s::uuid[])
"""
FREEZE = """
    UPDATE enrollment_batchline AS line
    SET monthly_amount = frozen.amount, facts = frozen.facts::jsonb, digest = frozen.digest
    FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[]) AS frozen (id, amount, facts, digest)
    WHERE line.id = frozen.id
"""


def add_lines(batch: Batch, workers: list[UUID]) -> None:
    """Puts these workers into the draft, sorted by name, after the lines it has."""
    terms = rules.terms_of(batch)
    amounts = {sector: terms.contribution(sector).total for sector in Sector.values}
    last = batch.lines.order_by("-number").values_list("number", flat=True).first() or 0
    with connection.cursor() as cursor:
        cursor.execute(ADD, [batch.pk, last, LineStatus.PENDING, list(amounts), list(amounts.values()), workers])


def freeze_lines(batch: Batch, *, policy: Policy, on: date) -> str:
    """Gives every line its facts of that day and their digest. Returns the digest of the batch, over all of them."""
    terms = rules.terms_of(batch)
    digests: list[str] = []
    for lines in _in_chunks(batch):
        cards = {line.worker.family_card_number for line in lines}
        records = DesilRecord.objects.filter(family_card_number__in=cards, release=policy.release)
        desil = {record.family_card_number: record for record in records}
        for line in lines:
            freeze(line, terms=terms, record=desil.get(line.worker.family_card_number), policy=policy, on=on)
        with connection.cursor() as cursor:
            columns = (
                [line.pk for line in lines],
                [line.monthly_amount for line in lines],
                [json.dumps(line.facts) for line in lines],
                [line.digest for line in lines],
            )
            cursor.execute(FREEZE, columns)
        digests += columns[-1]
    return batch_digest(digests)


def batch_digest(digests: list[str]) -> str:
    """SHA-256 over the digests of a batch's lines, in the order of their numbers."""
    return chain.sha256(*digests)


def freeze(line: BatchLine, *, terms: rules.Terms, record: DesilRecord | None, policy: Policy, on: date) -> None:
    """Sets amount, facts and digest: what the file will say, and what the decision of that day rests on.

    `record` is what the policy's release says of the family.
    """
    worker, batch = line.worker, line.batch
    contribution = terms.contribution(worker.occupation.sector)
    line.monthly_amount = contribution.total
    line.facts = {
        "file": {
            "kind": line.kind,
            **file_of(worker),
            "programs": "+".join(part.program for part in contribution.lines),
            "payer": batch.payer,
            "start_month": f"{batch.start_month:%Y-%m}",
            "monthly_amount": contribution.total,
        },
        "eligibility": eligibility_facts(worker, record=record, policy=policy, on=on),
        "contribution": [asdict(part) for part in contribution.lines],
    }
    line.digest = line.content_digest()


def _in_chunks(batch: Batch) -> Iterator[list[BatchLine]]:
    """The batch's lines in their order, with their workers; the few kinds of work and places are read once."""
    work, places = Occupation.objects.in_bulk(), Region.objects.in_bulk()
    last = 0
    while lines := list(batch.lines.filter(number__gt=last).select_related("worker").order_by("number")[:AT_ONCE]):
        for line in lines:
            line.batch, worker = batch, line.worker
            worker.occupation = work[worker.occupation_id]
            worker.second_occupation = work.get(worker.second_occupation_id)
            worker.kelurahan = places.get(worker.kelurahan_id)
        yield lines
        last = lines[-1].number
