"""What may be typed about a claim. Whether a deed is allowed is a rule, not a form error."""

import re

from django import forms

from accounts.models import Hospital
from casework.decisions import Refused
from claims.enums import Outcome
from claims.models import Claim
from ui.forms import DatePartsField, DateTimePartsField, PortalForm, RadioCards, RupiahField

# Where a refusal is told: at the field that would change it.
FIELD_OF = {
    "accident_in_the_future": "accident_at",
    "lapsed": "accident_at",
    "already_reported": "accident_at",
    "no_agreement": "hospital",
    "care_before_accident": "care_from",
    "care_from_in_the_future": "care_from",
    "care_ends_before_it_began": "care_to",
    "care_to_in_the_future": "care_to",
    "care_end_unknown": "care_to",
    "still_treated_has_an_end": "care_to",
    "reason_missing": "note",
}


class ClaimForm(PortalForm):
    def refuse(self, refused: Refused) -> None:
        """Tells each reason at its field, or above the form."""
        for reason in refused.reasons:
            self.add_error(FIELD_OF.get(reason.code), str(reason))

    def show_latest(self, claim: Claim) -> None:
        """The page shows the facts anew after a refusal. Only a signature depends on what it shows."""


class SourceForm(PortalForm):
    """The address of the report page: a coverage answer or a worker."""

    check = forms.CharField(max_length=12, required=False)
    worker = forms.UUIDField(required=False)


class ReportForm(ClaimForm):
    submission_key = forms.UUIDField(widget=forms.HiddenInput)
    accident_at = DateTimePartsField(label="Kapan kejadiannya?", help_text="Waktu Makassar. Contoh jam: 13.40.")
    place = forms.CharField(label="Tempat kejadian", max_length=200, help_text="Nama jalan, pasar, atau lokasi kerja.")
    cause = forms.CharField(label="Penyebab", max_length=200, help_text="Contoh: tertabrak motor, jatuh dari tangga.")
    chronology = forms.CharField(
        label="Kronologi",
        max_length=2000,
        help_text="Apa yang sedang dikerjakan, apa yang terjadi, bagian tubuh mana yang terluka.",
        widget=forms.Textarea({"rows": 5}),
    )
    informant_name = forms.CharField(
        label="Nama pelapor", max_length=150, help_text="Orang yang dapat ditanya tentang kejadian ini."
    )
    informant_phone = forms.CharField(
        label="Nomor HP pelapor", max_length=20, widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"})
    )

    def clean_informant_phone(self) -> str:
        """0812 3456 7890 and +62 812-3456-7890 are one number."""
        typed = re.sub(r"[\s().-]", "", self.cleaned_data["informant_phone"])
        number = re.sub(r"^\+?62", "0", typed)
        if not re.fullmatch("0[0-9]{8,12}", number):
            raise forms.ValidationError("Tulis nomor HP dengan angka, diawali 0. Contoh: 0812 3456 7890.")
        return number


class RouteForm(ClaimForm):
    hospital = forms.ModelChoiceField(
        Hospital.objects.none(),
        label="Rumah sakit mitra",
        empty_label=None,
        widget=RadioCards,
        error_messages={
            "required": "Pilih rumah sakit mitra.",
            "invalid_choice": "Rumah sakit ini bukan mitra. Pilih salah satu yang tampil.",
        },
    )
    note = forms.CharField(label="Catatan untuk rumah sakit", max_length=500, required=False)

    def __init__(self, *args, partners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["hospital"].queryset = partners


class TreatmentForm(ClaimForm):
    care_from = DatePartsField(label="Dirawat sejak")
    outcome = forms.ChoiceField(label="Keadaan akhir menurut dokter", choices=[("", "Pilih keadaan"), *Outcome.choices])
    care_to = DatePartsField(
        label="Dirawat sampai", required=False, help_text="Kosongkan hanya bila pasien masih dirawat."
    )
    treatment = forms.CharField(
        label="Ringkasan perawatan",
        max_length=2000,
        help_text="Kesimpulan saja. Rekam medis tetap di rumah sakit.",
        widget=forms.Textarea({"rows": 4}),
    )
    cost = RupiahField(label="Biaya perawatan sampai sekarang")


class SignatureForm(ClaimForm):
    """`seen` is the revision of the facts on the page."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label="Catatan", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))

    def show_latest(self, claim: Claim) -> None:
        self.data = {**self.data.dict(), "seen": claim.revision}


class ReasonForm(ClaimForm):
    note = forms.CharField(label="Alasan", max_length=500, widget=forms.Textarea({"rows": 3}))
