"""What may be typed about the file to BPJS Ketenagakerjaan."""

from django import forms

from enrollment.enums import ExportFormat
from enrollment.forms.deeds import DeedForm
from ui.forms import RadioCards


class TemplateForm(DeedForm):
    how = forms.ChoiceField(label="Format", choices=ExportFormat.choices, widget=RadioCards)
    columns = forms.CharField(
        label="Kolom",
        max_length=4000,
        help_text="Satu kolom per baris: judul | isian | bentuk. Bentuk boleh kosong.",
        widget=forms.Textarea({"rows": 18}),
    )
    source = forms.CharField(label="Dasar", max_length=200, help_text="Contoh: surat BPJS Ketenagakerjaan.")
