"""The life of a batch."""

from casework.workflow import Move, Workflow
from enrollment.enums import BatchStatus as S

WORKFLOW = Workflow(
    "batch",
    approve=Move({S.PROPOSED}, S.APPROVED),
    reject=Move({S.PROPOSED}, S.REJECTED),
    withdraw=Move({S.PROPOSED}, S.WITHDRAWN),
    send=Move({S.APPROVED}, S.SENT),
    answer=Move({S.SENT}, S.ANSWERED),
)
