"""Who may be the same person: the candidate rules 1 to 4 of docs/cases.md, as one piece of SQL over any two relations.

A relation is a table or a query in parentheses with the columns key, nik, family_card_number, normal_name, birth_on,
sex and phone; numbers that are not known are empty. It is compared by equality of indexed columns, so that one person
is looked for in a registry of a million by index, and a file of a million is hashed.
"""

from psycopg2.sql import SQL, Composable, Literal

from workers.enums import PairRule

ALIKE = 0.60  # likeness of normalised names that counts beside a number (docs/cases.md, set K)
ALIKE_WITH_BIRTH = 0.45  # the same where the birth date agrees
NEAR_DAYS = 31

# Numbers run on: who was born on the same day in the same kecamatan has a number that differs in one digit. So a near
# NIK counts only with an alike name (ADR 0014).
_NEAR_NIK = SQL("""
    SELECT a.*, left(a.nik, p - 1) || d || substr(a.nik, p + 1) AS near
    FROM {rows} a, generate_series(1, 16) p, unnest(ARRAY['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) d
    WHERE d {turn} substr(a.nik, p, 1)
    UNION ALL
    SELECT a.*, left(a.nik, p - 1) || substr(a.nik, p + 1, 1) || substr(a.nik, p, 1) || substr(a.nik, p + 2)
    FROM {rows} a, generate_series(1, 15) p
    WHERE substr(a.nik, p + 1, 1) {turn} substr(a.nik, p, 1)
""")
_SWAPPED = SQL("""
    SELECT a.*, CASE WHEN extract(day FROM a.birth_on) <= 12  -- or there is no such month
                     THEN make_date(extract(year FROM a.birth_on)::int, extract(day FROM a.birth_on)::int,
                                    extract(month FROM a.birth_on)::int) END AS swapped
    FROM {rows} a
    WHERE extract(day FROM a.birth_on) <> extract(month FROM a.birth_on)
""")
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
REGISTRY = SQL("""
    (SELECT id AS key, nik, family_card_number, normal_name, birth_on, sex, phone
     FROM workers_worker WHERE anonymised_at IS NULL AND survivor_id IS NULL)
""")  # also who has left; not what is linked to another record already
_LIKENESS = "similarity(a.normal_name, b.normal_name) >= {}"


def pairs_between(rows: Composable, known: Composable) -> Composable:
    """A query for the pairs of a row of the one and a row of the other: one, other, rules, likeness, agreeing.

    `rules` are values of PairRule, `agreeing` names of columns. Equal keys are one person (AC-D4), equal NIK are
    one row: neither is a pair.
    """
    ends = SQL("a.key AS one, b.key AS other")
    apart = SQL("a.key::text <> b.key::text AND a.nik <> b.nik")
    near = _NEAR_NIK.format(rows=rows, turn=SQL("<>"))
    return _pairs(rows, known, ends=ends, near=near, near_apart=apart, apart=apart)


def pairs_within(rows: Composable) -> Composable:
    """The same for the pairs inside one relation, each once, the smaller key first."""
    ends = SQL("least(a.key, b.key) AS one, greatest(a.key, b.key) AS other")
    apart = SQL("a.key < b.key AND a.nik <> b.nik")
    upwards = _NEAR_NIK.format(rows=rows, turn=SQL(">"))  # only numbers above: half of the work
    return _pairs(rows, rows, ends=ends, near=upwards, near_apart=SQL("TRUE"), apart=apart)


def _pairs(
    rows: Composable,
    known: Composable,
    *,
    ends: Composable,
    near: Composable,
    near_apart: Composable,
    apart: Composable,
) -> Composable:
    swapped = _SWAPPED.format(rows=rows)
    alike, alike_with_birth = (SQL(_LIKENESS).format(Literal(least)) for least in (ALIKE, ALIKE_WITH_BIRTH))
    close = SQL("a.sex = b.sex AND abs(a.birth_on - b.birth_on) <= {}").format(Literal(NEAR_DAYS))
    rules = (
        (PairRule.NIK, _query(near), SQL("b.nik = a.near"), near_apart, alike),
        (PairRule.BIRTH, rows, SQL("b.birth_on = a.birth_on"), apart, alike_with_birth),
        (PairRule.BIRTH, _query(swapped), SQL("b.birth_on = a.swapped"), apart, alike_with_birth),
        (
            PairRule.FAMILY,
            rows,
            SQL("b.family_card_number = a.family_card_number AND a.family_card_number <> ''"),
            apart,
            SQL("({} OR {})").format(alike, close),
        ),
        (
            PairRule.PHONE,
            rows,
            SQL("b.phone = a.phone AND a.phone <> '' AND b.phone <> ''"),
            apart,
            SQL(
                "a.sex = b.sex AND abs(extract(year FROM a.birth_on) - extract(year FROM b.birth_on)) <= 1 AND {}"
            ).format(alike),
        ),
    )
    candidates = [
        _CANDIDATES.format(
            ends=ends, rule=Literal(str(rule)), rows=left, known=known, same=same, apart=kept, alike=test
        )
        for rule, left, same, kept, test in rules
    ]
    return _PAIRS.format(candidates=SQL(" UNION ALL ").join(candidates))


def _query(query: Composable) -> Composable:
    return SQL("({})").format(query)
