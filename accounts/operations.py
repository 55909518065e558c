"""Accounts are opened by invitation, changed by their keeper and ended, never deleted. Hospitals ask and treat under
agreements, which are recorded and ended here.

Whatever changes role, place or life of an account ends its sessions at the next page (User._get_session_auth_hash).
"""

from __future__ import annotations

from datetime import date, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from psycopg2.extras import DateRange

from accounts import rules
from accounts.models import AgreementDocument, CooperationAgreement, Hospital, User
from accounts.roles import Role
from casework import audit
from casework.uploads import Accepted, kept
from regions.models import Region

INVITATION = """{name}, Anda mendapat akun Jagai sebagai {role} ({place}).

Buka tautan ini untuk membuat kata sandi. Tautannya hanya untuk Anda, berlaku satu kali selama 48 jam:

{link}

Tautan sudah lewat waktunya? Minta pengelola akun mengirimnya lagi.

Jagai, Pemerintah Kota Makassar"""

RESET = """Seseorang meminta kata sandi baru untuk akun Jagai dengan surel ini.

Buka tautan berikut untuk membuatnya. Tautannya berlaku satu kali selama 48 jam:

{link}

Bukan Anda yang meminta? Abaikan surat ini: kata sandi Anda tidak berubah.

Jagai, Pemerintah Kota Makassar"""


@transaction.atomic
def invite_account(
    *,
    email: str,
    name: str,
    role: str,
    by: User,
    region: Region | None = None,
    hospital: Hospital | None = None,
    is_lead: bool = False,
    valid_until: date | None = None,
) -> User:
    """Opens an account without a password and mails the link with which its owner makes one."""
    taken = User.objects.filter(email__iexact=email).exists()
    hospital_id = None if hospital is None else hospital.pk
    rules.may_invite(by, role=role, hospital_id=hospital_id, is_lead=is_lead, taken=taken).require()
    account = User.objects.create_user(
        email,
        name=name,
        role=role,
        region=region,
        hospital=hospital,
        is_lead=is_lead,
        valid_until=valid_until,
        invited_by=by,
    )
    audit.record("account.invite", account, by=by, facts=_posting(account))
    _send_invitation(account)
    return account


@transaction.atomic
def resend_invitation(pk: int, *, by: User) -> User:
    """A new link for whoever let the first one pass. Refused once the account has a password."""
    account = _changeable(pk, by)
    rules.may_resend(account).require()
    audit.record("account.resend", account, by=by)
    _send_invitation(account)
    return account


@transaction.atomic
def end_account(pk: int, *, by: User, note: str) -> User:
    account = _changeable(pk, by)
    account.is_active = False
    account.ended_by = by
    account.ended_at = timezone.now()
    account.save()
    audit.record("account.end", account, by=by, note=note)
    return account


@transaction.atomic
def reopen_account(pk: int, *, by: User, valid_until: date | None, note: str) -> User:
    """Gives an ended account back, without its old password and factors: the owner starts by a new invitation."""
    account = User.objects.visible_to(by).locked().get(pk=pk)
    (rules.may_reopen(account, by) & rules.may_last(until=valid_until, on=timezone.localdate())).require()
    account.is_active = True
    account.ended_by = account.ended_at = None
    account.valid_until = valid_until
    account.set_unusable_password()
    account.save()
    Authenticator.objects.filter(user=account).delete()
    audit.record("account.reopen", account, by=by, note=note, facts=_posting(account))
    _send_invitation(account)
    return account


@transaction.atomic
def extend_account(pk: int, *, by: User, valid_until: date | None) -> User:
    """Moves the last day, or takes it away with None."""
    account = _changeable(pk, by)
    rules.may_last(until=valid_until, on=timezone.localdate()).require()
    account.valid_until = valid_until
    account.save()
    audit.record("account.extend", account, by=by, facts={"valid_until": valid_until})
    return account


@transaction.atomic
def move_account(pk: int, *, by: User, role: str, region: Region | None, hospital: Hospital | None, note: str) -> User:
    """Another role or place for the same person. What was done before keeps the old one in the trail."""
    account = _changeable(pk, by)
    places = {"region_id": region and region.pk, "hospital_id": hospital and hospital.pk}
    rules.may_move(account, by, role=role, **places).require()
    before = _posting(account)
    account.role, account.region, account.hospital, account.is_lead = role, region, hospital, False
    account.save()
    audit.record("account.move", account, by=by, note=note, facts={"before": before, **_posting(account)})
    return account


@transaction.atomic
def remove_factors(pk: int, *, by: User, note: str) -> User:
    """For who lost phone and codes. The note says how the keeper made sure who is asking (ASVS 6.4.4)."""
    account = _changeable(pk, by)
    count, _ = Authenticator.objects.filter(user=account).delete()
    account.sessions_ended_at = timezone.now()
    account.save()
    audit.record("account.remove_factors", account, by=by, note=note, facts={"count": count})
    return account


@transaction.atomic
def end_sessions(pk: int, *, by: User, note: str) -> User:
    """Logs the account out everywhere."""
    account = _changeable(pk, by)
    account.sessions_ended_at = timezone.now()
    account.save()
    audit.record("account.end_sessions", account, by=by, note=note)
    return account


@transaction.atomic
def end_all_sessions(*, by: User, note: str) -> int:
    """Logs everybody out, also the one who asks: for the hour in which a break-in is found. Returns the accounts."""
    rules.may_end_all_sessions(by).require()
    count = User.objects.update(sessions_ended_at=timezone.now())
    audit.record("account.end_all_sessions", by=by, note=note, facts={"count": count})
    return count


