"""The year so far: batches that BPJS Ketenagakerjaan answered, memberships, and the months that were paid.

Operations act now and leave their trail now, so what lies in the past is written as rows, under the same constraints.
"""

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pgtrigger
from django.db.models import F

from accounts.models import User
from casework.models import NumberSeries
from enrollment.enums import CARD_SIGNS, BatchStatus, CardLoss, LineStatus, Package, Payer, Receiver
from enrollment.models import Batch, BatchLine, Card, Contribution, Fund, Membership, Receipt
from enrollment.operations.lines import freeze_lines
from enrollment.rules import first_of_month, month_after
from workers.models import Policy, Worker

GAP = 4  # so many months ago nothing was received (rule T10)
CARDED, HANDED_OVER, LOST = 0.8, 0.7, 0.04
ENROLLED = 0.62  # of the eligible
REJECTIONS = ("NIK tidak ditemukan di Dukcapil", "Sudah peserta penerima upah", "Nama berbeda dari Dukcapil")
END_REASONS = ("Pindah domisili", "Menjadi penerima upah", "Permintaan sendiri", "Meninggal dunia")
AT_ONCE = 2_000  # rows of one INSERT


def write_history(
    candidates: list[Worker],
    *,
    users: dict[str, User],
    fund: Fund,
    policy: Policy,
    rng: random.Random,
    today: date,
) -> None:
    """`candidates` were eligible when they were registered, and are proposed for the month after."""
    by_batch = defaultdict(list)
    for worker in candidates:
        start = month_after(first_of_month(worker.registered_at.date() + timedelta(days=10)))
        if start <= first_of_month(today) and rng.random() < ENROLLED:
            by_batch[start, _proposer(worker, users).email].append(worker)
    memberships = []
    numbers: dict[str, int] = defaultdict(int)
    for start, email in sorted(by_batch):
        proposed_at = _noon(start) - timedelta(days=8)
        month = f"{proposed_at:%y%m}"
        numbers[month] += 1
        batch = _batch(f"{month}-{numbers[month]:05d}", email, start, proposed_at, users, fund=fund, today=today)
        lines = _lines(batch, by_batch[start, email], policy=policy, rng=rng)
        memberships += [_membership(line, batch, rng=rng, today=today) for line in lines if line.participant_number]
    NumberSeries.objects.bulk_create(
        NumberSeries(series="batch", month=month, last=last) for month, last in numbers.items()
    )
    Membership.objects.bulk_create(memberships, batch_size=AT_ONCE)
    _pay(memberships, by=users["bpjs"], rng=rng, today=today)
    _hand_out(memberships, by=users["petugas.kota"], rng=rng, today=today)
    _date_history(memberships)


def _proposer(worker: Worker, users: dict[str, User]) -> User:
    return users[
        {"73.71.09": "petugas.panakkukang", "73.71.10": "petugas.tamalate"}.get(worker.kelurahan_id[:8], "petugas.kota")
    ]


def _batch(
    number: str, email: str, start: date, proposed_at: datetime, users: dict[str, User], *, fund: Fund, today: date
) -> Batch:
    proposer = users[email.partition("@")[0]]
    month = first_of_month(today)
    status = BatchStatus.ANSWERED
    if start < month:
        status = BatchStatus.RECONCILED if month_after(start) == month else BatchStatus.CLOSED
    return Batch.objects.create(
        number=number,
        region_id=proposer.region_id,
        package=Package.JKK_JKM_JHT if start.month % 3 == 0 else Package.JKK_JKM,
        payer=fund.payer,
        fund=fund,
        start_month=start,
        status=status,
        proposed_by=proposer,
        proposed_at=proposed_at,
        approved_by=users["admin.satu"],
        approved_at=proposed_at + timedelta(days=1),
        sent_by=users["bpjs"],
        sent_at=proposed_at + timedelta(days=2),
    )


def _lines(batch: Batch, workers: Iterable[Worker], *, policy: Policy, rng: random.Random) -> list[BatchLine]:
    lines = []
    for number, worker in enumerate(workers, start=1):
        line = BatchLine(batch=batch, number=number, worker=worker, monthly_amount=0, facts={})
        if rng.random() < 0.04:
            line.status, line.rejection = LineStatus.REJECTED, rng.choice(REJECTIONS)
        else:
            line.status, line.cover_start = LineStatus.ACCEPTED, batch.start_month
            line.participant_number = (
                f"00{batch.number[2:4]}{batch.number[-2:]}{number:05d}"  # no number of BPJS begins so
            )
        lines.append(line)
    BatchLine.objects.bulk_create(lines, batch_size=AT_ONCE)
    batch.digest = freeze_lines(batch, policy=policy, on=batch.proposed_at.date())
    batch.save(update_fields=["digest"])
    return lines


