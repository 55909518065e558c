"""How the file to BPJS Ketenagakerjaan is written: its column names are not public (rules.md section 5)."""

from __future__ import annotations

from accounts.models import User
from accounts.roles import Role
from casework import proposals
from casework.decisions import Decision, Reason, Refused
from enrollment.batch_file import COLUMNS, FIELD_OF, WORD_OF
from enrollment.enums import ColumnFormat, ExportFormat
from enrollment.models import ExportTemplate

LONGEST_HEADER = 60
FIRST_COLUMNS = [{"field": field, "header": header, "format": ColumnFormat.AS_IS.value} for header, field in COLUMNS]


def template_in_force() -> ExportTemplate | None:
    """The newest version with both signatures; None for version 1, which is built in."""
    return ExportTemplate.objects.decided().order_by("version").last()


def columns_of(template: ExportTemplate | None) -> list[dict[str, str]]:
    return FIRST_COLUMNS if template is None else template.columns


def format_of(template: ExportTemplate | None) -> ExportFormat:
    return ExportFormat.CSV if template is None else ExportFormat(template.format)


def as_text(columns: list[dict[str, str]]) -> str:
    """The columns as read_columns takes them."""
    return "\n".join(" | ".join(filter(None, (col["header"], WORD_OF[col["field"]], col["format"]))) for col in columns)


def read_columns(text: str) -> list[dict[str, str]]:
    """Columns from lines like `nomor_nik | nik` or `lahir | tanggal_lahir | dmy`: words of batch_file.COLUMNS.

    Raises Refused with the first wrong.
    """
    columns: list[dict[str, str]] = []
    for number, line in enumerate(text.strip().splitlines(), start=1):
        header, word, how = ([part.strip() for part in line.split("|")] + ["", "", ""])[:3]
        _check_column(number, line.count("|"), header, word, how).require()
        columns.append({"field": FIELD_OF[word], "header": header, "format": how})
    headers = [column["header"].lower() for column in columns]
    if len(set(headers)) < len(headers):
        raise Refused(Reason("header_twice", "Ada judul kolom yang sama.", "Beri setiap kolom judul sendiri."))
    if "nik" not in [column["field"] for column in columns]:
        raise Refused(
            Reason("nik_missing", "Belum ada kolom berisi nik.", "Tambahkan: jawaban dikenali dengan NIK-nya.")
        )
    return columns


def may_propose_template(user: User, *, waits: bool, changes: bool) -> Decision:
    """Whether this user may propose a version. `waits`: another does already; `changes`: it is not what is in force."""
    return _admin_only(user) & Decision.unless(
        (not changes, "nothing_changes", "Isinya sama dengan versi yang berlaku.", "Ubah dulu kolom atau formatnya."),
        (waits, "change_waits", "Versi lain sudah menunggu persetujuan.", "Setujui atau tolak dulu yang itu."),
    )


def may_reject_template(template: ExportTemplate, user: User) -> Decision:
    """Whether this user may throw the proposal away: any admin, also who proposed it."""
    return _admin_only(user) & proposals.is_open(template, called="Versi")


def may_approve_template(template: ExportTemplate, user: User) -> Decision:
    """Whether this user may give the second signature."""
    return may_reject_template(template, user) & proposals.is_of_another(template, user)


def told_columns(columns: list[dict[str, str]]) -> list[dict[str, str]]:
    """The columns in the words of pages: the header, what it holds, and how that is written."""
    return [
        {"header": column["header"], "holds": WORD_OF[column["field"]], "how": ColumnFormat(column["format"]).label}
        for column in columns
    ]


def _check_column(number: int, bars: int, header: str, word: str, how: str) -> Decision:
    where = f"Baris {number}:"
    return Decision.unless(
        (
            not header or len(header) > LONGEST_HEADER or bars > 2,
            "column_form",
            f"{where} judulnya kosong, terlalu panjang, atau garisnya lebih dari dua.",
            "Tulis seperti: lahir | tanggal_lahir | dmy.",
        ),
        (word not in FIELD_OF, "field_unknown", f"{where} isian “{word[:30]}” tidak dikenal.", "Pilih dari daftarnya."),
        (
            how not in ColumnFormat.values,
            "format_unknown",
            f"{where} bentuk “{how[:30]}” tidak dikenal.",
            "Tulis dmy, ymd, atau upper, atau kosongkan.",
        ),
    )


def _admin_only(user: User) -> Decision:
    return Decision.unless(
        (user.role != Role.ADMIN, "not_an_admin", "Format berkas diatur oleh admin kota.", "Hubungi admin kota."),
    )
