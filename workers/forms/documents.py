"""Papers of a person."""

from django import forms

from casework.uploads import LARGEST_DOCUMENT, LARGEST_PICTURE, in_megabytes
from ui.forms import PortalForm, RadioCards
from workers.enums import DocumentKind

PHOTO_LIMIT = f"Foto JPG atau PNG, paling besar {in_megabytes(LARGEST_PICTURE)}."


class DocumentForm(PortalForm):
    kind = forms.ChoiceField(label="Jenis dokumen", choices=DocumentKind.choices, widget=RadioCards)
    file = forms.FileField(
        label="Berkas",
        max_length=200,
        help_text=f"{PHOTO_LIMIT} Selain foto kerja boleh PDF, paling besar {in_megabytes(LARGEST_DOCUMENT)}.",
        error_messages={"required": "Pilih berkas, lalu tambahkan lagi.", "empty": "Berkas ini kosong."},
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )


class WithdrawalForm(PortalForm):
    reason = forms.CharField(
        label="Alasan penarikan",
        max_length=200,
        help_text="Contoh: salah orang, foto buram, KTP lama.",
        error_messages={"required": "Tulis mengapa dokumen ini ditarik."},
    )
