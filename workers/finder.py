"""Who may be the same person: the candidate rules 1 to 4 of docs/cases.md, as one piece of SQL over any two relations.

A relation is a table or a query in parentheses with the columns key, nik, family_card_number, normal_name, birth_on,
sex and phone; numbers that are not known are empty. Rows meet by equality of something indexed or hashed: one person is
looked for in a registry of a million by its indexes (pairs_between), and a million are compared with themselves in
minutes (pairs_within; rule by rule over a table of sketched rows where they are many).
"""

from __future__ import annotations

from psycopg2.sql import SQL, Composable, Identifier, Literal

from workers.enums import PairRule

ALIKE = 0.60  # likeness of normalised names that counts beside a number (docs/cases.md, set K)
ALIKE_WITH_BIRTH = 0.45  # the same where the birth date agrees
NEAR_DAYS = 31
ALL = SQL("TRUE")
CROWD = 500  # people of one birth date, from which on names must be as alike as beside a number

REGISTRY = SQL("""
    (SELECT id AS key, nik, family_card_number, normal_name, birth_on, sex, phone, registry_import_id
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
    FROM {candidates} candidates
    GROUP BY one, other
""")

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
_SWAPPED_BIRTH = SQL("""
    (SELECT a.*, CASE WHEN extract(day FROM a.birth_on) <= 12  -- or there is no such month
                      THEN make_date(extract(year FROM a.birth_on)::int, extract(day FROM a.birth_on)::int,
                                     extract(month FROM a.birth_on)::int) END AS swapped
     FROM {rows} a
     WHERE extract(day FROM a.birth_on) <> extract(month FROM a.birth_on))
""")

# Among many, 159 numbers for each are too many. Numbers that differ inside one of these runs of digits, counted from
# the right, meet by what is left of them: kecamatan and serial are few to each birth date, the others are one digit.
_RUNS = ((16, 10), (10, 9), (9, 8), (8, 7), (7, 6), (6, 5), (5, 4), (4, 0))
_ONE_DIGIT_OR_SWAPPED = SQL("""
    (SELECT bool_or(substr(a.nik, p + 1) = substr(b.nik, p + 1)
                    OR substr(a.nik, p + 2) = substr(b.nik, p + 2)
                    AND substr(a.nik, p, 2) = reverse(substr(b.nik, p, 2)))
     FROM generate_series(1, 16) p WHERE left(a.nik, p - 1) = left(b.nik, p - 1))
""")
# Neighbours of which not both are in one run; only upwards, so that each pair is found once.
_SWAPPED = SQL("""
    CASE WHEN mod(number / {0}, 10) > mod(number / {0} / 10, 10)
        THEN number + (mod(number / {0}, 10) - mod(number / {0} / 10, 10)) * 9 * {0} END
""")
# In a crowd a birth date says little. There names meet by how one word of them begins, or two, of which the crowd has
# not again a crowd.
_STARTS = SQL("""
    (SELECT a.*, start FROM {rows} a CROSS JOIN LATERAL (
        SELECT left(one, 4) AS start FROM unnest(string_to_array(a.normal_name, ' ')) one
        UNION
        SELECT left(one, 3) || ' ' || left(other, 3)
        FROM unnest(string_to_array(a.normal_name, ' ')) one, unnest(string_to_array(a.normal_name, ' ')) other
        WHERE left(one, 3) < left(other, 3)
    ) starts)
""")
_RARE_STARTS = SQL("""
    (SELECT * FROM (SELECT *, count(*) OVER (PARTITION BY birth_on, start) AS sharing FROM {starts} those) those
     WHERE sharing <= {crowd})
""")
_SKETCHED = SQL("""
    SELECT people.*, nullif(nik, '')::bigint AS number, size, sketch, size - bit_count(sketch::bit(64))::int AS folded
    FROM {rows} people CROSS JOIN LATERAL (
        SELECT count(*)::int AS size, coalesce(bit_or(1::bigint << (hashtext(trigram) & 63)), 0) AS sketch
        FROM unnest(show_trgm(normal_name)) AS trigram
    ) AS name
""")


def _alike(least: float) -> Composable:
    return SQL("similarity(a.normal_name, b.normal_name) >= {}").format(Literal(least))


def _sketched_alike(least: float, *also: Composable) -> Composable:
    """The same for sketched rows, asked only where enough trigrams can be common to both: no pair is lost by it."""
    return SQL("""
        CASE WHEN bit_count((a.sketch & b.sketch)::bit(64)) + a.folded >= (a.size + b.size) * {} / 100
            THEN {} ELSE FALSE END
    """).format(Literal(int(least / (1 + least) * 100)), SQL(" AND ").join((_alike(least), *also)))


def pairs_between(rows: Composable, known: Composable) -> Composable:
    """A query for the pairs of a row of the one and a row of the other: one, other, rules, likeness, agreeing.

    `rules` are values of PairRule, `agreeing` names of columns. Equal keys are one person (AC-D4), equal NIK are
    one row: neither is a pair.
    """
    return pairs_of(_all_of(candidates_between(rows, known)))


def pairs_within(rows: Composable) -> Composable:
    """The same for the pairs inside one relation, each once, the smaller key first."""
    candidates = candidates_within(Identifier("people"))
    return SQL("WITH people AS MATERIALIZED ({}) {}").format(sketched(rows), pairs_of(_all_of(candidates)))


