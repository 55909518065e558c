"""A registry file."""

from django import forms

from casework.uploads import LARGEST_TABLE, in_megabytes
from regions.models import Region
from ui.forms import PortalForm
from workers.enums import RowDecision


class TableForm(PortalForm):
    """A file whose rows are to be imported."""

    file = forms.FileField(
        label="Berkas daftar pekerja",
        max_length=200,
        help_text=f"Excel (.xlsx) atau CSV, paling besar {in_megabytes(LARGEST_TABLE)}.",
        error_messages={"required": "Pilih berkas .xlsx atau .csv.", "empty": "Berkas ini kosong."},
        widget=forms.FileInput({"accept": ".xlsx,.csv,text/csv"}),
    )
    reason = forms.CharField(
        label="Alasan mengimpor lagi",
        help_text="Hanya bila berkas yang sama pernah diimpor.",
        max_length=300,
        required=False,
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_TABLE:
            raise forms.ValidationError(
                f"Ukuran berkas {in_megabytes(file.size)}. Paling besar {in_megabytes(LARGEST_TABLE)}."
            )
        return file


class SnapshotForm(TableForm):
    """What a DTSEN release says of families."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].label = "Berkas desil keluarga"


class ImportForm(TableForm):
    posting = forms.ModelChoiceField(
        queryset=Region.objects.none(),
        label="Wilayah",
        help_text="Baris di luar wilayah ini dikembalikan.",
        empty_label=None,
    )
    field_order = ("file", "posting", "reason")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["posting"].queryset = Region.objects.filter(code__startswith=user.region_id or "")


class UndoImportForm(PortalForm):
    reason = forms.CharField(
        label="Alasan",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="Misalnya: berkas yang diunggah keliru.",
        error_messages={"required": "Tulis alasannya."},
    )


class RowDecisionForm(forms.Form):
    """One held row, or all that are held for one cause."""

    decision = forms.ChoiceField(choices=RowDecision.choices)
    row = forms.IntegerField(min_value=1, required=False)
    code = forms.SlugField(max_length=40, required=False)
