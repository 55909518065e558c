"""The questions of the registry. Each answer carries every reason against, so that one visit settles them all."""

from workers.rules.columns import check_columns, check_family_columns
from workers.rules.documents import may_add_document, may_withdraw_document
from workers.rules.drafts import MOST_DRAFTS, may_begin_draft
from workers.rules.eligibility import check_age, check_eligibility
from workers.rules.exits import check_exit, may_exit, may_return
from workers.rules.identity import (
    IDENTITY,
    check_identity_change,
    may_check_identity,
    may_withdraw_identity,
)
from workers.rules.imports import (
    MOST_KNOWN,
    answers_wanted,
    check_import_again,
    known_share,
    may_accept_import,
    may_answer_row,
    may_cancel_import,
    may_confirm_columns,
    may_decide_rows,
    may_undo_import,
)
from workers.rules.pairs import (
    check_link,
    check_seen,
    check_survivor,
    may_decide,
)
from workers.rules.registration import (
    CORRECTABLE,
    WRITERS,
    check_correction,
    check_identity,
    check_registration,
    may_register,
    may_work_in,
)
from workers.rules.releases import (
    check_received,
    check_release,
    check_release_named,
    may_import_release,
    may_receive_release,
    may_rest_on,
)
from workers.rules.reviews import check_objection, check_outcome, may_answer_review, may_decide_review

__all__ = [
    "CORRECTABLE",
    "IDENTITY",
    "MOST_DRAFTS",
    "MOST_KNOWN",
    "WRITERS",
    "answers_wanted",
    "check_age",
    "check_columns",
    "check_correction",
    "check_eligibility",
    "check_exit",
    "check_family_columns",
    "check_identity",
    "check_identity_change",
    "check_import_again",
    "check_link",
    "check_objection",
    "check_outcome",
    "check_received",
    "check_registration",
    "check_release",
    "check_release_named",
    "check_seen",
    "check_survivor",
    "known_share",
    "may_accept_import",
    "may_add_document",
    "may_answer_review",
    "may_answer_row",
    "may_begin_draft",
    "may_cancel_import",
    "may_check_identity",
    "may_confirm_columns",
    "may_decide",
    "may_decide_review",
    "may_decide_rows",
    "may_exit",
    "may_import_release",
    "may_receive_release",
    "may_register",
    "may_rest_on",
    "may_return",
    "may_undo_import",
    "may_withdraw_document",
    "may_withdraw_identity",
    "may_work_in",
]
