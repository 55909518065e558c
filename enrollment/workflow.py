"""The lives of a batch and of a month's bill."""

from casework.workflow import Move, Workflow
from enrollment.enums import BatchStatus as S
from enrollment.enums import BillStatus as B

WORKFLOW = Workflow(
    "batch",
    lock=Move({S.DRAFT}, S.LOCKED),
    approve=Move({S.LOCKED}, S.APPROVED),  # by the last approval that is needed
    hand_back=Move({S.LOCKED}, S.RETURNED),
    reopen=Move({S.RETURNED}, S.DRAFT),
    reject=Move({S.LOCKED}, S.REJECTED),
    withdraw=Move({S.DRAFT, S.LOCKED, S.RETURNED}, S.WITHDRAWN),
    send=Move({S.APPROVED}, S.SENT),
    answer=Move({S.SENT}, S.ANSWERED),
    reconcile=Move({S.ANSWERED}, S.RECONCILED),
    close=Move({S.RECONCILED}, S.CLOSED),
)

BILL_WORKFLOW = Workflow(
    "bill",
    reconcile=Move({B.OPEN}, B.CLOSED),
    ask_closing=Move({B.OPEN}, B.CLOSING),
    second_closing=Move({B.CLOSING}, B.CLOSED),
    decline_closing=Move({B.CLOSING}, B.OPEN),
    order=Move({B.CLOSED}, B.ORDERED),
    pay=Move({B.ORDERED}, B.PAID),
)
