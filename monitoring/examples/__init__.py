"""Worked examples put to the portal's own rules. `check_document` reads a file in the form of worked_examples.json."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from monitoring.examples.amounts import check_amount
from monitoring.examples.dates import check_date
from monitoring.examples.identities import check_identity
from monitoring.examples.reading import Unreadable, Verdict

__all__ = ["Checked", "check_document"]

SECTIONS = {"examples": check_amount, "date_examples": check_date, "identity_examples": check_identity}


@dataclass(frozen=True, slots=True)
class Checked:
    name: str
    passed: bool
    message: str = ""  # what differs, or why the example could not be put to a rule
    remark: str = ""  # what the example says and no rule reads


def check_document(document: dict[str, Any]) -> Iterator[Checked]:
    """Every example of the file that is for testing. What cannot be read is a failed example, never an error."""
    for section, examples in document.items():
        known = section in SECTIONS
        if not known and not (section.endswith("examples") and isinstance(examples, list)):
            continue
        if not isinstance(examples, list):
            yield Checked(section, False, "this section is not a list of examples")
            continue
        for number, example in enumerate(examples, start=1):
            name = f"{section} #{number}"
            if not isinstance(example, dict):
                yield Checked(name, False, "this example is not an object")
            elif example.get("use_as_test", True):
                yield _check(str(example.get("id", name)), SECTIONS.get(section), example, document)


def _check(name, check, example, document) -> Checked:
    if check is None:
        return Checked(name, False, "the portal knows no such section of examples")
    try:
        verdict = check(example, document)
    except Unreadable as problem:
        return Checked(name, False, str(problem))
    except Exception as problem:  # whatever is wrong with an example is a fault of the example
        return Checked(name, False, f"could not be read: {type(problem).__name__}: {problem}")
    return _told(name, verdict, example)


def _told(name: str, verdict: Verdict, example: dict[str, Any]) -> Checked:
    remark = f"not read: {', '.join(sorted(verdict.unread))}" if verdict.unread else ""
    if verdict.passed:
        return Checked(name, True, remark=remark)
    what = example.get("title") or example.get("rule") or example.get("why", "")
    message = f"expected {verdict.expected}, the portal says {verdict.answer}"
    return Checked(name, False, f"{message} ({what})" if what else message, remark)
