"""Choices fixed by law or agreement. Imports nothing of ours."""

import re

from django.db import models

NIK_LENGTH = 16  # rule N1
PARTICIPANT_NUMBER = re.compile(r"[0-9]{6,12}")  # rule N9: 11 digits, unconfirmed
USUAL_PARTICIPANT_NUMBER_LENGTH = 11
CARD_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # of Crockford's base 32: none is taken for another
CARD_NUMBER = re.compile(f"K[{CARD_SIGNS}]{{11}}")  # 55 bits by chance; the letter tells it from a NIK
DOOR = "door_"  # begins the reason codes of answers through the emergency door
LONGEST_GAP = 3  # rule T5: more unpaid months in a row end participation


class Package(models.TextChoices):
    """Rules P1, P2: JHT only together with JKK and JKM; BPU have no JP and no JKP."""

    JKK_JKM = "JKK_JKM", "JKK dan JKM"
    JKK_JKM_JHT = "JKK_JKM_JHT", "JKK, JKM, dan JHT"


class Payer(models.TextChoices):
    """Who pays decides the discount (rule D4)."""

    APBD = "APBD", "APBD Kota Makassar"
    APBN = "APBN", "APBN"
    DONOR = "DONOR", "Donatur"
    SELF = "SELF", "Peserta sendiri"


class BatchStatus(models.TextChoices):
    DRAFT = "draft", "Draf"
    LOCKED = "locked", "Dikunci, menunggu persetujuan"
    APPROVED = "approved", "Disetujui"
    SENT = "sent", "Diambil BPJS Ketenagakerjaan"
    ANSWERED = "answered", "Dijawab"
    RECONCILED = "reconciled", "Cocok dengan tagihan"
    CLOSED = "closed", "Ditutup"
    RETURNED = "returned", "Dikembalikan ke pengusul"
    REJECTED = "rejected", "Ditolak"
    WITHDRAWN = "withdrawn", "Ditarik"


TAKEN_BY_BPJS = (BatchStatus.SENT, BatchStatus.ANSWERED, BatchStatus.RECONCILED, BatchStatus.CLOSED)
APPROVED_ONCE = (BatchStatus.APPROVED, *TAKEN_BY_BPJS)


class LineKind(models.TextChoices):
    """What a line asks BPJS Ketenagakerjaan for (rules.md section 5, step 4)."""

    ADD = "add", "Tambah"
    DROP = "drop", "Keluar"
    CHANGE = "change", "Ubah"


class LineStatus(models.TextChoices):
    PENDING = "pending", "Menunggu jawaban"  # from the draft on: the worker stands in this batch and in no other
    ACCEPTED = "accepted", "Diterima"
    REJECTED = "rejected", "Ditolak BPJS Ketenagakerjaan"
    DROPPED = "dropped", "Gugur bersama kelompoknya"


