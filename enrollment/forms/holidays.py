"""What may be typed about holidays."""

from django import forms

from enrollment.forms.deeds import DeedForm
from ui.forms import DatePartsField, RadioCards


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
