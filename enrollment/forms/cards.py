"""What may be typed about members' cards."""

from django import forms
from django.utils import timezone

from accounts.models import User
from enrollment.enums import CardLoss, Receiver
from enrollment.forms.deeds import DeedForm
from regions.models import Region
from ui.forms import DatePartsField, RadioCards
from workers.filters import KelurahanField, kelurahan_of


class HandOverForm(DeedForm):
    handed_on = DatePartsField(label="Tanggal diserahkan")
    handed_to = forms.ChoiceField(
        label="Diterima oleh", choices=Receiver.choices, widget=RadioCards, initial=Receiver.SELF
    )
    receiver = forms.CharField(
        label="Nama penerima",
        max_length=120,
        required=False,
        help_text="Bila bukan peserta sendiri.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["handed_on"].initial = timezone.localdate()


class CardWithdrawForm(DeedForm):
    because = forms.ChoiceField(label="Alasan", choices=CardLoss.choices, widget=RadioCards)


class CardReplaceForm(DeedForm):
    because = forms.ChoiceField(
        label="Mengapa diganti?",
        choices=[(loss.value, loss.label) for loss in (CardLoss.LOST, CardLoss.DAMAGED, CardLoss.CHANGED)],
        widget=RadioCards,
    )


class CardMakeForm(DeedForm):
    """The address of making cards: whose. Nothing in it is personal."""

    kelurahan = KelurahanField(
        Region.objects.none(), label="Kelurahan", required=False, empty_label="Semua di wilayah tugas Anda"
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kelurahan"].queryset = kelurahan_of(user)
