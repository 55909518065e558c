"""Cases that are under way, made by the real operations, so that each has its real trail."""

import csv
import io
import random
import uuid
from datetime import date, datetime, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts import operations as accounts
from accounts.models import Hospital, User
from claims import operations as claims
from claims.benefits import Trip
from claims.enums import Outcome, TransportMode
from claims.models import Claim
from claims.triage import Triage
from enrollment import operations as enrollment
from enrollment.enums import Package, Payer, Purpose
from enrollment.models import Batch, CoverageCheck, Membership
from enrollment.rules import CITY_BASE, first_of_month, month_after
from monitoring import reports
from monitoring.demo.history import GAP
from regions.models import Region, RegionLevel
from workers import operations as registry
from workers.enums import MAXIMUM_DESIL, ImportKind
from workers.models import DesilRecord, Policy, Worker
from workers.registry_file import COLUMNS

LATER_PARTNER = 3  # the number of its row in hospitals.csv
NOBODY = "7371090000000000"  # a NIK with date digits 000000 and serial 0000
IN_TRAFFIC = Triage(at_work=True, in_traffic=True, is_single_vehicle=False)
AT_WORK = Triage(at_work=True, in_traffic=False)
ACCIDENTS = (  # place, cause, chronology, what the reporter knew
    (
        "Jl. Urip Sumoharjo",
        "Terserempet mobil",
        "Mengantar penumpang, lalu terserempet mobil dari kiri dan jatuh.",
        IN_TRAFFIC,
    ),
    (
        "Pelabuhan Paotere",
        "Tertimpa muatan",
        "Mengangkat karung dari perahu, karung teratas jatuh mengenai kaki.",
        AT_WORK,
    ),
    (
        "Pasar Terong",
        "Terpeleset",
        "Membawa keranjang ikan, terpeleset di lantai basah, pergelangan tangan bengkak.",
        Triage(in_traffic=False),
    ),
    (
        "Proyek rumah di Antang",
        "Jatuh dari tangga",
        "Memasang rangka atap, anak tangga patah, jatuh dari dua meter.",
        AT_WORK,
    ),
    (
        "Warung sendiri",
        "Tersiram air panas",
        "Mengangkat panci kuah, pegangannya lepas, air panas mengenai lengan.",
        AT_WORK,
    ),
    ("TPA Tamangapa", "Tertusuk besi", "Memilah barang bekas, telapak kaki tertusuk besi berkarat.", AT_WORK),
)
TO_HOSPITAL = Trip(TransportMode.LAND, 150_000)
HANDED_BACK = "Satu pekerja sudah pindah kota. Keluarkan dulu, lalu kunci lagi."
MOVES = {0: 3, 5: -2}  # every so many families of twelve
REJECTED = "Ditolak: nomor KK tiga pekerja belum cocok. Perbaiki, lalu usulkan lagi."


def hand_in(users: dict[str, User], *, listed: list[Worker], single: Worker) -> None:
    """One officer uploads a list in which some rows are wrong; another registers one worker by hand."""
    by = users["petugas.panakkukang"]
    upload = registry.import_registry(
        by=by, content=ContentFile(_registry_file(listed)), name="daftar-panakkukang.csv", posting=by.region
    )
    registry.check_import(upload.pk, by=by)
    registry.accept_import(upload.pk, by=by)
    registry.store_import(upload.pk)
    registry.search_import(upload.pk)
    registry.register_worker(
        by=users["petugas.tamalate"],
        nik=single.nik,
        name=single.name,
        birth_on=single.birth_on,
        sex=single.sex,
        kelurahan=single.kelurahan,
        occupation=single.occupation,
        family_card_number=single.family_card_number,
        birth_place=single.birth_place,
        address=single.address,
        rt=single.rt,
        rw=single.rw,
        income=single.income,
        phone=single.phone,
        nik_confirmed=True,  # serial 0000 is asked about
    )


