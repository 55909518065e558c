"""Names of the nation's region codes, retired ones included, for reading a NIK. No database.

A NIK keeps the code of the day it was issued, so a retired or unknown code is never an error.
"""

import csv
import gzip
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "national_region_codes.csv.gz"


@cache
def names() -> dict[str, str]:
    """Code in digits (2, 4 or 6) to name."""
    with gzip.open(FILE, "rt", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def place_of(code: str) -> str:
    """Like "Mariso, Kota Makassar" for the six digits 737101; "" when the code is not known."""
    known = names()
    parts = [known[code[:length]] for length in (6, 4) if code[:length] in known]
    return ", ".join(parts)
