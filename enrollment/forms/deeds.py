"""What every form about enrolment shares: each refusal at its field."""

from django import forms

from casework import uploads
from casework.decisions import Refused
from ui.forms import PortalForm

# Where a refusal is told: at the field that would change it.
FIELD_OF = {
    "reason_missing": "note",
    "column_form": "columns",
    "field_unknown": "columns",
    "format_unknown": "columns",
    "header_twice": "columns",
    "nik_missing": "columns",
    "nik_length": "question",
    "not_digits": "question",
    "no_key": "question",
    "birth_missing": "birth_on",
    "name_missing": "name",
    "year_missing": "birth_year",
    "year_unlikely": "birth_year",
    "event_in_future": "event_at",
    "handed_in_future": "handed_on",
    "handed_before_made": "handed_on",
    "receiver_missing": "receiver",
    "event_after_known": "known_at",
    "known_too_fresh": "known_at",
    "reference_known": "reference",
    "received_in_future": "received_on",
    "nobody_to_pay_for": "month",
    "name_taken": "name",
    "no_purpose": "purposes",
    "fund_missing": "fund",
    "fund_of_another_payer": "fund",
    "own_money": "payer",
    "fund_known": "name",
    "year_is_past": "year",
    "after_the_year": "effective_on",
    "day_taken": "effective_on",
    "received_before_order": "received_on",
    **dict.fromkeys(["paid_form", "paid_negative", "paid_above", "paid_nothing", "paid_in_part"], "amount"),
    "ordered_in_future": "ordered_on",
    "total_differs": "total",
    "answer_does_not_fit": "answer",
    **dict.fromkeys(["amount_form", "no_rows", "not_csv", "wrong_header", "too_many_rows", "wrong_type"], "file"),
    **dict.fromkeys(["too_big", "mismatch", *uploads.SENTENCES], "file"),
    "nothing_changes": "day",
    "change_waits": "day",
}


class DeedForm(PortalForm):
    def refuse(self, refused: Refused) -> None:
        """Tells each reason at its field, or above the form."""
        for reason in refused.reasons:
            field = FIELD_OF.get(reason.code)
            self.add_error(field if field in self.fields else None, str(reason))


class NoteForm(DeedForm):
    note = forms.CharField(label="Catatan", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))


class ReasonForm(DeedForm):
    note = forms.CharField(label="Alasan", max_length=500, widget=forms.Textarea({"rows": 3}))
