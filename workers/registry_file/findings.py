"""What a check may find about a row: what it means for the row, and the sentence that says how to mend it.

SQL finds (row, column, code, value, details); everything else about a code stands here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workers import nik
from workers.enums import AGE_LIMIT, MAXIMUM_DESIL, ExitReason, Verdict
from workers.registry_file.dates import read_date

WORST_LAST = [
    Verdict.ACCEPTED,
    Verdict.REPAIRED,
    Verdict.REVIEW,
    Verdict.DUPLICATE,
    Verdict.INELIGIBLE,
    Verdict.REFUSED,
]


@dataclass(frozen=True, slots=True)
class Code:
    """`verdict` is what one such finding makes of its row, unless another finding makes it worse."""

    verdict: Verdict
    sentence: Callable[[str, list[str]], str]


def message_of(code: str, value: str = "", details: list[str] | None = None) -> str:
    """The Indonesian sentence of one finding."""
    return CODES[code].sentence(value, details or [])


def general_message(code: str) -> str:
    """The sentence for a kind of finding, without what is said of one row."""
    return GENERAL.get(code) or message_of(code)


def _says(text: str) -> Callable[[str, list[str]], str]:
    """A sentence in which {0}, {1} stand for the details, which are gone once the file's time to be kept is over."""
    return lambda value, details: text.format(*details, "…", "…")


def _refused(text: str) -> Code:
    return Code(Verdict.REFUSED, _says(text))


def _noted(text: str) -> Code:
    return Code(Verdict.ACCEPTED, _says(f"{text} Baris ini tetap diterima."))


def _mended(text: str) -> Code:
    return Code(Verdict.REPAIRED, _says(text))


def _date(value: str, details: list[str]) -> str:
    try:
        year = read_date(value.lstrip("'")).year
    except ValueError as error:
        return str(error)
    return f"Tahun {year} terlalu lama. Cocokkan dengan KTP."


def _length(value: str, details: list[str]) -> str:
    digits = len(nik.clean(value))
    if digits < nik.LENGTH:
        return f"NIK baru {digits} angka, kurang {nik.LENGTH - digits} lagi."
    return f"NIK yang diisi {digits} angka. NIK selalu {nik.LENGTH} angka."


def _sex(value: str, details: list[str]) -> str:
    said = f"“{value[:20]}” tidak dikenal." if value else "Jenis kelamin belum diisi."
    return f"{said} Lengkapi di halaman baris ini, atau tulis L atau P dan unggah lagi."


def _exited(value: str, details: list[str]) -> str:
    """Details: the day, and a value of ExitReason."""
    left = f"keluar sejak {details[0]}, alasan: {ExitReason(details[1]).label}" if details else "sudah keluar"
    return (
        f"Pernah terdaftar: {left}. Begitu berkas diterima, ini menjadi tugas di Beranda: "
        "catat kembalinya, atau pastikan orangnya tidak kembali."
    )


def _hint(text: str) -> Callable[[str, list[str]], str]:
    return lambda value, details: f"{text} " + (f"Apakah maksudnya {details[0]}?" if details else "Periksa ejaannya.")


def _place_unknown(value: str, details: list[str]) -> str:
    if any(sign.isdigit() for sign in value):
        return "Kode kelurahan ini tidak ada di Kota Makassar. Lihat kode Kemendagri, seperti 7371141002."
    return _hint("Kelurahan ini tidak ada di Kota Makassar.")(value, details)


def _place_mismatch(value: str, details: list[str]) -> str:
    """Details: the kelurahan, its kecamatan, and "name" where the names disagree with each other."""
    if len(details) == 3:
        return f"{details[0]} ada di Kecamatan {details[1]}, bukan di kecamatan yang tertulis. Perbaiki salah satu."
    return _says("Kode kelurahan di baris ini milik {0}, Kecamatan {1}. Perbaiki salah satu.")(value, details)


def _answered(value: str, details: list[str]) -> str:
    """Details: what the file says, and who typed the value instead."""
    if len(details) < 2:
        return "Diisi petugas, karena di berkas kosong atau tidak terbaca."
    return f"Diisi {details[1]}. Di berkas: {f'“{details[0]}”' if details[0] else 'kosong'}."


READ_AS = "Dibaca sebagai {0}."

