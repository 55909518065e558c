"""Geometry for server-rendered SVG: numbers and classes only, never style attributes (CSP)."""

from bisect import bisect_right


def columns(points: list[tuple[str, int]], *, height: int = 190, top: int = 26, bottom: int = 24) -> dict:
    """Bars of a column chart from (label, value). X is in percent, so that text keeps its size at any width."""
    peak = max((value for _, value in points), default=0) or 1
    step = 100 / max(len(points), 1)
    plot = height - top - bottom
    bars = []
    for place, (label, value) in enumerate(points):
        tall = round(plot * value / peak, 1)
        bars.append(
            {
                "label": label,
                "value": value,
                "x": round((place + 0.16) * step, 2),
                "w": round(step * 0.68, 2),
                "cx": round((place + 0.5) * step, 2),
                "y": round(top + plot - tall, 1),
                "value_y": round(top + plot - tall - 6, 1),
                "h": tall,
                "last": place == len(points) - 1,
            }
        )
    return {"height": height, "base": top + plot, "bars": bars, "label_y": height - 6}


def shares(parts: list[tuple[str, int]], *, total: int) -> list[dict]:
    """One bar cut into (kind, value) from the left; x and w in percent of the total, or of the parts if they exceed it.

    Parts of nothing are left out.
    """
    whole = max(total, sum(value for _, value in parts)) or 1
    bars, x = [], 0.0
    for kind, value in parts:
        w = 100 * value / whole
        if value > 0:
            bars.append({"kind": kind, "value": value, "x": round(x, 2), "w": round(w, 2)})
        x += max(w, 0)
    return bars


def rows(points: list[tuple[str, int]], *, step: int = 46, tall: int = 14) -> dict:
    """Lying bars from (label, value), each below its label. Widths are in percent of the picture."""
    peak = max((value for _, value in points), default=0) or 1
    bars = [
        {
            "label": label,
            "value": value,
            "text_y": place * step + 16,
            "y": place * step + 22,
            "w": round(100 * value / peak, 2),
        }
        for place, (label, value) in enumerate(points)
    ]
    return {"height": step * len(points), "tall": tall, "bars": bars}


CELL, ROW = 31, 44  # how far apart the squares of a strip stand, and its rows


def strip(cells: list[tuple[str, str]], *, in_row: int = 6) -> dict:
    """Squares from (label, state). The template draws a sign in each, so that no state is colour alone."""
    return {
        "width": in_row * CELL,
        "height": -(-len(cells) // in_row) * ROW,
        "size": CELL - 3,
        "cells": [
            {
                "label": label,
                "state": state,
                "x": place % in_row * CELL + 1,
                "y": place // in_row * ROW + 1,
                "sign_x": place % in_row * CELL + 7,
                "sign_y": place // in_row * ROW + 7,
                "cx": place % in_row * CELL + 15,
                "label_y": place // in_row * ROW + 39,
            }
            for place, (label, state) in enumerate(cells)
        ],
    }


def step_of(value: float, cuts: tuple[float, ...]) -> int:
    """The colour step, 1 to len(cuts) + 1, of an area on a map. A value on a cut belongs above it."""
    return 1 + bisect_right(cuts, value)
