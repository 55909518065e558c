"""Persons who do not exist, one in every kecamatan, whose names must never appear to others.

They live in one transaction that is always rolled back: planted, looked for through the real addresses as each kind of
user, and gone. So they are never enrolled, counted, exported or left behind, and the looking leaves no trail.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import uuid4

from allauth.core import ratelimit
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from django.utils import timezone

from accounts.models import Hospital, User
from accounts.roles import Role
from claims.enums import ClaimStatus
from claims.models import Claim
from enrollment.enums import Package, Payer
from enrollment.models import Batch, BatchLine, file_of
from regions.models import Region, RegionLevel
from workers.enums import ImportStatus, Sex
from workers.models import ImportFinding, Occupation, RegistryImport, Worker

LIMITED = ("person", "search", "export")  # of ACCOUNT_RATE_LIMITS, where pages are counted by user
TOO_MANY = 429


@dataclass(frozen=True)
class Canary:
    """One invented person with a row of each kind, and where these have pages."""

    worker: Worker
    hospital: Hospital
    keys: tuple[dict, ...]  # arguments with which an address may lead to one of the rows

    def is_in(self, text: str) -> bool:
        """Whether name or NIK stand in a page, however they are spaced."""
        squeezed = "".join(text.split())
        return self.worker.nik in squeezed or "".join(self.worker.name.split()) in squeezed


@dataclass(frozen=True)
class Caller:
    """Somebody who looks, and whose canaries they may find."""

    words: str
    user: User | None
    may_see: frozenset[str]  # names


@dataclass(frozen=True)
class Finding:
    caller: str
    address: str
    what: str

    def __str__(self) -> str:
        return f"{self.caller}, {self.address}: {self.what}"


def check() -> tuple[int, list[Finding]]:
    """How many pages were looked at, and every one that showed a canary to somebody else or broke.

    Raises Region.DoesNotExist before the regions are loaded. Nothing of it is kept.
    """
    with transaction.atomic(), _quietly():
        try:
            canaries = _plant()
            pages, findings = 0, []
            for caller in _callers(canaries):
                for address, findings_here in _look(caller, canaries):
                    pages += 1
                    findings += [Finding(caller.words, address, what) for what in findings_here]
        finally:
            transaction.set_rollback(True)
    return pages, findings


def _plant() -> list[Canary]:
    token = secrets.token_hex(4)
    hospitals = [
        Hospital.objects.create(number=number, name=f"RS Kenari {number}") for number in _free_numbers(Hospital, 2)
    ]
    admin = _user("admin", Role.ADMIN)
    occupation = Occupation.objects.first() or Occupation.objects.create(
        code="KNR", name=f"Kenari {token}", category="informal", sector="other"
    )
    kecamatan = list(Region.objects.filter(level=RegionLevel.KECAMATAN))
    if not kecamatan:
        raise Region.DoesNotExist("No kecamatan is loaded: manage.py load_regions.")
    return [
        _canary(place, number, token, hospital=hospitals[number % 2], admin=admin, occupation=occupation)
        for number, place in enumerate(kecamatan)
    ]


def _canary(
    kecamatan: Region, number: int, token: str, *, hospital: Hospital, admin: User, occupation: Occupation
) -> Canary:
    now = timezone.now()
    by = _user(f"pendaftar {kecamatan.code}", Role.OFFICER, region=kecamatan)
    worker = Worker.objects.create(
        nik=f"{kecamatan.code_plain}000000{9000 + number}",  # the date 00-00-00: nobody's
        name=f"Kenari {token}{number:02d}",
        birth_on=date(1990, 1, 1),
        sex=Sex.FEMALE,
        kelurahan=kecamatan.children.first(),
        occupation=occupation,
        registered_by=by,
    )
    upload = RegistryImport.objects.create(
        name="kenari.csv", sha256="", path="", posting=kecamatan, status=ImportStatus.DONE, uploaded_by=by
    )
    ImportFinding.objects.create(
        registry_import=upload,
        row=2,
        column="nik",
        code="nik_registered",
        value=f"{worker.nik} {worker.name}",
    )
    batch = Batch.objects.create(
        number=f"0000-{number:05d}",
        region=kecamatan,
        package=Package.JKK_JKM,
        payer=Payer.APBD,
        start_month=date(2026, 12, 1),
        proposed_by=by,
    )
    BatchLine.objects.create(batch=batch, number=1, worker=worker, monthly_amount=0, facts=_facts(worker))
    claim = Claim.objects.create(
        number=f"0000-{number:05d}",
        worker=worker,
        hospital=hospital,
        status=ClaimStatus.ROUTED,
        submission_key=uuid4(),
        accident_at=now - timedelta(hours=5),
        place="Kenari",
        cause="Kenari",
        chronology=worker.name,
        informant_name=worker.name,
        informant_phone="0800000000",
        reported_by=by,
    )
    keys = ({"pk": worker.pk}, {"pk": upload.pk}, {"pk": by.pk}, {"number": batch.number}, {"number": claim.number})
    return Canary(worker, hospital, keys)


def _facts(worker: Worker) -> dict:
    """A batch line's facts in the form in which a lock freezes them, as far as pages show them."""
    return {"file": file_of(worker), "eligibility": {"by_office": True}, "contribution": []}


