"""What waits for a second person: a suspicion that two records are one, and a change of who somebody is; and the life
of an imported registry file."""

from casework.workflow import Move, Workflow
from workers.enums import CorrectionStatus as C
from workers.enums import ImportStatus as I
from workers.enums import PairStatus as S
from workers.enums import ReviewStatus as R

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

IMPORT = Workflow(
    "import",
    confirm=Move({I.COLUMNS}, I.QUEUED),
    check=Move({I.QUEUED, I.CHECKING}, I.CHECKING),  # again after a check that was killed
    present=Move({I.CHECKING}, I.READY),
    fail=Move({I.CHECKING}, I.FAILED),
    accept=Move({I.READY}, I.ACCEPTING),
    finish=Move({I.ACCEPTING}, I.DONE),
    decide=Move({I.READY, I.DONE}, I.DONE),  # of held rows; the status stays
    cancel=Move({I.COLUMNS, I.QUEUED, I.READY}, I.CANCELLED),
    undo=Move({I.DONE}, I.UNDOING),
    finish_undo=Move({I.UNDOING}, I.UNDONE),
)

REVIEW = Workflow(
    "review",
    keep=Move({R.OPEN}, R.KEPT),
    propose=Move({R.OPEN}, R.PROPOSED),
    confirm=Move({R.PROPOSED}, R.ENDED),
    decline=Move({R.PROPOSED}, R.KEPT),
)
