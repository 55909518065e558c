"""Checks and photographs pages of a running portal at 390 and 1366 px, light and dark.

    python -m tests.browser.look http://127.0.0.1:8000 /accounts/login/ /workers/ --as EMAIL --password PASSWORD

Exits with 1 on a fault. Then open the pictures: a green run does not mean that a page looks right.
"""

import argparse
import re
import sys
from pathlib import Path

from playwright.sync_api import BrowserContext

from tests.browser.chromium import DESK, PHONE, chromium, faults, new_context, screenshot


def log_in(context: BrowserContext, base: str, email: str, password: str) -> None:
    page = context.new_page()
    page.goto(f"{base}/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url(lambda url: "/login/" not in url)
    page.close()


def look(context: BrowserContext, url: str, picture: Path) -> list[str]:
    page = context.new_page()
    page.goto(url, wait_until="load")
    found = faults(page)
    screenshot(page, picture)
    page.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base")
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--out", type=Path, default=Path("var/look"))
    parser.add_argument("--as", dest="email")
    parser.add_argument("--password", default="")
    options = parser.parse_args()
    wrong = 0
    with chromium() as browser:
        for scheme in ("light", "dark"):
            for viewport in (PHONE, DESK):
                context = new_context(browser, viewport=viewport, scheme=scheme)
                if options.email:
                    log_in(context, options.base, options.email, options.password)
                for path in options.paths:
                    name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "home"
                    picture = options.out / f"{name}-{viewport['width']}-{scheme}.png"
                    found = look(context, options.base + path, picture)
                    wrong += len(found)
                    sys.stdout.write(f"{picture}: {'; '.join(found) or 'ok'}\n")
                context.close()
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
