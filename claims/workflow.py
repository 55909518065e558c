"""The life of a claim, from the report to the day its file is with BPJS Ketenagakerjaan."""

from casework.workflow import Move, Workflow
from claims.enums import ClaimStatus as S
from claims.enums import DeathStatus
from claims.enums import TransferStatus as T

WORKFLOW = Workflow(
    "claim",
    route=Move({S.SUSPECTED}, S.ROUTED),
    admit=Move({S.ROUTED}, S.ADMITTED),
    treat=Move({S.ADMITTED, S.TREATED, S.RETURNED}, S.TREATED),
    transfer=Move({S.ROUTED, S.ADMITTED, S.TREATED}, S.ROUTED),  # the other hospital takes it in anew
    verify=Move({S.TREATED}, S.VERIFIED),
    send_back=Move({S.TREATED, S.VERIFIED}, S.RETURNED),
    approve=Move({S.VERIFIED}, S.APPROVED),
    forward=Move({S.APPROVED}, S.FORWARDED),
    withdraw=Move({S.SUSPECTED, S.ROUTED}, S.WITHDRAWN),
)

DEATH = Workflow("death", forward=Move({DeathStatus.POSSIBLE}, DeathStatus.FORWARDED))
TRANSFER = Workflow(
    "transfer",
    accept=Move({T.PROPOSED}, T.ACCEPTED),
    refuse=Move({T.PROPOSED}, T.REFUSED),
    withdraw=Move({T.PROPOSED}, T.WITHDRAWN),
)