CODES = {
    # the row as a whole
    "column_unknown": Code(Verdict.ACCEPTED, _says("Kolom ini tidak dikenal. Isinya tidak dibaca.")),
    "wrong_width": _refused("Baris ini {0} kolom, judulnya {1}. Periksa tanda pemisah dan kutip."),
    "answered": Code(Verdict.REPAIRED, _answered),
    "spaces": _mended("Spasi yang berlebih dihapus."),
    # NIK
    "nik_empty": _refused("NIK belum diisi. Lihat 16 angka di bagian atas KTP."),
    "nik_excel_rounded": _refused(
        "NIK sudah dibulatkan oleh Excel. Atur kolom NIK menjadi Teks, lalu isi lagi dari sumber aslinya."
    ),
    "nik_not_digits": _refused("NIK hanya berisi angka. Hapus huruf atau tanda lain."),
    "nik_length": Code(Verdict.REFUSED, _length),
    "nik_separators": _mended(READ_AS),
    "nik_unknown_region": _noted("Kode wilayah {0} pada NIK tidak dikenal. Cocokkan dengan KTP."),
    "nik_invalid_date": Code(
        Verdict.REVIEW,
        _says(
            "Angka ke-7 sampai ke-12 pada NIK ({0}) bukan tanggal lahir yang benar. Cocokkan lagi dengan KTP. "
            "Ambil baris ini hanya bila KTP memang begitu."
        ),
    ),
    "nik_birth_mismatch": _noted("Tanggal lahir berbeda dari NIK. Cocokkan dengan KTP."),
    "nik_sex_mismatch": _noted("Jenis kelamin berbeda dari NIK. Cocokkan dengan KTP."),
    "nik_sequence_0000": _noted("Empat angka terakhir NIK 0000, biasanya bukan NIK asli. Cocokkan dengan KTP."),
    "nik_twice": Code(Verdict.DUPLICATE, _says("NIK ini juga ada di baris {0}. Sisakan satu baris yang benar.")),
    # somebody has this NIK already
    "nik_registered": Code(Verdict.DUPLICATE, _says("NIK ini sudah terdaftar dengan data yang sama.")),
    "nik_elsewhere": Code(
        Verdict.DUPLICATE, _says("NIK ini sudah terdaftar di wilayah lain. Admin kota dapat membantu.")
    ),
    "nik_other_person": _refused(
        "NIK ini sudah terdaftar atas nama yang lain sama sekali. Cocokkan NIK dan nama dengan KTP."
    ),
    "nik_not_registered": _refused(
        "NIK ini belum terdaftar, dan berkas ini hanya memperbarui. Daftarkan orangnya dengan data lengkap."
    ),
    "nik_exited": Code(Verdict.DUPLICATE, _exited),
    "nik_changed": Code(
        Verdict.REVIEW, _says("NIK ini sudah terdaftar, dan baris ini mengubah {0}. Putuskan: ambil atau biarkan.")
    ),
    "identity_differs": Code(
        Verdict.ACCEPTED,
        _says("Di data yang terdaftar berbeda: {0}. Isian itu tidak diubah lewat berkas; ajukan perbaikan identitas."),
    ),
    "nik_meanwhile": Code(
        Verdict.DUPLICATE, _says("NIK ini didaftarkan sesudah pemeriksaan, jadi baris ini tidak diambil.")
    ),
    "changed_meanwhile": Code(
        Verdict.REVIEW,
        _says("Data orang ini berubah sesudah pemeriksaan, jadi baris ini tidak diambil. Perbaiki lewat halamannya."),
    ),
    "not_undone": Code(Verdict.ACCEPTED, _says("Baris ini tidak dibatalkan: {0}.")),
    # the person
    "required": Code(
        Verdict.REFUSED,
        lambda value, details: (
            "Nama belum diisi. Tulis nama lengkap seperti di KTP."
            if details == ["nama"]
            else "Pekerjaan belum diisi. Tulis nama pekerjaannya."
        ),
    ),
    "too_long": _refused("Isian ini {0} huruf, paling panjang {1}. Singkatkan."),
    "title": _mended("Gelar tidak dicatat. " + READ_AS),
    "family_card_excel_rounded": _refused(
        "Nomor KK sudah dibulatkan oleh Excel. Atur kolomnya menjadi Teks, lalu isi lagi dari sumbernya."
    ),
    "family_card_number": _refused("Nomor KK harus 16 angka. Cocokkan dengan Kartu Keluarga, atau kosongkan."),
    "family_card_separators": _mended(READ_AS),
    "sex": Code(Verdict.REVIEW, _sex),
    "sex_word": _mended(READ_AS),
    "birth_missing": _refused("Tanggal lahir belum diisi. Tulis seperti 17-08-1990."),
    "birth_date": Code(Verdict.REFUSED, _date),
    "birth_form": _mended(READ_AS),
    "born_in_future": _refused("Tanggal lahir belum terjadi. Cocokkan dengan KTP."),
    "too_old": Code(
        Verdict.INELIGIBLE,
        _says(
            f"Usia sudah {AGE_LIMIT} tahun, tidak dapat lagi didaftarkan menjadi peserta. "
            "Bila sudah peserta sejak sebelumnya, daftarkan lewat halaman."
        ),
    ),
    "rt": _refused("RT paling banyak tiga angka, seperti 004. Perbaiki atau kosongkan."),
    "rw": _refused("RW paling banyak tiga angka, seperti 004. Perbaiki atau kosongkan."),
    "phone": _refused("Nomor HP harus diawali 08 dan berisi 10 sampai 13 angka. Contoh: 0812 3456 7890."),
    "phone_form": _mended(READ_AS),
    "income": _refused("Tulis pendapatan sebulan dalam rupiah tanpa sen, seperti 1300000."),
    # the place
    "place_missing": _refused("Kelurahan belum diisi. Isi kode kelurahan atau namanya."),
    "place_unknown": Code(Verdict.REFUSED, _place_unknown),
    "place_mismatch": Code(Verdict.REFUSED, _place_mismatch),
    "place_ambiguous": _refused("Kelurahan dengan nama ini ada di {0}. Isi kode kelurahan."),
    "place_spelling": _mended(READ_AS),
    "out_of_scope": _refused("{0}, {1} di luar wilayah berkas ini. Kirim baris ini ke petugas wilayah itu."),
    # the work
    "occupation_ambiguous": _refused("Pekerjaan ini bisa berarti {0}. Tulis yang mana."),
    "occupation_unknown": Code(Verdict.REFUSED, _hint("Pekerjaan ini tidak ada dalam daftar.")),
    "occupation_word": _mended(READ_AS),
    # the family's desil
    "desil": _refused(f"Desil adalah angka 1 sampai {MAXIMUM_DESIL}. Perbaiki atau kosongkan."),
    "desil_form": _mended(READ_AS),
    "family_card_missing": _refused(
        "Desil dicatat per keluarga, tetapi nomor KK belum diisi. Isi nomor KK, atau kosongkan desil."
    ),
    "desil_differs_in_file": _refused(
        "Keluarga ini tertulis dengan desil {0} dalam berkas yang sama. Samakan menurut DTSEN."
    ),
    # a family of a DTSEN snapshot
    "family_card_needed": _refused(
        "Nomor KK belum diisi. Tanpa nomor KK tidak diketahui desil ini milik keluarga mana."
    ),
    "family_card_unreadable": _refused("Nomor KK harus 16 angka. Cocokkan dengan data DTSEN."),
    "desil_needed": _refused("Desil belum diisi. Isi menurut data DTSEN."),
    "desil_unreadable": _refused(f"Desil adalah angka 1 sampai {MAXIMUM_DESIL}. Cocokkan dengan data DTSEN."),
    "family_twice": Code(Verdict.DUPLICATE, _says("Keluarga ini sudah ada di baris {0} dengan desil yang sama.")),
    "family_recorded": Code(
        Verdict.DUPLICATE, _says("Keluarga ini sudah tercatat pada rilis ini dengan desil yang sama.")
    ),
    "family_recorded_otherwise": _refused(
        "Pada rilis ini keluarga ini sudah tercatat dengan desil {0}. Catatan itu tidak diubah lewat berkas; "
        "cocokkan dengan data DTSEN."
    ),
    "member_of_other_family": _noted(
        "Pekerja dengan NIK ini tercatat dengan nomor KK lain, atau tanpa nomor KK, jadi desil ini belum sampai "
        "kepadanya. Perbaiki nomor KK di halamannya."
    ),
    "desil_differs": Code(
        Verdict.ACCEPTED,
        _says(
            "Pekerja diterima, tetapi desil keluarganya tetap {0} seperti sudah tercatat pada DTSEN rilis {1}. "
            "Cocokkan nomor KK dan desilnya."
        ),
    ),
}

