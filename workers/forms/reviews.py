"""Reviews of desil, and objections to it."""

from django import forms

from casework.decisions import Refused
from ui.forms import DatePartsField, FilterForm, PortalForm, RadioCards
from workers.enums import ObjectionOutcome, ReviewStatus

FIELD_OF_REASON = {
    "filed_in_future": "filed_on",
    "outcome_in_future": "outcome_on",
    "outcome_before_filing": "outcome_on",
}


class RefusingForm(PortalForm):
    def refuse(self, refused: Refused) -> None:
        for reason in refused.reasons:
            self.add_error(FIELD_OF_REASON.get(reason.code), str(reason))


class ReviewAnswerForm(RefusingForm):
    answer = forms.ChoiceField(
        label="Jawaban Anda",
        choices=[("keep", "Pertahankan"), ("propose", "Usulkan keluar")],
        widget=RadioCards,
    )
    reason = forms.CharField(
        label="Alasan",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="Apa yang Anda lihat saat memeriksa keadaan keluarganya.",
    )


class ReviewDecisionForm(RefusingForm):
    answer = forms.ChoiceField(
        label="Keputusan Anda",
        choices=[("confirm", "Setujui keluar"), ("decline", "Pertahankan")],
        widget=RadioCards,
    )
    note = forms.CharField(label="Alasan", max_length=500, widget=forms.Textarea({"rows": 3}))


class ObjectionForm(RefusingForm):
    filed_on = DatePartsField(label="Tanggal diajukan", help_text="Seperti pada tanda terima atau aplikasi Cek Bansos.")
    reference = forms.CharField(
        label="Nomor atau tempat pengajuan", max_length=100, help_text="Contoh: tanda terima kelurahan 12/XI/2026."
    )


class OutcomeForm(RefusingForm):
    outcome = forms.ChoiceField(label="Hasil", choices=ObjectionOutcome.choices, widget=RadioCards)
    outcome_on = DatePartsField(label="Tanggal hasil")
    note = forms.CharField(label="Keterangan", max_length=500, required=False, widget=forms.Textarea({"rows": 3}))


class ReviewFilter(FilterForm):
    status = forms.ChoiceField(label="Status", choices=[("", "Semua"), *ReviewStatus.choices], required=False)
