"""Looking for somebody before registering them."""

import re

from django import forms

from ui.forms import DatePartsField, PortalForm
from workers import nik
from workers.forms.particulars import sixteen_digits


class WorkerSearchForm(PortalForm):
    """Any of three ways to know a person; a POST, because none of them may stand in an address."""

    nik = forms.CharField(
        label="NIK",
        max_length=40,
        required=False,
        help_text="16 angka di bagian atas KTP. Boleh diketik dengan spasi.",
        widget=forms.TextInput({"class": "nik", "inputmode": "numeric", "autocomplete": "off"}),
    )
    participant_number = forms.CharField(
        label="Nomor peserta",
        max_length=20,
        required=False,
        help_text="Di kartu BPJS Ketenagakerjaan.",
        widget=forms.TextInput({"class": "w-10", "inputmode": "numeric", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label="Nama",
        max_length=150,
        required=False,
        help_text="Bersama tanggal lahir. Ejaan boleh berbeda dari KTP.",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "words"}),
    )
    birth_on = DatePartsField(label="Tanggal lahir", required=False, help_text="Contoh: 17 8 1990")

    def clean_nik(self) -> str:
        return sixteen_digits(self.cleaned_data["nik"]) if self.cleaned_data["nik"] else ""

    def clean_participant_number(self) -> str:
        digits = nik.clean(self.cleaned_data["participant_number"])
        if digits and not re.fullmatch("[0-9]+", digits):
            raise forms.ValidationError("Nomor peserta hanya angka. Cocokkan dengan kartunya.")
        return digits

    def clean(self) -> dict:
        """Nothing typed finds nobody, never everybody (AC-P26)."""
        typed = {name for name, value in self.cleaned_data.items() if value}
        if not self.errors and not typed:
            raise forms.ValidationError("Isi NIK, nomor peserta, atau nama dengan tanggal lahir.")
        if "name" in typed and "birth_on" not in typed | set(self.errors):
            self.add_error("birth_on", "Isi tanggal lahir. Nama saja terlalu umum untuk mengenali orang.")
        if "birth_on" in typed and "name" not in typed | set(self.errors):
            self.add_error("name", "Isi nama. Tanggal lahir saja terlalu umum untuk mengenali orang.")
        return self.cleaned_data
