"""A corpus of files that do harm or mislead, each refused with what to do (AC-B28, AC-I1, AC-I2)."""

import ast
import io
import socket
import threading
from functools import partial

import pytest
from PIL import Image

from casework import uploads
from casework.decisions import Refused
from tests.casework import bad_files as bad
from tests.casework.bad_files import upload

evidence = partial(uploads.evidence, already=0)


def refused(judge, name, content):
    with pytest.raises(Refused) as refusal:
        judge(upload(name, content))
    (reason,) = refusal.value.reasons
    return reason


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("daftar.xls", lambda: bad.OLE, "wrong_type"),  # AC-I1
        ("daftar.ods", bad.open_document, "wrong_type"),
        ("daftar.pdf", bad.pdf, "wrong_type"),
        ("daftar.xlsm", bad.workbook, "wrong_type"),
        ("daftar", lambda: b"nik;nama\n", "wrong_type"),
        ("daftar.xlsx", lambda: b"nik;nama\n", "damaged"),  # AC-I2
        ("daftar.xlsx", lambda: bad.OLE, "mismatch"),
        ("daftar.xlsx", bad.open_document, "not_a_workbook"),
        ("daftar.xlsx", lambda: bad.workbook()[:-200], "damaged"),
        ("daftar.xlsx", lambda: b"PK\x03\x04" + bytes(400), "damaged"),
        ("daftar.xlsx", bad.liar, "damaged"),
        ("daftar.xlsx", bad.locked_zip, "locked"),
        ("daftar.xlsx", bad.bomb, "bomb"),
        ("daftar.xlsx", lambda: bad.workbook({f"x{n}": b"" for n in range(1000)}), "bomb"),
        ("daftar.xlsx", lambda: bad.workbook({"xl/vbaProject.bin": b"x"}), "macros"),
        ("daftar.xlsx", lambda: bad.workbook({"xl/macrosheets/sheet1.xml": bad.SHEET}), "macros"),
        (
            "daftar.xlsx",
            lambda: bad.workbook({"[Content_Types].xml": bad.CONTENT_TYPES.replace(b"main+xml", b"macroEnabled")}),
            "macros",
        ),
        ("daftar.xlsx", lambda: bad.workbook({"xl/sharedStrings.xml": bad.ENTITY}), "declaration"),
        (
            "daftar.xlsx",
            lambda: bad.workbook({"xl/sharedStrings.xml": bad.ENTITY.decode().encode("utf-16")}),
            "declaration",
        ),
        ("daftar.xlsx", lambda: bad.workbook({"xl/worksheets/sheet1.xml": b"\0\1\2"}), "damaged"),
        ("daftar.csv", bad.workbook, "mismatch"),
        ("daftar.csv", lambda: b"\xef\xbb\xbf <script>alert(1)</script>", "mismatch"),
        ("daftar.csv", lambda: "nik;nama\n".encode("utf-16"), "mismatch"),
        ("daftar.csv", lambda: b"", "empty"),
    ],
)
def test_a_bad_list_is_refused(name, make, code):
    assert refused(uploads.registry_table, name, make()).code == code


