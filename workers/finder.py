"""Who may be the same person: the candidate rules 1 to 4 of docs/cases.md, as one piece of SQL over any two relations.

A relation is a table or a query in parentheses with the columns key, nik, family_card_number, normal_name, birth_on,
sex and phone; numbers that are not known are empty. Rows meet by equality of something indexed or hashed: one person is
looked for in a registry of a million by its indexes, and a file of a million is compared with itself in minutes.
"""

from __future__ import annotations

from psycopg2.sql import SQL, Composable, Literal

from workers.enums import PairRule

ALIKE = 0.60  # likeness of normalised names that counts beside a number (docs/cases.md, set K)
ALIKE_WITH_BIRTH = 0.45  # the same where the birth date agrees
NEAR_DAYS = 31

REGISTRY = SQL("""
    (SELECT id AS key, nik, family_card_number, normal_name, birth_on, sex, phone
     FROM workers_worker WHERE anonymised_at IS NULL AND survivor_id IS NULL)
""")  # also who has left; not what is linked to another record already

_CANDIDATES = SQL("""
    SELECT {ends}, {rule} AS rule, similarity(a.normal_name, b.normal_name) AS likeness,
           array_remove(ARRAY[
               CASE WHEN a.birth_on = b.birth_on THEN 'birth_on' END,
               CASE WHEN a.sex = b.sex THEN 'sex' END,
               CASE WHEN a.family_card_number = b.family_card_number AND a.family_card_number <> ''
                    THEN 'family_card_number' END,
               CASE WHEN a.phone = b.phone AND a.phone <> '' THEN 'phone' END
           ], NULL) AS agreeing
    FROM {rows} a JOIN {known} b ON {same}
    WHERE {apart} AND {alike}
""")
_PAIRS = SQL("""
    SELECT one, other, array_agg(DISTINCT rule) AS rules, max(likeness) AS likeness, max(agreeing) AS agreeing
    FROM ({candidates}) candidates
    GROUP BY one, other
""")
_LIKENESS = SQL("similarity(a.normal_name, b.normal_name) >= {}")
_ALIKE, _ALIKE_WITH_BIRTH = _LIKENESS.format(Literal(ALIKE)), _LIKENESS.format(Literal(ALIKE_WITH_BIRTH))

# Numbers run on: who was born on the same day in the same kecamatan has a number that differs in one digit. So a near
# NIK counts only with an alike name (ADR 0014).
_NEAR_NIK = SQL("""
    (SELECT a.*, left(a.nik, p - 1) || d || substr(a.nik, p + 1) AS near
     FROM {rows} a, generate_series(1, 16) p, unnest(ARRAY['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) d
     WHERE d <> substr(a.nik, p, 1)
     UNION ALL
     SELECT a.*, left(a.nik, p - 1) || substr(a.nik, p + 1, 1) || substr(a.nik, p, 1) || substr(a.nik, p + 2)
     FROM {rows} a, generate_series(1, 15) p
     WHERE substr(a.nik, p + 1, 1) <> substr(a.nik, p, 1))
""")
# The same among many, where 159 numbers for each are too many. A NIK has five parts: kecamatan, day, month, year,
# serial. A change inside one leaves the others, and alike names have a word that begins alike.
_WITHOUT_ONE_PART = (
    "right({0}.nik, 10)",
    "left({0}.nik, 6) || substr({0}.nik, 9)",
    "left({0}.nik, 8) || substr({0}.nik, 11)",
    "left({0}.nik, 10) || right({0}.nik, 4)",
    "left({0}.nik, 12)",
)
_IS_NEAR = SQL("""
    EXISTS (SELECT FROM generate_series(1, 16) p
            WHERE left(a.nik, p - 1) = left(b.nik, p - 1)
            AND (substr(a.nik, p + 1) = substr(b.nik, p + 1)
                 OR substr(a.nik, p + 2) = substr(b.nik, p + 2)
                 AND substr(a.nik, p, 2) = reverse(substr(b.nik, p, 2))))
""")
_SWAPPED_BETWEEN_PARTS = SQL("""
    (SELECT a.*, left(a.nik, p - 1) || substr(a.nik, p + 1, 1) || substr(a.nik, p, 1) || substr(a.nik, p + 2) AS near
     FROM {rows} a, unnest(ARRAY[6, 8, 10, 12]) p
     WHERE substr(a.nik, p + 1, 1) > substr(a.nik, p, 1))
""")
_STARTS = SQL("(SELECT a.*, left(word, 2) AS start FROM {rows} a, unnest(string_to_array(a.normal_name, ' ')) word)")
_SWAPPED_BIRTH = SQL("""
    (SELECT a.*, CASE WHEN extract(day FROM a.birth_on) <= 12  -- or there is no such month
                      THEN make_date(extract(year FROM a.birth_on)::int, extract(day FROM a.birth_on)::int,
                                     extract(month FROM a.birth_on)::int) END AS swapped
     FROM {rows} a
     WHERE extract(day FROM a.birth_on) <> extract(month FROM a.birth_on))
""")


