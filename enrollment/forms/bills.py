"""What may be typed about a month's bill, its payment and its receipt."""

from datetime import date

from django import forms
from django.utils import timezone

from enrollment.enums import Payer
from enrollment.forms.deeds import DeedForm
from enrollment.forms.terms import month_choices
from enrollment.models import Difference
from enrollment.rules import FITTING, first_of_month, month_after
from ui.forms import DatePartsField, RadioCards, RupiahField

MONTHS_BACK = 6  # months a receipt may be recorded for on the page


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
        self.fields["month"].choices = month_choices(months)
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


class SettleForm(DeedForm):
    answer = forms.ChoiceField(label="Keputusan", widget=RadioCards)
    note = forms.CharField(label="Catatan", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args, difference: Difference, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["answer"].choices = [(answer, answer.label) for answer in FITTING[difference.kind]]


class OrderForm(DeedForm):
    order_number = forms.CharField(label="Nomor perintah bayar", max_length=60, help_text="Nomor SP2D.")
    ordered_on = DatePartsField(label="Tanggal perintah bayar")
