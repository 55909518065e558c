from enrollment.models.batches import Batch, BatchLine, ReplyFile
from enrollment.models.coverage import CoverageCheck, DoorOpening, Recheck
from enrollment.models.memberships import Contribution, Membership, Receipt

__all__ = [
    "Batch",
    "BatchLine",
    "Contribution",
    "CoverageCheck",
    "DoorOpening",
    "Membership",
    "Receipt",
    "Recheck",
    "ReplyFile",
]
