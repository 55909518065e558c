"""Cards as PDF: the size of a bank card, or ten on A4 with cut marks (enrollment/data/card.typ). No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import segno

from casework import papers

TEMPLATE = Path(__file__).parent / "data" / "card.typ"


@dataclass(frozen=True, slots=True)
class Face:
    """What stands on a card. Its QR code says the card's number and nothing else."""

    name: str
    number: str  # of the participant
    programs: tuple[str, ...]
    card: str  # the card's own number
    made_on: str

    @property
    def code(self) -> str:
        """The number as people read it."""
        return in_groups(self.card)


def in_groups(number: str) -> str:
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def draw_cards(faces: Sequence[Face], *, paper: Literal["card", "sheet"]) -> bytes:
    """The PDF. Raises casework.papers.PaperTrouble."""
    cards = [asdict(face) | {"code": face.code, "qr": _dots(face.card)} for face in faces]
    return papers.draw(TEMPLATE, {"cards": cards, "paper": paper})


def _dots(text: str) -> list[str]:
    """Rows of 0 and 1, 21 by 21; a quarter of them may be unreadable."""
    code = segno.make_qr(text, error="q", boost_error=False)
    return ["".join(str(int(dot)) for dot in row) for row in code.matrix]
