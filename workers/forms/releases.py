"""A DTSEN release that has come."""

from django import forms

from casework.decisions import Refused
from ui.forms import DatePartsField, PortalForm
from workers.models.releases import RELEASE_NAME

FIELD_OF_REASON = {
    "release_known": "name",
    "received_in_future": "received_on",
    "dated_after_receipt": "dated_on",
}


class ReleaseForm(PortalForm):
    name = forms.RegexField(
        RELEASE_NAME,
        label="Rilis DTSEN",
        help_text="Tahun dan triwulan. Contoh: 2026-3.",
        error_messages={"invalid": "Tulis tahun dan triwulan seperti 2026-3."},
        widget=forms.TextInput({"class": "w-10", "autocomplete": "off"}),
    )
    dated_on = DatePartsField(
        label="Tanggal data", required=False, help_text="Tanggal yang tertulis pada rilisnya, bila ada."
    )
    received_on = DatePartsField(label="Diterima kota")
    source = forms.CharField(
        label="Sumber", max_length=200, help_text="Contoh: surat pengantar Dinas Sosial nomor 460/12."
    )

    def refuse(self, refused: Refused) -> None:
        for reason in refused.reasons:
            self.add_error(FIELD_OF_REASON.get(reason.code), str(reason))
