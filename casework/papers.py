"""PDFs drawn by Typst, in a process with nothing to lose (casework/untrusted): names on them are anybody's words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from casework.uploads import CHILD

PATIENCE = 90  # seconds for one paper


class PaperTrouble(RuntimeError):
    """The paper could not be drawn. Says nothing of what should have stood on it."""


def draw(template: Path, values: dict[str, Any]) -> bytes:
    """The PDF. Each value reaches the template as JSON in `sys.inputs`, never as markup. Raises PaperTrouble."""
    asked = json.dumps({"template": template.read_text(), "values": values}).encode()
    try:
        ended = subprocess.run(  # noqa: S603, our own script and no shell
            [sys.executable, "-I", "-B", str(CHILD), "paper"],
            input=asked, capture_output=True, env={}, timeout=PATIENCE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise PaperTrouble(f"{template.name} took too long") from None
    if ended.returncode:
        raise PaperTrouble(f"{template.name} ended with {ended.returncode}")
    return ended.stdout
