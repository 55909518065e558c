"""Uploaded registry bytes to rows of cells, and findings about them to words. No database.

A stream is read from its start and never held in memory as a whole.
"""

from workers.registry_file.findings import ANSWERS, CODES, WORST_LAST, general_message, message_of
from workers.registry_file.headers import COLUMNS, FAMILY_COLUMNS, LABELS, guess_columns, missing_columns
from workers.registry_file.phones import read_phone
from workers.registry_file.reading import Layout, Unreadable, open_registry, picked_rows, raw_rows, read_rows
from workers.registry_file.report import REPORT_COLUMNS, report_rows
from workers.registry_file.words import Kind, Meaning, Place, Vocabulary

__all__ = [
    "ANSWERS",
    "CODES",
    "COLUMNS",
    "FAMILY_COLUMNS",
    "LABELS",
    "REPORT_COLUMNS",
    "WORST_LAST",
    "Kind",
    "Layout",
    "Meaning",
    "Place",
    "Unreadable",
    "Vocabulary",
    "general_message",
    "guess_columns",
    "message_of",
    "missing_columns",
    "open_registry",
    "picked_rows",
    "raw_rows",
    "read_phone",
    "read_rows",
    "report_rows",
]
