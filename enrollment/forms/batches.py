"""What may be typed about a batch."""

from django import forms

from enrollment.forms.deeds import DeedForm, NoteForm, ReasonForm
from workers import nik
from workers.enums import ExitReason

LONGEST_KEY = 18  # digits


class ProposalForm(DeedForm):
    """`expected` is the number of workers on the page, so that nobody signs for others than those shown."""

    expected = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label="Catatan", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))


class SeenForm(DeedForm):
    """`seen` names the state of the batch on the page (operations.last_deed)."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def look_again(self, seen: int) -> None:
        """The page comes back and shows the batch as it is now."""
        self.data = {**self.data.dict(), "seen": seen}


class SeenNoteForm(NoteForm, SeenForm):
    """A deed about a batch that may be explained."""


class SeenReasonForm(ReasonForm, SeenForm):
    """A deed about a batch that must be explained."""


class AddLineForm(DeedForm):
    nik = forms.CharField(
        label="NIK",
        max_length=25,
        help_text="16 angka, dari KTP pekerja.",
        widget=forms.TextInput({"class": "nik", "inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_nik(self) -> str:
        return nik.clean(self.cleaned_data["nik"])


class DropLineForm(AddLineForm):
    reason = forms.ChoiceField(label="Alasan keluar", choices=[("", "Pilih alasan"), *ExitReason.choices])


class KeysField(forms.TypedMultipleChoiceField):
    """Ticked rows, by key. Which of them still may be chosen is asked where they are."""

    def valid_value(self, value: str) -> bool:
        return value.isdecimal() and len(value) <= LONGEST_KEY


class LeaversForm(DeedForm):
    """Which members leave: the ticked ones, or `everyone` on the list, of whom the page told `total`."""

    member = KeysField(coerce=int, required=False)
    everyone = forms.BooleanField(required=False)
    total = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> None:
        if not self.cleaned_data.get("everyone") and not self.cleaned_data.get("member"):
            raise forms.ValidationError("Belum ada peserta yang dipilih. Centang dulu barisnya.")


class ReplyForm(DeedForm):
    file = forms.FileField(
        label="Berkas jawaban",
        help_text="Berkas .xlsx atau .csv, paling besar 5 MB.",
        widget=forms.FileInput({"accept": ".xlsx,.csv,text/csv"}),
        error_messages={"required": "Pilih berkas jawaban.", "empty": "Berkas ini kosong. Pilih berkas yang berisi."},
    )