def sketched(rows: Composable) -> Composable:
    """A query for the rows with what candidates_within needs besides: store and analyse it where they are many."""
    return _SKETCHED.format(rows=rows)


def pairs_of(candidates: Composable) -> Composable:
    """What several rules say about a pair, as one."""
    return _PAIRS.format(candidates=candidates)


def candidates_between(rows: Composable, known: Composable) -> list[Composable]:
    """Queries for pairs_of, one for each thing in which two may agree."""
    apart = SQL("a.key::text <> b.key::text AND a.nik <> b.nik")
    rules = _Rules(SQL("a.key AS one, b.key AS other"), apart)
    rules.add(PairRule.NIK, _NEAR_NIK.format(rows=rows), known, SQL("b.nik = a.near"), _alike(ALIKE))
    swapped, alike = _SWAPPED_BIRTH.format(rows=rows), _alike(ALIKE_WITH_BIRTH)
    rules.add(PairRule.BIRTH, rows, known, SQL("b.birth_on = a.birth_on"), alike)
    rules.add(PairRule.BIRTH, swapped, known, SQL("b.birth_on = a.swapped"), alike)
    rules.add_numbers(rows, known)
    return rules.queries


def candidates_within(people: Composable, *, which: Composable = ALL) -> list[Composable]:
    """Queries for pairs_of over sketched rows, one for each thing in which two may agree. The last is about crowds.

    `which` says which pairs of a and b are asked for. Of a birth date that more than CROWD people share, names count
    from ALIKE on, of which a word or two begin alike. So what thousands with 1 January cost grows no faster than they.
    """
    ends = SQL("least(a.key, b.key) AS one, greatest(a.key, b.key) AS other")
    rules = _Rules(ends, SQL("a.key < b.key AND a.nik <> b.nik AND {}").format(which))
    near = _sketched_alike(ALIKE, _ONE_DIGIT_OR_SWAPPED)
    for high, low in _RUNS:
        left = f"{{0}}.number / {10**high} * {10**low} + mod({{0}}.number, {10**low})"
        rules.add(PairRule.NIK, people, people, SQL(f"{left.format('b')} = {left.format('a')}"), near)
    swaps = SQL(", ").join(_SWAPPED.format(Literal(10**digit)) for digit in range(3, 10))
    swapped = SQL("(SELECT a.*, swapped FROM {} a, unnest(ARRAY[{}]) swapped)").format(people, swaps)
    rules.add(PairRule.NIK, swapped, people, SQL("b.number = a.swapped"), _sketched_alike(ALIKE), apart=which)
    rules.add_numbers(people, people)
    crowds = SQL("(SELECT birth_on FROM {} GROUP BY birth_on HAVING count(*) > {})").format(people, Literal(CROWD))
    swapped, alike = _SWAPPED_BIRTH.format(rows=people), _sketched_alike(ALIKE_WITH_BIRTH)
    for rows, born in ((people, "birth_on"), (swapped, "swapped")):
        same = SQL("b.birth_on = {}").format(Identifier("a", born))
        few = SQL("(SELECT * FROM {} people WHERE birth_on NOT IN {})").format(people, crowds)
        rules.add(PairRule.BIRTH, rows, few, same, alike)
    for rows, born in ((people, "birth_on"), (swapped, "swapped")):
        those = SQL("(SELECT * FROM {} people WHERE {} IN {})")
        crowd = _STARTS.format(rows=those.format(people, Identifier("birth_on"), crowds))
        crowd = _RARE_STARTS.format(starts=crowd, crowd=Literal(CROWD))
        rows = _STARTS.format(rows=those.format(rows, Identifier(born), crowds))
        same = SQL("b.birth_on = {} AND b.start = a.start").format(Identifier("a", born))
        rules.add(PairRule.BIRTH, rows, crowd, same, _sketched_alike(ALIKE))
    return rules.queries


def _all_of(candidates: list[Composable]) -> Composable:
    return SQL("({})").format(SQL(" UNION ALL ").join(candidates))


class _Rules:
    """The candidates of one relation in another, rule by rule: `ends` names the pair, `apart` keeps a row from meeting
    itself."""

    def __init__(self, ends: Composable, apart: Composable) -> None:
        self.ends = ends
        self.apart = apart
        self.queries: list[Composable] = []

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
        self.queries.append(
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

    def add_numbers(self, rows: Composable, known: Composable) -> None:
        """Rules 3 and 4, which need nothing but an index."""
        close = SQL("a.sex = b.sex AND abs(a.birth_on - b.birth_on) <= {}").format(Literal(NEAR_DAYS))
        same = SQL("b.family_card_number = a.family_card_number AND a.family_card_number <> ''")
        self.add(PairRule.FAMILY, rows, known, same, SQL("({} OR {})").format(_alike(ALIKE), close))
        same = SQL("b.phone = a.phone AND a.phone <> '' AND b.phone <> '' AND b.sex = a.sex")
        years = SQL("abs(extract(year FROM a.birth_on) - extract(year FROM b.birth_on)) <= 1")
        self.add(PairRule.PHONE, rows, known, same, SQL("{} AND {}").format(years, _alike(ALIKE)))
