"""Of a photo only what its one QR code says."""

import zxingcpp
from picture import on_paper

LONGEST_TEXT = 500  # characters; a card says far less


def read(file):
    code, paper = on_paper(file)
    if paper is None:
        return code, b""
    said = {found.text for found in zxingcpp.read_barcodes(paper.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)}
    if len(said) != 1:
        return ("several_qr" if said else "no_qr"), b""
    return "ok", said.pop()[:LONGEST_TEXT].encode()