def _membership(line: BatchLine, batch: Batch, *, rng: random.Random, today: date) -> Membership:
    """Some have ended, and a few end with this month."""
    end, reason = None, ""
    fate = rng.random()
    months = _months(month_after(line.cover_start), today)
    if fate < 0.05 and months:
        end, reason = rng.choice(months), rng.choice(END_REASONS)
    elif fate < 0.07:
        end, reason = month_after(first_of_month(today)), "Permintaan sendiri"
    return Membership(
        worker_id=line.worker_id,
        line=line,
        package=batch.package,
        payer=batch.payer,
        participant_number=line.participant_number,
        period=(line.cover_start, end),
        end_reason=reason,
        entered_at=batch.sent_at + timedelta(days=3),
    )


def _pay(memberships: list[Membership], *, by: User, rng: random.Random, today: date) -> None:
    """One receipt a month, but for the gap. Some members stopped being paid for, some never were (AC-W4)."""
    months = _months(min(membership.period[0] for membership in memberships), today)
    gap = months[-1 - GAP] if len(months) > GAP else None
    unpaid_from = {id(membership): _unpaid_from(membership, rng, today) for membership in memberships}
    for month in months:
        if month == gap:
            continue
        received_on = min(month + timedelta(days=rng.randint(3, 12)), today)
        receipt = Receipt.objects.create(
            month=month,
            payer=Payer.APBD,
            reference=f"CONTOH-{month:%y%m}",
            received_on=received_on,
            recorded_by=by,
            recorded_at=_noon(received_on),
        )
        Contribution.objects.bulk_create(
            (
                Contribution(membership=membership, month=month, amount=membership.line.monthly_amount, receipt=receipt)
                for membership in memberships
                if membership.period[0] <= month < min(membership.period[1] or date.max, unpaid_from[id(membership)])
            ),
            batch_size=AT_ONCE,
        )


def _hand_out(memberships: list[Membership], *, by: User, rng: random.Random, today: date) -> None:
    """A card for most who are covered; some wait to be handed over, and a few were lost and replaced."""
    cards = []
    for member in memberships:
        if member.period[1] is not None or rng.random() > CARDED:
            continue
        made_at = min(member.entered_at + timedelta(days=2), _noon(today))
        number = "K" + "".join(rng.choice(CARD_SIGNS) for _ in range(11))
        card = Card(number=number, worker_id=member.worker_id, membership=member, made_by=by, made_at=made_at)
        fate = rng.random()
        if fate < HANDED_OVER and made_at + timedelta(days=5) < _noon(today):
            card.handed_on, card.handed_to = (made_at + timedelta(days=4)).date(), Receiver.SELF
            card.handed_by, card.handed_at = by, made_at + timedelta(days=5)
        elif fate > 1 - LOST:
            card.withdrawn_by, card.withdrawn_at, card.withdrawn_because = by, made_at, CardLoss.DAMAGED
        cards.append(card)
    Card.objects.bulk_create(cards, batch_size=AT_ONCE)


def _date_history(memberships: list[Membership]) -> None:
    """What was known when, which the triggers have dated now."""
    of = {"pgh_obj__in": [membership.pk for membership in memberships]}
    for model, moment, chosen in (
        (Membership, F("entered_at"), of),
        (Worker, F("registered_at"), {}),
        (Batch, F("proposed_at"), {}),
    ):
        events = model._meta.get_field("events").related_model
        with pgtrigger.ignore(f"{events._meta.label}:append_only"):
            events.objects.filter(**chosen).update(pgh_created_at=moment)


def _unpaid_from(membership: Membership, rng: random.Random, today: date) -> date:
    fate = rng.random()
    if fate < 0.01:
        return membership.period[0]
    return first_of_month(today - timedelta(days=40)) if fate < 0.03 else date.max


def _months(first: date, last: date) -> list[date]:
    months = []
    while first <= last:
        months.append(first)
        first = month_after(first)
    return months


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)  # 12.00 WITA
