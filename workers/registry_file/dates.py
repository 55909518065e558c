"""Dates as people write them. The database reads them by its twin, workers_read_date."""

import re
from datetime import date

YEAR_LAST = re.compile(r"([0-9]+)[-/. ]([0-9]+)[-/. ]([0-9]+)")
YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[ T]00:00(?::00)?)?")


def read_date(text: str) -> date:
    """Day, month, year, or a year of four digits first. Raises ValueError with what is wrong, in Indonesian."""
    example = "Tulis seperti 17-08-1990."
    if year_first := YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, year_first.groups())
    elif year_last := YEAR_LAST.fullmatch(text):
        if len(year_last[3]) != 4:
            raise ValueError(f"Tahun “{year_last[3]}” bukan empat angka. {example}")
        day, month, year = map(int, year_last.groups())
    elif re.fullmatch(r"[-+]?[0-9]+([.,][0-9]+)?", text):
        raise ValueError(f"“{text}” hanya angka, bukan tanggal. {example}")
    else:
        raise ValueError(f"“{text[:40]}” bukan tanggal. {example}")
    if not 1 <= day <= 31:
        raise ValueError(f"Tanggal {day} tidak ada dalam satu bulan pun. {example}")
    if not 1 <= month <= 12:
        raise ValueError(f"Bulan {month} tidak ada. Tulis tanggal dulu, lalu bulan, lalu tahun.")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{day:02d}-{month:02d}-{year} tidak ada di kalender. Cocokkan dengan KTP.") from None
