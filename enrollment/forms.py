"""What may be typed about enrolment. Whether a deed is allowed is a rule, not a form error."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Hospital, User
from casework import uploads
from casework.decisions import Refused
from enrollment.batch_file import LARGEST_REPLY
from enrollment.enums import Accident, CardLoss, ExportFormat, Finding, Package, Payer, Purpose, Receiver
from enrollment.models import Difference, Fund
from enrollment.rules import FITTING, first_of_month, month_after, number_on_card
from regions.models import Region, RegionLevel
from ui.forms import DatePartsField, DateTimePartsField, FilterForm, PortalForm, RadioCards, RupiahField
from workers import nik
from workers.enums import MAXIMUM_DESIL, ExitReason, OccupationCategory
from workers.filters import KelurahanField, kelurahan_of

# Where a refusal is told: at the field that would change it.
FIELD_OF = {
    "reason_missing": "note",
    "column_form": "columns",
    "field_unknown": "columns",
    "format_unknown": "columns",
    "header_twice": "columns",
    "nik_missing": "columns",
    "nik_length": "question",
    "not_digits": "question",
    "no_key": "question",
    "birth_missing": "birth_on",
    "name_missing": "name",
    "year_missing": "birth_year",
    "year_unlikely": "birth_year",
    "event_in_future": "event_at",
    "handed_in_future": "handed_on",
    "handed_before_made": "handed_on",
    "receiver_missing": "receiver",
    "event_after_known": "known_at",
    "known_too_fresh": "known_at",
    "reference_known": "reference",
    "received_in_future": "received_on",
    "nobody_to_pay_for": "month",
    "name_taken": "name",
    "no_purpose": "purposes",
    "fund_missing": "fund",
    "fund_of_another_payer": "fund",
    "own_money": "payer",
    "fund_known": "name",
    "year_is_past": "year",
    "after_the_year": "effective_on",
    "day_taken": "effective_on",
    "received_before_order": "received_on",
    **dict.fromkeys(["paid_form", "paid_negative", "paid_above", "paid_nothing", "paid_in_part"], "amount"),
    "ordered_in_future": "ordered_on",
    "total_differs": "total",
    "answer_does_not_fit": "answer",
    **dict.fromkeys(["amount_form", "no_rows", "not_csv", "wrong_header", "too_many_rows", "wrong_type"], "file"),
    "nothing_changes": "day",
    "change_waits": "day",
}
MONTHS_AHEAD = 13  # from which a plan may start
YEARS_BACK = 5
MONTHS_BACK = 6  # months a receipt may be recorded for on the page


def _days(text: str) -> timedelta:
    return timedelta(days=int(text))


class DeedForm(PortalForm):
    def refuse(self, refused: Refused) -> None:
        """Tells each reason at its field, or above the form."""
        for reason in refused.reasons:
            field = FIELD_OF.get(reason.code)
            self.add_error(field if field in self.fields else None, str(reason))


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
    """The address of a proposal: nothing in it is personal."""

    package = forms.ChoiceField(label="Paket", choices=Package.choices, widget=RadioCards, initial=Package.JKK_JKM)
    payer = forms.ChoiceField(label="Pembayar", choices=Payer.choices, initial=Payer.APBD)
    fund = FundField(required=False)
    cohort = forms.ChoiceField(
        label="Kelompok pekerja", choices=[("", "Semua"), *OccupationCategory.choices], required=False
    )
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
            del self.fields["kelurahan"], self.fields["cohort"]


class DraftForm(DeedForm):
    """The terms of an empty draft, for members who shall leave."""

    package = forms.ChoiceField(label="Paket", choices=Package.choices, widget=RadioCards, initial=Package.JKK_JKM)
    payer = forms.ChoiceField(label="Pembayar", choices=Payer.choices, initial=Payer.APBD)
    fund = FundField(required=False)
    start_month = forms.TypedChoiceField(
        label="Keluar mulai bulan",
        help_text="Iuran terakhir dibayar untuk bulan sebelumnya.",
        coerce=date.fromisoformat,
    )
    note = forms.CharField(label="Catatan", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this = first_of_month(timezone.localdate())
        self.fields["start_month"].choices = _month_choices([this, month_after(this), month_after(month_after(this))])
        self.fields["start_month"].initial = month_after(this).isoformat()


class PlanForm(DeedForm):
    """The address of a plan: nothing in it is personal, and nothing is written."""

    cohort = forms.ChoiceField(
        label="Kelompok pekerja", choices=[("", "Semua"), *OccupationCategory.choices], required=False
    )
    package = forms.ChoiceField(label="Paket", choices=Package.choices, widget=RadioCards, initial=Package.JKK_JKM)
    payer = forms.ChoiceField(label="Pembayar", choices=Payer.choices, initial=Payer.APBD)
    fund = FundField(required=False)
    start_month = forms.TypedChoiceField(label="Bulan iuran pertama", coerce=date.fromisoformat)
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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        month = first_of_month(timezone.localdate())
        months = [month]
        for _ in range(MONTHS_AHEAD):
            months.append(month_after(months[-1]))
        self.fields["start_month"].choices = _month_choices(months)
        self.fields["start_month"].initial = months[1].isoformat()


class ProposalForm(DeedForm):
    """`expected` is the number of workers on the page, so that nobody signs for others than those shown."""

    expected = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label="Catatan", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))


class SeenForm(DeedForm):
    """`seen` names the state of the batch on the page (operations.last_deed)."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def look_again(self, seen: int) -> None:
        """The page comes back and shows the batch as it is now."""
        self.data = {**self.data.dict(), "seen": seen}


