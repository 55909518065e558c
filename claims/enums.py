"""Choices of a work-accident claim. Imports nothing of ours."""

from django.db import models


class ClaimStatus(models.TextChoices):
    SUSPECTED = "suspected", "Dugaan dilaporkan"
    ROUTED = "routed", "Diarahkan ke rumah sakit"
    ADMITTED = "admitted", "Diterima rumah sakit"
    TREATED = "treated", "Perawatan dicatat"
    RETURNED = "returned", "Dikembalikan"
    VERIFIED = "verified", "Diperiksa"
    APPROVED = "approved", "Disetujui"
    FORWARDED = "forwarded", "Diteruskan ke BPJS"
    WITHDRAWN = "withdrawn", "Ditarik"


class CaseKind(models.TextChoices):
    """What happened, as the six questions of the report tell it (claims.triage)."""

    WORK = "work", "Dugaan kecelakaan kerja"
    WORK_IN_TRAFFIC = "work_in_traffic", "Dugaan kecelakaan kerja di lalu lintas"
    DISEASE = "disease", "Dugaan penyakit akibat kerja"
    TRAFFIC = "traffic", "Kecelakaan lalu lintas, tampaknya bukan karena kerja"
    OTHER = "other", "Tampaknya bukan karena kerja"
    UNCLEAR = "unclear", "Belum jelas"


class TransferStatus(models.TextChoices):
    PROPOSED = "proposed", "Menunggu jawaban"
    ACCEPTED = "accepted", "Diterima"
    REFUSED = "refused", "Ditolak"
    WITHDRAWN = "withdrawn", "Dibatalkan"


class Outcome(models.TextChoices):
    """What the doctor's statement says (rule A9)."""

    RECOVERED = "RECOVERED", "Sembuh"
    PARTIAL_ANATOMICAL = "PARTIAL_ANATOMICAL", "Cacat sebagian anatomis"
    PARTIAL_FUNCTIONAL = "PARTIAL_FUNCTIONAL", "Cacat sebagian fungsi"
    TOTAL_PERMANENT = "TOTAL_PERMANENT", "Cacat total tetap"
    DECEASED = "DECEASED", "Meninggal dunia"
    STILL_TREATED = "STILL_TREATED", "Masih dirawat"


class DeathStatus(models.TextChoices):
    """What becomes of the report of a death."""

    POSSIBLE = "possible", "Mungkin ada santunan"
    FORWARDED = "forwarded", "Diteruskan ke BPJS Ketenagakerjaan"
    NO_COVER = "no_cover", "Tanpa perlindungan pada hari itu"


class Cause(models.TextChoices):
    """Work pays from JKK, anything else from JKM."""

    WORK = "work", "Kecelakaan kerja"
    OTHER = "other", "Bukan karena kerja"


class Hand(models.TextChoices):
    RIGHT = "right", "Kanan"
    LEFT = "left", "Kiri"


class TransportMode(models.TextChoices):
    """Each has its own cap (rule B1)."""

    LAND = "land", "Darat, sungai, atau danau"
    SEA = "sea", "Laut"
    AIR = "air", "Udara"


class SchoolLevel(models.TextChoices):
    """In the order in which a child passes them (rule 7.4)."""

    TK = "TK", "TK"
    SD = "SD", "SD"
    SMP = "SMP", "SMP"
    SMA = "SMA", "SMA"
    PT = "PT", "Perguruan tinggi atau pelatihan"


class Heir(models.TextChoices):
    """Who is there to receive; the order stands in claims.benefits.estimate (rule M5)."""

    SPOUSE = "spouse", "Janda atau duda"
    CHILD = "child", "Anak"
    PARENT = "parent", "Orang tua, kakek, atau nenek"
    GRANDCHILD = "grandchild", "Cucu"
    SIBLING = "sibling", "Saudara kandung"
    PARENT_IN_LAW = "parent_in_law", "Mertua"
    BY_WILL = "by_will", "Orang yang ditunjuk dalam wasiat"


class InstalmentKind(models.TextChoices):
    """What is paid bit by bit: rest by the month, school by the year."""

    REST = "rest", "Santunan sementara tidak mampu bekerja (STMB)"
    SCHOOL = "school", "Beasiswa"
