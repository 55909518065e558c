"""Reading the trail: by person, by user, by time. Reading it leaves an entry too (AC-A7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from casework import audit
from casework.models import AuditEntry
from workers.models import Worker

PAGE_SIZE = 50
NAMES_SHOWN = 3  # of one entry; a list of fifty persons says how many more

NOUNS = {
    "account": "akun",
    "agreement": "perjanjian kerja sama",
    "api_client": "sistem rumah sakit",
    "batch": "kelompok iuran",
    "bill": "tagihan iuran",
    "budget": "anggaran",
    "card": "kartu peserta",
    "claim": "klaim",
    "coverage": "kepesertaan",
    "death": "laporan kematian",
    "difference": "selisih tagihan",
    "document": "dokumen pekerja",
    "door": "pintu darurat",
    "draft": "draf pendaftaran",
    "export": "berkas unduhan",
    "fund": "sumber dana",
    "gap": "iuran belum lunas",
    "holiday": "perubahan hari libur",
    "identity": "perbaikan identitas",
    "import": "impor daftar",
    "leavers": "peserta yang perlu keluar",
    "month": "perubahan peserta sebulan",
    "objection": "usul-sanggah",
    "page": "halaman",
    "pair": "dugaan ganda",
    "policy": "kebijakan",
    "protection": "perlindungan",
    "receipt": "penerimaan iuran",
    "recheck": "cek ulang",
    "release": "rilis DTSEN",
    "retention": "kebijakan masa simpan",
    "review": "telaah desil",
    "template": "format berkas",
    "trail": "jejak audit",
    "worker": "pekerja",
}
VERBS = {
    "accept": "Menerima",
    "add": "Menambah",
    "add_change": "Memasukkan perubahan peserta ke",
    "add_drop": "Memasukkan peserta yang keluar ke",
    "add_drops": "Memasukkan semua peserta yang keluar ke",
    "add_factor": "Memasang langkah kedua",
    "add_line": "Memasukkan pekerja ke",
    "admit": "Menerima pasien",
    "anonymise": "Mengosongkan isian",
    "answer": "Menjawab",
    "apply": "Menjalankan",
    "approve": "Menyetujui",
    "ask": "Mengajukan",
    "ask_closing": "Meminta penutupan",
    "ask_instalment": "Mencatat pengajuan berkala",
    "ask_reset": "Meminta kata sandi baru untuk",
    "begin": "Memulai",
    "cancel": "Tidak mengambil",
    "change": "Mengubah data lewat",
    "check": "Mengecek",
    "close": "Mencatat hasil",
    "compare": "Mencocokkan ulang",
    "confirm": "Menyetujui",
    "connect": "Menyambungkan",
    "correct": "Memperbaiki",
    "correct_time": "Memperbaiki waktu kejadian",
    "decide": "Memutuskan baris",
    "decline": "Menolak",
    "decline_closing": "Mengembalikan penutupan",
    "delete": "Menghapus",
    "deny": "Ditolak membuka",
    "download": "Mengunduh",
    "download_reply": "Mengunduh jawaban",
    "draft": "Membuat draf",
    "end": "Mengakhiri",
    "end_all_sessions": "Mengeluarkan semua",
    "end_device": "Mengeluarkan satu perangkat dari",
    "end_sessions": "Mengeluarkan semua perangkat dari",
    "estimate": "Memperkirakan manfaat",
    "exit": "Mencatat keluar",
    "export": "Mengunduh",
    "extend": "Mengubah hari terakhir",
    "fail": "Gagal membaca",
    "fail_factor": "Salah langkah kedua",
    "file": "Mencatat",
    "finish": "Menyelesaikan",
    "finish_undo": "Selesai membatalkan",
    "forward": "Meneruskan",
    "hand_back": "Mengembalikan",
    "hand_over": "Menyerahkan",
    "issue_note": "Membuat surat pengantar untuk",
    "invite": "Mengundang",
    "keep": "Mempertahankan menurut",
    "keep_exited": "Menyatakan tetap keluar",
    "list": "Membuka daftar",
    "lock": "Mengunci",
    "login": "Masuk dengan",
    "login_fail": "Gagal masuk dengan",
    "logout": "Keluar dari",
    "look_back": "Menengok jawaban dahulu tentang",
    "make": "Membuat",
    "move": "Mengubah penugasan",
    "open": "Membuka tugas",
    "order": "Mencatat perintah bayar",
    "pay": "Melunasi",
    "present": "Selesai memeriksa",
    "print": "Mencetak lembar data",
    "print_note": "Mencetak surat pengantar untuk",
    "propose": "Mengusulkan",
    "propose_transfer": "Mengusulkan pindahan pasien",
    "publish": "Mengumumkan kepala",
    "raise": "Menemukan",
    "read": "Membaca",
    "read_reply": "Membaca jawaban",
    "receive": "Menerima",
    "reconcile": "Selesai mencocokkan",
    "record": "Mencatat",
    "refuse": "Gagal mengecek",
    "refuse_transfer": "Menolak pindahan pasien",
    "register": "Mendaftarkan",
    "reject": "Menolak",
    "remove": "Menghapus",
    "remove_factor": "Melepas langkah kedua",
    "remove_factors": "Mencabut langkah kedua",
    "renew": "Mengganti token",
    "reopen": "Membuka lagi",
    "replace": "Mengganti",
    "report": "Melaporkan",
    "request": "Meminta",
    "resend": "Mengirim lagi undangan",
    "reset_factor": "Membuat ulang kode cadangan",
    "return": "Mencatat kembali",
    "review": "Meninjau",
    "route": "Mengarahkan",
    "search": "Mencari",
    "search_cut_off": "Tidak selesai mencari ganda dari",
    "second_closing": "Mengesahkan penutupan",
    "send": "Mengirim",
    "send_back": "Mengembalikan",
    "set_password": "Membuat kata sandi",
    "settle": "Memutuskan",
    "sign": "Ikut menyetujui",
    "store": "Menyimpan baris",
    "take_out": "Mengeluarkan pekerja dari",
    "transfer": "Menerima pindahan pasien",
    "treat": "Mencatat perawatan",
    "triage": "Menjawab enam pertanyaan tentang",
    "undo": "Membatalkan",
    "unsettle": "Membatalkan keputusan",
    "upload": "Mengunggah",
    "use": "Memakai",
    "use_factor": "Memakai langkah kedua",
    "verify": "Memeriksa",
    "view": "Membuka",
    "who_saw": "Menelusuri pembaca dari",
    "withdraw": "Menarik",
    "withdraw_transfer": "Membatalkan pindahan pasien",
}


@dataclass(frozen=True, slots=True)
class Person:
    """A worker as the reader may see them. Without a name the registry no longer shows them to this reader."""

    pk: str
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the page says it."""

    entry: AuditEntry
    what: str
    persons: list[Person]
    more: int  # persons beyond those named


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    older: int | None  # the key to go on from, or None at the end


