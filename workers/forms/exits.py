"""Leaving the programme and coming back."""

from django import forms

from casework.decisions import Refused
from ui.forms import DatePartsField, PortalForm, RadioCards
from workers.enums import ExitReason

FIELD_OF_REASON = {"exit_in_future": "exited_on", "exit_before_birth": "exited_on", "reason_missing": "note"}


class ExitForm(PortalForm):
    reason = forms.ChoiceField(
        label="Alasan keluar",
        choices=[("", "Pilih alasan"), *((r.value, r.label) for r in ExitReason if r != ExitReason.DIED)],
    )
    exited_on = DatePartsField(label="Sejak tanggal", help_text="Hari kejadiannya, bukan hari dicatat.")
    note = forms.CharField(
        label="Keterangan",
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Contoh: pindah ke Gowa, surat pindah 470/12.",
    )

    def refuse(self, refused: Refused) -> None:
        for reason in refused.reasons:
            self.add_error(FIELD_OF_REASON.get(reason.code), str(reason))


class ReturnForm(PortalForm):
    """`seen_again`: whether somebody wanted to register the person, so that "not back" is an answer too."""

    BACK, AWAY = "back", "away"
    answer = forms.ChoiceField(
        label="Apakah orang ini kembali?",
        choices=[(BACK, "Kembali ke program"), (AWAY, "Tidak kembali")],
        widget=RadioCards,
    )
    note = forms.CharField(
        label="Alasan", max_length=500, widget=forms.Textarea({"rows": 3}), help_text="Apa yang Anda lihat atau dengar."
    )

    def __init__(self, *args, seen_again: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not seen_again:
            self.fields["answer"].choices = self.fields["answer"].choices[:1]
            self.fields["answer"].initial = self.BACK

    def refuse(self, refused: Refused) -> None:
        for reason in refused.reasons:
            self.add_error(FIELD_OF_REASON.get(reason.code), str(reason))
