"""What a file does not say of one row, typed from the papers of the person."""

from collections.abc import Collection

from django import forms

from regions.models import Region, RegionLevel
from ui.forms import DatePartsField, PortalForm
from workers.enums import MAXIMUM_DESIL, Sex
from workers.models import Occupation
from workers.registry_file import LABELS

NEEDED = "Isi menurut dokumennya."


class AnswersForm(PortalForm):
    """A field for each column that is asked for. What is typed is judged as a cell of the file would be."""

    def __init__(self, *args, wanted: Collection[str], posting: str, **kwargs):
        super().__init__(*args, **kwargs)
        for column in wanted:
            self.fields[column] = self._field(column, posting)

    def _field(self, column: str, posting: str) -> forms.Field:
        said = {"label": LABELS[column], "error_messages": {"required": NEEDED}}
        match column:
            case "jenis_kelamin":
                return forms.ChoiceField(choices=Sex.choices, widget=forms.RadioSelect, **said)
            case "tanggal_lahir":
                return DatePartsField(**said)
            case "kode_kelurahan":
                homes = Region.objects.filter(level=RegionLevel.KELURAHAN, code__startswith=posting)
                return forms.ModelChoiceField(
                    homes.select_related("parent"), empty_label="Pilih kelurahan", **{**said, "label": "Kelurahan"}
                )
            case "pekerjaan":
                return forms.ModelChoiceField(Occupation.objects.all(), empty_label="Pilih pekerjaan", **said)
            case "desil":
                choices = [("", "Tidak diketahui"), *((str(n), str(n)) for n in range(1, MAXIMUM_DESIL + 1))]
                return forms.ChoiceField(choices=choices, required=False, **said)
            case "nik":
                digits = forms.TextInput({"inputmode": "numeric", "autocomplete": "off"})
                return forms.CharField(max_length=40, widget=digits, **said)
            case "nama":
                return forms.CharField(max_length=150, **said)
        return forms.CharField(max_length=40, required=False, help_text="Boleh kosong.", **said)

    def cells(self) -> dict[str, str]:
        """The answers as a file would say them."""
        return {column: _cell(column, value) for column, value in self.cleaned_data.items()}


def _cell(column: str, value) -> str:
    match column:
        case "tanggal_lahir":
            return f"{value:%d-%m-%Y}"
        case "kode_kelurahan":
            return value.code.replace(".", "")
        case "pekerjaan":
            return value.name
    return value