def _callers(canaries: list[Canary]) -> Iterator[Caller]:
    """Everybody who must not see some of them. An admin may see all; an auditor may see all names."""
    yield Caller("tanpa masuk", None, frozenset())
    for canary in canaries:
        kecamatan = canary.worker.kelurahan.parent
        user = _user(f"petugas {kecamatan.code}", Role.OFFICER, region=kecamatan)
        yield Caller(f"petugas {kecamatan}", user, frozenset({canary.worker.name}))
    neighbour = canaries[0].worker.kelurahan.parent.children.exclude(pk=canaries[0].worker.kelurahan_id).first()
    if neighbour is not None:
        yield Caller(f"petugas {neighbour}", _user("petugas sebelah", Role.OFFICER, region=neighbour), frozenset())
    for hospital in {canary.hospital for canary in canaries}:
        own = frozenset(canary.worker.name for canary in canaries if canary.hospital == hospital)
        yield Caller(f"staf {hospital}", _user(f"staf {hospital.pk}", Role.HOSPITAL, hospital=hospital), own)
    yield Caller("petugas BPJS", _user("bpjs", Role.BPJS), frozenset())


def _look(caller: Caller, canaries: list[Canary]) -> Iterator[tuple[str, list[str]]]:
    host = settings.ALLOWED_HOSTS[0].lstrip(".")
    client = Client(raise_request_exception=False, headers={"host": host})
    if caller.user is not None:
        client.force_login(caller.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    for address in _addresses(canaries):
        with transaction.atomic():
            response = client.get(address, secure=True)
            text = response.getvalue().decode(errors="replace")
        if caller.user is not None:  # what is refused for haste shows nothing, and no leak would be found there
            for action in LIMITED:
                ratelimit.clear(response.wsgi_request, action=action, user=caller.user)
        found = [
            f"menampilkan {canary.worker.name}"
            for canary in canaries
            if canary.worker.name not in caller.may_see and canary.is_in(text) and canary.worker.name not in address
        ]
        unseen = response.status_code == TOO_MANY or response.status_code >= 500
        yield address, found + ["halaman gagal"] * unseen


def _addresses(canaries: list[Canary]) -> list[str]:
    """Every address of the portal that can be reached by GET: plain, with a search for a name, and of each row."""
    names = sorted(_names(get_resolver()))
    plain = [reverse(name) for name in names if _has_address(name, {})]
    searched = [f"{address}?{urlencode({'q': 'Kenari', 'name': 'Kenari'})}" for address in plain]
    rows = [
        reverse(name, kwargs=key)
        for canary in canaries
        for key in canary.keys
        for name in names
        if _has_address(name, key)
    ]
    return plain + searched + rows


def _has_address(name: str, key: dict) -> bool:
    try:
        reverse(name, kwargs=key)
    except NoReverseMatch:
        return False
    return True


def _names(resolver, namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"
        else:
            yield from _names(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)


def _user(words: str, role: Role, **place) -> User:
    """With a password that nobody knows: pages ask whether there is one."""
    address = f"{secrets.token_hex(8)}@kenari.invalid"
    return User.objects.create_user(address, secrets.token_hex(32), name=f"Uji {words}", role=role, **place)


def _free_numbers(model, count: int) -> range:
    last = model.objects.order_by("-number").values_list("number", flat=True).first() or 0
    return range(last + 1, last + 1 + count)


@contextmanager
def _quietly() -> Iterator[None]:
    """Thousands of refusals are the point here, not news for the log."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
