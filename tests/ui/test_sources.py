"""What no template and no style sheet may hold."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

from ui.navigation import MENUS
from ui.templatetags.ui import STATUS_LOOK, VERDICT_LOOK

FOLDERS = [settings.BASE_DIR / "templates", settings.BASE_DIR / "tests/ui"]
TEMPLATES = sorted(path for folder in FOLDERS for path in folder.rglob("*.html"))
STYLES = sorted((settings.BASE_DIR / "static").rglob("*.css"))
SCRIPTS = sorted((settings.BASE_DIR / "static").rglob("*.js"))
CODE = sorted(
    path for app in settings.BASE_DIR.iterdir() for path in app.rglob("*.py") if app.name in settings.INSTALLED_APPS
)
ICONS = set(re.findall('<symbol id="([^"]+)"', (settings.BASE_DIR / "static/ui/icons.svg").read_text()))


def found(pattern: str, paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(settings.BASE_DIR)}: {match[0]}"
        for path in paths
        for match in re.finditer(pattern, path.read_text(), re.IGNORECASE)
    ]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_every_template_compiles(path):
    engines["django"].from_string(path.read_text())


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("inline style", r"<style\b|\sstyle\s*="),
        ("inline script", r"<script\b(?![^>]*\bsrc=)"),
        ("script attribute", r"\son[a-z]+\s*=\s*[\"']|\shx-on\b|[\"']js:|javascript:"),
        ("text that is not escaped", r"\|\s*safe\b|\|\s*safeseq\b|\{%\s*autoescape\s+off"),
        ("picture in the address", r"[\"'(]data:"),
        ("other host", r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//"),
        ("question of the browser", r"hx-confirm|hx-prompt"),
        ("date box of the browser", r"type=\"(?:date|time|datetime-local|number)\""),
        ("literal colour", r"(?:fill|stroke|color)\s*=\s*\"(?!none|currentColor)[^\"{]+\""),
    ],
)
def test_templates_hold_no(what, pattern):
    assert found(pattern, TEMPLATES) == []


def test_an_include_names_its_inputs():
    includes = found(r"\{% include \"(?!django/)[^%]*%\}", TEMPLATES)

    assert [include for include in includes if not include.endswith(" only %}")] == []


LITERAL = r"#[0-9a-f]{3,8}\b(?=[^{}]*[;}])|\b(?:rgba?|hsla?|oklch|color-mix)\(|:[^;{}]*\b(?:white|black|gr[ae]y|red)\b"


def test_colours_stand_in_the_tokens_only():
    assert found(LITERAL, [path for path in STYLES if path.name != "tokens.css"]) == []


@pytest.mark.parametrize(
    "css", ["a { color: #fff; } b { top: 0 }", "a { color: rgb(0 0 0) }", "a { background: white }"]
)
def test_a_literal_colour_is_seen(css):
    assert re.search(LITERAL, css) is not None


def test_every_token_in_use_exists():
    defined = set(re.findall(r"(--[\w-]+)\s*:", "".join(path.read_text() for path in STYLES)))
    used = set(re.findall(r"var\((--[\w-]+)", "".join(path.read_text() for path in STYLES)))

    assert used - defined == set()


def test_every_icon_in_use_exists():
    in_templates = {match.split('"')[1] for match in found(r"\{% icon \"([^\"]+)\"", TEMPLATES)}
    in_includes = {match.split('"')[1] for match in found(r"\bicon=\"([^\"]+)\"", TEMPLATES)}
    in_statuses = {icon for looks in STATUS_LOOK.values() for _, icon, _ in looks.values()}
    in_verdicts = {f"v-{tone}" for tone, _, _ in VERDICT_LOOK.values()}
    in_menus = {place.icon for menu in MENUS.values() for place in (*menu.main, *menu.more)}

    assert (in_templates | in_includes | in_statuses | in_verdicts | in_menus) - ICONS == set()


def test_scripts_evaluate_nothing_and_write_no_html():
    assert found(r"\beval\(|new Function\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write", SCRIPTS) == []


def test_only_ui_marks_text_as_safe():
    marks = found(r"\bmark_safe\b|\bSafeString\b|__html__", CODE)

    assert [mark for mark in marks if not mark.startswith("ui/")] == []
