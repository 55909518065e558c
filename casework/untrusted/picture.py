"""A photo becomes a new JPEG: its pixels, upright, and nothing else of the file."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ["JPEG", "PNG", "WEBP"]
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 3000  # pixels kept: handwriting on a form stays readable


def read(file):
    code, paper = on_paper(file)
    if paper is None:
        return code, b""
    kept = io.BytesIO()
    paper.save(kept, "JPEG", quality=85)
    return "ok", kept.getvalue()


def on_paper(file):
    """The pixels, upright and on white, with the code "ok"; or why not, and None."""
    try:
        picture = Image.open(file, formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            return "too_many_pixels", None
        picture = ImageOps.exif_transpose(picture).convert("RGBA")
    except Image.DecompressionBombError:
        return "too_many_pixels", None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return "damaged", None
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return "ok", paper
