"""A workflow drawn as SVG, so that people can look at the table that decides."""

from __future__ import annotations

from collections import defaultdict
from html import escape

from django.db.models import TextChoices

from casework.workflow import Workflow

BOX_WIDTH, BOX_HEIGHT, ROW = 240, 52, 96
LANE, PORT = 34, 13  # between two ways beside the boxes; between two ends at one box
TOP = 24
STYLE = """
  svg { background: #fff; font-family: 'Source Sans 3', 'Source Sans Pro', sans-serif; }
  rect { fill: #fff; stroke: #1f4e79; stroke-width: 1.5; }
  rect.final { fill: #e8f3ec; stroke: #1e6b3a; stroke-width: 3; }
  path { fill: none; stroke: #51606e; stroke-width: 1.5; marker-end: url(#tip); }
  text { fill: #1c2733; font-size: 15px; text-anchor: middle; }
  text.code, text.deed { fill: #51606e; font-size: 12px; font-family: monospace; }
  text.deed { text-anchor: start; }
  text.aside { text-anchor: middle; }
"""


def draw_life(workflow: Workflow, statuses: type[TextChoices], *, title: str) -> str:
    """The statuses from above to below in their own order; a way that skips or goes back runs beside them.

    What may be done without leaving a status stands in its box. A status that nothing leaves has a thick frame.
    """
    order = list(statuses)
    ways, stays = _ways(workflow, order)
    lanes = _lanes(ways)
    right, left = (1 + max((lane for way, lane in lanes.items() if (way[1] > way[0]) == down), default=-1)
                   for down in (True, False))  # fmt: skip
    start = 16 + LANE * (left + 1)
    width, height = start + BOX_WIDTH + LANE * (right + 1) + 16, TOP * 2 + ROW * (len(order) - 1) + BOX_HEIGHT
    ports = _ports(lanes)
    left_from = {way[0] for way in ways}

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title">',
        f'<title id="title">{escape(title)}</title>',
        f"<style>{STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 8 4 0 8Z" style="fill:#51606e;stroke:none;marker-end:none"/></marker></defs>',
    ]
    for place, status in enumerate(order):
        top, middle = TOP + ROW * place, start + BOX_WIDTH // 2
        final = "" if place in left_from else ' class="final"'
        code = " · ".join([status.value, *(f"↻ {deed}" for deed in stays[place])])
        parts += [
            f'<rect{final} x="{start}" y="{top}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="8"/>',
            f'<text x="{middle}" y="{top + 23}">{escape(str(status.label))}</text>',
            f'<text class="code" x="{middle}" y="{top + 42}">{escape(code)}</text>',
        ]
    for way in ways:
        source, target, deed = way
        if way not in lanes:
            x, y = start + BOX_WIDTH // 2, TOP + ROW * source + BOX_HEIGHT
            parts += [
                f'<path d="M{x} {y}V{y + ROW - BOX_HEIGHT - 1}"/>',
                f'<text class="deed" x="{x + 8}" y="{y + 26}">{deed}</text>',
            ]
            continue
        edge, side = (start + BOX_WIDTH, 1) if target > source else (start, -1)
        x = edge + side * LANE * (lanes[way] + 1)
        begin, end = ports[way, source], ports[way, target]
        middle = (begin + end) // 2
        parts += [
            f'<path d="M{edge} {begin}H{x}V{end}H{edge + side}"/>',
            f'<text class="deed aside" x="{x - 5}" y="{middle}" transform="rotate(-90 {x - 5} {middle})">{deed}</text>',
        ]
    return "\n".join([*parts, "</svg>\n"])


Way = tuple[int, int, str]  # from and to, as places in the order, and the deed


def _ways(workflow: Workflow, order: list) -> tuple[list[Way], dict[int, list[str]]]:
    ways, stays = [], defaultdict(list)
    for deed, move in workflow.moves.items():
        for source in sorted(order.index(status) for status in move.sources):
            target = order.index(move.target)
            if source == target:
                stays[source].append(deed)
            else:
                ways.append((source, target, deed))
    return ways, stays


def _lanes(ways: list[Way]) -> dict[Way, int]:
    """Short ways next to the boxes, and none upon another; the one to the next status needs no lane."""
    lanes: dict[Way, int] = {}
    for way in sorted(ways, key=lambda way: (abs(way[1] - way[0]), way)):
        if way[1] - way[0] == 1:
            continue
        beside = [other for other in lanes if (other[1] > other[0]) == (way[1] > way[0])]
        taken = {lanes[other] for other in beside if min(other[:2]) <= max(way[:2]) and min(way[:2]) <= max(other[:2])}
        lanes[way] = next(lane for lane in range(len(ways)) if lane not in taken)
    return lanes


def _ports(lanes: dict[Way, int]) -> dict[tuple[Way, int], int]:
    """The heights at which the ways leave and reach the sides of the boxes, so that none crosses another there:
    those from above first, the nearest lane on top, then those from below, the farthest on top."""
    ends = defaultdict(list)
    for way in lanes:
        for place in way[:2]:
            ends[place, way[1] > way[0]].append(way)
    heights = {}
    for (place, _), there in ends.items():
        there.sort(key=lambda way: lanes[way] + 1 if min(way[:2]) < place else -lanes[way] + len(lanes) * 2)
        for number, way in enumerate(there):
            shift = (2 * number - len(there) + 1) * PORT // 2
            heights[way, place] = TOP + ROW * place + BOX_HEIGHT // 2 + shift
    return heights
