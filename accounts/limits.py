"""How often somebody may do something, counted in one statement by all processes together.

A limit is written as allauth writes its own: "5/10s/user,600/h/key" is at most 5 in 10 seconds by one user, and 600 an
hour by all who share the key. What is refused counts for nobody, so that a clerk who is stopped and goes on typing
uses up nothing of what the whole office has (AC-W70).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from functools import lru_cache

from allauth.core.internal.ratelimit import Rate, parse_rates
from django.db import connection

from accounts.models import RateUse

# The counters of one deed are locked in the order of their keys, so that two deeds cannot wait for each other. Of two
# first uses ever of one counter, at the same moment, one may go uncounted.
COUNT = """
WITH rate AS (SELECT * FROM unnest(%(keys)s::text[], %(amounts)s::int[], %(durations)s::float8[])
        AS rate (key, amount, duration)),
kept AS (SELECT key, hits FROM accounts_rateuse WHERE key = ANY (%(keys)s) ORDER BY key FOR UPDATE),
recent AS (SELECT rate.key, amount, duration, ARRAY(
        SELECT hit FROM unnest(kept.hits) hit WHERE hit > %(now)s - duration ORDER BY hit) AS hits
    FROM rate LEFT JOIN kept USING (key))
INSERT INTO accounts_rateuse (key, hits, until)
SELECT key, hits || %(now)s::float8, %(now)s + duration FROM recent
WHERE NOT EXISTS (SELECT 1 FROM recent WHERE cardinality(hits) >= amount)
ORDER BY key
ON CONFLICT (key) DO UPDATE SET hits = EXCLUDED.hits, until = EXCLUDED.until
"""


def consume(action: str, limits: str, *, of: Mapping[str, str]) -> bool:
    """Whether it may be done once more, which then counts. `of` says who it is by each kind a limit is per."""
    rates = _rates(limits)
    if not rates:
        return True
    keys = [_key(action, rate, of[rate.per]) for rate in rates]
    values = {"keys": keys, "amounts": [rate.amount for rate in rates], "now": time.time()}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values | {"durations": [float(rate.duration) for rate in rates]})
        return cursor.rowcount > 0


def forget_old() -> int:
    """Drops the counters in which nothing counts any more. Returns how many."""
    count, _ = RateUse.objects.filter(until__lt=time.time()).delete()
    return count


@lru_cache
def _rates(limits: str) -> tuple[Rate, ...]:
    return tuple(dict.fromkeys(parse_rates(limits)))


def _key(action: str, rate: Rate, who: str) -> str:
    return hashlib.sha256("|".join((action, str(rate), who)).encode()).hexdigest()
