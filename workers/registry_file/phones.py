"""Numbers of mobile phones as people write them. The database reads them by its twin, workers_read_phone."""

import re


def read_phone(text: str) -> str:
    """One stored form, 08…. Raises ValueError."""
    digits = re.sub(r"[\s.\-()]", "", text)
    digits = re.sub(r"^(\+?62|0)?8", "08", digits)
    if not re.fullmatch("08[0-9]{8,11}", digits):
        raise ValueError("Nomor HP harus diawali 08 dan berisi 10 sampai 13 angka. Contoh: 0812 3456 7890.")
    return digits
