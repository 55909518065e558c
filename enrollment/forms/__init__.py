"""What may be typed about enrolment. Whether a deed is allowed is a rule, not a form error."""

from enrollment.forms.batches import (
    AddLineForm,
    DropLineForm,
    LeaversForm,
    ProposalForm,
    ReplyForm,
    SeenForm,
    SeenNoteForm,
    SeenReasonForm,
)
from enrollment.forms.bills import BillForm, OrderForm, ReceiptForm, SettleForm
from enrollment.forms.budgets import BudgetForm, FundForm, YearForm
from enrollment.forms.cards import CardMakeForm, CardReplaceForm, CardWithdrawForm, HandOverForm
from enrollment.forms.coverage import (
    AsKnownForm,
    CoverageForm,
    DoorForm,
    DoorReviewForm,
    RecheckAnswerForm,
    RecheckForm,
)
from enrollment.forms.deeds import DeedForm, NoteForm, ReasonForm
from enrollment.forms.holidays import HolidayForm
from enrollment.forms.templates import TemplateForm
from enrollment.forms.terms import ChangeForm, DraftForm, LeaverForm, PlanForm, SelectionForm
from enrollment.forms.tokens import ConnectForm, RenewForm

__all__ = [
    "AddLineForm",
    "AsKnownForm",
    "BillForm",
    "BudgetForm",
    "CardMakeForm",
    "CardReplaceForm",
    "CardWithdrawForm",
    "ChangeForm",
    "ConnectForm",
    "CoverageForm",
    "DeedForm",
    "DoorForm",
    "DoorReviewForm",
    "DraftForm",
    "DropLineForm",
    "FundForm",
    "HandOverForm",
    "HolidayForm",
    "LeaverForm",
    "LeaversForm",
    "NoteForm",
    "OrderForm",
    "PlanForm",
    "ProposalForm",
    "ReasonForm",
    "ReceiptForm",
    "RecheckAnswerForm",
    "RecheckForm",
    "RenewForm",
    "ReplyForm",
    "SeenForm",
    "SeenNoteForm",
    "SeenReasonForm",
    "SelectionForm",
    "SettleForm",
    "TemplateForm",
    "YearForm",
]
