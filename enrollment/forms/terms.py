"""On which terms people are enrolled."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from enrollment.enums import Package, Payer
from enrollment.forms.deeds import DeedForm
from enrollment.models import Fund
from enrollment.rules import first_of_month, month_after
from regions.models import Region, RegionLevel
from ui.forms import FilterForm, RadioCards
from workers.enums import MAXIMUM_DESIL, ExitReason, OccupationCategory


class FundField(forms.ModelChoiceField):
    """Whose money; needed only where the payer has several."""

    def __init__(self, **kwargs):
        super().__init__(
            Fund.objects.all(),
            **{
                "label": "Sumber dana",
                "help_text": "Boleh dikosongkan bila pembayar ini hanya punya satu.",
                "empty_label": "Satu-satunya milik pembayar ini",
            }
            | kwargs,
        )

    def label_from_instance(self, fund: Fund) -> str:
        payer = fund.get_payer_display()
        return fund.name if fund.name == payer else f"{fund} ({payer})"


class TermsForm(DeedForm):
    """What is paid, with whose money, from which month on."""

    months_ahead = 2  # that the first month may lie after this one

    package = forms.ChoiceField(label="Paket", choices=Package.choices, widget=RadioCards, initial=Package.JKK_JKM)
    payer = forms.ChoiceField(label="Pembayar", choices=Payer.choices, initial=Payer.APBD)
    fund = FundField(required=False)
    start_month = forms.TypedChoiceField(label="Bulan iuran pertama", coerce=date.fromisoformat)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        months = [first_of_month(timezone.localdate())]
        for _ in range(self.months_ahead):
            months.append(month_after(months[-1]))
        self.fields["start_month"].choices = month_choices(months)
        self.fields["start_month"].initial = months[1].isoformat()


class CohortField(forms.ChoiceField):
    def __init__(self):
        choices = [("", "Semua"), *OccupationCategory.choices]
        super().__init__(label="Kelompok pekerja", choices=choices, required=False)


class SelectionForm(TermsForm):
    """The address of a proposal: nothing in it is personal."""

    cohort = CohortField()
    kelurahan = forms.ModelChoiceField(
        Region.objects.none(), label="Kelurahan", required=False, empty_label="Semua di wilayah tugas Anda"
    )
    worker = forms.UUIDField(required=False, widget=forms.HiddenInput)
    field_order = ["package", "payer", "fund", "cohort", "start_month", "kelurahan", "worker"]

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kelurahan"].queryset = Region.objects.filter(
            level=RegionLevel.KELURAHAN, code__startswith=user.region_id
        )
        if self["worker"].value():
            del self.fields["kelurahan"], self.fields["cohort"]


class DraftForm(TermsForm):
    """The terms of an empty draft, for members who shall leave."""

    start_month = forms.TypedChoiceField(
        label="Keluar mulai bulan",
        help_text="Iuran terakhir dibayar untuk bulan sebelumnya.",
        coerce=date.fromisoformat,
    )
    note = forms.CharField(label="Catatan", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))


class ChangeForm(TermsForm):
    """The terms by which one member goes on."""

    start_month = forms.TypedChoiceField(label="Berubah mulai bulan", coerce=date.fromisoformat)
    note = forms.CharField(label="Catatan", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))


class LeaverForm(FilterForm):
    """Who leaves from which month on; nothing in it is personal."""

    month = forms.TypedChoiceField(label="Keluar mulai bulan", coerce=date.fromisoformat, required=False)
    reason = forms.ChoiceField(label="Alasan", choices=[("", "Semua"), *ExitReason.choices], required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this_month = first_of_month(timezone.localdate())
        self.next_month = month_after(this_month)
        self.fields["month"].choices = month_choices([self.next_month, this_month, month_after(self.next_month)])

    def clean_month(self) -> date:
        return self.cleaned_data["month"] or self.next_month

    @property
    def asked(self) -> tuple[date, str]:
        """The month, the next one where none is chosen, and the reason, "" for every one."""
        self.full_clean()
        return self.cleaned_data.get("month", self.next_month), self.cleaned_data.get("reason", "")


class PlanForm(TermsForm):
    """The address of a plan: nothing in it is personal, and nothing is written."""

    months_ahead = 13
    cohort = CohortField()
    months = forms.TypedChoiceField(
        label="Lamanya", choices=[(count, f"{count} bulan") for count in range(1, 25)], coerce=int, initial=12
    )
    desil_limit = forms.TypedChoiceField(
        label="Desil tertinggi",
        choices=[("", "Menurut kebijakan"), *((desil, f"Desil {desil}") for desil in range(1, MAXIMUM_DESIL + 1))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    field_order = ["cohort", "package", "payer", "fund", "start_month", "months", "desil_limit"]


def month_choices(months: list[date]) -> list[tuple[str, str]]:
    return [(month.isoformat(), date_format(month, "F Y")) for month in months]
