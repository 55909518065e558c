"""What officers and admins do with the registry. Each deed is one transaction with one audit entry."""

from workers.operations.accepting import (
    accept_import,
    decide_rows,
    store_import,
    view_held,
)
from workers.operations.answering import answer_row
from workers.operations.columns import confirm_columns
from workers.operations.correction import correct_worker, last_change
from workers.operations.documents import (
    add_document,
    list_documents,
    open_document,
    withdraw_document,
)
from workers.operations.drafts import (
    begin_draft,
    delete_draft,
    keep_photo,
    open_photo,
    remove_drafts,
    remove_photo,
    save_draft,
)
from workers.operations.exits import exit_worker, keep_exited, return_worker, see_again
from workers.operations.identity import (
    approve_identity,
    propose_identity,
    reject_identity,
    view_identity,
    withdraw_identity,
)
from workers.operations.imports import (
    Trial,
    cancel_import,
    check_import,
    download_findings,
    import_registry,
    try_registry,
)
from workers.operations.pairs import (
    Similar,
    SimilarFound,
    answer_pair,
    confirm_pair,
    decline_pair,
    find_similar,
    list_pairs,
    raise_pairs,
    store_pairs,
    unlink_pair,
    view_pair,
)
from workers.operations.registration import (
    list_workers,
    refuse_registered,
    register_worker,
    view_worker,
)
from workers.operations.releases import receive_release
from workers.operations.report import download_handed_back, view_findings
from workers.operations.reviews import (
    answer_review,
    close_objection,
    decide_review,
    file_objection,
    open_reviews,
    view_review,
)
from workers.operations.search import Found, search_worker
from workers.operations.staging import LABELS, report_of
from workers.operations.suspicions import search_import
from workers.operations.undoing import finish_undo, undo_import

__all__ = [
    "LABELS",
    "Found",
    "Similar",
    "SimilarFound",
    "Trial",
    "accept_import",
    "add_document",
    "answer_pair",
    "answer_review",
    "answer_row",
    "approve_identity",
    "begin_draft",
    "cancel_import",
    "check_import",
    "close_objection",
    "confirm_columns",
    "confirm_pair",
    "correct_worker",
    "decide_review",
    "decide_rows",
    "decline_pair",
    "delete_draft",
    "download_findings",
    "download_handed_back",
    "exit_worker",
    "file_objection",
    "find_similar",
    "finish_undo",
    "import_registry",
    "keep_exited",
    "keep_photo",
    "last_change",
    "list_documents",
    "list_pairs",
    "list_workers",
    "open_document",
    "open_photo",
    "open_reviews",
    "propose_identity",
    "raise_pairs",
    "receive_release",
    "refuse_registered",
    "register_worker",
    "reject_identity",
    "remove_drafts",
    "remove_photo",
    "report_of",
    "return_worker",
    "save_draft",
    "search_import",
    "search_worker",
    "see_again",
    "store_import",
    "store_pairs",
    "try_registry",
    "undo_import",
    "unlink_pair",
    "view_findings",
    "view_held",
    "view_identity",
    "view_pair",
    "view_review",
    "view_worker",
    "withdraw_document",
    "withdraw_identity",
]