class ExportFormat(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"


class ColumnFormat(models.TextChoices):
    """How a column of the file that leaves writes its value."""

    AS_IS = "", "apa adanya"
    DAY_FIRST = "dmy", "tanggal 31-12-2026"
    COMPACT = "ymd", "tanggal 20261231"
    UPPER = "upper", "huruf besar"


class ReplyOutcome(models.TextChoices):
    """What became of one row of a reply."""

    ACCEPTED = "accepted", "Diterima"
    REJECTED = "rejected", "Ditolak"
    REPEATED = "repeated", "Sudah dijawab sama"
    HELD = "held", "Ditahan"  # AC-R11 and what else cannot be so
    TWICE = "twice", "Lebih dari sekali"  # AC-R10
    UNKNOWN = "unknown", "Tidak dikenal"  # AC-R8
    UNREADABLE = "unreadable", "Tidak terbaca"


class RejectionReason(models.TextChoices):
    """Why BPJS Ketenagakerjaan rejects a person. Its own codes are not public: told from the words, which are kept."""

    ALREADY_MEMBER = "already_member", "Sudah peserta"
    WAGE_EARNER = "wage_earner", "Penerima upah"
    OFFICIAL = "official", "ASN, TNI, atau Polri"
    DIED = "died", "Meninggal"
    AGE = "age", "Usia di luar batas"
    NIK = "nik", "NIK tidak valid"
    DIFFERS = "differs", "Data berbeda"
    INCOMPLETE = "incomplete", "Data tidak lengkap"
    OTHER = "other", "Alasan lain"


class Purpose(models.TextChoices):
    """Why a hospital asks (rule X7)."""

    EMERGENCY = "emergency", "Gawat darurat"
    FOLLOW_UP = "follow_up", "Perawatan lanjutan"
    REFERRAL = "referral", "Rujukan"


class Accident(models.TextChoices):
    """What happened. The values are those of `lakaLantas` in BPJS Kesehatan's VClaim, which hospital clerks know."""

    WORK = "3", "Kecelakaan kerja"
    TRAFFIC_AT_WORK = "2", "Kecelakaan kerja di lalu lintas"
    TRAFFIC = "1", "Kecelakaan lalu lintas, bukan kerja"
    OTHER = "0", "Bukan kecelakaan kerja atau lalu lintas"

    @property
    def at_work(self) -> bool:
        return self in (Accident.WORK, Accident.TRAFFIC_AT_WORK)

    @property
    def in_traffic(self) -> bool:
        return self in (Accident.TRAFFIC_AT_WORK, Accident.TRAFFIC)


class MonthState(models.TextChoices):
    """How a contribution month of one person stands."""

    PAID = "paid", "Lunas"
    UNPAID = "unpaid", "Belum lunas"
    WAITING = "waiting", "Menunggu"
    NONE = "none", "Bukan peserta"


class Receiver(models.TextChoices):
    """Into whose hands a card was given."""

    SELF = "self", "Peserta sendiri"
    FAMILY = "family", "Keluarga serumah"
    OFFICIAL = "official", "Ketua RT atau RW"


class CardLoss(models.TextChoices):
    """Why a card is not valid any more."""

    LOST = "lost", "Hilang"
    DAMAGED = "damaged", "Rusak"
    CHANGED = "changed", "Isinya sudah berubah"
    ENDED = "ended", "Kepesertaan berakhir"
    MISTAKE = "mistake", "Keliru dibuat"


class CardState(models.TextChoices):
    """Where a card is on its way."""

    MADE = "made", "Belum diserahkan"
    HANDED_OVER = "handed_over", "Sudah diserahkan"
    WITHDRAWN = "withdrawn", "Tidak berlaku lagi"


class Finding(models.TextChoices):
    """What an admin finds of an opening of the emergency door."""

    JUSTIFIED = "justified", "Beralasan"
    UNJUSTIFIED = "unjustified", "Tidak beralasan"


class Verdict(models.TextChoices):
    """The three answers of a coverage check. Doubt is UNKNOWN, never INACTIVE."""

    ACTIVE = "active", "Aktif"
    INACTIVE = "inactive", "Tidak aktif"
    UNKNOWN = "unknown", "Belum pasti"


class BillStatus(models.TextChoices):
    """The life of one month's bill of one payer."""

    OPEN = "open", "Sedang dicocokkan"
    CLOSING = "closing", "Menunggu orang kedua"
    CLOSED = "closed", "Sudah dicocokkan"
    ORDERED = "ordered", "Perintah bayar terbit"
    PAID = "paid", "Lunas"


class Mismatch(models.TextChoices):
    """How a bill and the city's list can differ about one person and month (rules.md section 5.5)."""

    MISSING_HERE = "missing_here", "Ditagih, tidak ada di daftar kita"  # AC-R8
    ENDED = "ended", "Ditagih, sudah berhenti"
    REJECTED = "rejected", "Ditagih, pernah ditolak"
    TWICE = "twice", "Ditagih dua kali"  # AC-R10
    OTHER_PACKAGE = "other_package", "Paket berbeda"  # AC-R7
    OTHER_AMOUNT = "other_amount", "Jumlah berbeda"
    MISSING_THERE = "missing_there", "Di daftar kita, tidak ditagih"


class Answer(models.TextChoices):
    """What a person decides about a difference; it says what is paid for it."""

    PAY_BILLED = "pay_billed", "Bayar sesuai tagihan"
    PAY_LISTED = "pay_listed", "Bayar sesuai daftar kita"
    HOLD = "hold", "Jangan bayar, BPJS Ketenagakerjaan memperbaiki tagihan"
    ASK_BILL = "ask_bill", "Minta ditagih susulan"
    FIX_LIST = "fix_list", "Daftar kita yang keliru, akan diperbaiki"


class Delivery(models.TextChoices):
    """What a line of a payment statement says of its money."""

    DONE = "done", "Diterima penuh"
    PART = "part", "Diterima sebagian"
    NOTHING = "nothing", "Tidak diterima"
