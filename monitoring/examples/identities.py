"""Examples of a NIK beside what the person declares (rules N1 to N5)."""

from __future__ import annotations

import re
from typing import Any

from monitoring.examples.reading import Unreadable, Verdict, day_of, expected_of
from workers.enums import Sex
from workers.nik import check_nik

READ = {"id", "nik", "birth", "sex", "expected", "domicile", "why", "confirmed", "synthetic", "legal", "note", "title"}
READ |= {"use_as_test", "published", "rule"}
SEXES = {"F": Sex.FEMALE, "P": Sex.FEMALE, "M": Sex.MALE, "L": Sex.MALE}
NOTHING_FOUND = {"ok", ""}


def check_identity(example: dict[str, Any], document: dict[str, Any]) -> Verdict:
    """All findings count, in any order; "ok" means none."""
    expected = expected_of(example, "expected")
    words = expected if isinstance(expected, list) else re.split(r"[\s,;|+]+", str(expected))
    sex = example.get("sex") or ""
    if sex and sex not in SEXES:
        raise Unreadable(f"the sex {sex!r} is neither M nor F")
    birth = example.get("birth")
    findings = check_nik(
        str(expected_of(example, "nik")), birth_on=day_of(birth) if birth else None, sex=SEXES.get(sex, "")
    )
    found = {str(finding) for finding in findings}
    answer = ", ".join(sorted(found)) or "ok"
    return Verdict(found == set(words) - NOTHING_FOUND, expected, answer, frozenset(example.keys() - READ))
