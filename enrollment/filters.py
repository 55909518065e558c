"""What lists can be narrowed by."""

from django_filters import ChoiceFilter, FilterSet

from enrollment.enums import LONGEST_GAP, BatchStatus, CardState, Mismatch, Package, Payer
from enrollment.models import Batch, Card, Difference, Membership
from ui.forms import FilterForm
from workers.filters import KelurahanFilter, kelurahan_of


class BatchFilter(FilterSet):
    status = ChoiceFilter(label="Status", choices=BatchStatus.choices, empty_label="Semua")
    package = ChoiceFilter(label="Paket", choices=Package.choices, empty_label="Semua")

    class Meta:
        model = Batch
        fields = ["status", "package"]
        form = FilterForm


class CardFilter(FilterSet):
    """Without a word, the cards that wait to be handed over."""

    kelurahan = KelurahanFilter(
        field_name="worker__kelurahan",
        queryset=lambda request: kelurahan_of(request.user),
        label="Kelurahan",
        empty_label="Semua",
    )
    state = ChoiceFilter(label="Keadaan", choices=CardState.choices, empty_label="Semua", method="in_state")

    class Meta:
        model = Card
        fields = ["kelurahan", "state"]
        form = FilterForm

    def in_state(self, cards, name, value):
        return cards.in_state(CardState(value))


class DifferenceFilter(FilterSet):
    kind = ChoiceFilter(label="Selisih", choices=Mismatch.choices, empty_label="Semua")
    state = ChoiceFilter(
        label="Keputusan",
        choices=[("open", "Belum diputuskan"), ("settled", "Diputuskan")],
        empty_label="Semua",
        method="in_state",
    )

    class Meta:
        model = Difference
        fields = ["kind", "state"]
        form = FilterForm

    def in_state(self, differences, name, value):
        return differences.filter(settled_by__isnull=value == "open")


class GapFilter(FilterSet):
    months = ChoiceFilter(
        label="Belum lunas",
        choices=[
            *((str(count), f"{count} bulan") for count in range(1, LONGEST_GAP + 1)),
            ("more", f"Lebih dari {LONGEST_GAP} bulan"),
        ],
        empty_label="Semua",
        method="of_length",
    )
    payer = ChoiceFilter(label="Pembayar", choices=Payer.choices, empty_label="Semua")

    class Meta:
        model = Membership
        fields = ["months", "payer"]
        form = FilterForm

    def of_length(self, members, name, value):
        if value == "more":
            return members.filter(unpaid_months__gt=LONGEST_GAP)
        return members.filter(unpaid_months=int(value))