@transaction.atomic
def end_device(pk: int, *, by: User) -> None:
    """Ends one of the user's own sessions."""
    session = UserSession.objects.get(pk=pk, user=by)
    session.end()
    audit.record("account.end_device", by, by=by)


@transaction.atomic
def end_other_devices(*, by: User, current: str) -> int:
    """Ends the user's own sessions but that with the session key `current`. Returns how many."""
    others = UserSession.objects.filter(user=by).exclude(session_key=current)
    count = len(others)
    for session in others:
        session.end()
    audit.record("account.end_device", by, by=by, facts={"count": count})
    return count


@transaction.atomic
def invite_first_admin(*, email: str, name: str) -> User:
    """The account with which a new portal begins; from then on admins invite. Refused while an admin is alive."""
    rules.may_begin(admins=User.objects.filter(role=Role.ADMIN).alive(timezone.localdate()).count()).require()
    account = User.objects.create_user(email, name=name, role=Role.ADMIN)
    audit.record("account.invite", account, by=None, facts=_posting(account))
    _send_invitation(account)
    return account


@transaction.atomic
def send_reset_letter(email: str) -> None:
    """The link for a new password, where the address belongs to a living account; a stranger gets nothing."""
    account = User.objects.alive(timezone.localdate()).filter(email__iexact=email).first()
    if account is None:
        return
    audit.record("account.ask_reset", account, by=None)
    _send("Jagai: Buat kata sandi baru", RESET.format(link=_password_link(account)), to=account)


@transaction.atomic
def record_agreement(
    hospital_pk: int,
    *,
    by: User,
    title: str,
    source: str,
    scope: str,
    signatories: str,
    starts_on: date,
    last_day: date | None,
) -> CooperationAgreement:
    """A hospital's agreement from a day on, to its last day inclusive. Raises Refused, Hospital.DoesNotExist."""
    hospital = Hospital.objects.select_for_update(no_key=True).get(pk=hospital_pk)
    end = last_day and last_day + timedelta(days=1)
    ordered = last_day is None or starts_on <= last_day
    overlapping = ordered and hospital.agreements.filter(period__overlap=(starts_on, end)).exists()
    rules.may_record_agreement(by, starts_on=starts_on, last_day=last_day, overlapping=overlapping).require()
    agreement = CooperationAgreement.objects.create(
        hospital=hospital,
        title=title,
        source=source,
        scope=scope,
        signatories=signatories,
        period=DateRange(starts_on, end),
        recorded_by=by,
        recorded_at=timezone.now(),
    )
    facts = {"hospital": hospital.pk, "starts_on": starts_on, "last_day": last_day}
    audit.record("agreement.record", agreement, by=by, note=title, facts=facts)
    return agreement


@transaction.atomic
def end_agreement(pk: int, *, by: User, last_day: date, note: str) -> CooperationAgreement:
    """Ends an agreement sooner than agreed. Raises Refused, CooperationAgreement.DoesNotExist."""
    agreement = CooperationAgreement.objects.select_for_update(no_key=True).get(pk=pk)
    rules.may_end_agreement(agreement, by, last_day=last_day, on=timezone.localdate()).require()
    before = agreement.last_day
    agreement.period = DateRange(agreement.period.lower, last_day + timedelta(days=1))
    agreement.save(update_fields=["period"])
    audit.record("agreement.end", agreement, by=by, note=note, facts={"before": before, "last_day": last_day})
    return agreement


def add_document(pk: int, *, by: User, paper: Accepted) -> AgreementDocument:
    """Keeps a signed paper, judged before. Raises Refused, CooperationAgreement.DoesNotExist."""
    with kept(paper) as file, transaction.atomic():
        agreement = CooperationAgreement.objects.select_for_update(no_key=True).get(pk=pk)
        rules.may_add_document(by, already=agreement.documents.count()).require()
        document = AgreementDocument.objects.create(agreement=agreement, uploaded_by=by, **file)
        audit.record("agreement.upload", agreement, by=by, facts={"file": paper.name, "sha256": document.sha256})
        return document


@transaction.atomic
def open_document(pk: int, *, by: User) -> AgreementDocument:
    """For whoever may keep agreements. Raises Refused, AgreementDocument.DoesNotExist."""
    rules.may_keep_agreements(by).require()
    document = AgreementDocument.objects.get(pk=pk)
    audit.record("agreement.download", document, by=by, facts={"file": document.name})
    return document


def _changeable(pk: int, by: User) -> User:
    account = User.objects.visible_to(by).locked().get(pk=pk)
    rules.may_change(account, by).require()
    return account


def _posting(account: User) -> dict:
    return {
        "role": account.role,
        "region": account.region_id,
        "hospital": account.hospital_id,
        "is_lead": account.is_lead,
        "valid_until": account.valid_until,
    }


def mail_admins(subject: str, text: str) -> None:
    """One letter to each admin of the city whose account lives today. No personal data goes into it."""
    admins = User.objects.alive(timezone.localdate()).filter(role=Role.ADMIN)
    for email in admins.values_list("email", flat=True):
        send_mail(subject, text, None, [email])


def _send_invitation(account: User) -> None:
    text = INVITATION.format(
        name=account.name,
        role=account.get_role_display(),
        place=account.place_label,
        link=_password_link(account),
    )
    _send("Jagai: Akun Anda", text, to=account)


def _password_link(account: User) -> str:
    """To allauth's page for a forgotten password: good for one use, within PASSWORD_RESET_TIMEOUT."""
    key = {"uidb36": user_pk_to_url_str(account), "key": default_token_generator.make_token(account)}
    return settings.PORTAL_URL + reverse("account_reset_password_from_key", kwargs=key)


def _send(subject: str, text: str, *, to: User) -> None:
    transaction.on_commit(lambda: send_mail(subject, text, None, [to.email]))
