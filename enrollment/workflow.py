"""The lives of a batch and of a month's bill."""

from casework.workflow import Move, Workflow
from enrollment.enums import BatchStatus as S
from enrollment.enums import BillStatus as B

WORKFLOW = Workflow(
    "batch",
    approve=Move({S.PROPOSED}, S.APPROVED),
    reject=Move({S.PROPOSED}, S.REJECTED),
    withdraw=Move({S.PROPOSED}, S.WITHDRAWN),
    send=Move({S.APPROVED}, S.SENT),
    answer=Move({S.SENT}, S.ANSWERED),
)

BILL_WORKFLOW = Workflow(
    "bill",
    close=Move({B.OPEN}, B.CLOSED),
    ask_closing=Move({B.OPEN}, B.CLOSING),
    second_closing=Move({B.CLOSING}, B.CLOSED),
    decline_closing=Move({B.CLOSING}, B.OPEN),
    order=Move({B.CLOSED}, B.ORDERED),
    pay=Move({B.ORDERED}, B.PAID),
)
