"""The rows of the first visible sheet of an .xlsx, as CSV lines on standard output while the sheet is being read.

The first line holds the names of the sheets with something to show; then one line for each row that has a value: its
number, then its cells as text from column A on. Only the shared strings are held in memory, as bytes.
"""

import csv
import io
import posixpath
import re
import sys
import zipfile
import zlib
from array import array
from datetime import date, timedelta
from encodings import cp437  # noqa: F401, names of a zip's entries; no file can be opened once reading has begun
from xml.parsers import expat

MOST_COLUMNS = 256
LONGEST = 32_767  # signs in a cell, as in Excel
CHUNK = 1 << 18
LONG_NUMBER = 1e15  # from here on a spreadsheet has no room for all digits: the cell is told as 7.37101E+15
DATE_FORMATS = {14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)}
NO_DATE_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
SHARED = "xl/sharedStrings.xml"
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
EPOCH = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)


class NotReadable(Exception):
    pass


def read(file):
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    try:
        with zipfile.ZipFile(file) as book:
            write_rows(book, csv.writer(out, lineterminator="\n"))
    except (
        NotReadable, zipfile.BadZipFile, zlib.error, expat.ExpatError, OSError, EOFError, KeyError, IndexError,
        ValueError, OverflowError, NotImplementedError, RuntimeError,
    ):  # fmt: skip
        return "", b""  # nothing may follow the rows
    finally:
        out.detach()
    return "ok", b""


def write_rows(book, writer):
    sheets, epoch = visible_sheets(book)
    writer.writerow([name for name, _ in sheets])
    names = set(book.namelist())
    strings = Strings(book.open(SHARED) if SHARED in names else io.BytesIO())
    dates = date_styles(book) if "xl/styles.xml" in names else set()
    sheet = Sheet(writer.writerow, strings, dates, epoch)
    parse(book, sheets[0][1], sheet.handlers())


def parse(book, name, handlers):
    """Streams an entry through expat; `handlers` are start(tag, attributes), end(tag) and text(data)."""
    parser = parser_of(handlers)
    with book.open(name) as content:
        while chunk := content.read(CHUNK):
            parser.Parse(chunk, False)
    parser.Parse(b"", True)


def parser_of(handlers):
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = handlers
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    return parser


def refuse(*_):
    raise NotReadable


def local(tag):
    return tag.rpartition(":")[2]


def visible_sheets(book):
    """[(name, entry)] of the sheets a reader would see, and the day from which the workbook counts dates."""
    targets, found, epoch = {}, [], [EPOCH]

    def relation(tag, attributes):
        if local(tag) == "Relationship":
            target = attributes["Target"]
            targets[attributes["Id"]] = posixpath.normpath(
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )

    def part(tag, attributes):
        if local(tag) == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            epoch[0] = EPOCH_1904
        elif local(tag) == "sheet" and attributes.get("state", "visible") == "visible":
            (identity,) = [value for key, value in attributes.items() if local(key) == "id" and key != "id"]
            found.append((attributes["name"], targets[identity]))

    parse(book, "xl/_rels/workbook.xml.rels", (relation, None, None))
    parse(book, "xl/workbook.xml", (part, None, None))
    sheets = [(name, target) for name, target in found if target.startswith("xl/worksheets/")]
    if not sheets:
        raise NotReadable
    return sheets, epoch[0]


def date_styles(book):
    """The numbers of the cell styles that show a number as a date."""
    codes, styles, inside = {}, [], [False]

    def start(tag, attributes):
        tag = local(tag)
        if tag == "numFmt":
            codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            inside[0] = True
        elif tag == "xf" and inside[0]:
            styles.append(int(attributes.get("numFmtId", 0)))

    def end(tag):
        if local(tag) == "cellXfs":
            inside[0] = False

    parse(book, "xl/styles.xml", (start, end, None))
    by_code = {number for number, code in codes.items() if re.search("[dy]", NO_DATE_CODE.sub("", code.lower()))}
    return {str(place) for place, number in enumerate(styles) if number in (DATE_FORMATS - codes.keys()) | by_code}