def test_another_kind_of_list_is_told_what_to_use():  # AC-I1
    assert str(refused(uploads.registry_table, "daftar.ods", bad.open_document())) == (
        "Jenis berkas ini tidak diterima. Gunakan .xlsx atau .csv."
    )


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("bukti.exe", lambda: bad.EXE, "wrong_type"),  # AC-B28
        ("bukti.svg", lambda: bad.SVG, "wrong_type"),
        ("bukti.html", lambda: b"<html>", "wrong_type"),
        ("bukti.pdf.exe", bad.pdf, "wrong_type"),
        ("bukti.pdf", lambda: bad.EXE, "mismatch"),
        ("bukti.jpg", lambda: bad.EXE, "mismatch"),
        ("bukti.jpg", lambda: bad.SVG, "mismatch"),
        ("bukti.png", bad.pdf, "mismatch"),
        ("bukti.pdf", lambda: b"\n" * 20 + bad.pdf(), "mismatch"),
        ("bukti.jpg", lambda: bad.photo()[:200], "damaged"),
        ("bukti.jpg", lambda: b"\xff\xd8\xff" + bytes(300), "damaged"),
        ("bukti.png", bad.huge_png, "too_many_pixels"),
        ("bukti.png", lambda: bad.huge_png(8000), "too_many_pixels"),
        ("bukti.pdf", bad.scripted_pdf, "active"),
        ("bukti.pdf", bad.pdf_with_attachment, "active"),
        ("bukti.pdf", lambda: bad.pdf_with_action("/Launch"), "active"),
        ("bukti.pdf", lambda: bad.pdf_with_action("/SubmitForm"), "active"),
        ("bukti.pdf", bad.locked_pdf, "locked"),
        ("bukti.pdf", bad.pdf_that_is_a_zip, "two_in_one"),
        ("bukti.pdf", lambda: bad.pdf() + b"<script>alert(1)</script>", "two_in_one"),
        ("bukti.pdf", lambda: bad.pdf(101), "too_many_pages"),
        ("bukti.pdf", lambda: bad.pdf(0), "damaged"),
        ("bukti.pdf", lambda: b"%PDF-1.7\nbukan PDF\n%%EOF", "damaged"),
    ],
)
def test_a_bad_paper_is_refused(name, make, code):
    assert refused(evidence, name, make()).code == code


def test_what_is_too_large_is_told_by_how_much():  # AC-B28
    photo = bad.photo() + bytes(9_200_000 - len(bad.photo()))

    assert str(refused(evidence, "bukti.jpg", photo)) == "Ukuran berkas 9,2 MB. Paling besar 5 MB."


def test_the_eleventh_file_is_refused():  # AC-B28
    with pytest.raises(Refused) as refusal:
        uploads.evidence(upload("bukti.pdf", bad.pdf()), already=10)

    assert refusal.value.messages == ["Sudah ada 10 berkas. Tarik satu berkas dulu."]
    assert uploads.evidence(upload("bukti.pdf", bad.pdf()), already=9).content_type == "application/pdf"


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("daftar.csv", b"nik;nama\n7371;Dg. Ngai\n", "text/csv"),
        ("DAFTAR.CSV", "nik;nama\n7371;Sitti Nurhalîzah\n".encode("cp1252"), "text/csv"),
        ("daftar.xlsx", bad.workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_a_good_list_is_accepted_as_it_is(name, content, content_type):
    accepted = uploads.registry_table(upload(name, content))

    assert (accepted.content.read(), accepted.content_type) == (content, content_type)


def test_a_good_pdf_is_accepted_as_it_is():
    accepted = evidence(upload("Formulir 3 KK 1.PDF", bad.pdf(3)))

    assert (accepted.content.read(), accepted.name) == (bad.pdf(3), "Formulir 3 KK 1.pdf")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_made_anew(form):
    accepted = evidence(upload(f"foto.{form.lower()}", bad.photo(form) + b"<script>alert(1)</script>"))

    content = accepted.content.read()
    assert (accepted.name, accepted.content_type) == ("foto.jpg", "image/jpeg")
    assert Image.open(io.BytesIO(content)).format == "JPEG"
    assert b"script" not in content


def test_a_photo_loses_place_and_camera_and_stands_upright():
    content = uploads.picture(upload("foto.jpg", bad.photo_with_a_place())).content.read()

    photo = Image.open(io.BytesIO(content))
    assert (photo.size, dict(photo.getexif()), photo.info.get("comment")) == ((480, 640), {}, None)
    assert b"rahasia" not in content.lower()


def test_a_large_photo_is_kept_smaller():
    photo = uploads.picture(upload("foto.jpg", bad.photo(size=(6000, 4000)))).content

    assert Image.open(photo).size == (3000, 2000)


def test_a_clear_background_becomes_paper():
    file = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(file, "PNG")

    photo = Image.open(uploads.picture(upload("ttd.png", file.getvalue())).content)

    assert photo.getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        (r"C:\Users\dinsos\bukti.pdf", "bukti.pdf"),
        ("bukti\u202efdp.exe", "buktifdp.pdf"),
        ("a\r\nX-Header: 1.pdf", "aX-Header: 1.pdf"),
        ("...", "berkas.pdf"),
        (None, "berkas.pdf"),
        ("a" * 300 + ".pdf", "a" * 96 + ".pdf"),
    ],
)
def test_a_name_is_only_for_people(raw, shown):
    assert uploads.shown_name(raw, ".pdf") == shown


