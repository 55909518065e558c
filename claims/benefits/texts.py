"""The rules in words people read; each line of an estimate leads to one of them by its `rule`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "data" / "rule_texts.json"


@dataclass(frozen=True, slots=True)
class RuleText:
    code: str  # as in docs/rules
    title: str
    text: str
    article: str
    confirmed: bool

    @property
    def anchor(self) -> str:
        return f"aturan-{self.code.replace('.', '-')}"


RULE_TEXTS = {text["code"]: RuleText(**text) for text in json.loads(FILE.read_text())}
