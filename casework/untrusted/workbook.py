"""An .xlsx may be read later if it unpacks to something bearable and holds neither macros nor XML declarations."""

import zipfile
import zlib
from xml.parsers import expat

MOST_ENTRIES = 1_000
MOST_BYTES = 1_000_000_000  # unpacked: a million rows of a registry come to half of it
HIGHEST_RATIO = 100  # unpacked to packed; spreadsheets reach 30
SMALL = 10_000_000  # bytes below which the ratio does not matter
CHUNK = 1_000_000
MACRO_MARKS = ("vbaproject.bin", "vbadata.xml", "/macrosheets/", "/activex/", "/dialogsheets/")


class Declaration(Exception):
    """A DOCTYPE: the door to entities that grow or reach out."""


def read(file):
    try:
        with zipfile.ZipFile(file) as book:
            return check(book), b""
    except Declaration:
        return "declaration", b""
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, OSError, EOFError, ValueError, NotImplementedError):
        return "damaged", b""
    except RuntimeError:  # zipfile's word for an encrypted entry
        return "locked", b""


def check(book):
    entries = book.infolist()
    names = {f"/{entry.filename.lower()}" for entry in entries}
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_BYTES or (unpacked > SMALL and unpacked > HIGHEST_RATIO * packed):
        return "bomb"
    if not {"/[content_types].xml", "/xl/workbook.xml"} <= names:
        return "not_a_workbook"
    if any(mark in name for mark in MACRO_MARKS for name in names):
        return "macros"
    if b"macroenabled" in book.read("[Content_Types].xml").lower():
        return "macros"
    for entry in entries:
        unpack(book, entry)
    return "ok"


def unpack(book, entry):
    """Reads an entry to its end, so that a wrong size or sum shows, and its XML as far as the root element."""
    is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    with book.open(entry) as content:
        if is_xml:
            look_for_declaration(content.read(CHUNK))
        while content.read(CHUNK):
            pass


def look_for_declaration(beginning):
    def declared(*_):
        raise Declaration

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declared
    parser.EntityDeclHandler = declared
    parser.Parse(beginning, False)