def test_a_file_that_breaks_its_reader_is_refused(monkeypatch, tmp_path):
    (tmp_path / "__main__.py").write_text("x = bytearray(10**9); import os; os.abort()")
    monkeypatch.setattr(uploads, "CHILD", tmp_path)

    assert refused(evidence, "bukti.pdf", bad.pdf()).code == "too_costly"


def test_a_file_that_never_ends_is_refused(monkeypatch, tmp_path):
    (tmp_path / "__main__.py").write_text("import time; time.sleep(60)")
    monkeypatch.setattr(uploads, "CHILD", tmp_path)
    monkeypatch.setattr(uploads, "PATIENCE", 0.5)

    assert refused(evidence, "bukti.pdf", bad.pdf()).code == "too_costly"


def test_the_reader_sees_nothing_of_the_portal_and_has_limits(monkeypatch, tmp_path):
    main = (uploads.CHILD / "__main__.py").read_text()
    (tmp_path / "__main__.py").write_text(main)
    (tmp_path / "pdf.py").write_text(
        "import os, resource\n"
        "def read(file):\n"
        "    limits = [resource.getrlimit(n)[0] for n in map(resource.__dict__.get, NAMES)]\n"
        "    return 'ok', repr((sorted(os.environ), limits)).encode()\n"
        "NAMES = ('RLIMIT_AS', 'RLIMIT_CPU', 'RLIMIT_FSIZE')\n"
    )
    monkeypatch.setattr(uploads, "CHILD", tmp_path)
    monkeypatch.setenv("SECRET_KEY", "rahasia")

    environment, limits = ast.literal_eval(uploads.in_child("pdf", upload("bukti.pdf", bad.pdf())).decode())

    assert set(environment) <= {"LC_CTYPE"}
    assert limits == [1_500_000_000, 20, 0]


class Scanner(threading.Thread):
    """Answers like clamd: one stream, one verdict."""

    def __init__(self, path, verdict):
        super().__init__(daemon=True)
        self.verdict, self.received = verdict, b""
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(path)
        self.door.listen(1)
        self.start()

    def run(self):
        visitor, _ = self.door.accept()
        with visitor, visitor.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while length := int.from_bytes(stream.read(4), "big"):
                self.received += stream.read(length)
            visitor.sendall(self.verdict(self.received))
        self.door.close()


@pytest.fixture
def scanner(settings, tmp_path):
    settings.CLAMAV_SOCKET = str(tmp_path / "clamd")
    return partial(Scanner, settings.CLAMAV_SOCKET)


def clamd(content):
    return b"stream: Eicar-Test-Signature FOUND\0" if bad.EICAR in content else b"stream: OK\0"


def test_a_virus_is_refused(scanner):
    scanner(clamd)

    assert str(refused(uploads.registry_table, "daftar.csv", bad.EICAR)) == (
        "Pemeriksa virus menolak berkas ini. Periksa komputer Anda, lalu unggah berkas yang bersih."
    )


def test_a_scanned_file_is_accepted_whole(scanner):
    content = b"nik;nama\n" * 20_000
    clean = scanner(clamd)

    assert uploads.registry_table(upload("daftar.csv", content)).content.read() == content
    clean.join(5)
    assert clean.received == content


@pytest.mark.parametrize("verdict", [lambda _: b"INSTREAM size limit exceeded. ERROR\0", lambda _: b""])
def test_a_scanner_that_does_not_judge_lets_nothing_through(scanner, verdict):
    scanner(verdict)

    assert refused(evidence, "bukti.pdf", bad.pdf()).code == "scanner_silent"


def test_a_scanner_that_is_gone_lets_nothing_through(scanner):
    assert refused(evidence, "bukti.pdf", bad.pdf()).code == "scanner_silent"