def pairs_between(rows: Composable, known: Composable) -> Composable:
    """A query for the pairs of a row of the one and a row of the other: one, other, rules, likeness, agreeing.

    `rules` are values of PairRule, `agreeing` names of columns. Equal keys are one person (AC-D4), equal NIK are
    one row: neither is a pair.
    """
    made = _Pairs(SQL("a.key AS one, b.key AS other"), apart=SQL("a.key::text <> b.key::text AND a.nik <> b.nik"))
    made.add(PairRule.NIK, _NEAR_NIK.format(rows=rows), known, SQL("b.nik = a.near"), _ALIKE)
    made.add(PairRule.BIRTH, rows, known, SQL("b.birth_on = a.birth_on"), _ALIKE_WITH_BIRTH)
    swapped = _SWAPPED_BIRTH.format(rows=rows)
    made.add(PairRule.BIRTH, swapped, known, SQL("b.birth_on = a.swapped"), _ALIKE_WITH_BIRTH)
    return made.with_numbers(rows, known)


def pairs_within(rows: Composable) -> Composable:
    """The same for the pairs inside one relation, each once, the smaller key first.

    Rules 1 and 2 look at names only of which a word begins with the same two letters. What they miss is a single long
    word spelt otherwise in its first two letters; tests compare them with the others.
    """
    ends = SQL("least(a.key, b.key) AS one, greatest(a.key, b.key) AS other")
    made = _Pairs(ends, apart=SQL("a.key < b.key AND a.nik <> b.nik"))
    starts = _STARTS.format(rows=rows)
    near = SQL("({} AND {})").format(_ALIKE, _IS_NEAR)
    for rest in _WITHOUT_ONE_PART:
        same = SQL(f"b.start = a.start AND {rest.format('b')} = {rest.format('a')}")
        made.add(PairRule.NIK, starts, starts, same, near)
    swapped = _SWAPPED_BETWEEN_PARTS.format(rows=rows)  # only upwards, so that each is found once
    made.add(PairRule.NIK, swapped, rows, SQL("b.nik = a.near"), _ALIKE, apart=SQL("TRUE"))
    same = SQL("b.start = a.start AND b.birth_on = a.birth_on")
    made.add(PairRule.BIRTH, starts, starts, same, _ALIKE_WITH_BIRTH)
    same = SQL("b.start = a.start AND b.birth_on = a.swapped")
    made.add(PairRule.BIRTH, _SWAPPED_BIRTH.format(rows=starts), starts, same, _ALIKE_WITH_BIRTH)
    return made.with_numbers(rows, rows)


class _Pairs:
    """The candidates of one query, rule by rule: `ends` names the pair, `apart` keeps a row from meeting itself."""

    def __init__(self, ends: Composable, *, apart: Composable) -> None:
        self.ends = ends
        self.apart = apart
        self.candidates: list[Composable] = []

    def add(
        self,
        rule: PairRule,
        rows: Composable,
        known: Composable,
        same: Composable,
        alike: Composable,
        *,
        apart: Composable | None = None,
    ) -> None:
        self.candidates.append(
            _CANDIDATES.format(
                ends=self.ends,
                rule=Literal(str(rule)),
                rows=rows,
                known=known,
                same=same,
                apart=apart or self.apart,
                alike=alike,
            )
        )

    def with_numbers(self, rows: Composable, known: Composable) -> Composable:
        """With rules 3 and 4, which need nothing but an index."""
        close = SQL("a.sex = b.sex AND abs(a.birth_on - b.birth_on) <= {}").format(Literal(NEAR_DAYS))
        same = SQL("b.family_card_number = a.family_card_number AND a.family_card_number <> ''")
        self.add(PairRule.FAMILY, rows, known, same, SQL("({} OR {})").format(_ALIKE, close))
        same = SQL("b.phone = a.phone AND a.phone <> '' AND b.phone <> '' AND b.sex = a.sex")
        years = SQL("abs(extract(year FROM a.birth_on) - extract(year FROM b.birth_on)) <= 1")
        self.add(PairRule.PHONE, rows, known, same, SQL("{} AND {}").format(years, _ALIKE))
        return _PAIRS.format(candidates=SQL(" UNION ALL ").join(self.candidates))
