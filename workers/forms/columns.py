"""Which column of a list is which."""

from django import forms

from ui.forms import PortalForm
from workers.registry_file import FAMILY_COLUMNS, LABELS, Layout

NOT_READ = "Tidak dibaca"


class ColumnsForm(PortalForm):
    """One choice for each column of the file, in its order. `families`: of a DTSEN snapshot."""

    known_only = forms.BooleanField(
        label="Berkas ini hanya memperbarui pekerja yang sudah terdaftar",
        help_text="Baris dengan NIK yang belum terdaftar dikembalikan. Isian yang tidak ada di berkas tidak berubah.",
        required=False,
    )

    def __init__(self, *args, layout: Layout, families: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.layout = layout
        if families:
            del self.fields["known_only"]
        choices = [("", NOT_READ), *((name, LABELS[name]) for name in (FAMILY_COLUMNS if families else LABELS))]
        for place, (title, column) in enumerate(zip(layout.header, layout.columns, strict=True)):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                choices=choices,
                initial=column,
                required=False,
                label=f"{title or f'Kolom {place + 1}'} dibaca sebagai",
                widget=forms.Select({"class": "input"}),
            )

    def rows(self) -> list[dict]:
        """Each column as the page shows it: title, first values, choice."""
        return [
            {
                "title": title,
                "place": place + 1,
                "examples": [row[place] for row in self.layout.examples if place < len(row) and row[place].strip()],
                "field": self[f"column_{place}"],
            }
            for place, title in enumerate(self.layout.header)
        ]

    def columns(self) -> list[str]:
        return [self.cleaned_data[f"column_{place}"] for place in range(len(self.layout.header))]
