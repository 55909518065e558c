"""Real Chromium over the portal, and what a page must never do in it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 768}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CSP_SPY = """window.cspViolations = [];
document.addEventListener('securitypolicyviolation',
  (e) => window.cspViolations.push(e.effectiveDirective + ' ' + e.blockedURI));"""
SMALL_CONTROLS = """() => [...document.querySelectorAll(
    'a[href], button, select, summary, textarea, input:not([type=hidden], [type=radio], [type=checkbox])')]
  .map((e) => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.width && box.height && (box.width < 24 || box.height < 24))
  .filter(([e]) => !e.closest("svg, .skip, p, dd"))
  .map(([e, box]) => (e.innerText || e.name || e.tagName).trim().slice(0, 30)
    + ' ' + Math.round(box.width) + 'x' + Math.round(box.height))"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's own Chromium; Playwright's download is not used."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def new_context(
    browser: Browser, *, viewport: dict = DESK, scheme: str = "light", scripts: bool = True
) -> BrowserContext:
    """Someone's own browser: no cookies yet, nothing moves, CSP violations are noted."""
    context = browser.new_context(
        viewport=viewport,
        color_scheme=scheme,
        locale="id-ID",
        timezone_id="Asia/Makassar",
        reduced_motion="reduce",
        device_scale_factor=2 if viewport["width"] < 700 else 1,
        java_script_enabled=scripts,
    )
    context.set_default_timeout(15_000)
    context.add_init_script(CSP_SPY)
    return context


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it stands: accessibility, CSP, sideways scrolling, controls too small to tap."""
    found = [
        f"axe {violation['id']}: " + ", ".join(str(node["target"][0]) for node in violation["nodes"][:3])
        for violation in Axe().run(page).response["violations"]
    ]
    found += [f"csp {violation}" for violation in page.evaluate("window.cspViolations")]
    found += [f"small {control}" for control in page.evaluate(SMALL_CONTROLS)]
    sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found + ([f"scrolls sideways by {sideways} px"] if sideways > 0 else [])


def assert_page_ok(page: Page) -> None:
    found = faults(page)
    assert found == [], "\n".join(found)


def screenshot(page: Page, path: Path) -> None:
    """The whole page, also what is below the fold, with bars that stay at the edge only once."""
    viewport = page.viewport_size
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": viewport["width"], "height": max(tall, viewport["height"])})
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)
    page.set_viewport_size(viewport)
