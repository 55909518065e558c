"""What allauth's second factors say into the trail. It offers no other place to listen to them (ADR 0006)."""

from __future__ import annotations

from allauth.mfa import signals
from django.db import transaction

from casework import audit


def _listen(signal, event: str) -> None:
    def write(sender, request, user, authenticator, **details) -> None:
        facts = {"kind": authenticator.type, **{key: value for key, value in details.items() if value is True}}
        with transaction.atomic():
            audit.record(event, user, by=user, facts=facts)

    signal.connect(write, weak=False, dispatch_uid=event)


_listen(signals.authenticator_added, "account.add_factor")
_listen(signals.authenticator_removed, "account.remove_factor")
_listen(signals.authenticator_reset, "account.reset_factor")
_listen(signals.authenticator_used, "account.use_factor")
_listen(signals.authentication_failed, "account.fail_factor")