def bring_release(users: dict[str, User], *, policy: Policy, today: date) -> None:
    """The next DTSEN release has come: checked, and waiting for somebody to look at who would move and accept it."""
    by, city = users["petugas.kota"], Region.objects.get(level=RegionLevel.CITY)
    year, number = map(int, policy.release.split("-"))
    name = f"{year}-{number + 1}" if number < 4 else f"{year + 1}-1"
    registry.receive_release(by=by, name=name, source=f"Contoh DTSEN {name}", received_on=today)
    known = DesilRecord.objects.filter(release=policy.release).order_by("family_card_number")
    lines = ["no_kk,desil"]
    for place, (card, desil) in enumerate(known.values_list("family_card_number", "desil")):
        if place % 23:  # the others are gone
            lines.append(f"{card},{min(max(desil + MOVES.get(place % 12, 0), 1), MAXIMUM_DESIL)}")
    upload = registry.import_registry(
        by=by,
        content=ContentFile("\n".join(lines).encode()),
        name=f"dtsen-{name}.csv",
        posting=city,
        release=name,
        kind=ImportKind.FAMILIES,
    )
    registry.check_import(upload.pk, by=by)


def open_batches(users: dict[str, User], *, today: date) -> None:
    """One batch in every state that waits for somebody, or that was stopped, for the month to come."""
    panakkukang, tamalate, city = users["petugas.panakkukang"], users["petugas.tamalate"], users["petugas.kota"]
    first, second, bpjs = users["admin.satu"], users["admin.dua"], users["bpjs"]

    _propose(panakkukang, 3, today)

    approved = _propose(tamalate, 3, today)
    enrollment.approve_batch(approved.pk, by=second)

    sent = _propose(city, 6, today)
    enrollment.approve_batch(sent.pk, by=first)
    enrollment.send_batch(sent.pk, by=bpjs)

    answered = _propose(city, 5, today, package=Package.JKK_JKM_JHT)
    enrollment.approve_batch(answered.pk, by=first, note="Sesuai daftar kecamatan.")
    enrollment.send_batch(answered.pk, by=bpjs)
    enrollment.read_reply(answered.pk, by=bpjs, file=ContentFile(_reply(answered, today), "jawaban-contoh.csv"))

    _propose(panakkukang, 2, today, draft=True)

    returned = _propose(city, 2, today)
    enrollment.hand_back_batch(returned.pk, by=first, note=HANDED_BACK)

    rejected = _propose(city, 3, today)
    enrollment.reject_batch(rejected.pk, by=second, note=REJECTED)

    withdrawn = _propose(tamalate, 2, today)
    enrollment.withdraw_batch(withdrawn.pk, by=tamalate, note="Bulan pertamanya keliru.")


def checks_and_claims(users: dict[str, User], *, rng: random.Random, now: datetime) -> None:
    """Coverage checks with each of the three answers, and a claim in every status."""
    desk = users["rs.primaya"]
    today = timezone.localdate(now)
    members = _long_members(today)

    _answers_that_are_not_active(desk, today=today, now=now)

    for days, steps in enumerate(("", "a", "at", "atv", "atr", "atvp", "atvpf"), start=1):
        worker = members.pop()
        accident_at = _afternoon(now, days=days * 5 - 4)
        check = _ask(desk, worker, accident_at)
        claim = _report(desk, rng, accident_at, check=check.number)
        outcome = (
            Outcome.STILL_TREATED if steps == "at" else rng.choice((Outcome.RECOVERED, Outcome.PARTIAL_ANATOMICAL))
        )
        _carry(claim, steps, outcome=outcome, users=users)
        if "p" in steps:  # the longest ago: a month of rest is over
            claims.estimate_claim(
                claim.pk, by=users["petugas.kota"], base=CITY_BASE, transport=(TO_HOSPITAL,), rest_months=2
            )

    for officer, hours, deed in (
        ("petugas.panakkukang", 30, ""),
        ("petugas.tamalate", 130, ""),
        ("petugas.tamalate", 70, "withdraw"),
        ("petugas.kota", 8, "route"),
    ):
        by = users[officer]
        worker = next(worker for worker in members if worker.kelurahan_id.startswith(by.region_id))
        members.remove(worker)
        claim = _report(by, rng, now - timedelta(hours=hours), worker=worker.pk)
        if deed == "route":
            claims.route_claim(claim.pk, by=by, hospital=desk.hospital)
        if deed == "withdraw":
            claims.withdraw_claim(claim.pk, by=by, note="Kejadiannya bukan pada waktu bekerja.")


