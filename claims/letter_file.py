"""Letters of the city as PDF (claims/data/letter.typ). No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import segno

from casework import papers

TEMPLATE = Path(__file__).parent / "data" / "letter.typ"


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says. Its QR code leads to the page that knows whether it is ours."""

    title: str
    number: str
    to: Sequence[str]  # lines
    opening: str
    facts: Sequence[tuple[str, str]]
    closing: Sequence[str]  # paragraphs
    signed: Sequence[str]  # lines
    code: str  # of its content


def draw_letter(letter: Letter, *, verify_url: str) -> bytes:
    """The PDF. Raises casework.papers.PaperTrouble."""
    code = segno.make_qr(verify_url, error="m")
    dots = ["".join(str(int(dot)) for dot in row) for row in code.matrix]
    return papers.draw(TEMPLATE, asdict(letter) | {"qr": dots})