class Strings:
    """The shared strings, end to end in one piece of memory. Read as far as they are asked for: who wants the first
    rows alone does not wait for five million strings."""

    def __init__(self, content):
        self.content, self.pool, self.ends = content, bytearray(), array("Q", [0])
        self.parser = parser_of(self.handlers())

    def __getitem__(self, number):
        while number + 1 >= len(self.ends):
            chunk = self.content.read(CHUNK)
            if not chunk:
                raise IndexError
            self.parser.Parse(chunk, False)
        if number < 0:
            raise IndexError
        return self.pool[self.ends[number] : self.ends[number + 1]].decode()

    def handlers(self):
        pool, ends, state = self.pool, self.ends, {"take": False, "phonetic": False}

        def start(tag, attributes):
            tag = local(tag)
            if tag == "t":
                state["take"] = not state["phonetic"]
            elif tag == "rPh":
                state["phonetic"] = True

        def end(tag):
            tag = local(tag)
            if tag == "t":
                state["take"] = False
            elif tag == "rPh":
                state["phonetic"] = False
            elif tag == "si":
                ends.append(len(pool))

        def text(data):
            if state["take"]:
                pool.extend(data.encode())

        return start, end, text


class Sheet:
    """Turns the elements of a sheet into rows of text."""

    def __init__(self, write, strings, dates, epoch):
        self.write, self.strings, self.dates, self.epoch = write, strings, dates, epoch

    def handlers(self):
        columns, names, shown, write = ColumnNumbers(), LocalNames(), self.shown, self.write
        row, pieces = [], []
        number, place, kind, style, take, phonetic, last = 0, 0, None, None, False, False, 0

        def start(tag, attributes):
            nonlocal number, place, kind, style, take, phonetic
            tag = names[tag]
            if tag == "v" or tag == "t":
                take = not phonetic
            elif tag == "c":
                reference = attributes.get("r")
                place = columns[reference.rstrip("0123456789")] if reference else place + 1
                kind, style = attributes.get("t"), attributes.get("s")
                pieces.clear()
            elif tag == "row":
                number, place = int(attributes.get("r", number + 1)), 0
                row.clear()
            elif tag == "rPh":
                phonetic = True

        def end(tag):
            nonlocal take, phonetic, last
            tag = names[tag]
            if tag == "v" or tag == "t":
                take = False
            elif tag == "c":
                if pieces and place <= MOST_COLUMNS:
                    gap = place - len(row) - 1
                    if gap < 0:
                        raise NotReadable  # a cell twice
                    if gap:
                        row.extend([""] * gap)
                    row.append(shown("".join(pieces), kind, style)[:LONGEST])
            elif tag == "row":
                if any(row):
                    if number <= last:
                        raise NotReadable
                    last = number
                    write([number, *row])
            elif tag == "rPh":
                phonetic = False

        def text(data):
            if take:
                pieces.append(data)

        return start, end, text

    def shown(self, value, kind, style):
        """The text of a cell as a person would type it."""
        if kind == "s":
            return unescaped(self.strings[int(value)])
        if kind is None or kind == "n":
            return self.day(value) if style in self.dates else number_text(value)
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind == "d":
            return value[:10]
        return unescaped(value)

    def day(self, value):
        """1994-03-01 of a serial number; days before March 1900 are one off, as 29 February 1900 never was."""
        serial = int(float(value))
        if self.epoch == EPOCH and serial < 61:
            serial += 1
        try:
            return (self.epoch + timedelta(days=serial)).isoformat()
        except OverflowError:
            return value


class LocalNames(dict):
    """Tags without their prefix: some programs write <x:row>."""

    def __missing__(self, tag):
        return self.setdefault(tag, local(tag))


class ColumnNumbers(dict):
    """A is 1, AA is 27."""

    def __missing__(self, letters):
        number = 0
        for letter in letters:
            if not "A" <= letter <= "Z":
                raise NotReadable
            number = number * 26 + ord(letter) - 64
        return self.setdefault(letters, number)


def number_text(value):
    if value.isdigit() and len(value) < 16:
        return value
    number = float(value)
    if abs(number) >= LONG_NUMBER:
        return f"{number:.5E}"
    return str(int(number)) if number.is_integer() else value


def unescaped(text):
    """_x000D_ stands for signs that XML cannot hold; those of control are of no use in a cell."""
    return (
        ESCAPED.sub(lambda code: chr(int(code[1], 16)) if int(code[1], 16) >= 32 else " ", text)
        if "_x" in text
        else text
    )
