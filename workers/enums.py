"""Choices and figures fixed by law. Imports nothing of ours."""

from django.db import models

AGE_LIMIT = 65  # rule E2: not reached on the registration day; rule E3: no limit later
MAXIMUM_DESIL = 10  # rule S1
ENDS_SOON_DAYS = 30  # how long before its end lists say that a membership ends


class Sex(models.TextChoices):
    MALE = "L", "Laki-laki"
    FEMALE = "P", "Perempuan"


class Sector(models.TextChoices):
    """What the PP 50/2025 discount asks (rules D2, D3)."""

    TRANSPORT = "transport", "Transportasi"
    OTHER = "non_transport", "Selain transportasi"


class OccupationCategory(models.TextChoices):
    """Informal work is eligible by desil; office may be enough for the others (rules E7, E10)."""

    INFORMAL = "informal", "Pekerja rentan"
    RELIGIOUS = "religious", "Pekerja keagamaan"
    COMMUNITY = "community", "Kader, ketua RT/RW"


class Employment(models.TextChoices):
    """Rule E9: who is no BPU, whatever else the person does."""

    INFORMAL = "informal", "Bukan penerima upah"
    WAGE_EARNER = "wage_earner", "Penerima upah"
    CIVIL_SERVANT = "civil_servant", "ASN, TNI, atau Polri"


class DraftPage(models.TextChoices):
    """The pages of a registration, in order."""

    IDENTITY = "identity", "Identitas"
    HOME = "home", "Tempat tinggal"
    WORK = "work", "Pekerjaan"
    FAMILY = "family", "Keluarga"
    SUMMARY = "summary", "Periksa"


class DocumentKind(models.TextChoices):
    ID_CARD = "ktp", "KTP"
    FAMILY_CARD = "kk", "Kartu Keluarga"
    WORK = "work", "Foto tempat atau alat kerja"
    LETTER = "letter", "Surat"


class CorrectionStatus(models.TextChoices):
    WAITING = "waiting", "Menunggu pemeriksaan"
    APPROVED = "approved", "Disetujui"
    REJECTED = "rejected", "Ditolak"
    WITHDRAWN = "withdrawn", "Ditarik"


class ExitReason(models.TextChoices):
    """Why a person leaves (rules.md section 5, step 4)."""

    DIED = "died", "Meninggal dunia"
    MOVED = "moved", "Pindah dari Kota Makassar"
    WAGE_EARNER = "wage_earner", "Menjadi penerima upah"
    DOUBLE = "double", "Tercatat ganda"
    NIK_INVALID = "nik_invalid", "NIK tidak sah"
    CIVIL_SERVANT = "civil_servant", "Menjadi ASN, TNI, atau Polri"
    OFFICE_ENDED = "office_ended", "Selesai dari jabatannya"
    POLICY = "policy", "Kebijakan desil"
    OWN_REQUEST = "own_request", "Permintaan sendiri"


class Standing(models.TextChoices):
    """How a record stands in the registry, as lists show it."""

    REGISTERED = "registered", "Terdaftar"
    EXITED = "exited", "Keluar"
    LINKED = "linked", "Digabung ke data lain"


class ReviewStatus(models.TextChoices):
    """What becomes of the review of a member above the desil limit."""

    OPEN = "open", "Perlu ditelaah"
    PROPOSED = "proposed", "Diusulkan keluar"
    KEPT = "kept", "Dipertahankan"
    ENDED = "ended", "Keluar"


class ObjectionOutcome(models.TextChoices):
    ACCEPTED = "accepted", "Diterima, desil dihitung lagi"
    REJECTED = "rejected", "Ditolak"


class ImportKind(models.TextChoices):
    """What the rows of an imported file are."""

    PEOPLE = "people", "Daftar pekerja"
    FAMILIES = "families", "Desil keluarga"


class FamilyMove(models.TextChoices):
    """Where a family stands in a release beside the release before, by the limit of the policy."""

    OVER = "over", "Naik melewati batas"
    NEW_ABOVE = "new_above", "Baru, di atas batas"
    UNDER = "under", "Turun ke dalam batas"
    NEW = "new", "Baru, dalam batas"
    UNCHANGED = "unchanged", "Tetap di sisi yang sama"
    GONE = "gone", "Tidak ada lagi"


class ImportStatus(models.TextChoices):
    COLUMNS = "columns", "Menunggu kolom dicocokkan"
    QUEUED = "queued", "Menunggu giliran"
    CHECKING = "checking", "Sedang diperiksa"
    READY = "ready", "Menunggu keputusan"
    ACCEPTING = "accepting", "Sedang disimpan"
    DONE = "done", "Selesai"
    FAILED = "failed", "Gagal dibaca"
    CANCELLED = "cancelled", "Tidak diambil"
    UNDOING = "undoing", "Sedang dibatalkan"
    UNDONE = "undone", "Dibatalkan"


class Verdict(models.TextChoices):
    """What becomes of one row of a registry file. Each row has exactly one."""

    ACCEPTED = "accepted", "Diterima"
    REPAIRED = "repaired", "Diterima, dirapikan"
    REVIEW = "review", "Ditahan"
    DUPLICATE = "duplicate", "Ganda"
    INELIGIBLE = "ineligible", "Tidak memenuhi syarat"
    REFUSED = "refused", "Dikembalikan"
    BLANK = "blank", "Kosong"


class RowDecision(models.TextChoices):
    """What an officer decided about a row that was held."""

    TAKEN = "taken", "Diambil"
    LEFT = "left", "Dibiarkan"


class PairRule(models.TextChoices):
    """Why two rows may be one person: the candidate rules 1 to 4 of docs/cases.md."""

    NIK = "nik", "NIK beda satu angka atau tertukar, nama mirip"
    BIRTH = "birth", "Tanggal lahir sama atau tertukar, nama mirip"
    FAMILY = "family", "Satu nomor KK, nama atau tanggal lahir mirip"
    PHONE = "phone", "Nomor HP sama, nama dan umur mirip"


class PairStatus(models.TextChoices):
    """How far two records that may be one person are decided."""

    OPEN = "open", "Belum dijawab"
    UNSURE = "unsure", "Belum dapat dipastikan"
    PROPOSED = "proposed", "Menunggu petugas kedua"
    SAME = "same", "Orang yang sama"
    DIFFERENT = "different", "Orang yang berbeda"


class MembershipState(models.TextChoices):
    """How a worker's cover stands on a day, as lists show it."""

    NONE = "none", "Belum peserta"
    UPCOMING = "upcoming", "Belum mulai"
    ACTIVE = "active", "Aktif"
    ENDING = "ending", "Segera berakhir"
    ENDED = "ended", "Berakhir"