def desk_life(users: dict[str, User], *, now: datetime) -> None:
    """An opening of the emergency door that waits for its review, and an agreement that needs renewing."""
    today = timezone.localdate(now)
    unconscious = _long_members(today)[0]
    enrollment.open_door(
        by=users["rs.primaya"],
        name=unconscious.name,
        birth_year=unconscious.birth_on.year,
        event_at=now - timedelta(hours=1),
        reason="Pasien tidak sadar, tanpa KTP dan tanpa kartu, diantar warga.",
    )
    accounts.record_agreement(
        Hospital.objects.get(number=LATER_PARTNER).pk,
        by=users["admin.satu"],
        title="Perjanjian kerja sama contoh",
        source="Data contoh",
        scope="Rawat jalan dan rawat inap kecelakaan kerja.",
        signatories="Direktur rumah sakit contoh\nKepala cabang BPJS Ketenagakerjaan contoh",
        starts_on=today - timedelta(days=325),
        last_day=today + timedelta(days=40),
    )


def _registry_file(people: list[Worker]) -> bytes:
    """Their rows, and after them the first one again with a fault in each."""
    rows = [_registry_row(worker) for worker in people]
    first = rows[0]
    rows += [
        {**first, "nik": first["nik"][:15]},
        {**first, "nik": f"{first['nik'][:6]}4101900000", "tanggal_lahir": "31-02-1990"},
        {
            **first,
            "nik": f"{first['nik'][:6]}0202910000",
            "tanggal_lahir": "02-02-1991",
            "kode_kelurahan": "7371101002",
        },
        {**first, "nik": f"{first['nik'][:6]}0303920000", "tanggal_lahir": "03-03-1992", "pekerjaan": "Astronot"},
    ]
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def _registry_row(worker: Worker) -> dict[str, str]:
    return {
        "nik": worker.nik,
        "no_kk": worker.family_card_number,
        "nama": worker.name.upper(),
        "jenis_kelamin": worker.sex,
        "tempat_lahir": worker.birth_place,
        "tanggal_lahir": f"{worker.birth_on:%d-%m-%Y}",
        "alamat": worker.address,
        "rt": worker.rt,
        "rw": worker.rw,
        "kode_kelurahan": worker.kelurahan.code_plain,
        "kelurahan": worker.kelurahan.name,
        "kecamatan": "",
        "pekerjaan": worker.occupation.name,
        "pendapatan": str(worker.income or ""),
        "desil": "",
        "no_hp": worker.phone,
    }


def _propose(by: User, count: int, today: date, *, package: Package = Package.JKK_JKM, draft: bool = False) -> Batch:
    ready = reports.ready_to_enroll(by, on=today).order_by("pk").values_list("pk", flat=True)
    return enrollment.propose_batch(
        by=by,
        package=package,
        payer=Payer.APBD,
        start_month=month_after(first_of_month(today)),
        workers=list(ready[:count]),
        draft=draft,
    )


def _reply(batch: Batch, today: date) -> bytes:
    """What BPJS Ketenagakerjaan would send: one rejection, numbers for the others."""
    rows = ["nik,nomor_peserta,mulai_perlindungan,tanggal_jawaban,alasan_penolakan"]
    for line in batch.lines.order_by("number"):
        nik = line.facts["file"]["nik"]
        if line.number == 1:
            rows.append(f"{nik},,,{today:%d-%m-%Y},Sudah peserta penerima upah")
        else:
            rows.append(f"{nik},0099{line.number:07d},{batch.start_month:%d-%m-%Y},{today:%d-%m-%Y},")
    return "\n".join(rows).encode()


