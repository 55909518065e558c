"""Long lists a page at a time, by key: the last page of a million rows costs what the first does (ADR 0011).

    page = page_of(claims, request.GET.get("page", ""), order=Order("reported_at", "pk", falling=True))

A page begins after the sort key of a row, never after so many rows. That key stands in the link to it, sealed: it may
be a person's name, and names do not belong into addresses and logs. `components/pager.html` shows the links.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Expression, F, Func, QuerySet, TextField, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.utils.formats import number_format

from casework.sealing import CannotOpen, seal, unseal

PAGE_SIZE = 25
COUNTED = 10_000  # no list counts further than that: nobody pages so far, and a million rows take too long
LAST, AFTER, BEFORE = "last", "after", "before"


class Order:
    """What a list is sorted by, names or expressions: none of them ever null, the last of them unique.

    All rise or all fall together, so that the database compares them as one and finds the place in an index of the
    same expressions.
    """

    def __init__(self, *keys: str | Expression, falling: bool = False) -> None:
        self.keys = {f"_key_{n}": F(key) if isinstance(key, str) else key for n, key in enumerate(keys)}
        self.falling = falling
        self.purpose = f"page of {keys} {falling}"  # a link of one order is no link of another

    def __reversed__(self) -> Order:
        return Order(*self.keys.values(), falling=not self.falling)

    def sort(self, rows: QuerySet) -> QuerySet:
        """The rows in this order, each with its key."""
        return rows.annotate(**self.keys).order_by(*(f"{'-' if self.falling else ''}{name}" for name in self.keys))

    def rest(self, rows: QuerySet, key: list[Any]) -> QuerySet:
        """Of the sorted rows those that come after the key."""
        fields = [rows.query.annotations[name].output_field for name in self.keys]
        values = [Value(field.to_python(value), field) for field, value in zip(fields, key, strict=True)]
        comes_after = LessThan if self.falling else GreaterThan
        return rows.filter(comes_after(_Row(*self.keys.values()), _Row(*values)))

    def key_of(self, row: Any) -> list[Any]:
        return [getattr(row, name) for name in self.keys]


class _Row(Func):
    """Several expressions compared as one, the first counting most."""

    template = "(%(expressions)s)"
    output_field = TextField()


@dataclass(frozen=True, slots=True)
class Page:
    """`first_number` is the place of the first row in the whole list, None where it is not known without counting.

    `previous` and `next` are values of the parameter `page`, empty where there is no such page.
    """

    rows: list[Any]
    count: int
    first_number: int | None
    previous: str
    next: str
    counted: int = COUNTED  # `count` is one more where there are more

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def is_counted(self) -> bool:
        return self.count <= self.counted

    @property
    def count_words(self) -> str:
        """1.284, or from 10.000 on "lebih dari 10.000"."""
        return number_format(self.count) if self.is_counted else f"lebih dari {number_format(self.counted)}"

    @property
    def last_number(self) -> int | None:
        return self.first_number and self.first_number + len(self.rows) - 1


def page_of(rows: QuerySet, asked: str, *, order: Order, size: int = PAGE_SIZE, counted: int = COUNTED) -> Page:
    """The page that a link names, "" being the first and "last" the last. A link that cannot be read is the first.

    `counted` is how far to count: less where each row takes a look elsewhere to know whether it belongs to the list.
    Rows that come or go meanwhile shift nothing: what stood after a row still does.
    """
    direction, number, key = (LAST, None, None) if asked == LAST else _opened(asked, order)
    backwards = direction in (BEFORE, LAST)
    way = reversed(order) if backwards else order
    sorted_rows = way.sort(rows)
    found = list((sorted_rows if key is None else way.rest(sorted_rows, key))[: size + 1])
    more, found = len(found) > size, found[:size]
    if direction == AFTER and not found:
        return page_of(rows, LAST, order=order, size=size, counted=counted)
    if direction == BEFORE and len(found) < size:
        return page_of(rows, "", order=order, size=size, counted=counted)
    if backwards:
        found.reverse()
        number = _before(number, len(found)) if more else 1
    earlier = more if backwards else key is not None
    later = direction == BEFORE or (more and direction != LAST)
    known = None if later or number is None else number - 1 + len(found)
    count = rows.order_by().values("pk")[: counted + 1].count() if known is None else known
    if direction == LAST and number is None and count <= counted:
        number = count - len(found) + 1
    return Page(
        rows=found,
        count=count,
        first_number=number,
        previous=_sealed(BEFORE, number, order.key_of(found[0]), order) if earlier else "",
        next=_sealed(AFTER, number and number + len(found), order.key_of(found[-1]), order) if later else "",
        counted=counted,
    )


def in_chunks(rows: QuerySet, *, order: Order, size: int) -> Iterator[list[Any]]:
    """All rows in order, so many at a time, each time by a query of its own: nothing is held open meanwhile.

    Rows that come while it runs are among them if their place was still ahead.
    """
    sorted_rows = order.sort(rows)
    chunk = list(sorted_rows[:size])
    while chunk:
        yield chunk
        chunk = list(order.rest(sorted_rows, order.key_of(chunk[-1]))[:size])


def _before(number: int | None, rows: int) -> int | None:
    """The place of the first of so many rows before that one; rows that came meanwhile do not push it below 1."""
    return None if number is None else max(1, number - rows)


def _sealed(direction: str, number: int | None, key: list[Any], order: Order) -> str:
    """`number` is the place of the first row after the key, or of the one before which the page ends."""
    place = json.dumps([direction, number, *key], default=str).encode()
    return base64.urlsafe_b64encode(seal(place, purpose=order.purpose)).decode()


def _opened(asked: str, order: Order) -> tuple[str, int | None, list[Any] | None]:
    try:
        direction, number, *key = json.loads(unseal(base64.urlsafe_b64decode(asked), purpose=order.purpose))
    except (CannotOpen, binascii.Error, ValueError):
        return "", 1, None
    return direction, number, key
