"""What waits for a user, as the home page says it: how many, what to do, where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format

from accounts.models import User
from accounts.roles import Role
from claims.enums import ClaimStatus, DeathStatus, InstalmentKind
from claims.models import DeathReport
from enrollment.enums import BatchStatus, BillStatus
from enrollment.models import Bill, Budget, ExportTemplate, HolidayChange, Recheck
from enrollment.rules import ALARM_DAYS, contribution_due_on, holidays_in_force
from monitoring import policies, reports
from monitoring.inbox import count_new
from monitoring.lookups import count_unusual
from workers.enums import ReviewStatus
from workers.models import DesilReview, DuplicatePair, IdentityCorrection, RegistrationDraft, WorkerExit


@dataclass(frozen=True)
class Waiting:
    """One line of the list. `tone` is one of bad, warn, info; `count` what the title counts."""

    count: int
    title: str
    detail: str
    url: str
    icon: str
    tone: str


def waiting_for(user: User, *, now: datetime) -> list[Waiting] | None:
    """The most pressing first, empty when nothing waits; None for who only reads."""
    match user.role:
        case Role.OFFICER:
            lines = _for_officer(user, now)
        case Role.ADMIN:
            lines = _for_admin(user, now)
        case Role.HOSPITAL:
            lines = _for_hospital(user, now)
        case Role.BPJS:
            lines = _for_bpjs(user, now)
        case _:
            return None
    return [line for line in (*lines, _drafts(user), _news(user, now)) if line.count]


def _for_officer(user: User, now: datetime) -> list[Waiting]:
    rows, files = reports.refused_rows(user, now=now)
    ready = reports.ready_to_enroll(user, on=timezone.localdate(now)).count()
    claims = reports.claims_by_status(user)
    batches = reports.batches_of(user)
    return [
        *_deadlines(user, now),
        _seen_again(user),
        _reviews(user, timezone.localdate(now)),
        _identities(user),
        _pairs(user),
        _gaps(user, timezone.localdate(now)),
        _claims(claims, ClaimStatus.SUSPECTED, "{} dugaan kecelakaan belum diarahkan", "Pilih rumah sakit", "bad"),
        _claims(claims, ClaimStatus.RETURNED, "{} klaim dikembalikan", "Rumah sakit melengkapinya", "info"),
        *_periodic(user, timezone.localdate(now)),
        _batches(batches, BatchStatus.RETURNED, "{} kelompok iuran dikembalikan", "Perbaiki, lalu kunci lagi", "warn"),
        _batches(batches, BatchStatus.DRAFT, "{} kelompok iuran masih draf", "Lengkapi, lalu kunci", "info"),
        Waiting(
            rows,
            f"{number_format(rows)} baris impor perlu diperbaiki",
            f"Dari {number_format(files)} berkas dalam 30 hari terakhir",
            reverse("workers:import_list"),
            "alert",
            "warn",
        ),
        Waiting(
            ready,
            f"{number_format(ready)} pekerja layak belum menjadi peserta",
            "Usulkan ke kelompok iuran",
            reverse("enrollment:batch_propose"),
            "stack",
            "info",
        ),
    ]


def _for_admin(user: User, now: datetime) -> list[Waiting]:
    claims = reports.claims_in_hand(user)
    batches = reports.batches_by_status(user)
    suspected = reports.claims_by_status(user)
    proposals = policies.to_sign(user, today=timezone.localdate(now))
    return [
        *_deadlines(user, now),
        _deaths(user),
        _seen_again(user),
        _reviews(user, timezone.localdate(now)),
        _identities(user),
        _pairs(user),
        _gaps(user, timezone.localdate(now)),
        _rechecks(user),
        *_doors(user, now),
        *_agreements(user, timezone.localdate(now)),
        _unusual(user, now),
        *_tokens(user, now),
        _claims(suspected, ClaimStatus.SUSPECTED, "{} dugaan kecelakaan belum diarahkan", "Pilih rumah sakit", "bad"),
        _batches(batches, BatchStatus.LOCKED, "{} kelompok iuran menunggu persetujuan", "Usulan petugas", "warn"),
        *_bills(user),
        *_proposals(user),
        _my_claims(claims, ClaimStatus.TREATED, "{} klaim menunggu pemeriksaan", "Tanda tangan pertama", "warn"),
        _my_claims(claims, ClaimStatus.VERIFIED, "{} klaim menunggu persetujuan", "Tanda tangan kedua", "warn"),
        _my_claims(claims, ClaimStatus.APPROVED, "{} klaim belum diteruskan", "Serahkan ke BPJS", "warn"),
        Waiting(
            proposals,
            f"{number_format(proposals)} kebijakan menunggu persetujuan",
            "Diusulkan admin lain; putuskan sebelum hari mulainya",
            reverse("policy_list"),
            "shield",
            "warn",
        ),
        *_periodic(user, timezone.localdate(now)),
    ]


def _for_hospital(user: User, now: datetime) -> list[Waiting]:
    claims = reports.claims_in_hand(user)
    transfers = reports.transfers_to_answer(user)
    return [
        Waiting(
            transfers,
            f"{number_format(transfers)} pindahan pasien menunggu jawaban",
            "Terima atau tolak",
            reverse("claims:transfer_list"),
            "right",
            "bad",
        ),
        _my_claims(claims, ClaimStatus.ROUTED, "{} pasien diarahkan ke sini", "Terima kasusnya", "bad"),
        _my_claims(claims, ClaimStatus.RETURNED, "{} klaim dikembalikan", "Lengkapi catatan perawatannya", "warn"),
        _my_claims(claims, ClaimStatus.ADMITTED, "{} kasus sedang dirawat", "Catat perawatan setelah selesai", "info"),
        *(_tokens(user, now) if user.is_lead else ()),
    ]


def _for_bpjs(user: User, now: datetime) -> list[Waiting]:
    batches = reports.batches_by_status(user)
    return [
        *_receipts(user, timezone.localdate(now)),
        _batches(batches, BatchStatus.APPROVED, "{} kelompok iuran siap diambil", "Ambil berkasnya", "warn"),
        _batches(batches, BatchStatus.SENT, "{} kelompok iuran belum dijawab", "Unggah berkas jawaban", "warn"),
    ]


def _deaths(user: User) -> Waiting:
    count = DeathReport.objects.visible_to(user).filter(status=DeathStatus.POSSIBLE).count()
    return Waiting(
        count,
        f"{number_format(count)} kematian mungkin ada santunannya",
        "Teruskan ke BPJS Ketenagakerjaan",
        f"{reverse('claims:death_list')}?status=possible",
        "file",
        "warn",
    )


def _seen_again(user: User) -> Waiting:
    """Persons who have left, and whose NIK somebody wanted to register (AC-D10). One leads to the person's page."""
    left = WorkerExit.objects.seen_again_for(user).order_by("seen_again_at")
    first = left.first()
    count = left.count() if first is not None else 0
    return Waiting(
        count,
        f"{number_format(count)} orang yang sudah keluar datang lagi",
        f"Alasan keluar yang pertama: {first.get_reason_display()}" if first is not None else "",
        reverse("workers:worker_detail", args=[first.worker_id]) if first is not None else "",
        "history",
        "warn",
    )


