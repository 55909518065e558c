from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework import audit
from casework.numbers import next_number
from claims import rules
from claims.letter_file import draw_letter
from claims.models import Claim, ReferralNote
from claims.operations.moves import locked


@transaction.atomic
def issue_note(pk: int, *, by: User) -> ReferralNote:
    """Writes the patient's note to the hospital that has the case. As long as it would say the same, the one that
    stands is given back: a second click makes no second note. Raises Refused, Claim.DoesNotExist."""
    claim = locked(pk, by)
    rules.may_issue_note(claim, by).require()
    facts = rules.facts_of_note(claim)
    last = claim.notes.first()
    if last is not None and (last.hospital_id, last.facts) == (claim.hospital_id, facts):
        return last
    note = ReferralNote(
        number=next_number("referral"),
        claim=claim,
        hospital_id=claim.hospital_id,
        issued_by=by,
        issued_at=timezone.now(),
        facts=facts,
    )
    note.digest = note.content_digest()
    note.save(force_insert=True)
    audit.record("claim.issue_note", claim, by=by, facts={"note": note.number, "hospital": claim.hospital_id})
    return note


def print_note(number: str, *, by: User) -> bytes:
    """The newest note of the claim with that number, as PDF. Raises Claim.DoesNotExist, ReferralNote.DoesNotExist."""
    with transaction.atomic():
        claim = Claim.objects.visible_to(by).get(number=number)
        note = claim.notes.select_related("hospital", "issued_by__region").exclude(facts=[]).latest("pk")
        audit.record("claim.print_note", claim, by=by, facts={"note": note.number})
    return draw_letter(rules.letter_of(note), verify_url=settings.PORTAL_URL + note.get_verify_url())