def _long_members(today: date) -> list[Worker]:
    """Members of three months and more who are paid for, in an order that a seed gives."""
    running = Membership.objects.filter(
        period__startswith__lte=today - timedelta(days=100),
        period__endswith=None,
        contributions__month=first_of_month(today),
        worker__kelurahan__isnull=False,
    )
    return list(Worker.objects.filter(memberships__in=running).order_by("pk"))


def _answers_that_are_not_active(desk: User, *, today: date, now: datetime) -> None:
    ended = Membership.objects.filter(period__endswith__lte=today).order_by("worker").first()
    unpaid = Membership.objects.filter(period__startswith__lt=_gap(today), period__endswith=None)
    newcomers = Worker.objects.filter(memberships__period__startswith__gt=today)
    newcomer = newcomers.exclude(memberships__period__startswith__lte=today).order_by("pk").first()
    never = Worker.objects.filter(memberships=None, batch_lines=None).order_by("pk").first()
    yesterday = _afternoon(now, days=1)
    _ask(desk, ended.worker, yesterday)
    _ask(desk, unpaid.order_by("worker").first().worker, _afternoon(now, days=(today - _gap(today)).days - 9))
    _ask(desk, newcomer, yesterday)
    _ask(desk, never, yesterday)
    enrollment.check_coverage(by=desk, question=NOBODY, event_at=yesterday, purpose=Purpose.REFERRAL)


def _gap(today: date) -> date:
    month = first_of_month(today)
    for _ in range(GAP):
        month = first_of_month(month - timedelta(days=1))
    return month


def _ask(by: User, worker: Worker, event_at: datetime) -> CoverageCheck:
    return enrollment.check_coverage(by=by, question=worker.nik, event_at=event_at, purpose=Purpose.EMERGENCY)


def _report(by: User, rng: random.Random, accident_at: datetime, **person) -> Claim:
    place, cause, chronology, triage = rng.choice(ACCIDENTS)
    return claims.report_claim(
        by=by,
        submission_key=uuid.UUID(int=rng.getrandbits(128), version=4),
        accident_at=accident_at,
        place=place,
        cause=cause,
        chronology=chronology,
        triage=triage,
        informant_name="Keluarga pekerja",
        informant_phone=f"0810{rng.randint(0, 9_999_999):07d}",
        **person,
    )


def _carry(claim: Claim, steps: str, *, outcome: Outcome, users: dict[str, User]) -> None:
    """a admit, t treat, v verify, r send back, p approve, f forward."""
    desk = users["rs.primaya"]
    for step in steps:
        claim = Claim.objects.get(pk=claim.pk)
        match step:
            case "a":
                claims.admit_claim(claim.pk, by=desk)
            case "t":
                care_to = None if outcome == Outcome.STILL_TREATED else claim.accident_on + timedelta(days=2)
                claims.treat_claim(
                    claim.pk,
                    by=desk,
                    care_from=claim.accident_on,
                    care_to=care_to and min(care_to, timezone.localdate()),
                    outcome=outcome,
                    treatment="Luka dibersihkan, diperiksa dengan rontgen, dan dirawat.",
                    cost=1_850_000,
                )
            case "v":
                claims.verify_claim(claim.pk, by=users["admin.satu"], seen=claim.revision)
            case "r":
                claims.send_back_claim(claim.pk, by=users["admin.dua"], note="Biaya belum dirinci.")
            case "p":
                claims.approve_claim(claim.pk, by=users["admin.dua"], seen=claim.revision)
            case "f":
                claims.forward_claim(claim.pk, by=users["admin.satu"], reference=f"TT-JKK/{claim.number}")


def _afternoon(now: datetime, *, days: int) -> datetime:
    return timezone.localtime(now - timedelta(days=days)).replace(hour=13, minute=40, second=0, microsecond=0)