def _pairs(user: User) -> Waiting:
    """Records that may be one person; nobody gives both answers."""
    count = DuplicatePair.objects.waiting_for(user).count()
    return Waiting(
        count,
        f"{number_format(count)} dugaan pekerja ganda menunggu keputusan Anda",
        "Bandingkan kedua datanya",
        reverse("workers:pair_list"),
        "id",
        "info",
    )


def _reviews(user: User, on: date) -> Waiting:
    """Officers answer; admins decide on exits that were proposed. Nothing happens by itself when the day has passed."""
    rows = DesilReview.objects.waiting_for(user).aggregate(count=Count("pk"), due_on=Min("due_on"))
    count, due_on = rows["count"], rows["due_on"]
    decides = user.role == Role.ADMIN
    title = "{} usulan keluar karena desil menunggu keputusan" if decides else "{} peserta perlu ditelaah desilnya"
    return Waiting(
        count,
        title.format(number_format(count)),
        f"Masa tenggang yang terdekat sampai {date_format(due_on, 'j F Y')}" if due_on else "",
        f"{reverse('workers:review_list')}?status={ReviewStatus.PROPOSED if decides else ReviewStatus.OPEN}",
        "users",
        "bad" if due_on and due_on < on else "warn",
    )


def _identities(user: User) -> Waiting:
    """Proposals of others; nobody checks their own."""
    count = IdentityCorrection.objects.waiting_for(user).count()
    return Waiting(
        count,
        f"{number_format(count)} perbaikan identitas menunggu pemeriksaan",
        "Cocokkan isi baru dengan buktinya",
        f"{reverse('workers:identity_list')}?status=waiting",
        "edit",
        "warn",
    )


