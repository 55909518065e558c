"""Files that do harm or mislead, made here so that none has to be kept."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
EXE = b"MZ\x90\0\x03\0\0\0" + bytes(500)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
CONTENT_TYPES = (
    b'<?xml version="1.0" encoding="UTF-8"?><Types><Override PartName="/xl/workbook.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
SHEET = b'<?xml version="1.0"?><worksheet><sheetData/></worksheet>'
ENTITY = b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst><si><t>&x;</t></si></sst>'


def upload(name, content):
    return SimpleUploadedFile(name, content)


def workbook(more=None):
    """A small .xlsx; `more` adds or replaces entries by name."""
    entries = {"[Content_Types].xml": CONTENT_TYPES, "xl/workbook.xml": SHEET, "xl/worksheets/sheet1.xml": SHEET}
    entries |= more or {}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in entries.items():
            book.writestr(name, content)
    return file.getvalue()


def bomb():
    """A hundred megabytes of nothing in a hundred kilobytes."""
    return workbook({"xl/worksheets/sheet2.xml": bytes(100_000_000)})


def liar():
    """A workbook whose directory says that a sheet is small."""
    honest = workbook({"xl/worksheets/sheet2.xml": b" " * 54_321})
    return honest.replace(struct.pack("<I", 54_321), struct.pack("<I", 10))


def open_document():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", "<office/>")
    return file.getvalue()


def locked_zip():
    """The same workbook with the flag that says: encrypted."""
    content = bytearray(workbook())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 1)
    return bytes(content)


def photo(form="JPEG", size=(640, 480), **options):
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, form, **options)
    return file.getvalue()


def photo_with_a_place():
    """A JPEG lying on its side, with camera and coordinates."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Kamera Rahasia"
    exif.get_ifd(0x8825)[1] = "S"
    return photo(exif=exif, comment=b"catatan rahasia")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png(side=30_000):
    """A few bytes that promise nine hundred million pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def pdf(pages=1, change=lambda writer: None):
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    change(writer)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def scripted_pdf():
    script = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x()")})
    return pdf(change=lambda writer: writer.root_object.update({NameObject("/OpenAction"): script}))


def pdf_with_attachment():
    return pdf(change=lambda writer: writer.add_attachment("x.exe", EXE))


def locked_pdf():
    return pdf(change=lambda writer: writer.encrypt("rahasia", algorithm="RC4-40"))


def pdf_with_action(kind):
    """An action hidden in an annotation of the page."""

    def add(writer):
        action = DictionaryObject({NameObject("/S"): NameObject(kind), NameObject("/F"): TextStringObject("calc.exe")})
        note = DictionaryObject({NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): action})
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])

    return pdf(change=add)


def pdf_that_is_a_zip():
    return pdf() + workbook()
