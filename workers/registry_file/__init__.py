"""Uploaded registry bytes <-> dataclasses, row by row. No database.

A stream is read several times from its start and never held in memory as a whole.
"""

from workers.registry_file.checks import Finding, Kind, Place, RegistryRow, Vocabulary, check_row, read_phone
from workers.registry_file.reading import COLUMNS, Layout, RawRow, Survey, Unreadable, open_registry, read_rows, survey
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
    "open_registry",
    "read_phone",
    "read_rows",
    "report_rows",
    "survey",
]
