"""What waits for a second person: a suspicion that two records are one, and a change of who somebody is."""

from casework.workflow import Move, Workflow
from workers.enums import CorrectionStatus as C
from workers.enums import PairStatus as S

PAIR = Workflow(
    "pair",
    answer_same=Move({S.OPEN, S.UNSURE}, S.PROPOSED),
    answer_different=Move({S.OPEN, S.UNSURE}, S.DIFFERENT),
    answer_unsure=Move({S.OPEN, S.UNSURE}, S.UNSURE),
    confirm=Move({S.PROPOSED}, S.SAME),
    decline=Move({S.PROPOSED}, S.OPEN),
    unlink=Move({S.SAME}, S.OPEN),
)

IDENTITY = Workflow(
    "identity",
    approve=Move({C.WAITING}, C.APPROVED),
    reject=Move({C.WAITING}, C.REJECTED),
    withdraw=Move({C.WAITING}, C.WITHDRAWN),
)
