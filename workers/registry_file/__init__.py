"""Uploaded registry bytes <-> dataclasses, row by row. No database.

A stream is read several times from its start and never held in memory as a whole.
"""

from workers.registry_file.checks import (
    Finding,
    Kind,
    Place,
    RawRow,
    RegistryRow,
    Survey,
    Vocabulary,
    check_row,
    name_cells,
    read_phone,
    survey,
)
from workers.registry_file.headers import COLUMNS, guess_columns, missing_columns
from workers.registry_file.reading import Layout, Unreadable, open_registry, raw_rows, read_rows
from workers.registry_file.report import REPORT_COLUMNS, report_rows

__all__ = [
    "COLUMNS",
    "REPORT_COLUMNS",
    "Finding",
    "Kind",
    "Layout",
    "Place",
    "RawRow",
    "RegistryRow",
    "Survey",
    "Unreadable",
    "Vocabulary",
    "check_row",
    "guess_columns",
    "missing_columns",
    "name_cells",
    "open_registry",
    "raw_rows",
    "read_phone",
    "read_rows",
    "report_rows",
    "survey",
]
