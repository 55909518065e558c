from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.core.files.base import ContentFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import roles, throttled
from accounts.models import User
from accounts.roles import Role
from casework.decisions import Decision, Refused
from casework.paging import Order, page_of
from casework.views import attachment, deed_page, posted
from enrollment import operations, rules
from enrollment.enums import CardState
from enrollment.filters import CardFilter
from enrollment.forms import CardMakeForm, CardReplaceForm, CardWithdrawForm, DeedForm, HandOverForm
from enrollment.models import Card
from workers.models import Worker

NEWEST = Order("made_at", "pk", falling=True)
PDF = "application/pdf"


@require_safe
@roles(Role.OFFICER, Role.ADMIN, Role.AUDITOR)
@throttled("search", reads=True)
def card_list(request: HttpRequest) -> HttpResponse:
    terms = request.GET if "state" in request.GET else {**request.GET.dict(), "state": CardState.MADE}
    chosen = CardFilter(terms, Card.objects.visible_to(request.user), request=request)
    page = page_of(chosen.qs.with_list_data(), request.GET.get("page", ""), order=NEWEST)
    operations.list_cards(page.rows, by=request.user, terms=dict(chosen.form.words()))
    context = {
        "page": page,
        "filter": chosen.form,
        "kelurahan": chosen.form.cleaned_data.get("kelurahan") if chosen.form.is_valid() else None,
        "masked": request.user.role == Role.AUDITOR,
        "may_keep": request.user.role != Role.AUDITOR,
    }
    return render(request, "enrollment/card_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
@throttled("export")
def card_make(request: HttpRequest) -> HttpResponse:
    """The address says for which kelurahan; the page says how many cards that makes."""
    place = CardMakeForm(request.GET or None, user=request.user)
    kelurahan = place.cleaned_data["kelurahan"] if place.is_valid() else None
    form = DeedForm(posted(request))
    if form.is_valid() and not place.errors:
        try:
            made = operations.make_cards(by=request.user, kelurahan=kelurahan)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{made} kartu dibuat. Cetak lembarnya, lalu catat penyerahannya.")
            return redirect("enrollment:card_list")
    members = operations.members_without_card(by=request.user, kelurahan=kelurahan)
    may = rules.may_make_cards(request.user, members=len(members))
    context = {"place": place, "form": form, "members": members, "may": may, "sheets": -(-len(members) // 10)}
    return render(request, "enrollment/card_make.html", context, status=422 if form.errors or place.errors else 200)


@require_POST
@roles(Role.OFFICER, Role.ADMIN)
def card_make_one(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        card = operations.make_card(pk, by=request.user)
    except Worker.DoesNotExist as missing:
        raise Http404 from missing
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"Kartu {card.code} dibuat. Cetak, lalu catat penyerahannya.")
    return redirect("enrollment:card_list")


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
@throttled("export", reads=True)
def card_sheet(request: HttpRequest) -> HttpResponse:
    """What the list shows as not handed over, on A4."""
    place = CardMakeForm(request.GET or None, user=request.user)
    kelurahan = place.cleaned_data["kelurahan"] if place.is_valid() else None
    cards = operations.cards_to_print(request.user, kelurahan=kelurahan)[: rules.AT_ONCE_ON_PAGE + 1]
    try:
        sheet = operations.print_sheet(cards, by=request.user)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("enrollment:card_list")
    return attachment(ContentFile(sheet), name="kartu-peserta-a4.pdf", content_type=PDF)


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
@throttled("export", reads=True)
def card_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        paper = operations.print_card(pk, by=request.user)
    except Card.DoesNotExist as missing:
        raise Http404 from missing
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("enrollment:card_list")
    return attachment(ContentFile(paper), name="kartu-peserta.pdf", content_type=PDF)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def card_hand_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _deed(
        request,
        pk,
        HandOverForm(posted(request)),
        rules.may_hand_over,
        operations.hand_over_card,
        done=lambda card: f"Penyerahan kartu {card.code} tercatat.",
        template="enrollment/card_hand_over.html",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def card_replace(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _deed(
        request,
        pk,
        CardReplaceForm(posted(request)),
        rules.may_withdraw_card,
        operations.replace_card,
        done=lambda card: f"Kartu lama tidak berlaku lagi. Penggantinya {card.code}; cetak, lalu catat penyerahannya.",
        template="enrollment/card_replace.html",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def card_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _deed(
        request,
        pk,
        CardWithdrawForm(posted(request)),
        rules.may_withdraw_card,
        operations.withdraw_card,
        done=lambda card: f"Kartu {card.code} tidak berlaku lagi.",
        template="enrollment/card_withdraw.html",
    )


def _deed(
    request: HttpRequest,
    pk: UUID,
    form: DeedForm,
    rule: Callable[[Card, User], Decision],
    deed: Callable[..., Card],
    *,
    done: Callable[[Card], str],
    template: str,
) -> HttpResponse:
    card = get_object_or_404(Card.objects.visible_to(request.user).with_list_data(), pk=pk)
    may = rule(card, request.user)
    return deed_page(
        request,
        form,
        partial(deed, pk),
        done=done,
        back="enrollment:card_list",
        template=template,
        context={"card": card, "form": form if may else None, "may": may},
    )
