"""Numbers that people write down: 2611-00417 is the 417th of November 2026."""

from django.db import connection
from django.utils import timezone

NEXT = """
    INSERT INTO casework_numberseries (series, month, last) VALUES (%s, %s, 1)
    ON CONFLICT ON CONSTRAINT casework_number_series_once
    DO UPDATE SET last = casework_numberseries.last + 1
    RETURNING last
"""


def next_number(series: str) -> str:
    """The next number of the series in this WITA month. Without holes: it rolls back with its transaction,
    and a second transaction waits for the first, so ask for it as late as possible."""
    month = timezone.localdate().strftime("%y%m")
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [series, month])
        (last,) = cursor.fetchone()
    return f"{month}-{last:05d}"


class NumberConverter:
    """<case_number:number> lets only what next_number gives out into an address, so nothing else reaches a query."""

    regex = "[0-9]{4}-[0-9]{5,7}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
