"""What an officer answers about two records that may be one person."""

from uuid import UUID

from django import forms

from ui.forms import FilterForm, PortalForm, RadioCards
from workers.enums import PairRule, PairStatus
from workers.models import DuplicatePair

FADED = "faded"
SAME = "same"


class PairFilter(FilterForm):
    status = forms.ChoiceField(
        label="Keadaan",
        choices=[("", "Belum selesai"), *PairStatus.choices, (FADED, "Tidak lagi mirip")],
        required=False,
    )
    rule = forms.ChoiceField(label="Ditemukan karena", choices=[("", "Semua"), *PairRule.choices], required=False)


class PairReasonForm(PortalForm):
    """`seen` is the revision on the page, so that nobody decides over a decision they have not seen (AC-D38)."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Alasan",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="Apa yang Anda cocokkan. Contoh: KTP dan KK dilihat, foto sama.",
        error_messages={"required": "Tulis alasannya. Petugas lain membacanya."},
    )


class PairAnswerForm(PairReasonForm):
    answer = forms.ChoiceField(
        label="Apakah kedua data ini orang yang sama?",
        choices=[
            (SAME, "Sama: satu orang terdaftar dua kali"),
            ("different", "Berbeda: dua orang"),
            ("unsure", "Belum dapat dipastikan"),
        ],
        widget=RadioCards,
        error_messages={"required": "Pilih satu jawaban."},
    )
    survivor = forms.TypedChoiceField(
        label="Bila sama, data mana yang dipertahankan?",
        coerce=UUID,
        empty_value=None,
        required=False,
        widget=RadioCards,
        help_text="Data yang lain ditautkan kepadanya. Tidak ada yang dihapus.",
    )

    field_order = ["seen", "answer", "survivor", "reason"]

    def __init__(self, *args, pair: DuplicatePair, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["survivor"].choices = [
            (str(record.pk), f"Data {letter}: {record.name}")
            for letter, record in zip("AB", (pair.one, pair.other), strict=True)
        ]

    def clean(self) -> dict:
        same = self.cleaned_data.get("answer") == SAME
        if same and not self.cleaned_data.get("survivor") and "survivor" not in self.errors:
            self.add_error("survivor", "Pilih data yang dipertahankan.")
        return self.cleaned_data
