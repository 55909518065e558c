"""What may be typed about enrolment. Whether a deed is allowed is a rule, not a form error."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from casework import uploads
from casework.decisions import Refused
from enrollment.batch_file import LARGEST_REPLY
from enrollment.enums import Accident, Package, Payer, Purpose
from enrollment.rules import first_of_month, month_after
from regions.models import Region, RegionLevel
from ui.forms import DatePartsField, DateTimePartsField, PortalForm, RadioCards

# Where a refusal is told: at the field that would change it.
FIELD_OF = {
    "reason_missing": "note",
    "nik_length": "question",
    "not_digits": "question",
    "no_key": "question",
    "birth_missing": "birth_on",
    "name_missing": "name",
    "event_in_future": "event_at",
    "reference_known": "reference",
    "received_in_future": "received_on",
    "nobody_to_pay_for": "month",
}
MONTHS_BACK = 6  # months a receipt may be recorded for on the page


class DeedForm(PortalForm):
    def refuse(self, refused: Refused) -> None:
        """Tells each reason at its field, or above the form."""
        for reason in refused.reasons:
            field = FIELD_OF.get(reason.code)
            self.add_error(field if field in self.fields else None, str(reason))


class TermsForm(DeedForm):
    """The address of a proposal: nothing in it is personal."""

    package = forms.ChoiceField(label="Paket", choices=Package.choices, widget=RadioCards, initial=Package.JKK_JKM)
    payer = forms.ChoiceField(label="Pembayar", choices=Payer.choices, initial=Payer.APBD)
    start_month = forms.TypedChoiceField(label="Bulan iuran pertama", coerce=date.fromisoformat)
    kelurahan = forms.ModelChoiceField(
        Region.objects.none(), label="Kelurahan", required=False, empty_label="Semua di wilayah tugas Anda"
    )
    worker = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        this = first_of_month(timezone.localdate())
        self.fields["start_month"].choices = _month_choices([this, month_after(this), month_after(month_after(this))])
        self.fields["start_month"].initial = month_after(this).isoformat()
        self.fields["kelurahan"].queryset = Region.objects.filter(
            level=RegionLevel.KELURAHAN, code__startswith=user.region_id
        )
        if self["worker"].value():
            del self.fields["kelurahan"]


class ProposalForm(DeedForm):
    """`expected` is the number of workers on the page, so that nobody signs for others than those shown."""

    expected = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label="Catatan", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))


class NoteForm(DeedForm):
    note = forms.CharField(label="Catatan", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))


class ReasonForm(DeedForm):
    note = forms.CharField(label="Alasan", max_length=500, widget=forms.Textarea({"rows": 3}))


class EmptyForm(DeedForm):
    """A deed about which nothing is typed."""


class ReplyForm(DeedForm):
    file = forms.FileField(
        label="Berkas jawaban",
        help_text="Berkas .csv, paling besar 5 MB.",
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
        error_messages={"required": "Pilih berkas jawaban.", "empty": "Berkas ini kosong. Pilih berkas yang berisi."},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        try:
            uploads.judged_kind(file, {"text"}, largest=LARGEST_REPLY, instead="Gunakan .csv.")
            uploads.scan(file)
        except Refused as refused:
            raise forms.ValidationError(refused.messages) from refused
        return file


class ReceiptForm(DeedForm):
    """`confirmed` is sent by the second step, which shows whom the receipt pays for."""

    month = forms.TypedChoiceField(label="Bulan iuran", coerce=date.fromisoformat)
    payer = forms.ChoiceField(label="Pembayar", choices=Payer.choices, initial=Payer.APBD)
    reference = forms.CharField(label="Nomor tanda terima", max_length=40)
    received_on = DatePartsField(label="Tanggal diterima")
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        months = [month_after(first_of_month(today))]
        for _ in range(MONTHS_BACK + 1):
            before = months[-1].year * 12 + months[-1].month - 2
            months.append(date(before // 12, before % 12 + 1, 1))
        self.fields["month"].choices = _month_choices(months)
        self.fields["month"].initial = first_of_month(today).isoformat()
        self.fields["received_on"].initial = today


class NumberField(forms.CharField):
    """Asked for, but a name with a birth date does as well; that neither came is the rule's to say."""

    def validate(self, value):
        """Lets an empty value pass."""


class CoverageForm(DeedForm):
    question = NumberField(
        label="NIK atau nomor peserta",
        help_text="Alat pindai genggam juga bisa dipakai di kotak ini.",
        max_length=40,
        widget=forms.TextInput({"class": "nik", "inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
    )
    name = forms.CharField(
        label="Nama lengkap",
        max_length=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    birth_on = DatePartsField(label="Tanggal lahir", required=False)
    event_at = DateTimePartsField(
        label="Kapan kejadiannya?", help_text="Terisi waktu sekarang. Ubah bila kejadiannya lebih awal."
    )
    accident = forms.TypedChoiceField(
        label="Apa yang terjadi?", choices=Accident.choices, coerce=Accident, widget=RadioCards, initial=Accident.WORK
    )
    purpose = forms.ChoiceField(
        label="Untuk keperluan apa?", choices=Purpose.choices, widget=RadioCards, initial=Purpose.EMERGENCY
    )

    @property
    def is_by_name(self) -> bool:
        return bool(self["name"].value() or self["birth_on"].value() or self["name"].errors)


def _month_choices(months: list[date]) -> list[tuple[str, str]]:
    return [(month.isoformat(), date_format(month, "F Y")) for month in months]
