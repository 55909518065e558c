"""A photo of a card is read in the child process, and gives only what its one QR code says."""

import io
import sys

import pytest
import segno
from PIL import Image

from casework import uploads
from casework.decisions import Refused
from tests.casework import bad_files as bad
from tests.casework.bad_files import upload


def card(*texts, turned=0, size=(1200, 800)) -> bytes:
    """A photo as a phone takes it: grey light, the codes somewhere on it, turned by some degrees."""
    paper = Image.new("RGB", size, "#c9c4bb")
    for place, text in enumerate(texts):
        code = io.BytesIO()
        segno.make(text, error="m", micro=False).save(code, kind="png", scale=6, border=4)
        paper.paste(Image.open(code).convert("RGB"), (120 + 500 * place, 180))
    photo = io.BytesIO()
    paper.rotate(turned, expand=True, fillcolor="#c9c4bb").save(photo, "JPEG", quality=70)
    return photo.getvalue()


@pytest.mark.parametrize("turned", [0, 17, 90])
def test_the_code_on_a_card_is_read_however_it_is_held(turned):
    assert uploads.qr_text(upload("kartu.jpg", card("26030000001", turned=turned))) == "26030000001"


def test_the_same_code_twice_is_one():
    assert uploads.qr_text(upload("kartu.jpg", card("26030000001", "26030000001"))) == "26030000001"


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("kartu.jpg", bad.photo, "no_qr"),
        ("kartu.jpg", lambda: card("26030000001", "26030000002"), "several_qr"),
        ("kartu.jpg", lambda: card("26030000001")[:2000], "damaged"),
        ("kartu.png", bad.huge_png, "too_many_pixels"),
        ("kartu.jpg", lambda: bad.EXE, "mismatch"),
        ("kartu.pdf", bad.pdf, "wrong_type"),
        ("kartu.jpg", lambda: b"", "empty"),
    ],
)
def test_another_photo_is_refused(name, make, code):
    with pytest.raises(Refused) as refused:
        uploads.qr_text(upload(name, make()))

    assert refused.value.codes == [code]


def test_a_long_code_is_cut():
    assert uploads.qr_text(upload("kartu.jpg", card("9" * 900))) == "9" * 500


def test_the_reader_stays_out_of_the_portals_own_process():
    uploads.qr_text(upload("kartu.jpg", card("26030000001")))

    assert "zxingcpp" not in sys.modules
