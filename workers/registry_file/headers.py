"""Names of columns, as lists of other offices write them, to the columns of the registry."""

from __future__ import annotations

from collections.abc import Sequence

COLUMNS = (
    "nik",
    "no_kk",
    "nama",
    "jenis_kelamin",
    "tempat_lahir",
    "tanggal_lahir",
    "alamat",
    "rt",
    "rw",
    "kode_kelurahan",
    "kelurahan",
    "kecamatan",
    "pekerjaan",
    "pendapatan",
    "desil",
    "no_hp",
)
LABELS = {
    "nik": "NIK",
    "no_kk": "Nomor KK",
    "nama": "Nama lengkap",
    "jenis_kelamin": "Jenis kelamin",
    "tempat_lahir": "Tempat lahir",
    "tanggal_lahir": "Tanggal lahir",
    "alamat": "Alamat",
    "rt": "RT",
    "rw": "RW",
    "kode_kelurahan": "Kode kelurahan",
    "kelurahan": "Kelurahan",
    "kecamatan": "Kecamatan",
    "pekerjaan": "Pekerjaan",
    "pendapatan": "Pendapatan sebulan",
    "desil": "Desil",
    "no_hp": "Nomor HP",
}
PLACE = ("kode_kelurahan", "kelurahan")  # one of them is needed
REQUIRED = ("nik", "nama", "jenis_kelamin", "tanggal_lahir", "pekerjaan")  # of a person who is not registered yet
FAMILY_COLUMNS = ("no_kk", "desil", "nik", "kode_kelurahan", "kelurahan", "kecamatan")  # of a DTSEN snapshot
OF_PERSONS = {"jenis_kelamin", "tanggal_lahir", "pekerjaan"}  # a snapshot has none of them
SYNONYMS = {
    "nik": (
        "no ktp", "nomor ktp", "nmr ktp", "no nik", "nomor nik", "ktp", "nik ktp", "no ktp nik", "nomor induk",
        "nomor induk kependudukan", "no induk kependudukan", "nomor induk kependudukan nik", "nik 16 digit",
        "no identitas", "nomor identitas",
    ),
    "no_kk": (
        "kk", "nomor kk", "nmr kk", "nkk", "kartu keluarga", "no kartu keluarga", "nomor kartu keluarga", "nokk",
        "nomor kartu keluarga kk", "no kk 16 digit",
    ),
    "nama": (
        "nama lengkap", "nama pekerja", "nama peserta", "nama penduduk", "nama warga", "nama sesuai ktp",
        "nama lengkap sesuai ktp", "nama penerima", "nama calon peserta", "nama tenaga kerja", "nama anggota",
        "nama art", "name",
    ),
    "jenis_kelamin": (
        "jk", "l/p", "jenis kelamin l/p", "jenis kelamin lk/pr", "kelamin", "jns kelamin", "jenkel", "jkel", "gender",
        "sex", "lk/pr", "jns kel", "j kelamin",
    ),
    "tempat_lahir": ("tmp lahir", "tempat kelahiran", "tmpt lahir", "kota lahir", "tempat lahir sesuai ktp"),
    "tanggal_lahir": (
        "tgl lahir", "tgl lhr", "tanggal kelahiran", "tgl kelahiran", "lahir", "tanggal lahir dd-mm-yyyy",
        "tgl lahir dd-mm-yyyy", "tanggal lahir dd/mm/yyyy", "tanggal lahir hh-bb-tttt", "tgl bln thn lahir", "dob",
        "tanggal lahir tgl bln thn",
    ),
    "alamat": (
        "alamat lengkap", "alamat rumah", "alamat domisili", "alamat ktp", "alamat sesuai ktp", "alamat tinggal",
        "alamat sekarang", "jalan", "nama jalan",
    ),
    "rt": ("no rt", "nomor rt"),
    "rw": ("no rw", "nomor rw"),
    "kode_kelurahan": (
        "kode kel", "kode desa", "kode desa kelurahan", "kode kelurahan desa", "kode wilayah", "kd kelurahan", "kd kel",
        "kode kemendagri", "kode kelurahan kemendagri",
    ),
    "kelurahan": (
        "kel", "nama kelurahan", "desa", "desa/kelurahan", "kelurahan/desa", "kel/desa", "desa/kel", "nama kel",
        "nama desa kelurahan", "nama kelurahan desa",
    ),
    "kecamatan": ("kec", "nama kecamatan", "nama kec"),
    "pekerjaan": (
        "jenis pekerjaan", "nama pekerjaan", "profesi", "pekerjaan utama", "jenis usaha", "mata pencaharian", "kerja",
        "jenis profesi",
    ),
    "pendapatan": (
        "penghasilan", "pendapatan per bulan", "penghasilan per bulan", "pendapatan sebulan", "penghasilan sebulan",
        "upah", "gaji", "upah per bulan", "pendapatan rp", "penghasilan rp", "pendapatan rata-rata",
        "pendapatan/bulan", "penghasilan/bulan",
    ),
    "desil": (
        "desil dtsen", "desil keluarga", "desil nasional", "desil kesejahteraan", "peringkat desil", "desil rilis",
        "kelompok desil", "desil 1-10",
    ),
    "no_hp": (
        "hp", "nomor hp", "nomor handphone", "no handphone", "handphone", "no telepon", "nomor telepon", "telepon",
        "no telp", "nomor telp", "telp", "no telpon", "no hp/wa", "no wa", "nomor wa", "no whatsapp",
        "nomor whatsapp", "whatsapp", "wa", "no ponsel", "nomor ponsel", "ponsel", "no hp wa aktif", "no tlp",
        "no hp aktif", "kontak",
    ),
}  # fmt: skip


def fold(text: str) -> str:
    """Letters and digits alone, without case: "Bara-Baraya" and "BARA BARAYA" are one name."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


MEANINGS = {fold(name): column for column in COLUMNS for name in (column, *SYNONYMS[column])}


def guess_columns(header: Sequence[str]) -> tuple[str, ...]:
    """The column of each cell of a header, "" for one that is not known. Our own name goes before a synonym of it."""
    folded = [fold(name) for name in header]
    own = {fold(column) for column in COLUMNS} & set(folded)
    columns, taken = [], set()
    for name in folded:
        column = MEANINGS.get(name, "")
        if column in taken or (fold(column) in own and name != fold(column)):
            column = ""
        taken.add(column)
        columns.append(column)
    return tuple(columns)


def columns_twice(header: Sequence[str]) -> list[str]:
    """The names that stand in a header more than once and mean a column."""
    folded = [fold(name) for name in header]
    return sorted({MEANINGS[name] for name in folded if name in MEANINGS and folded.count(name) > 1})


def tell_families(columns: Sequence[str]) -> bool:
    """Whether these are columns of a DTSEN snapshot: what it says of a family, and nothing that registers a person."""
    return {"no_kk", "desil"} <= set(columns) and not OF_PERSONS & set(columns)


def missing_columns(columns: Sequence[str]) -> list[str]:
    """What a file lacks to register people. Without the place, either of its two columns would do."""
    missing = [name for name in REQUIRED if name not in columns]
    if not set(PLACE) & set(columns):
        missing.append(" atau ".join(PLACE))
    return missing
