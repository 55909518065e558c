from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from casework import audit
from enrollment import rules
from enrollment.card_file import draw_cards
from enrollment.enums import CARD_SIGNS, CardLoss, CardState, Receiver
from enrollment.models import Card, Membership
from regions.models import Region
from workers.models import Worker

AT_ONCE = 2_000  # rows of one INSERT


@transaction.atomic
def make_card(pk: UUID, *, by: User) -> Card:
    """A first card, or the next after a withdrawn one. Raises Refused, and Worker.DoesNotExist out of scope."""
    worker = Worker.objects.visible_to(by).locked().get(pk=pk)
    records = Worker.objects.same_person_as(worker)
    valid = Card.objects.valid().filter(worker__in=records)
    membership = _membership_of(records)
    rules.may_make_card(by, membership=membership, valid=valid.first()).require()
    made = _make([membership], by=by)
    others = valid.exclude(pk__in=[card.pk for card in made])  # somebody may have been quicker
    rules.may_make_card(by, membership=membership, valid=others.first()).require()
    audit.record("card.make", made[0], by=by)
    return made[0]


@transaction.atomic
def make_cards(*, by: User, kelurahan: Region | None = None) -> int:
    """Cards for all members without a valid one, in a kelurahan or in all that the user sees. Returns how many."""
    members = members_without_card(by=by, kelurahan=kelurahan)
    rules.may_make_cards(by, members=len(members)).require()
    made = _make(members, by=by)
    rules.may_make_cards(by, members=len(made)).require()  # somebody may have been quicker
    facts = {"cards": len(made), "kelurahan": kelurahan.pk if kelurahan is not None else None}
    audit.record("card.make", by=by, facts=facts, persons=[card.worker_id for card in made])
    return len(made)


def members_without_card(*, by: User, kelurahan: Region | None = None) -> Sequence[Membership]:
    """One membership of each, at most one more than may be made at one time."""
    members = Membership.objects.visible_to(by)
    if kelurahan is not None:
        members = members.filter(worker__kelurahan=kelurahan)
    return members.without_card(timezone.localdate())[: rules.MOST_CARDS + 1]


@transaction.atomic
def replace_card(pk: UUID, *, by: User, because: CardLoss | str) -> Card:
    """Withdraws a card and makes another for the same person, with another number. Raises Refused."""
    card = Card.objects.visible_to(by).locked().get(pk=pk)
    rules.may_withdraw_card(card, by).require()
    membership = _membership_of(Worker.objects.same_person_as(card.worker))
    rules.may_make_card(by, membership=membership, valid=None).require()
    _withdraw(card, by=by, because=because)
    [made] = _make([membership], by=by, replaces=card)
    audit.record("card.replace", made, by=by, facts={"because": because})
    return made


@transaction.atomic
def withdraw_card(pk: UUID, *, by: User, because: CardLoss | str) -> Card:
    """Its number is answered as not valid any more from now on. Raises Refused."""
    card = Card.objects.visible_to(by).locked().get(pk=pk)
    rules.may_withdraw_card(card, by).require()
    _withdraw(card, by=by, because=because)
    audit.record("card.withdraw", card, by=by, facts={"because": because})
    return card


@transaction.atomic
def hand_over_card(pk: UUID, *, by: User, handed_on: date, handed_to: Receiver | str, receiver: str = "") -> Card:
    """Records who received the card and when. Raises Refused."""
    card = Card.objects.visible_to(by).locked().get(pk=pk)
    receiver = "" if handed_to == Receiver.SELF else receiver.strip()
    rules.may_hand_over(card, by).require()
    rules.check_hand_over(
        card, handed_on=handed_on, handed_to=handed_to, receiver=receiver, today=timezone.localdate()
    ).require()
    card.handed_on, card.handed_to, card.receiver = handed_on, handed_to, receiver
    card.handed_by, card.handed_at = by, timezone.now()
    card.save(update_fields=["handed_on", "handed_to", "receiver", "handed_by", "handed_at"])
    audit.record("card.hand_over", card, by=by, facts={"on": handed_on, "to": handed_to})
    return card


def print_card(pk: UUID, *, by: User) -> bytes:
    """The PDF of one card, in its own size. Raises Refused."""
    with transaction.atomic():
        card = Card.objects.visible_to(by).with_list_data().get(pk=pk)
        rules.may_print_card(card, by).require()
        audit.record("card.print", card, by=by)
    return draw_cards(_faces([card]), paper="card")


def print_sheet(cards: Iterable[Card], *, by: User) -> bytes:
    """A4 sheets of these cards, ten on each. They are in the user's scope and not yet handed over. Raises Refused."""
    cards = list(cards)
    with transaction.atomic():
        rules.may_print_sheet(by, cards=len(cards)).require()
        persons = [card.worker_id for card in cards]
        audit.record("card.print", by=by, facts={"cards": len(cards)}, persons=persons)
    return draw_cards(_faces(cards), paper="sheet")


def list_cards(cards: Iterable[Card], *, by: User, terms: dict[str, str]) -> None:
    """Leaves the entry of whoever reads this page of the list."""
    with transaction.atomic():
        audit.record("card.list", by=by, facts={"terms": terms}, persons=[card.worker_id for card in cards])


def _membership_of(records) -> Membership | None:
    """The person's membership that runs, or else the next."""
    running = Membership.objects.filter(worker__in=records, period__overlap=(timezone.localdate(), None))
    return running.order_by("period").first()


def _make(members: Sequence[Membership], *, by: User, replaces: Card | None = None) -> list[Card]:
    """Those of the new cards that were stored: whoever has a valid card since then keeps it."""
    new = [
        Card(
            number=_new_number(),
            worker_id=member.worker_id,
            membership=member,
            replaces=replaces,
            made_by=by,
            made_at=timezone.now(),
        )
        for member in members
    ]
    Card.objects.bulk_create(new, batch_size=AT_ONCE, ignore_conflicts=True)
    return list(Card.objects.filter(number__in=[card.number for card in new]).order_by("pk"))


def _new_number() -> str:
    return "K" + "".join(secrets.choice(CARD_SIGNS) for _ in range(11))


def _withdraw(card: Card, *, by: User, because: CardLoss | str) -> None:
    card.withdrawn_by, card.withdrawn_at, card.withdrawn_because = by, timezone.now(), because
    card.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_because"])


def _faces(cards: Iterable[Card]):
    return [rules.face_of(card, made_on=date_format(timezone.localdate(card.made_at), "j F Y")) for card in cards]


def cards_to_print(by: User, *, kelurahan: Region | None = None):
    """Valid cards that nobody has been given yet, kelurahan by kelurahan and by name, as they are handed out."""
    cards = Card.objects.visible_to(by).in_state(CardState.MADE).with_list_data()
    if kelurahan is not None:
        cards = cards.filter(worker__kelurahan=kelurahan)
    return cards.order_by("worker__kelurahan", "worker__name", "pk")
