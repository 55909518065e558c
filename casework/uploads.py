"""What may be uploaded: by content, not by name; opened first in a process of its own (casework/untrusted).

`registry_table`, `picture`, `document` and `evidence` judge one file each and hand back what to keep, `qr_text` what a
photo's code says; or they refuse it with a sentence that says what to do. Keep a file with `kept`; hand it out with
casework.views.attachment.
"""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
import socket
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from casework.decisions import Reason, Refused

MEGABYTE = 1_000_000
LARGEST_TABLE = 300 * MEGABYTE  # a million rows
LARGEST_PICTURE = 5 * MEGABYTE
LARGEST_DOCUMENT = 10 * MEGABYTE
MOST_FILES = 10  # of one claim, and of one person (AC-B28)
LONGEST_NAME = 100
PATIENCE = 30  # seconds for one file
HEAD = 8192  # bytes by which a type is told
CHILD = Path(__file__).parent / "untrusted"
REFUSED = 10

MARKS = {  # how the contents begin
    "pdf": (b"%PDF-",),
    "picture": (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"),
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
    "other": (b"MZ", b"\x7fELF", b"\xd0\xcf\x11\xe0", b"#!", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf"),
}
ENDINGS = {
    ".csv": "text",
    ".xlsx": "zip",
    ".pdf": "pdf",
    ".jpg": "picture",
    ".jpeg": "picture",
    ".png": "picture",
    ".webp": "picture",
}
TABLES = "Gunakan .xlsx atau .csv."
PAPERS = "Gunakan JPG, PNG, atau PDF."

SENTENCES = {
    "damaged": ("Berkas ini rusak dan tidak dapat dibuka.", "Simpan ulang dari aplikasinya, lalu unggah lagi."),
    "too_costly": ("Berkas ini terlalu rumit untuk diperiksa.", "Bagi menjadi beberapa berkas, lalu unggah satu-satu."),
    "too_many_pixels": ("Foto ini lebih dari 60 juta titik.", "Ambil foto dengan mutu biasa, lalu unggah lagi."),
    "locked": ("Berkas ini terkunci kata sandi.", "Simpan tanpa kata sandi, lalu unggah lagi."),
    "active": ("PDF ini berisi skrip, formulir, atau berkas lain.", "Cetak ulang ke PDF, lalu unggah hasilnya."),
    "too_many_pages": ("PDF ini lebih dari 100 halaman.", "Unggah halaman yang diperlukan saja."),
    "macros": ("Berkas ini berisi makro.", "Simpan sebagai .xlsx tanpa makro, lalu unggah lagi."),
    "bomb": ("Berkas ini mengembang terlalu besar saat dibuka.", "Bagi daftarnya menjadi beberapa berkas."),
    "declaration": ("Berkas ini berisi perintah XML.", "Salin isinya ke lembar kerja baru, lalu unggah yang baru."),
    "not_a_workbook": ("Jenis berkas ini tidak diterima.", TABLES),
    "two_in_one": ("Setelah akhir PDF ini masih ada isi lain.", "Cetak ulang ke PDF, lalu unggah hasilnya."),
    "no_qr": ("Kode QR tidak terbaca di foto ini.", "Foto lagi dari dekat dengan cahaya cukup, atau ketik nomornya."),
    "several_qr": ("Ada lebih dari satu kode QR di foto ini.", "Foto kartunya saja, atau ketik nomornya."),
    "empty": ("Berkas ini kosong.", "Pilih berkas yang berisi."),
    "infected": ("Pemeriksa virus menolak berkas ini.", "Periksa komputer Anda, lalu unggah berkas yang bersih."),
    "scanner_silent": ("Pemeriksa virus sedang tidak menjawab.", "Coba lagi beberapa menit lagi."),
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that may be kept. `name` is for people only; what it is called on disk is not its business."""

    content: File
    name: str
    content_type: str


def registry_table(upload: File, *, largest: int = LARGEST_TABLE) -> Accepted:
    """A list as .csv or .xlsx (AC-I1, AC-I2), of `largest` bytes at most. Raises Refused."""
    kind = judged_kind(upload, {"text", "zip"}, largest=largest, instead=TABLES)
    if kind == "zip":
        in_child("workbook", upload)
    scan(upload)
    ending, content_type = {
        "text": (".csv", "text/csv"),
        "zip": (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    }[kind]
    return Accepted(upload, shown_name(upload.name, ending), content_type)


def picture(upload: File) -> Accepted:
    """A photo, made anew as JPEG: without place, camera and whatever else the file carried. Raises Refused."""
    judged_kind(upload, {"picture"}, largest=LARGEST_PICTURE, instead="Gunakan JPG atau PNG.")
    scan(upload)
    return Accepted(ContentFile(in_child("picture", upload)), shown_name(upload.name, ".jpg"), "image/jpeg")


def qr_text(upload: File) -> str:
    """What the one QR code in a photo says. The photo is kept nowhere. Raises Refused."""
    judged_kind(upload, {"picture"}, largest=LARGEST_PICTURE, instead="Gunakan JPG atau PNG.")
    scan(upload)
    return in_child("qr", upload).decode()


def document(upload: File) -> Accepted:
    """A PDF that is only pages. Raises Refused."""
    judged_kind(upload, {"pdf"}, largest=LARGEST_DOCUMENT, instead="Gunakan PDF.")
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    if b"PK\x05\x06" in content[-70_000:] or content.rstrip(b"\0\r\n\t ")[-5:] != b"%%EOF":
        raise refusal("two_in_one")
    in_child("pdf", upload)
    scan(upload)
    return Accepted(upload, shown_name(upload.name, ".pdf"), "application/pdf")


def evidence(upload: File, *, already: int) -> Accepted:
    """A supporting paper of a claim or person: photo or PDF, `already` of them being there. Raises Refused."""
    check_room(already)
    kind = judged_kind(upload, {"pdf", "picture"}, largest=LARGEST_DOCUMENT, instead=PAPERS)
    return document(upload) if kind == "pdf" else picture(upload)


def check_room(already: int) -> None:
    """Raises Refused where no further file has room (AC-B28)."""
    if already >= MOST_FILES:
        raise Refused(Reason("too_many_files", f"Sudah ada {MOST_FILES} berkas.", "Tarik satu berkas dulu."))


@contextmanager
def kept(accepted: Accepted) -> Iterator[dict[str, Any]]:
    """Stores the file and gives what a casework.models.KeptFile says of it. It is deleted again when the row fails:

    with kept(accepted) as file, transaction.atomic():
        WorkerDocument.objects.create(worker=worker, **file)
    """
    content = accepted.content
    content.seek(0)
    sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    content.seek(0)
    path = default_storage.save("x", content)
    try:
        yield {
            "path": path,
            "name": accepted.name,
            "content_type": accepted.content_type,
            "size": content.size,
            "sha256": sha256,
        }
    except BaseException:
        default_storage.delete(path)
        raise


def judged_kind(upload: File, kinds: set[str], *, largest: int, instead: str) -> str:
    """What the contents are. Raises Refused where that is none of `kinds`, or not what the name says, or too big."""
    if not upload.size:
        raise refusal("empty")
    ending = Path(upload.name or "").suffix.lower()
    named = ENDINGS.get(ending)
    if named not in kinds:
        raise Refused(Reason("wrong_type", "Jenis berkas ini tidak diterima.", instead))
    if upload.size > largest:
        raise Refused(
            Reason("too_big", f"Ukuran berkas {in_megabytes(upload.size)}. Paling besar {in_megabytes(largest)}.")
        )
    upload.seek(0)
    kind = told_by(upload.read(HEAD))
    upload.seek(0)
    if kind != named:
        if named == "zip" and kind == "text":
            raise refusal("damaged")
        raise Refused(Reason("mismatch", f"Isi berkas ini bukan {ending[1:].upper()} seperti namanya.", instead))
    return kind


def told_by(head: bytes) -> str:
    """The kind of contents that begin so."""
    for kind, marks in MARKS.items():
        if head.startswith(marks):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "picture"
    if b"\0" in head or head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        return "other"
    return "text"


def in_child(reader: str, upload: File) -> bytes:
    """What a reader of casework/untrusted keeps of the file. Raises Refused with its code, or when it broke."""
    with tempfile.TemporaryFile() as copy:
        upload.seek(0)
        shutil.copyfileobj(upload, copy)
        copy.seek(0)
        try:
            ended = subprocess.run(  # noqa: S603, our own script and no shell
                [sys.executable, "-I", "-B", str(CHILD), reader],
                stdin=copy, capture_output=True, env={}, timeout=PATIENCE, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise refusal("too_costly") from None
    upload.seek(0)
    if ended.returncode == REFUSED:
        raise refusal(ended.stdout.decode())
    if ended.returncode:
        raise refusal("too_costly")
    return ended.stdout


def sheet_rows(upload: IO[bytes]) -> Iterator[list[str]]:
    """The names of an .xlsx's sheets, then for each row of the first its number and cells as text, while a child reads.

    Raises Refused where the sheet breaks off. Close the generator to end the child before the last row.
    """
    with tempfile.TemporaryFile() as copy:
        upload.seek(0)
        shutil.copyfileobj(upload, copy)
        copy.seek(0)
        child = subprocess.Popen(  # noqa: S603, our own script and no shell
            [sys.executable, "-I", "-B", str(CHILD), "sheet"],
            stdin=copy, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={},
        )  # fmt: skip
    try:
        with io.TextIOWrapper(child.stdout, encoding="utf-8", newline="") as told:
            yield from csv.reader(told)
        child.wait()
    except (csv.Error, UnicodeDecodeError):
        raise refusal("damaged") from None
    finally:
        child.kill()
        child.wait()
    if child.returncode:
        raise refusal("damaged" if child.returncode == REFUSED else "too_costly")


def scan(upload: File) -> None:
    """Asks ClamAV where CLAMAV_SOCKET names its socket. Raises Refused for a virus, and when nobody answers."""
    if not settings.CLAMAV_SOCKET:
        return
    upload.seek(0)
    try:
        with socket.socket(socket.AF_UNIX) as clamd:
            clamd.settimeout(PATIENCE)
            clamd.connect(settings.CLAMAV_SOCKET)
            answer = stream_to(clamd, upload)
    except OSError:
        raise refusal("scanner_silent") from None
    upload.seek(0)
    if answer.endswith(b"FOUND\0"):
        raise refusal("infected")
    if not answer.endswith(b" OK\0"):
        raise refusal("scanner_silent")


def stream_to(clamd: socket.socket, file: IO[bytes]) -> bytes:
    clamd.sendall(b"zINSTREAM\0")
    while chunk := file.read(65536):
        clamd.sendall(len(chunk).to_bytes(4, "big") + chunk)
    clamd.sendall(bytes(4))
    return clamd.recv(4096)


def shown_name(raw: str | None, ending: str) -> str:
    """The name as people gave it, without folders and signs that mislead, with the ending that fits the contents."""
    name = unicodedata.normalize("NFC", (raw or "").replace("\\", "/").rpartition("/")[2])
    name = "".join(sign for sign in name if unicodedata.category(sign)[0] not in "CZ" or sign == " ")
    return (Path(name).stem.strip(" .")[: LONGEST_NAME - len(ending)] or "berkas") + ending


def in_megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.1f}".removesuffix(".0").replace(".", ",") + " MB"


def refusal(code: str) -> Refused:
    return Refused(Reason(code, *SENTENCES[code]))
