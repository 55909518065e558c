"""The figures of the contribution schedule, held by what they have to do with one another and with the rules."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "enrollment" / "data" / "contribution_schedule.json"
THOUSAND = 1_000  # the printed table steps in whole thousands
FIGURES = frozenset("0123456789.-")
ABOUT_THE_FILE = {("schema_version",), ("as_of",)}


def faults(file: dict) -> list[str]:
    """What a schedule has against itself or against the rules, in words."""
    programs, rows = file["programs"], file["bracket_table"]["rows"]
    jkk, jkm, jht = programs["JKK"], programs["JKM"], programs["JHT"]
    packages = {package["code"]: package for package in file["packages"]}
    payment = {rule["code"]: rule["value"] for rule in file["payment_rules"]}
    entry = {rule["code"]: rule["value"] for rule in file["eligibility_rules"]}
    windows = {
        row["sector"]: (row["multiplier"], row["enacted"], row["contribution_month_from"], row["contribution_month_to"])
        for row in file["adjustments"]
    }
    starts = [program.get("effective_from") for program in (jkk, jkm, jht)]
    held = {
        "P3: JKK is 1% of the base, 10,000 to 207,000": (jkk["rate_of_base_bp"], jkk["min"], jkk["max"])
        == (100, 10_000, 207_000),
        "P4: JKM is 6,800": jkm["amount"] == 6_800,
        "P5, P6: JHT is 2% of the base, 20,000 to 414,000": (jht["rate_of_base_bp"], jht["min"], jht["max"])
        == (200, 20_000, 414_000),
        "P7: 33 brackets from 1,000,000 to 20,700,000": [row["no"] for row in rows] == list(range(1, 34))
        and (rows[0]["base"], rows[-1]["base"]) == (1_000_000, 20_700_000),
        "P7: a bracket begins where the one before it ends": all(
            after["income_min"] == before["income_max"] + THOUSAND for before, after in pairwise(rows)
        ),
        "P7: the base is the middle of its bracket": all(
            2 * row["base"] == row["income_min"] + row["income_max"] + THOUSAND for row in rows[1:-1]
        ),
        "P3, P5: a row's amounts are the rate of its base": all(
            (row["jkk"], row["jht"])
            == (row["base"] * jkk["rate_of_base_bp"] // 10_000, row["base"] * jht["rate_of_base_bp"] // 10_000)
            for row in rows
        ),
        "P3, P6: the rates reach the bounds": (rows[0]["jkk"], rows[-1]["jkk"], rows[0]["jht"], rows[-1]["jht"])
        == (jkk["min"], jkk["max"], jht["min"], jht["max"]),
        "P8: the packages of the city": [(package["base"], package["monthly_total"]) for package in packages.values()]
        == [(1_000_000, 16_800), (1_000_000, 36_800)],
        "P3 to P5: all since 1 July 2015": {*starts, file["bracket_table"]["effective_from"]} == {"2015-07-01"},
        "D1 to D3: half, in two windows": windows
        == {
            "transport": ("0.50", "2025-12-22", "2026-01", "2027-03"),
            "non_transport": ("0.50", "2025-12-22", "2026-04", "2026-12"),
        },
        "T1, T2, T4: due on the 15th, no fine, three months of arrears": [
            payment[code] for code in ("BPU_DUE_DAY", "BPU_LATE_FINE", "BPU_MAX_ARREARS_MONTHS")
        ]
        == [15, 0, 3],
        "E2, E4, P8: under 65, two kinds of work, the least base": [
            entry[code] for code in ("MAX_AGE_AT_REGISTRATION", "MAX_JOBS", "MIN_BASE")
        ]
        == [65, 2, 1_000_000],
        "every figure names its article": all(
            part.get("legal")
            for part in (
                *programs.values(),
                *file["packages"],
                file["bracket_table"],
                *file["adjustments"],
                *file["adjustment_rules"],
                *file["payment_rules"],
                *file["eligibility_rules"],
            )
        ),
    }
    return [words for words, holds in held.items() if not holds]


def figures(node, path=()):
    """The path of every number, date and month, also where it is written as text."""
    if isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from figures(value, (*path, key))
    elif (isinstance(node, int) and not isinstance(node, bool)) or (
        isinstance(node, str) and node and set(node) <= FIGURES
    ):
        yield path


def read() -> dict:
    return json.loads(FILE.read_text())


def others(figure: int | str) -> list[int | str]:
    """The figure one more and one less; of text each digit another."""
    if isinstance(figure, int):
        return [figure + 1, figure - 1]
    return [
        figure[:at] + str((int(digit) + 1) % 10) + figure[at + 1 :]
        for at, digit in enumerate(figure)
        if digit.isdigit()
    ]


def test_the_schedule_is_what_the_rules_say():
    assert faults(read()) == []


def test_no_figure_can_change_unnoticed():
    """Rules P3 to P8, D1 to D3, T1, T2, T4, E2, E4: each figure of the file changed alone breaks one of them."""
    file, unnoticed, tried = read(), [], 0
    for path in set(figures(file)) - ABOUT_THE_FILE:
        holder = file
        for key in path[:-1]:
            holder = holder[key]
        true = holder[path[-1]]
        for other in others(true):
            holder[path[-1]] = other
            tried += 1
            if not faults(file):
                unnoticed.append((path, other))
        holder[path[-1]] = true

    assert unnoticed == []
    assert tried > 400  # 33 brackets of six figures, both ways, and the rest


@pytest.mark.parametrize("part", ["packages", "adjustments", "adjustment_rules", "payment_rules", "eligibility_rules"])
def test_a_figure_without_an_article_is_noticed(part):
    file = read()
    file[part][0]["legal"] = ""

    assert faults(file) == ["every figure names its article"]
