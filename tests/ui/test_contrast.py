"""Every pair of colours that may meet on a page has enough contrast, in light and in dark (WCAG 2.2 AA)."""

import re

import pytest
from django.conf import settings

CSS = (settings.BASE_DIR / "static/ui/tokens.css").read_text()
TONES = ("ok", "warn", "bad", "info", "mute")
TEXT = [  # (ink, background): at least 4.5
    *[(ink, ground) for ink in ("ink", "ink-2") for ground in ("page", "surface", "sunken", "brand-soft", "ok-tint")],
    *[("brand-ink", ground) for ground in ("surface", "page", "brand-soft")],
    *[("on-brand", ground) for ground in ("brand", "brand-hover")],
    *[(f"{tone}-ink", f"{tone}-tint") for tone in TONES],
    ("on-chrome", "chrome"),
    ("on-chrome", "chrome-2"),
    ("on-chrome-2", "chrome"),
    ("on-chrome-2", "chrome-2"),
    ("verdict-ask-on", "accent"),
    ("verdict-on", "verdict-ok"),
    ("verdict-on", "verdict-bad"),
    ("verdict-ask-on", "verdict-ask"),
    ("bad-ink", "surface"),
    ("paper-ink", "paper"),
    ("paper-ink-2", "paper"),
]
PARTS = [  # borders, icons, focus: at least 3
    *[(part, "surface") for part in ("line-strong", "brand", "focus-ring", "chart")],
    *[(part, "page") for part in ("line-strong", "focus-ring")],
    *[(f"{tone}-line", "surface") for tone in TONES],
]


def tokens(selector: str) -> dict[str, str]:
    start = CSS.index(selector)
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", CSS[start : CSS.index("}", start)]))


LIGHT = tokens(":root {")
DARK = {**LIGHT, **tokens(':root[data-theme="dark"]')}


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_ratio_is_that_of_wcag():
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (PARTS, 3)], ids=["text", "parts"])
def test_colours_that_meet_can_be_told_apart(theme, pairs, least):
    weak = [f"{one} on {other}: {ratio(theme[one], theme[other]):.2f}" for one, other in pairs]

    assert [pair for pair in weak if float(pair.split(": ")[1]) < least] == []


def test_a_dark_device_and_the_dark_choice_look_the_same():
    assert tokens(':root:not([data-theme="light"])') == tokens(':root[data-theme="dark"]')
