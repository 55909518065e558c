"""What the columns of a list must be before its rows are read."""

from __future__ import annotations

from collections.abc import Sequence

from casework.decisions import Decision
from workers.registry_file import LABELS, missing_columns


def check_family_columns(columns: Sequence[str]) -> Decision:
    """Whether a DTSEN snapshot with these columns can be read; "" is a column that is not read."""
    twice = [LABELS[column] for column in LABELS if columns.count(column) > 1]
    missing = [LABELS[column] for column in ("no_kk", "desil") if column not in columns]
    return Decision.unless(
        (bool(twice), "column_twice", f"Dipilih lebih dari sekali: {', '.join(twice)}.", "Sisakan satu kolom."),
        (
            bool(missing),
            "column_missing",
            f"Kolom ini belum ada: {', '.join(missing)}.",
            "Pilih kolomnya. Snapshot DTSEN memuat nomor KK dan desil setiap keluarga.",
        ),
    )


def check_columns(columns: Sequence[str], *, known_only: bool) -> Decision:
    """Whether a list with these columns can be read; "" is a column that is not read (AC-I4).

    `known_only` lets a list go without what a new person needs: it then changes registered people alone (AC-W52).
    """
    read = [column for column in columns if column]
    twice = [LABELS[column] for column in LABELS if read.count(column) > 1]
    missing = missing_columns(read)
    return Decision.unless(
        (bool(twice), "column_twice", f"Dipilih lebih dari sekali: {', '.join(twice)}.", "Sisakan satu kolom."),
        (
            "nik" not in read,
            "nik_column_missing",
            "Kolom NIK belum ada.",
            "Pilih kolom yang berisi NIK. Desil keluarga dari DTSEN diunggah dari halaman Rilis DTSEN.",
        ),
        (
            "nik" in read and bool(missing) and not known_only,
            "column_missing",
            f"Kolom ini belum ada: {', '.join(missing)}.",
            "Pilih kolomnya, atau tandai bahwa berkas ini hanya memperbarui pekerja yang sudah terdaftar.",
        ),
        (
            known_only and len(read) < 2,
            "nothing_to_change",
            "Hanya kolom NIK yang dibaca.",
            "Pilih juga kolom yang hendak diperbarui.",
        ),
    )
