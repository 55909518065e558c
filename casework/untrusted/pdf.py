"""A PDF stays as it is if it is only pages: no script, no action, no form of another system, no file inside."""

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

MOST_PAGES = 100
MOST_OBJECTS = 200_000
ACTIVE_KEYS = {"/JS", "/JavaScript", "/AA", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent"}
ACTIVE_ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/RichMediaExecute",
}  # fmt: skip


def read(file):
    try:
        reader = PdfReader(file, strict=False)
        if reader.is_encrypted:
            return "locked", b""
        if not 0 < len(reader.pages) <= MOST_PAGES:
            return "too_many_pages" if len(reader.pages) else "damaged", b""
        return ("active" if is_active(reader) else "ok"), b""
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "damaged", b""


def is_active(reader):
    """Whether anything that the document reaches from its root would do more than show itself."""
    waiting, seen = [reader.trailer], set()
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, IndirectObject):
            if thing.idnum in seen:
                continue
            seen.add(thing.idnum)
            thing = thing.get_object()
            if len(seen) > MOST_OBJECTS:
                return True
        if isinstance(thing, DictionaryObject):
            if ACTIVE_KEYS & thing.keys() or thing.get("/S") in ACTIVE_ACTIONS:
                return True
            waiting.extend(thing.values())
        elif isinstance(thing, ArrayObject):
            waiting.extend(thing)
    return False
