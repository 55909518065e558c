"""What the emergency desk types, and who looks at its answers again."""

from typing import Any

from django import forms

from casework import uploads
from casework.decisions import Refused
from enrollment.enums import Accident, Finding, Purpose
from enrollment.forms.deeds import DeedForm
from enrollment.rules import number_on_card
from ui.forms import DatePartsField, DateTimePartsField, RadioCards


class NumberField(forms.CharField):
    """Asked for, but a name with a birth date does as well; that neither came is the rule's to say."""

    def validate(self, value):
        """Lets an empty value pass."""


class EventForm(DeedForm):
    """When and what: the same at the desk and at the emergency door."""

    event_at = DateTimePartsField(
        label="Kapan kejadiannya?", help_text="Terisi waktu sekarang. Ubah bila kejadiannya lebih awal."
    )
    accident = forms.TypedChoiceField(
        label="Apa yang terjadi?", choices=Accident.choices, coerce=Accident, widget=RadioCards, initial=Accident.WORK
    )


class CoverageForm(EventForm):
    question = NumberField(
        label="NIK atau nomor peserta",
        help_text="Nomor kartu Jagai juga bisa. Alat pindai genggam bisa dipakai di kotak ini.",
        max_length=40,
        widget=forms.TextInput({"class": "nik", "inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
    )
    photo = forms.FileField(
        label="Foto kode QR di kartu peserta",
        required=False,
        help_text="JPG atau PNG, paling besar 5 MB. Fotonya tidak disimpan.",
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
    )
    name = forms.CharField(
        label="Nama lengkap",
        max_length=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    birth_on = DatePartsField(label="Tanggal lahir", required=False)
    purpose = forms.ChoiceField(
        label="Untuk keperluan apa?", choices=Purpose.choices, widget=RadioCards, initial=Purpose.EMERGENCY
    )

    def clean_photo(self) -> str:
        """The number on the card, "" without a photo."""
        photo = self.cleaned_data["photo"]
        if photo is None:
            return ""
        try:
            number = number_on_card(uploads.qr_text(photo))
        except Refused as refused:
            raise forms.ValidationError(refused.messages) from refused
        if not number:
            raise forms.ValidationError("Kode ini bukan kode kartu peserta. Foto kartunya, atau ketik nomornya.")
        return number

    def clean(self) -> dict[str, Any]:
        """A number read from a photo takes the place of one typed, also when the page comes back."""
        typed = super().clean()
        number = typed.pop("photo", "")
        if number:
            typed["question"] = number
            self.data = self.data.copy()
            self.data["question"] = number
        return typed

    @property
    def is_by_name(self) -> bool:
        return bool(self["name"].value() or self["birth_on"].value() or self["name"].errors)


class AsKnownForm(DeedForm):
    """Two times: of the event, and of the answer that is wanted."""

    event_at = DateTimePartsField(label="Kapan kejadiannya?")
    known_at = DateTimePartsField(
        label="Apa yang dikatakan portal pada…", help_text="Hanya yang sudah tercatat sampai waktu ini yang dihitung."
    )


class DoorForm(EventForm):
    name = forms.CharField(
        label="Nama lengkap",
        max_length=120,
        help_text="Seperti yang disebut pengantar.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    birth_year = forms.IntegerField(
        label="Tahun lahir",
        help_text="Empat angka. Contoh: 1990.",
        error_messages={"invalid": "Tulis tahun lahir dengan angka. Contoh: 1990."},
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "maxlength": 4, "class": "w-4"}),
    )
    reason = forms.CharField(
        label="Mengapa identitasnya tidak dapat diketahui?",
        max_length=300,
        help_text="Contoh: pasien tidak sadar, tanpa KTP dan tanpa kartu, diantar warga. Jangan tulis diagnosis.",
        widget=forms.Textarea({"rows": 3}),
    )


class DoorReviewForm(DeedForm):
    finding = forms.ChoiceField(label="Penilaian", choices=Finding.choices, widget=RadioCards)
    note = forms.CharField(label="Catatan", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))


class RecheckForm(DeedForm):
    note = forms.CharField(
        label="Apa yang menurut Anda keliru?",
        max_length=300,
        help_text="Contoh: pasien membawa kartu peserta dan tanda terima iuran bulan ini. Jangan tulis diagnosis.",
        widget=forms.Textarea({"rows": 3}),
    )


class RecheckAnswerForm(DeedForm):
    reply = forms.CharField(
        label="Jawaban Anda",
        max_length=500,
        help_text="Apa yang ditemukan, dan apa langkah rumah sakit. Jangan tulis NIK atau nomor peserta.",
        widget=forms.Textarea({"rows": 4}),
    )
