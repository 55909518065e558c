"""Persons who may be registered twice: found, judged by two officers, linked, and told apart."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from psycopg2.sql import SQL, Composable

from accounts.models import User
from casework import audit
from casework.decisions import Decision
from workers import finder, rules
from workers.enums import PairRule, PairStatus
from workers.models import DuplicatePair, Worker
from workers.querysets import UNDECIDED
from workers.workflow import PAIR

_PERSON = SQL("""
    (SELECT %(key)s::text AS key, %(nik)s::text AS nik, %(family_card_number)s::text AS family_card_number,
            workers_normal_name(%(name)s) AS normal_name, %(birth_on)s::date AS birth_on, %(sex)s::text AS sex,
            %(phone)s::text AS phone)
""")
_STORE = SQL("""
    WITH found AS (
        SELECT DISTINCT ON (one_id, other_id) * FROM (
            SELECT least(one, other) AS one_id, greatest(one, other) AS other_id, rules, likeness, agreeing
            FROM ({pairs}) pairs
        ) ordered ORDER BY one_id, other_id
    ), stored AS (
        INSERT INTO workers_duplicatepair
            (one_id, other_id, rules, likeness, agreeing, found_by_id, note, status, reason, revision)
        SELECT one_id, other_id, rules, likeness, agreeing, %(by)s::bigint, %(note)s, 'open', '', 0 FROM found
        ON CONFLICT (one_id, other_id) DO NOTHING
        RETURNING id
    )
    SELECT id, TRUE FROM stored
    UNION ALL
    SELECT pair.id, FALSE FROM workers_duplicatepair pair JOIN found USING (one_id, other_id)
""")


@dataclass(frozen=True, slots=True)
class Similar:
    """Somebody who may be the person asked about. `rules` are values of PairRule, `agreeing` names of columns."""

    worker: Worker
    rules: tuple[str, ...]
    agreeing: tuple[str, ...]
    likeness: float

    @property
    def rule_words(self) -> list[str]:
        return [PairRule(rule).label for rule in self.rules]


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
    person = {"nik": nik, "name": name, "birth_on": birth_on, "sex": sex}
    numbers = {"family_card_number": family_card_number, "phone": phone}
    found, persons = _similar(by, person | numbers, itself)
    facts = {
        "similar_to": f"…{nik[-4:]}",
        "name": name,
        "birth_on": birth_on,
        "found": len(found.similar),
        "elsewhere": len(persons) - len(found.similar),
    }
    audit.record("worker.search", by=by, persons=persons, facts=facts)
    return found


def refuse_similar(*, by: User, nik: str, **particulars: Any) -> None:
    """Asks the same before a registration. A suspicion is a question, no bar: with a reason the officer goes on.

    Raises Refused with similar_registered or similar_elsewhere, and only then leaves an entry.
    """
    with transaction.atomic():
        found, persons = _similar(by, {"nik": nik, **particulars}, None)
        if found:
            audit.record("worker.refuse", by=by, persons=persons, facts={"similar_to": f"…{nik[-4:]}"})
    Decision.unless(
        (
            bool(found.similar),
            "similar_registered",
            "Orang yang mirip sudah terdaftar di wilayah Anda.",
            "Cocokkan dulu datanya. Bila memang orang lain, tulis alasannya lalu daftarkan.",
        ),
        (
            found.elsewhere,
            "similar_elsewhere",
            "Orang yang mirip terdaftar di kecamatan lain; admin kota yang memutuskan.",
            "Bila tetap perlu didaftarkan, tulis alasannya. Admin memeriksa keduanya.",
        ),
    ).require()


def _similar(by: User, person: dict[str, Any], itself: UUID | None) -> tuple[SimilarFound, list[UUID]]:
    """What the asker may know, and everybody whom it is about."""
    rows = _rows(finder.pairs_between(_PERSON, finder.REGISTRY), {**person, "key": str(itself or "")})
    found = {other: found for _, other, *found in rows}
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
    similar.sort(key=lambda one: (abs((one.worker.birth_on - person["birth_on"]).days), -one.likeness, one.worker.pk))
    return SimilarFound(tuple(similar), elsewhere=len(similar) < len(found)), list(found)


@transaction.atomic
def raise_pairs(workers: Collection[UUID], *, by: User | None, note: str = "") -> int:
    """Stores who else each of these records may be, for review, and says how many suspicions are new.

    Call it in the transaction that entered or changed them, by hand: two such transactions wait for each other here,
    so that the later sees what the earlier entered. For many rows there is store_pairs. A pair that was told apart
    stays so; an undecided one that the change made unlike is marked as faded (AC-D37), and one that it made alike
    again is not any more.
    """
    keys = [str(key) for key in workers]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('workers pairs', 0))")
    rows = SQL("(SELECT * FROM {} known WHERE key = ANY(%(keys)s::uuid[]))").format(finder.REGISTRY)
    found = _store(finder.pairs_between(rows, finder.REGISTRY), by=by, note=note, keys=keys)
    pairs = DuplicatePair.objects.filter(Q(one__in=keys) | Q(other__in=keys), status__in=UNDECIDED)
    pairs.filter(pk__in=found, faded_at__isnull=False).update(faded_at=None)
    pairs.filter(faded_at=None).exclude(pk__in=found).update(faded_at=timezone.now())
    return _told(found, by=by, note=note, persons=keys)


@transaction.atomic
def store_pairs(pairs: Composable, *, by: User | None) -> int:
    """Stores the suspicions of a query with the columns of finder.pairs_between over keys of workers, for review.

    Says how many are new; a pair that is known already stays as it is.
    """
    return _told(_store(pairs, by=by, note=""), by=by, note="", persons=())


def _told(found: dict[int, bool], *, by: User | None, note: str, persons: Collection[str]) -> int:
    new = sum(found.values())
    if new:
        audit.record("pair.raise", by=by, note=note, persons=persons, facts={"pairs": new})
    return new


def _store(pairs: Composable, *, by: User | None, note: str, **parameters: Any) -> dict[int, bool]:
    """Every pair of the query by its key, with whether it is new."""
    signed = {"by": by.pk if by is not None else None, "note": note}
    return dict(_rows(_STORE.format(pairs=pairs), parameters | signed))


def _rows(query: Composable, parameters: dict[str, Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query.as_string(cursor.cursor), parameters)
        return cursor.fetchall()


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
