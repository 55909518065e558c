from workers.views.answers import import_row
from workers.views.columns import import_columns
from workers.views.documents import document_file, document_list, document_withdraw
from workers.views.exits import worker_exit, worker_return
from workers.views.identity import (
    identity_approve,
    identity_detail,
    identity_list,
    identity_propose,
    identity_reject,
    identity_withdraw,
)
from workers.views.imports import (
    import_accept,
    import_cancel,
    import_continue,
    import_detail,
    import_held,
    import_list,
    import_undo,
    import_upload,
)
from workers.views.pairs import pair_confirm, pair_decline, pair_detail, pair_list, pair_unlink
from workers.views.person import worker_correct, worker_detail
from workers.views.registration import (
    draft_begin,
    draft_delete,
    draft_page,
    draft_photo,
    draft_summary,
    nik_read,
    worker_search,
)
from workers.views.registry import worker_list
from workers.views.releases import release_list, release_record, release_upload
from workers.views.reports import (
    import_finding_list,
    import_findings,
    import_findings_workbook,
    import_handed_back,
    import_sample,
)
from workers.views.reviews import (
    objection_close,
    objection_file,
    review_answer,
    review_decide,
    review_detail,
    review_list,
)

__all__ = [
    "document_file",
    "document_list",
    "document_withdraw",
    "draft_begin",
    "draft_delete",
    "draft_page",
    "draft_photo",
    "draft_summary",
    "identity_approve",
    "identity_detail",
    "identity_list",
    "identity_propose",
    "identity_reject",
    "identity_withdraw",
    "import_accept",
    "import_cancel",
    "import_columns",
    "import_continue",
    "import_detail",
    "import_finding_list",
    "import_findings",
    "import_findings_workbook",
    "import_handed_back",
    "import_held",
    "import_list",
    "import_row",
    "import_sample",
    "import_undo",
    "import_upload",
    "nik_read",
    "objection_close",
    "objection_file",
    "pair_confirm",
    "pair_decline",
    "pair_detail",
    "pair_list",
    "pair_unlink",
    "release_list",
    "release_record",
    "release_upload",
    "review_answer",
    "review_decide",
    "review_detail",
    "review_list",
    "worker_correct",
    "worker_detail",
    "worker_exit",
    "worker_list",
    "worker_return",
    "worker_search",
]
