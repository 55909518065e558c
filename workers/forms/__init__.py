"""What may be typed about a worker. Whether they may be registered is a rule, not a form error."""

from workers.forms.answers import AnswersForm
from workers.forms.columns import ColumnsForm
from workers.forms.documents import DocumentForm, WithdrawalForm
from workers.forms.exits import ExitForm, ReturnForm
from workers.forms.identity import IdentityFilter, IdentityForm, IdentityRejectionForm
from workers.forms.imports import ImportForm, RowDecisionForm, SnapshotForm, UndoImportForm
from workers.forms.pairs import FADED, PairAnswerForm, PairFilter, PairReasonForm
from workers.forms.registration import (
    FORM_OF_PAGE,
    BeginForm,
    CorrectionForm,
    NikForm,
    PageForm,
    SummaryForm,
    page_of_reason,
)
from workers.forms.releases import ReleaseForm
from workers.forms.reviews import (
    ObjectionForm,
    OutcomeForm,
    ReviewAnswerForm,
    ReviewDecisionForm,
    ReviewFilter,
)
from workers.forms.search import WorkerSearchForm

__all__ = [
    "FADED",
    "FORM_OF_PAGE",
    "AnswersForm",
    "BeginForm",
    "ColumnsForm",
    "CorrectionForm",
    "DocumentForm",
    "ExitForm",
    "IdentityFilter",
    "IdentityForm",
    "IdentityRejectionForm",
    "ImportForm",
    "NikForm",
    "ObjectionForm",
    "OutcomeForm",
    "PageForm",
    "PairAnswerForm",
    "PairFilter",
    "PairReasonForm",
    "ReleaseForm",
    "ReturnForm",
    "ReviewAnswerForm",
    "ReviewDecisionForm",
    "ReviewFilter",
    "RowDecisionForm",
    "SnapshotForm",
    "SummaryForm",
    "UndoImportForm",
    "WithdrawalForm",
    "WorkerSearchForm",
    "page_of_reason",
]
