import re
from io import StringIO
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import TextChoices

from casework.life_chart import draw_life
from casework.workflow import Move, Workflow
from claims.enums import ClaimStatus
from claims.workflow import WORKFLOW as CLAIM

SVG = "{http://www.w3.org/2000/svg}"


class Door(TextChoices):
    SHUT = "shut", "Tertutup & terkunci"
    OPEN = "open", "Terbuka"
    GONE = "gone", "Dibongkar"


DOOR = Workflow(
    "door",
    open=Move({Door.SHUT}, Door.OPEN),
    close=Move({Door.OPEN}, Door.SHUT),
    paint=Move({Door.SHUT}, Door.SHUT),
    remove=Move({Door.SHUT, Door.OPEN}, Door.GONE),
)


def texts(drawn: str) -> list[str]:
    return [text.text for text in ElementTree.fromstring(drawn).iter(f"{SVG}text")]  # noqa: S314  our own


def paths(drawn: str) -> list[str]:
    """Of the ways, without the tip of the arrows."""
    return [path.get("d") for path in ElementTree.fromstring(drawn).findall(f"{SVG}path")]  # noqa: S314  our own


def test_a_picture_says_every_status_and_every_way_of_the_table():
    drawn = draw_life(DOOR, Door, title="Pintu")

    assert texts(drawn) == [
        "Tertutup & terkunci", "shut · ↻ paint", "Terbuka", "open", "Dibongkar", "gone",
        "open", "close", "remove", "remove",
    ]  # fmt: skip
    assert len(paths(drawn)) == 4
    assert drawn.count('class="final"') == 1


@pytest.mark.parametrize(("workflow", "statuses"), [(DOOR, Door), (CLAIM, ClaimStatus)], ids=["door", "claim"])
def test_no_two_ways_run_upon_each_other(workflow, statuses):
    drawn = [re.split("[MHV ]", path)[1:] for path in paths(draw_life(workflow, statuses, title="x"))]
    beside = [(int(x), *sorted((int(begin), int(end)))) for _, begin, x, end, _ in (w for w in drawn if len(w) == 5)]

    upon = [
        (one, other)
        for number, one in enumerate(beside)
        for other in beside[:number]
        if one[0] == other[0] and one[1] <= other[2] and other[1] <= one[2]
    ]
    assert upon == []


def test_the_picture_in_the_documents_is_that_of_the_table():
    drawn = StringIO()
    call_command("draw_claim_life", stdout=drawn)

    assert (settings.BASE_DIR / "docs/claim-life.svg").read_text() == drawn.getvalue()