class NoteForm(SeenForm):
    note = forms.CharField(label="Catatan", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))


class ReasonForm(SeenForm):
    note = forms.CharField(label="Alasan", max_length=500, widget=forms.Textarea({"rows": 3}))


class AddLineForm(DeedForm):
    nik = forms.CharField(
        label="NIK",
        max_length=25,
        help_text="16 angka, dari KTP pekerja.",
        widget=forms.TextInput({"class": "nik", "inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_nik(self) -> str:
        return nik.clean(self.cleaned_data["nik"])


class DropLineForm(AddLineForm):
    reason = forms.ChoiceField(label="Alasan keluar", choices=[("", "Pilih alasan"), *ExitReason.choices])


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
    amount = forms.CharField(
        label="Jumlah diterima",
        max_length=30,
        required=False,
        help_text="Perlu bila bulannya punya tagihan: harus sama dengan perintah bayarnya.",
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
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


class BillForm(DeedForm):
    billing_code = forms.CharField(label="Kode iuran", max_length=40, help_text="Nomor pada surat tagihan.")
    total = RupiahField(
        label="Jumlah tagihan", help_text="Seperti di surat tagihan. Jumlah baris di berkas harus sama, sampai rupiah."
    )
    file = forms.FileField(
        label="Berkas tagihan",
        help_text="Berkas .xlsx atau .csv.",
        widget=forms.FileInput({"accept": ".xlsx,.csv,text/csv"}),
        error_messages={"required": "Pilih berkas tagihan.", "empty": "Berkas ini kosong. Pilih berkas yang berisi."},
    )


class BillNoteForm(DeedForm):
    note = forms.CharField(label="Catatan", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))


class BillReasonForm(DeedForm):
    note = forms.CharField(label="Alasan", max_length=500, widget=forms.Textarea({"rows": 3}))


class SettleForm(DeedForm):
    answer = forms.ChoiceField(label="Keputusan", widget=RadioCards)
    note = forms.CharField(label="Catatan", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args, difference: Difference, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["answer"].choices = [(answer, answer.label) for answer in FITTING[difference.kind]]


class OrderForm(DeedForm):
    order_number = forms.CharField(label="Nomor perintah bayar", max_length=60, help_text="Nomor SP2D.")
    ordered_on = DatePartsField(label="Tanggal perintah bayar")


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


class TokenForm(DeedForm):
    life = forms.TypedChoiceField(
        label="Token berlaku selama",
        choices=[("90", "90 hari"), ("180", "180 hari"), ("365", "1 tahun")],
        coerce=_days,
        widget=RadioCards,
        initial="180",
    )


class ConnectForm(TokenForm):
    hospital = forms.ModelChoiceField(
        Hospital.objects.order_by("name"), label="Rumah sakit", empty_label="Pilih rumah sakit"
    )
    name = forms.CharField(
        label="Nama sistem", max_length=60, help_text="Contoh: SIMRS IGD. Nama ini tampil di setiap jawaban dan jejak."
    )
    purposes = forms.MultipleChoiceField(
        label="Untuk keperluan apa?",
        choices=Purpose.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Pilih paling sedikit satu keperluan."},
    )
    field_order = ["hospital", "name", "purposes", "life"]

    def __init__(self, *args, hospital: Hospital | None, **kwargs):
        """`hospital` is that of a unit's lead, who is asked for no other."""
        super().__init__(*args, **kwargs)
        self._own = hospital
        if hospital is not None:
            del self.fields["hospital"]

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        return typed if self._own is None else typed | {"hospital": self._own}


class EndForm(DeedForm):
    note = forms.CharField(label="Alasan", max_length=500, widget=forms.Textarea({"rows": 3}))


class RenewForm(TokenForm):
    overlap = forms.TypedChoiceField(
        label="Token lama berhenti",
        choices=[("0", "Sekarang juga"), ("1", "Setelah 1 hari"), ("7", "Setelah 7 hari")],
        coerce=_days,
        widget=RadioCards,
        initial="7",
        help_text="Pilih sekarang juga bila token lama mungkin diketahui orang lain.",
    )


class DoorReviewForm(DeedForm):
    finding = forms.ChoiceField(label="Penilaian", choices=Finding.choices, widget=RadioCards)
    note = forms.CharField(label="Catatan", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))


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


class HolidayForm(DeedForm):
    day = DatePartsField(label="Hari")
    is_holiday = forms.TypedChoiceField(
        label="Hari itu",
        choices=[("1", "Libur atau cuti bersama"), ("", "Bukan libur")],
        coerce=bool,
        empty_value=False,
        required=False,
        initial="1",
        widget=RadioCards,
    )
    name = forms.CharField(label="Nama", max_length=100, help_text="Contoh: Cuti bersama Idulfitri.")
    source = forms.CharField(label="Dasar", max_length=200, help_text="Contoh: SKB 3 Menteri Nomor 1/2027.")


class TemplateForm(DeedForm):
    how = forms.ChoiceField(label="Format", choices=ExportFormat.choices, widget=RadioCards)
    columns = forms.CharField(
        label="Kolom",
        max_length=4000,
        help_text="Satu kolom per baris: judul | isian | bentuk. Bentuk boleh kosong.",
        widget=forms.Textarea({"rows": 18}),
    )
    source = forms.CharField(label="Dasar", max_length=200, help_text="Contoh: surat BPJS Ketenagakerjaan.")


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


def _month_choices(months: list[date]) -> list[tuple[str, str]]:
    return [(month.isoformat(), date_format(month, "F Y")) for month in months]
