from enrollment.models.batches import (
    Batch,
    BatchApproval,
    BatchLine,
    file_of,
)
from enrollment.models.bills import (
    Bill,
    BillFile,
    BillLine,
    Difference,
)
from enrollment.models.budgets import (
    Budget,
    Fund,
)
from enrollment.models.cards import (
    Card,
)
from enrollment.models.coverage import (
    CoverageCheck,
    DoorOpening,
    Recheck,
)
from enrollment.models.holidays import HolidayChange
from enrollment.models.memberships import (
    Contribution,
    Membership,
    Receipt,
)
from enrollment.models.policies import (
    ApprovalPolicy,
)
from enrollment.models.replies import (
    ReplyFile,
    ReplyRow,
)
from enrollment.models.templates import ExportTemplate
from enrollment.models.tokens import (
    ApiClient,
    ApiToken,
)

__all__ = [
    "ApiClient",
    "ApiToken",
    "ApprovalPolicy",
    "Batch",
    "BatchApproval",
    "BatchLine",
    "Bill",
    "BillFile",
    "BillLine",
    "Budget",
    "Card",
    "Contribution",
    "CoverageCheck",
    "Difference",
    "DoorOpening",
    "ExportTemplate",
    "Fund",
    "HolidayChange",
    "Membership",
    "Receipt",
    "Recheck",
    "ReplyFile",
    "ReplyRow",
    "file_of",
]
