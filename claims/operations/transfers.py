"""A case goes from one hospital to another: proposed by the one, answered by the other, each keeping its own part."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Hospital, User
from casework import audit
from claims import rules
from claims.models import Claim, Stay, Transfer
from claims.operations.estimates import recompute
from claims.operations.moves import locked, move
from claims.workflow import TRANSFER

PART = ("admitted_at", "care_from", "care_to", "outcome", "treatment", "cost")  # what one hospital records of a case
KEPT = 25  # parts that a list shows


@transaction.atomic
def propose_transfer(pk: int, *, by: User, hospital: Hospital, reason: str) -> Transfer:
    """Asks a hospital whose agreement is in force today to take the case over. Until it does, nothing changes."""
    claim = locked(pk, by)
    waiting = claim.transfers.open().select_related("to_hospital").first()
    allowed = rules.may_propose_transfer(claim, by, waiting=waiting) & rules.names_a_reason(reason)
    possible = rules.is_elsewhere(claim, hospital) & rules.may_receive(hospital, on=timezone.localdate())
    (allowed & possible).require()
    transfer = Transfer.objects.create(
        claim=claim,
        from_hospital=by.hospital,
        to_hospital=hospital,
        reason=reason,
        proposed_by=by,
        proposed_at=timezone.now(),
    )
    audit.record("claim.propose_transfer", claim, by=by, note=reason, facts={"to": hospital.name})
    return transfer


@transaction.atomic
def accept_transfer(number: str, *, by: User) -> Claim:
    """Takes the case over. What the hospital before recorded stays as its own part; here it begins anew.

    `number` is the claim's. Raises Transfer.DoesNotExist out of scope, or where nothing waits for an answer.
    """
    transfer, claim = _locked(number, by)
    (
        rules.may_accept_transfer(transfer, by) & rules.may_receive(transfer.to_hospital, on=timezone.localdate())
    ).require()
    now = timezone.now()
    Stay.objects.create(
        claim=claim,
        hospital=transfer.from_hospital,
        transfer=transfer,
        left_at=now,
        **{name: getattr(claim, name) for name in PART},
    )
    _answer(transfer, "accept", by=by)
    blank = {name: Claim._meta.get_field(name).get_default() for name in PART}
    note = f"Dari {transfer.from_hospital.name} ke {transfer.to_hospital.name}"
    claim = move(claim, "transfer", by=by, note=note, hospital=transfer.to_hospital, **blank)
    recompute(claim, by=by)
    return claim


@transaction.atomic
def refuse_transfer(number: str, *, by: User, note: str) -> Transfer:
    """The hospital that was asked says no, with the reason; the case stays where it is. Raises as accepting does."""
    transfer, claim = _locked(number, by)
    (rules.may_refuse_transfer(transfer, by) & rules.names_a_reason(note)).require()
    audit.record("claim.refuse_transfer", claim, by=by, note=note, facts={"by": transfer.to_hospital.name})
    return _answer(transfer, "refuse", by=by, answer=note)


@transaction.atomic
def withdraw_transfer(number: str, *, by: User) -> Transfer:
    """The hospital that asked takes it back. Raises as accepting does."""
    transfer, claim = _locked(number, by)
    rules.may_withdraw_transfer(transfer, by).require()
    audit.record("claim.withdraw_transfer", claim, by=by)
    return _answer(transfer, "withdraw", by=by)


@transaction.atomic
def view_transfer(number: str, *, by: User) -> Transfer:
    """The proposal that waits, for its page. Leaves `claim.view`: it shows the person. Raises as accepting does."""
    transfer = Transfer.objects.visible_to(by).open().with_list_data().get(claim__number=number)
    audit.record("claim.view", transfer.claim, by=by, note="Usulan pindahan")
    return transfer


@transaction.atomic
def view_stay(number: str, *, by: User) -> list[Stay]:
    """The parts that the user's own hospital keeps of a case it no longer has. Leaves `claim.view`.

    Raises Stay.DoesNotExist where there is none.
    """
    stays = list(Stay.objects.visible_to(by).filter(hospital=by.hospital_id, claim__number=number).with_list_data())
    if not stays:
        raise Stay.DoesNotExist
    audit.record("claim.view", stays[0].claim, by=by, note="Bagian rumah sakit sendiri")
    return stays


@transaction.atomic
def list_transfers(*, by: User) -> tuple[list[Transfer], list[Stay]]:
    """The proposals that wait, to and from the user's hospital, and the parts it keeps. Leaves `claim.list`."""
    transfers = list(Transfer.objects.visible_to(by).open().with_list_data())
    stays = list(Stay.objects.filter(hospital=by.hospital_id).with_list_data().order_by("-left_at", "-pk")[:KEPT])
    persons = [row.claim.worker_id for row in (*transfers, *stays)]
    audit.record("claim.list", by=by, persons=persons, facts={"terms": {"list": "pindahan"}})
    return transfers, stays


def _locked(number: str, by: User) -> tuple[Transfer, Claim]:
    """The claim first, as every other deed on it does; then the proposal, as it is by now."""
    asked = Transfer.objects.visible_to(by).open().get(claim__number=number)
    claim = Claim.objects.locked().get(pk=asked.claim_id)
    transfer = Transfer.objects.locked().select_related("from_hospital", "to_hospital").get(pk=asked.pk)
    transfer.claim = claim
    return transfer, claim


def _answer(transfer: Transfer, action: str, *, by: User, **fields: Any) -> Transfer:
    """Without an entry of its own: the deed on the claim is the one."""
    fields |= {"status": TRANSFER.moves[action].target, "answered_by": by, "answered_at": timezone.now()}
    for name, value in fields.items():
        setattr(transfer, name, value)
    transfer.save(update_fields=fields)
    return transfer
