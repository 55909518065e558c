"""What may be typed about the city's money."""

from django import forms
from django.utils import timezone

from enrollment.enums import Package, Payer
from enrollment.forms.deeds import DeedForm
from enrollment.forms.terms import FundField
from ui.forms import DatePartsField, FilterForm, RupiahField
from workers.enums import OccupationCategory

YEARS_BACK = 5


class FundForm(DeedForm):
    payer = forms.ChoiceField(
        label="Pembayar", choices=[(payer.value, payer.label) for payer in Payer if payer != Payer.SELF]
    )
    name = forms.CharField(
        label="Nama sumber dana", max_length=100, help_text="Contoh: Baznas Kota Makassar. Bukan nama orang."
    )


class BudgetForm(DeedForm):
    """What a fund may spend in a year."""

    fund = FundField(help_text="", empty_label="Pilih")
    year = forms.TypedChoiceField(label="Tahun anggaran", coerce=int)
    amount = RupiahField(label="Jumlah", help_text="Setahun penuh, dalam rupiah. Contoh: 1.500.000.000.", min_value=1)
    effective_on = DatePartsField(label="Berlaku mulai", help_text="Tanggal dokumennya, boleh yang sudah lewat.")
    source = forms.CharField(label="Dasar hukum", max_length=200, help_text="Contoh: DPA Dinas Sosial Nomor 12/2027.")
    packages = forms.MultipleChoiceField(
        label="Paket yang dibiayai",
        choices=Package.choices,
        initial=Package.values,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Pilih sedikitnya satu paket."},
    )
    cohorts = forms.MultipleChoiceField(
        label="Kelompok pekerja yang dibiayai",
        choices=OccupationCategory.choices,
        initial=OccupationCategory.values,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Pilih sedikitnya satu kelompok pekerja."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this = timezone.localdate().year
        self.fields["year"].choices = [(year, str(year)) for year in (this, this + 1)]


class YearForm(FilterForm):
    """The calendar year a page of money shows."""

    year = forms.TypedChoiceField(label="Tahun", coerce=int, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this = timezone.localdate().year
        self.fields["year"].choices = [(year, str(year)) for year in range(this + 1, this - YEARS_BACK - 1, -1)]
        self.fields["year"].initial = this

    def chosen(self) -> int:
        """This year unless another is asked for."""
        return (self.is_valid() and self.cleaned_data["year"]) or timezone.localdate().year
