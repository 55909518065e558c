"""What may be typed about systems of hospitals."""

from datetime import timedelta
from typing import Any

from django import forms

from accounts.models import Hospital
from enrollment.enums import Purpose
from enrollment.forms.deeds import DeedForm
from ui.forms import RadioCards


def _days(text: str) -> timedelta:
    return timedelta(days=int(text))


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


class RenewForm(TokenForm):
    overlap = forms.TypedChoiceField(
        label="Token lama berhenti",
        choices=[("0", "Sekarang juga"), ("1", "Setelah 1 hari"), ("7", "Setelah 7 hari")],
        coerce=_days,
        widget=RadioCards,
        initial="7",
        help_text="Pilih sekarang juga bila token lama mungkin diketahui orang lain.",
    )
