"""Persons who may be registered twice: found, judged by two officers, linked, and told apart."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from psycopg2.sql import SQL, Composable, Literal

from accounts.models import User
from casework import audit
from workers import finder, rules
from workers.enums import PairStatus
from workers.models import DuplicatePair, Worker
from workers.querysets import UNDECIDED
from workers.workflow import PAIR


@dataclass(frozen=True, slots=True)
class Similar:
    """Somebody who may be the person asked about. `rules` are values of PairRule, `agreeing` names of columns."""

    worker: Worker
    rules: tuple[str, ...]
    agreeing: tuple[str, ...]
    likeness: float


@dataclass(frozen=True, slots=True)
class SimilarFound:
    """`similar` are those whom the asker may see, nearest birth date first. Of others only that there are (AC-D20)."""

    similar: tuple[Similar, ...]
    elsewhere: bool

    def __bool__(self) -> bool:
        return bool(self.similar) or self.elsewhere


@transaction.atomic
def find_similar(
    *,
    by: User,
    nik: str,
    name: str,
    birth_on: date,
    sex: str,
    family_card_number: str = "",
    phone: str = "",
    itself: UUID | None = None,
) -> SimilarFound:
    """Who in the whole registry may be this person, by the candidate rules of docs/cases.md.

    `nik` is sixteen digits, `phone` has the form 08…. `itself` is the record that is being corrected: neither it nor
    who was told apart from it comes back. Whoever holds the same NIK is no suspicion but the same person: ask
    search_worker. Leaves one entry about everybody found, hit or miss (AC-A1).
    """
    rules.may_register(by).require()
    person = SQL(
        "(SELECT {}::text AS key, {}::text AS nik, {}::text AS family_card_number, workers_normal_name({}) AS"
        " normal_name, {}::date AS birth_on, {}::text AS sex, {}::text AS phone)"
    ).format(*map(Literal, (str(itself or ""), nik, family_card_number, name, birth_on, str(sex), phone)))
    with connection.cursor() as cursor:
        cursor.execute(finder.pairs_between(person, finder.REGISTRY).as_string(cursor.cursor))
        found = {row[1]: row[2:] for row in cursor.fetchall()}
    if itself is not None:
        apart = DuplicatePair.objects.filter(Q(one=itself) | Q(other=itself), status=PairStatus.DIFFERENT)
        for pair in apart:
            found.pop(pair.other_id if pair.one_id == itself else pair.one_id, None)
    workers = Worker.objects.visible_to(by).filter(pk__in=found).select_related("kelurahan__parent", "occupation")
    similar = [
        Similar(worker, tuple(names), tuple(agreeing), likeness)
        for worker in workers
        for names, likeness, agreeing in [found[worker.pk]]
    ]
    similar.sort(key=lambda one: (abs((one.worker.birth_on - birth_on).days), -one.likeness, one.worker.pk))
    facts = {
        "similar_to": f"…{nik[-4:]}",
        "name": name,
        "birth_on": birth_on,
        "found": len(similar),
        "elsewhere": len(found) - len(similar),
    }
    audit.record("worker.search", by=by, persons=[*found], facts=facts)
    return SimilarFound(tuple(similar), elsewhere=len(similar) < len(found))


@transaction.atomic
def raise_pairs(workers: Collection[UUID], *, by: User | None, note: str = "") -> int:
    """Stores who else each of these records may be, for review, and says how many suspicions are new.

    Call it in the transaction that entered or changed them. A pair that was told apart stays so; an undecided one
    that the change made unlike is marked as faded (AC-D37), and one that it made alike again is not any more.
    """
    keys = [str(key) for key in workers]
    rows = SQL("(SELECT * FROM {} known WHERE key = ANY({}::uuid[]))").format(finder.REGISTRY, Literal(keys))
    found = _store(finder.pairs_between(rows, finder.REGISTRY), by=by, note=note)
    pairs = DuplicatePair.objects.filter(Q(one__in=keys) | Q(other__in=keys), status__in=UNDECIDED)
    pairs.filter(pk__in=found, faded_at__isnull=False).update(faded_at=None)
    pairs.filter(faded_at=None).exclude(pk__in=found).update(faded_at=timezone.now())
    new = sum(found.values())
    if new:
        audit.record("pair.raise", by=by, note=note, persons=keys, facts={"pairs": new})
    return new


def _store(pairs: Composable, *, by: User | None, note: str) -> dict[int, bool]:
    """Every pair of the query by its key, with whether it is new."""
    with connection.cursor() as cursor:
        cursor.execute(
            SQL("""
                WITH found AS (
                    SELECT least(one, other) AS one_id, greatest(one, other) AS other_id, rules, likeness, agreeing
                    FROM ({pairs}) pairs
                ), stored AS (
                    INSERT INTO workers_duplicatepair
                        (one_id, other_id, rules, likeness, agreeing, found_by_id, note, status, reason, revision)
                    SELECT one_id, other_id, rules, likeness, agreeing, {by}, {note}, 'open', '', 0 FROM found
                    ON CONFLICT (one_id, other_id) DO NOTHING
                    RETURNING id
                )
                SELECT id, TRUE FROM stored
                UNION ALL
                SELECT pair.id, FALSE FROM workers_duplicatepair pair JOIN found USING (one_id, other_id)
            """)
            .format(pairs=pairs, by=Literal(by.pk if by is not None else None), note=Literal(note))
            .as_string(cursor.cursor)
        )
        return dict(cursor.fetchall())


@transaction.atomic
def list_pairs(pairs: Collection[DuplicatePair], *, by: User, terms: dict[str, str]) -> None:
    """Leaves the entry of one page of the list: who was shown, and what was asked for (AC-A1)."""
    persons = [worker for pair in pairs for worker in pair.worker_ids]
    audit.record("pair.list", by=by, persons=persons, facts={"terms": terms})


@transaction.atomic
def view_pair(pk: int, *, by: User) -> DuplicatePair:
    """The pair with all that its page shows. Raises DuplicatePair.DoesNotExist out of scope."""
    records = [f"{name}__{part}" for name in ("one", "other") for part in ("kelurahan__parent", "occupation")]
    pair = (
        DuplicatePair.objects.visible_to(by)
        .select_related(*records, "one__survivor", "other__survivor", "found_by", "answered_by", "confirmed_by")
        .get(pk=pk)
    )
    audit.record("pair.view", pair, by=by)
    return pair


@transaction.atomic
def answer_pair(
    pk: int, *, by: User, seen: int, answer: str, reason: str, survivor: UUID | None = None
) -> DuplicatePair:
    """The first officer's answer: `same`, `different` or `unsure`. `different` holds at once and for good.

    `same` names the `survivor` and waits for another officer. `seen` is the revision that the form showed. Raises
    DuplicatePair.DoesNotExist out of scope, and Refused with the codes of rules.may_decide, check_seen or
    check_survivor.
    """
    pair = _lock(pk, by=by, seen=seen)
    deed = f"answer_{answer}"
    rules.may_decide(pair, by, deed).require()
    if answer == "same":
        rules.check_survivor(pair, survivor).require()
    else:
        survivor = None
    signature = {"answered_by": by, "answered_at": timezone.now(), "survivor_id": survivor, "reason": reason}
    return _apply(pair, deed, by=by, note=reason, **signature)


@transaction.atomic
def confirm_pair(pk: int, *, by: User, seen: int, reason: str) -> DuplicatePair:
    """The second signature under "same": the records are linked. Nothing is moved and nothing deleted.

    Waits for every other link that is being made, so that links keep to one step.
    """
    pair = _lock(pk, by=by, seen=seen)
    rules.may_decide(pair, by, "confirm").require()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('workers link', 0))")
    survivor = pair.survivor.person
    records = {
        worker.pk: worker
        for worker in Worker.objects.locked().filter(pk__in=[pair.linked.pk, survivor.pk]).order_by("pk")
    }
    linked, survivor = records[pair.linked.pk], records[survivor.pk]
    rules.check_link(linked, survivor=survivor).require()
    linked.survivor = survivor
    linked.save(update_fields=["survivor"])
    return _apply(pair, "confirm", by=by, note=reason, confirmed_by=by, confirmed_at=timezone.now())


@transaction.atomic
def decline_pair(pk: int, *, by: User, seen: int, reason: str) -> DuplicatePair:
    """Takes the answer "same" back before it is confirmed: the second officer disagrees, or the first thought again."""
    pair = _lock(pk, by=by, seen=seen)
    rules.may_decide(pair, by, "decline").require()
    return _apply(pair, "decline", by=by, note=reason, **UNANSWERED)


@transaction.atomic
def unlink_pair(pk: int, *, by: User, seen: int, reason: str) -> DuplicatePair:
    """Takes a link back. Both records are as they would be without it, for the link has moved nothing."""
    pair = _lock(pk, by=by, seen=seen)
    rules.may_decide(pair, by, "unlink").require()
    Worker.objects.filter(pk=pair.linked.pk).update(survivor=None)
    return _apply(pair, "unlink", by=by, note=reason, confirmed_by=None, confirmed_at=None, **UNANSWERED)


UNANSWERED = {"answered_by": None, "answered_at": None, "survivor": None, "reason": ""}


def _lock(pk: int, *, by: User, seen: int) -> DuplicatePair:
    pair = DuplicatePair.objects.visible_to(by).locked().get(pk=pk)
    rules.check_seen(pair, seen=seen).require()
    return pair


def _apply(pair: DuplicatePair, deed: str, **fields) -> DuplicatePair:
    return PAIR.apply(pair, deed, revision=pair.revision + 1, **fields)
