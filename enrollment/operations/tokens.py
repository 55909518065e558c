"""A hospital's own system gets a token, gets another one, and is cut off."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Hospital, User
from accounts.roles import Role
from casework import audit
from enrollment import rules
from enrollment.enums import Accident, Purpose
from enrollment.models import ApiClient, ApiToken, CoverageCheck
from enrollment.operations.coverage import check_coverage

PREFIX = "jagai_"  # so that scanners for leaked secrets know one
NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def connect_system(
    *, by: User, hospital: Hospital, name: str, purposes: list[str], life: timedelta
) -> tuple[ApiToken, str]:
    """Lets a system of the hospital ask. Returns its first token, and what is shown of it this once."""
    Hospital.objects.select_for_update(no_key=True).get(pk=hospital.pk)
    taken = ApiClient.objects.filter(ended_at=None, account__hospital=hospital, account__name=name).exists()
    rules.may_connect(by, hospital_id=hospital.pk, purposes=purposes, taken=taken).require()
    account = User(
        email=f"{secrets.token_hex(8)}@sistem.invalid",
        name=name,
        role=Role.HOSPITAL,
        hospital=hospital,
        is_system=True,
        invited_by=by,
    )
    account.set_unusable_password()
    account.save()
    client = ApiClient.objects.create(account=account, purposes=purposes, made_by=by, made_at=timezone.now())
    token, secret = _new_token(client, by=by, life=life)
    facts = {"hospital": hospital.pk, "purposes": purposes, "ends_at": token.ends_at, "token": token.pk}
    audit.record("api_client.connect", client, by=by, note=name, facts=facts)
    return token, secret


@transaction.atomic
def renew_token(pk: int, *, by: User, life: timedelta, overlap: timedelta) -> tuple[ApiToken, str]:
    """A new token beside those there are, which go on for the overlap at most. Returns it as connect_system does.

    Raises ApiClient.DoesNotExist outside the user's scope.
    """
    client = _changeable(pk, by)
    now = timezone.now()
    client.tokens.filter(ends_at__gt=now + overlap).update(ends_at=now + overlap)
    token, secret = _new_token(client, by=by, life=life)
    facts = {"ends_at": token.ends_at, "others_end_at": now + overlap, "token": token.pk}
    audit.record("api_client.renew", client, by=by, facts=facts)
    return token, secret


@transaction.atomic
def end_client(pk: int, *, by: User, note: str) -> ApiClient:
    """Cuts a system off at once. Raises ApiClient.DoesNotExist outside the user's scope."""
    client = _changeable(pk, by)
    client.ended_by, client.ended_at = by, timezone.now()
    client.save(update_fields=["ended_by", "ended_at"])
    client.tokens.filter(ends_at__gt=client.ended_at).update(ends_at=client.ended_at)
    audit.record("api_client.end", client, by=by, note=note)
    return client


def enter_by_token(secret: str) -> ApiToken:
    """Who shows this token, with client, account and hospital. Raises Refused. Notes the use."""
    now = timezone.now()
    known = ApiToken.objects.select_related("client__account__hospital").filter(digest=_digest(secret)).first()
    rules.may_enter_by_token(known, now=now).require()
    unnoted = Q(used_at=None) | Q(used_at__lte=now - NOTED_EVERY)
    ApiToken.objects.filter(unnoted, pk=known.pk).update(used_at=now)
    return known


@transaction.atomic
def refuse_caller(*, by: User | None, page: str, reason: str) -> None:
    """Leaves on the trail that a system was turned away; by nobody where its token is not known."""
    audit.record("api_client.deny", by=by, facts={"page": page, "reason": reason})


def check_by_token(
    client: ApiClient,
    *,
    event_at: datetime,
    purpose: Purpose,
    accident: Accident,
    question: str = "",
    name: str = "",
    birth_on: date | None = None,
) -> CoverageCheck:
    """The desk's own question and answer (operations.check_coverage), asked by a system."""
    allowed = rules.may_ask_for(client, purpose)
    if not allowed:
        refuse_caller(by=client.account, page="api", reason="purpose_not_allowed")
        allowed.require()
    return check_coverage(
        by=client.account,
        question=question,
        name=name,
        birth_on=birth_on,
        event_at=event_at,
        purpose=purpose,
        accident=accident,
    )


def _new_token(client: ApiClient, *, by: User, life: timedelta) -> tuple[ApiToken, str]:
    secret, now = f"{PREFIX}{secrets.token_urlsafe(32)}", timezone.now()
    token = ApiToken.objects.create(
        client=client, digest=_digest(secret), tail=secret[-4:], made_by=by, made_at=now, ends_at=now + life
    )
    return token, secret


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _changeable(pk: int, by: User) -> ApiClient:
    client = ApiClient.objects.visible_to(by).locked().select_related("account").get(pk=pk)
    rules.may_change_client(client, by).require()
    return client