def _deadlines(user: User, now: datetime) -> list[Waiting]:
    near, past = reports.claims_near_deadline(user, now=now)
    url = reverse("claims:claim_list")
    return [
        Waiting(
            past,
            f"{number_format(past)} kasus melewati tenggat tahap I",
            "Belum diterima rumah sakit setelah 2 x 24 jam",
            f"{url}?clock=past",
            "clock",
            "bad",
        ),
        Waiting(
            near,
            f"{number_format(near)} kasus mendekati tenggat tahap I",
            "Sisa waktu kurang dari 24 jam",
            f"{url}?clock=near",
            "clock",
            "warn",
        ),
    ]


def _periodic(user: User, on: date) -> list[Waiting]:
    """Rest by the month and school by the year (rules B2, 7.4): what can be asked for, then what soon can."""
    titles = {
        InstalmentKind.REST: ("{} STMB bulanan dapat diajukan", "{} STMB bulanan segera dapat diajukan"),
        InstalmentKind.SCHOOL: ("{} beasiswa dapat diajukan", "{} beasiswa segera dapat diajukan lagi"),
    }
    due, coming = [], []
    for part in reports.instalments_to_ask(user, on=on):
        title, soon = titles[part.kind]
        url = f"{reverse('claims:instalment_list')}?kind={part.kind}"
        due.append(
            Waiting(part.open, title.format(number_format(part.open)), _since(part), url, "calendar", "warn"),
        )
        coming.append(
            Waiting(
                part.coming,
                soon.format(number_format(part.coming)),
                f"Mulai {date_format(part.first, 'j F Y')}" if part.first else "",
                f"{url}&state=coming",
                "calendar",
                "info",
            )
        )
    return [*due, *coming]


def _since(part: reports.Periodic) -> str:
    if part.until:
        return f"Paling lambat {date_format(part.until, 'j F Y')}"
    return f"Sejak {date_format(part.since, 'j F Y')}" if part.since else ""


def _gaps(user: User, on: date) -> Waiting:
    """From the first alarm day on, or as soon as more than the running month is not paid."""
    members, longest = reports.members_behind(user, on=on)
    pressing = longest > 1 or on.day >= ALARM_DAYS[0]
    return Waiting(
        members if pressing else 0,
        f"{number_format(members)} peserta belum lunas",
        f"Paling lama {longest} bulan berturut-turut; lihat yang hilang dan jumlah yang menyelamatkannya",
        reverse("enrollment:gap_list"),
        "clock",
        "bad" if longest > 1 else "warn",
    )


def _rechecks(user: User) -> Waiting:
    count = Recheck.objects.visible_to(user).waiting().count()
    title = f"{number_format(count)} cek ulang menunggu jawaban"
    return Waiting(
        count, title, "Rumah sakit meragukan jawaban portal", reverse("enrollment:recheck_list"), "help", "bad"
    )


def _doors(user: User, now: datetime) -> list[Waiting]:
    fresh, late = reports.doors_unreviewed(user, now=now)
    url = reverse("enrollment:door_list")
    late_words = "Setelah 10 hari pintu akun itu tertutup"
    return [
        Waiting(
            late, f"{number_format(late)} pintu darurat lewat seminggu tanpa tinjauan", late_words, url, "key", "bad"
        ),
        Waiting(fresh, f"{number_format(fresh)} pintu darurat belum ditinjau", "Tinjau minggu ini", url, "key", "warn"),
    ]


def _unusual(user: User, now: datetime) -> Waiting:
    count = count_unusual(user, now=now)
    title = f"{number_format(count)} akun rumah sakit mengecek dengan pola tidak biasa"
    return Waiting(count, title, "Dalam 7 hari terakhir", reverse("lookup_patterns"), "search", "warn")


def _tokens(user: User, now: datetime) -> list[Waiting]:
    ending, over = reports.tokens_running_out(user, now=now)
    url, words = reverse("enrollment:client_list"), "Buat token baru dan pasang di sistem rumah sakit"
    return [
        Waiting(over, f"{number_format(over)} sistem rumah sakit tokennya sudah berakhir", words, url, "key", "bad"),
        Waiting(
            ending, f"{number_format(ending)} sistem rumah sakit tokennya segera berakhir", words, url, "key", "warn"
        ),
    ]