ANSWERS = {  # by code, the column that a person may type where the file does not say it
    **dict.fromkeys(("nik_empty", "nik_excel_rounded", "nik_not_digits", "nik_length"), "nik"),
    **dict.fromkeys(("family_card_excel_rounded", "family_card_number", "family_card_missing"), "no_kk"),
    "sex": "jenis_kelamin",
    **dict.fromkeys(("birth_missing", "birth_date", "born_in_future"), "tanggal_lahir"),
    "rt": "rt",
    "rw": "rw",
    **dict.fromkeys(("place_missing", "place_unknown", "place_mismatch", "place_ambiguous"), "kode_kelurahan"),
    **dict.fromkeys(("occupation_unknown", "occupation_ambiguous"), "pekerjaan"),
    "income": "pendapatan",
    "desil": "desil",
    "phone": "no_hp",
}

GENERAL = {
    "not_undone": "Baris ini tidak dibatalkan, karena ada yang bergantung padanya.",
    "wrong_width": "Jumlah kolom di baris ini berbeda dari judulnya. Periksa tanda pemisah dan kutip.",
    "nik_separators": "Spasi dan tanda di antara angka NIK dihapus.",
    "nik_unknown_region": "Kode wilayah pada NIK tidak dikenal. Cocokkan dengan KTP.",
    "nik_invalid_date": "Angka ke-7 sampai ke-12 pada NIK bukan tanggal lahir yang benar. Cocokkan dengan KTP.",
    "nik_twice": "NIK ini ada di beberapa baris. Sisakan satu baris yang benar.",
    "too_long": "Isian ini terlalu panjang. Singkatkan.",
    "title": "Gelar tidak dicatat.",
    "family_card_separators": "Spasi dan tanda di antara angka nomor KK dihapus.",
    "sex_word": "Kata untuk jenis kelamin dibaca sebagai L atau P.",
    "birth_form": "Tanggal dibaca sebagai tanggal, bulan, tahun.",
    "phone_form": "Nomor HP disamakan bentuknya, seperti 081234567890.",
    "place_not_there": "Kelurahan ini tidak ada di kecamatan yang tertulis. Perbaiki salah satu.",
    "place_ambiguous": "Kelurahan dengan nama ini ada di beberapa kecamatan. Isi kode kelurahan.",
    "place_spelling": "Ejaan lain dari nama kelurahan atau kecamatan dikenali.",
    "out_of_scope": "Kelurahan ini di luar wilayah berkas. Kirim barisnya ke petugas wilayah itu.",
    "occupation_ambiguous": "Pekerjaan ini bisa berarti beberapa hal. Tulis yang mana.",
    "occupation_word": "Nama lain dari pekerjaan dikenali.",
    "desil_form": "Desil yang ditulis dengan cara lain, seperti D2 atau II, dikenali.",
    "desil_differs_in_file": "Satu keluarga tertulis dengan beberapa desil. Samakan menurut DTSEN.",
    "family_twice": "Keluarga ini ada di beberapa baris dengan desil yang sama. Baris pertama yang dipakai.",
    "family_recorded_otherwise": "Keluarga ini sudah tercatat pada rilis ini dengan desil lain, yang tidak diubah.",
    "desil_differs": "Desil keluarga tetap seperti yang sudah tercatat. Cocokkan nomor KK dan desilnya.",
    "nik_length": "NIK tidak 16 angka.",
    "sex": "Jenis kelamin kosong atau tidak dikenal. Lengkapi satu per satu.",
    "birth_date": "Tanggal lahir tidak terbaca atau tidak ada di kalender. Tulis seperti 17-08-1990.",
    "required": "Isian ini harus ada.",
    "place_mismatch": "Kode kelurahan, kelurahan, dan kecamatan di baris ini tidak cocok. Perbaiki salah satu.",
    "place_unknown": "Kelurahan ini tidak ada di Kota Makassar. Periksa ejaannya.",
    "occupation_unknown": "Pekerjaan ini tidak ada dalam daftar. Periksa ejaannya.",
    "nik_changed": "NIK ini sudah terdaftar, dan barisnya mengubah data. Putuskan: ambil atau biarkan.",
    "identity_differs": "Nama, tanggal lahir, atau jenis kelamin berbeda dari data yang terdaftar; tidak diubah.",
}
