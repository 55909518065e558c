"""Who a person is, as it should stand."""

from django import forms

from casework.decisions import Refused
from ui.forms import DatePartsField, FilterForm, PortalForm, RadioCards
from workers.enums import CorrectionStatus, Sex
from workers.forms.particulars import FIELD_OF_REASON, sixteen_digits


class IdentityForm(PortalForm):
    seen = forms.IntegerField(widget=forms.HiddenInput)
    nik = forms.CharField(
        label="NIK",
        max_length=40,
        help_text="16 angka di bagian atas KTP. Boleh diketik dengan spasi.",
        error_messages={"required": "Isi NIK. Lihat 16 angka di bagian atas KTP."},
        widget=forms.TextInput({"class": "nik", "inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
    )
    nik_confirmed = forms.BooleanField(label="Saya sudah mencocokkan NIK ini dengan KTP.", required=False)
    name = forms.CharField(
        label="Nama lengkap",
        max_length=150,
        help_text="Tulis persis seperti di KTP, tanpa gelar.",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "words"}),
    )
    birth_on = DatePartsField(label="Tanggal lahir", help_text="Contoh: 17 8 1990")
    sex = forms.ChoiceField(label="Jenis kelamin", choices=Sex.choices, widget=RadioCards)
    reason = forms.CharField(
        label="Alasan perbaikan",
        max_length=200,
        help_text="Contoh: salah ketik saat didaftarkan, data Dukcapil diperbaiki.",
        error_messages={"required": "Tulis alasan perbaikan ini."},
    )
    evidence = forms.CharField(
        label="Bukti yang Anda lihat",
        max_length=200,
        help_text="Contoh: KTP asli, terbit 2019; surat keterangan Dukcapil.",
        error_messages={"required": "Tulis bukti yang Anda lihat. Pemeriksa mencocokkannya."},
    )

    @property
    def nik_question(self) -> list:
        """The field that answers a question about the NIK, once it is asked."""
        field = self["nik_confirmed"]
        return [field] if field.errors or field.data else []

    def clean_nik(self) -> str:
        return sixteen_digits(self.cleaned_data["nik"])

    def refuse(self, refused: Refused) -> None:
        """Each reason at the field where it can be answered; a date that does not exist, at the NIK that says it."""
        fields = {**FIELD_OF_REASON, "nik_invalid_date": "nik"}
        for reason in refused.reasons:
            self.add_error(fields.get(reason.code), str(reason))


class IdentityRejectionForm(PortalForm):
    note = forms.CharField(
        label="Alasan penolakan",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="Apa yang tidak cocok dengan buktinya.",
    )


class IdentityFilter(FilterForm):
    status = forms.ChoiceField(label="Status", choices=[("", "Semua"), *CorrectionStatus.choices], required=False)