def _agreements(user: User, on: date) -> list[Waiting]:
    ending, over = reports.agreements_running_out(user, on=on)
    url, cut_off = reverse("hospital_list"), "Rumah sakitnya tidak dapat mengecek dan menerima kasus"
    return [
        Waiting(over, f"{number_format(over)} perjanjian rumah sakit sudah berakhir", cut_off, url, "hospital", "bad"),
        Waiting(
            ending,
            f"{number_format(ending)} perjanjian rumah sakit segera berakhir",
            "Kurang dari 60 hari lagi",
            url,
            "hospital",
            "warn",
        ),
    ]


def _receipts(user: User, on: date) -> list[Waiting]:
    """The month that runs falls due (rule T1); the months before it are overdue."""
    missing = reports.months_without_receipt(user, on=on)
    url = reverse("enrollment:receipt_list")
    holidays = holidays_in_force()
    lines = []
    for month in missing:
        name = date_format(month, "F Y")
        due = contribution_due_on(month, holidays=holidays)
        lines.append(
            Waiting(
                1,
                f"Iuran {name} belum tercatat diterima",
                f"{'Jatuh tempo' if on <= due else 'Lewat jatuh tempo'} {date_format(due, 'j F Y')}",
                url,
                "receipt",
                "warn" if on <= due else "bad",
            )
        )
    return lines


def _drafts(user: User) -> Waiting:
    count = RegistrationDraft.objects.visible_to(user).count()
    return Waiting(
        count,
        f"{number_format(count)} pendaftaran belum selesai",
        "Lanjutkan dari langkah terakhir",
        reverse("workers:worker_search"),
        "user-plus",
        "info",
    )


def _news(user: User, now: datetime) -> Waiting:
    count = count_new(user, now=now)
    title = f"{number_format(count)} kabar baru"
    return Waiting(count, title, "Yang terjadi pada kasus yang Anda kerjakan", reverse("inbox_list"), "bell", "info")


def _claims(counts: dict[str, int], status: ClaimStatus, title: str, detail: str, tone: str) -> Waiting:
    url = f"{reverse('claims:claim_list')}?status={status}"
    count = counts.get(status, 0)
    return Waiting(count, title.format(number_format(count)), detail, url, "file", tone)


def _my_claims(counts: dict[str, int], status: ClaimStatus, title: str, detail: str, tone: str) -> Waiting:
    """Without those that wait for a colleague's signature."""
    line = _claims(counts, status, title, detail, tone)
    return replace(line, url=f"{line.url}&turn=mine")


def _batches(counts: dict[str, int], status: BatchStatus, title: str, detail: str, tone: str) -> Waiting:
    url = f"{reverse('enrollment:batch_list')}?status={status}"
    count = counts.get(status, 0)
    return Waiting(count, title.format(number_format(count)), detail, url, "stack", tone)


def _bills(user: User) -> list[Waiting]:
    """The months whose money waits for this admin: decisions, the second signature, the payment order."""
    open_ones = reports.bills_with_differences(user)
    differences = sum(bill.open_differences for bill in open_ones)
    closing, closed = (reports.bills_to_sign(user, status) for status in (BillStatus.CLOSING, BillStatus.CLOSED))
    what = "{} selisih tagihan belum diputuskan"
    return [
        _months(differences, open_ones, what, "Putuskan dibayar atau tidak", "warn"),
        _months(len(closing), closing, "{} penutupan bulan menunggu orang kedua", "Dengan selisih terbuka", "warn"),
        _months(len(closed), closed, "{} bulan iuran menunggu perintah bayar", "Catat nomor SP2D", "warn"),
    ]


def _months(count: int, bills: list[Bill], title: str, detail: str, tone: str) -> Waiting:
    """Leads to the month itself where it is the only one."""
    url = bills[0].get_absolute_url() if len(bills) == 1 else reverse("enrollment:month_list")
    return Waiting(count, title.format(number_format(count)), detail, url, "receipt", tone)


def _proposals(user: User) -> list[Waiting]:
    """Budgets, joint leave and file templates of other admins."""
    kinds = (
        (Budget, "{} anggaran menunggu persetujuan", "enrollment:budget_list"),
        (HolidayChange, "{} perubahan hari libur menunggu persetujuan", "enrollment:holiday_list"),
        (ExportTemplate, "{} format berkas menunggu persetujuan", "enrollment:template_list"),
    )
    counts = [model.objects.to_sign(user).count() for model, _, _ in kinds]
    return [
        Waiting(
            count,
            title.format(number_format(count)),
            "Diusulkan admin lain; Anda yang kedua",
            reverse(url),
            "shield",
            "warn",
        )
        for count, (_, title, url) in zip(counts, kinds, strict=True)
    ]