@transaction.atomic
def read_trail(
    *,
    by: User,
    person: Worker | None = None,
    actor: int | None = None,
    name: str = "",
    kind: str = "",
    start: datetime | None = None,
    end: datetime | None = None,
    before: int | None = None,
) -> Page:
    """The newest entries that match, [start, end), older than the key `before`; one query however long the trail is.

    Leaves an entry itself, with what was asked and whom it showed.
    """
    entries = (
        AuditEntry.objects.all() if person is None else audit.entries_about(person.pk, came_with=person.registry_import)
    )
    wanted = {"actor_id": actor, "kind": kind, "at__gte": start, "at__lt": end, "pk__lt": before}
    entries = entries.filter(**{field: value for field, value in wanted.items() if value})
    if name:
        entries = entries.filter(actor_id__in=User.objects.filter(name__icontains=name).values("pk"))
    found = list(entries.order_by("-pk")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    known = _persons(shown, by=by)
    asked = {"actor": actor, "name": name, "kind": kind, "start": start, "end": end, "before": before}
    audit.record(
        "trail.view",
        person,
        by=by,
        facts={key: value for key, value in asked.items() if value},
        persons=known,
    )
    return Page([_line(entry, known) for entry in shown], shown[-1].pk if len(found) > PAGE_SIZE else None)


def words_of(event: str) -> str:
    """claim.view becomes "Membuka klaim"; an event without words stays as it is."""
    noun, _, verb = event.partition(".")
    if noun in NOUNS and verb in VERBS:
        return f"{VERBS[verb]} {NOUNS[noun]}"
    return event


def masked(name: str) -> str:
    """Sitti Rahmah becomes S•••• R••••, always four, so that the length says nothing."""
    return " ".join(f"{word[0]}••••" for word in name.split())


@transaction.atomic
def who_saw(start: datetime, end: datetime, *, persons: Iterable[str] = ()) -> list[list[str]]:
    """For a breach notice (rule X4): time, who, role, place, address, what, why and person, for each person whom an
    entry of [start, end) is about; only `persons` where some are named. Leaves an entry itself."""
    wanted = set(persons)
    entries = AuditEntry.objects.filter(at__gte=start, at__lt=end).exclude(persons=[])
    if wanted:
        entries = entries.filter(persons__overlap=sorted(wanted))
    rows = [
        [
            timezone.localtime(entry.at).isoformat(timespec="seconds"),
            entry.actor_name,
            entry.actor_role,
            entry.actor_place,
            entry.address,
            words_of(entry.event),
            entry.note,
            person,
        ]
        for entry in entries.order_by("pk")
        for person in entry.persons
        if not wanted or person in wanted
    ]
    audit.record("trail.who_saw", by=None, facts={"start": start, "end": end, "rows": len(rows)}, persons=wanted)
    return rows


def _persons(entries: list[AuditEntry], *, by: User) -> dict[str, str]:
    """The names of the persons whom a page of the trail shows, as far as the reader may see them."""
    keys = {key for entry in entries for key in entry.persons[:NAMES_SHOWN]}
    names = Worker.objects.visible_to(by).filter(pk__in=keys).values_list("pk", "name")
    return {str(pk): name if by.role == Role.ADMIN else masked(name) for pk, name in names}


def _line(entry: AuditEntry, known: dict[str, str]) -> Line:
    persons = [Person(key, known.get(key, "")) for key in entry.persons[:NAMES_SHOWN]]
    return Line(entry, words_of(entry.event), persons, max(0, len(entry.persons) - NAMES_SHOWN))
