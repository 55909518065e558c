"""QR codes as inline SVG: the CSP allows no data: pictures."""

import segno
from django.utils.safestring import SafeString, mark_safe

MASK = 3  # every reader takes each of the eight; to weigh them all took longer than the rest of a page


def qr_code(text: str) -> SafeString:
    """An <svg class="qr"> of the text. It carries no style of its own; the page gives it size and white ground."""
    svg = segno.make(text, error="m", micro=False, mask=MASK).svg_inline(
        omitsize=True, svgclass="qr", lineclass=None, dark="#000", light="#fff"
    )
    return mark_safe(svg)  # noqa: S308  drawn by segno; the text is in it as shapes only
