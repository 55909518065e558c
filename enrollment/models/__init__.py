from enrollment.models.batches import Batch, BatchLine, ReplyFile
from enrollment.models.bills import Bill, BillFile, BillLine, Difference
from enrollment.models.coverage import CoverageCheck, DoorOpening, Recheck
from enrollment.models.memberships import Contribution, Membership, Receipt

__all__ = [
    "Batch",
    "BatchLine",
    "Bill",
    "BillFile",
    "BillLine",
    "Contribution",
    "CoverageCheck",
    "Difference",
    "DoorOpening",
    "Membership",
    "Receipt",
    "Recheck",
    "ReplyFile",
]
