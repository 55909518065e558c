"""Every address by every kind of caller, in one table. A new address is added here, or the last test fails.

One person, Kenanga Rahasia, lives in Panakkukang, is in a list that was uploaded there and in a batch that BPJS took,
was asked about by a hospital and is treated in it. What each caller gets:

    whole   the page, with that person's name and whole NIK
    sees    the page, with the name only
    ok      the page, or a form that asks for more, without a word of that person
    in      led to the log-in
    403     a role that has no business there
    404     nothing there for this caller

Whatever is refused holds nothing of the person, and changes nothing: otherwise the word has LEAK or CHANGED behind it.
"""

import zipfile
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import URLPattern, get_resolver, reverse
from pypdf import PdfReader

from accounts.roles import Role
from casework import audit
from casework.models import AuditEntry, Kind
from claims.enums import ClaimStatus
from enrollment.models import BillFile, ReplyFile
from monitoring import exports
from tests.accounts.factories import AgreementDocumentFactory, HospitalFactory, UserFactory
from tests.claims.factories import (
    DeathReportFactory,
    InstalmentFactory,
    ReferralNoteFactory,
    StayFactory,
    TransferFactory,
    claim_in,
)
from tests.enrollment.factories import (
    ApiTokenFactory,
    BatchFactory,
    BatchLineFactory,
    BudgetFactory,
    CardFactory,
    CoverageCheckFactory,
    DifferenceFactory,
    DoorOpeningFactory,
    ExportTemplateFactory,
    HolidayChangeFactory,
    MembershipFactory,
    RecheckFactory,
)
from tests.regions.factories import kecamatan, kelurahan
from tests.workers.factories import (
    DesilRecordFactory,
    DesilReleaseFactory,
    DesilReviewFactory,
    DraftPhotoFactory,
    DuplicatePairFactory,
    IdentityCorrectionFactory,
    PolicyFactory,
    RegistrationDraftFactory,
    WorkerDocumentFactory,
    WorkerFactory,
)
from workers.enums import ImportStatus, Verdict
from workers.models import ImportFinding, RegistryImport, StagedRow
from workers.registry_file import open_registry

NAME, NIK, PHONE, CARD = "Kenanga Rahasia", "7371095708900001", "081242424242", "7371090101150042"
SECRETS = (NAME, NIK, PHONE, CARD)
LOGIN = reverse("account_login")

# callers: somebody not logged in; officers of the person's kecamatan and of another; staff of the hospital that treats
# the person and of another; an admin, an officer of BPJS, an auditor
TABLE = """
                                       nobody officer elsewhere hospital other admin bpjs  auditor
GET  home                                in     ok      ok        ok      ok    ok    ok    ok
GET  inbox_list                          in     ok      ok        ok      ok    ok    ok    ok
POST inbox_read                          in     ok      ok        ok      ok    ok    ok    ok
POST inbox_letter                        in     ok      ok        ok      ok    ok    ok    ok
GET  help                                in     ok      ok        ok      ok    ok    ok    ok
GET  privacy                             ok     ok      ok        ok      ok    ok    ok    ok
GET  workers:worker_list                 in     sees    ok        403     403   sees  403   sees
GET  workers:worker_search               in     sees    ok        403     403   ok    403   403
POST workers:worker_search               in     sees    ok        403     403   ok    403   403
POST workers:draft_begin                 in     ok      ok        403     403   ok    403   403
GET  workers:draft_page                  in     whole   404       403     403   404   403   403
POST workers:draft_page                  in     ok      404       403     403   404   403   403
GET  workers:draft_summary               in     whole   404       403     403   404   403   403
POST workers:draft_summary               in     whole   404       403     403   404   403   403
GET  workers:draft_delete                in     sees    404       403     403   404   403   403
POST workers:draft_delete                in     ok      404       403     403   404   403   403
GET  workers:draft_photo                 in     ok      404       403     403   404   403   403
POST workers:nik_read                    in     ok      ok        403     403   ok    403   403
GET  workers:worker_detail               in     whole   404       403     403   whole 403   sees
GET  workers:worker_correct              in     whole   404       403     403   whole 403   403
POST workers:worker_correct              in     whole   404       403     403   whole 403   403
GET  workers:document_list               in     sees    404       403     403   sees  403   403
POST workers:document_list               in     sees    404       403     403   sees  403   403
GET  workers:document_file               in     ok      404       403     403   ok    403   403
GET  workers:document_withdraw           in     sees    404       403     403   sees  403   403
POST workers:document_withdraw           in     sees    404       403     403   sees  403   403
GET  workers:pair_list                   in     sees    ok        403     403   sees  403   403
GET  workers:pair_detail                 in     sees    404       403     403   sees  403   403
POST workers:pair_detail                 in     sees    404       403     403   sees  403   403
POST workers:pair_confirm                in     sees    404       403     403   sees  403   403
POST workers:pair_decline                in     sees    404       403     403   sees  403   403
POST workers:pair_unlink                 in     sees    404       403     403   sees  403   403
GET  workers:import_list                 in     ok      ok        403     403   ok    403   403
GET  workers:import_upload               in     ok      ok        403     403   ok    403   403
POST workers:import_upload               in     ok      ok        403     403   ok    403   403
GET  workers:import_detail               in     ok      404       403     403   ok    403   403
POST workers:import_accept               in     ok      404       403     403   ok    403   403
POST workers:import_cancel               in     ok      404       403     403   ok    403   403
POST workers:import_continue             in     ok      404       403     403   ok    403   403
GET  workers:import_held                 in     sees    404       403     403   sees  403   403
POST workers:import_held                 in     ok      404       403     403   ok    403   403
GET  workers:import_row                  in     sees    404       403     403   sees  403   403
POST workers:import_row                  in     sees    404       403     403   sees  403   403
GET  workers:import_columns              in     whole   404       403     403   whole 403   403
POST workers:import_columns              in     whole   404       403     403   whole 403   403
GET  workers:import_sample               in     ok      ok        403     403   ok    403   403
GET  workers:import_finding_list         in     whole   404       403     403   whole 403   403
GET  workers:import_undo                 in     ok      404       403     403   ok    403   403
POST workers:import_undo                 in     ok      404       403     403   ok    403   403
GET  workers:import_findings             in     whole   404       403     403   whole 403   403
GET  workers:import_findings_workbook    in     whole   404       403     403   whole 403   403
GET  workers:import_handed_back          in     whole   404       403     403   whole 403   403
GET  workers:identity_list               in     sees    ok        403     403   sees  403   403
GET  workers:identity_propose            in     whole   404       403     403   whole 403   403
POST workers:identity_propose            in     whole   404       403     403   whole 403   403
GET  workers:identity_detail             in     whole   404       403     403   whole 403   403
POST workers:identity_approve            in     ok      404       403     403   ok    403   403
POST workers:identity_reject             in     whole   404       403     403   whole 403   403
POST workers:identity_withdraw           in     whole   404       403     403   whole 403   403
GET  workers:worker_exit                 in     whole   404       403     403   whole 403   403
POST workers:worker_exit                 in     whole   404       403     403   whole 403   403
GET  workers:worker_return               in     whole   404       403     403   whole 403   403
POST workers:worker_return               in     whole   404       403     403   whole 403   403
GET  workers:review_list                 in     sees    ok        403     403   sees  403   403
GET  workers:review_detail               in     whole   404       403     403   whole 403   403
POST workers:review_answer               in     whole   404       403     403   whole 403   403
POST workers:review_decide               in     403     403       403     403   whole 403   403
GET  workers:objection_file              in     whole   404       403     403   whole 403   403
POST workers:objection_file              in     whole   404       403     403   whole 403   403
GET  workers:objection_close             in     whole   404       403     403   whole 403   403
POST workers:objection_close             in     whole   404       403     403   whole 403   403
GET  workers:release_list                in     ok      ok        403     403   ok    403   ok
GET  workers:release_record              in     ok      ok        403     403   ok    403   403
POST workers:release_record              in     ok      ok        403     403   ok    403   403
GET  workers:release_upload              in     ok      ok        403     403   ok    403   403
POST workers:release_upload              in     ok      ok        403     403   ok    403   403
GET  enrollment:batch_list               in     ok      ok        403     403   ok    ok    ok
GET  enrollment:batch_propose            in     ok      ok        403     403   403   403   403
POST enrollment:batch_propose            in     ok      ok        403     403   403   403   403
GET  enrollment:batch_draft              in     ok      ok        403     403   403   403   403
POST enrollment:batch_draft              in     ok      ok        403     403   403   403   403
GET  enrollment:leaver_list              in     ok      ok        403     403   403   403   403
POST enrollment:leaver_list              in     ok      ok        403     403   403   403   403
GET  enrollment:member_change            in     sees    404       403     403   403   403   403
POST enrollment:member_change            in     sees    404       403     403   403   403   403
GET  enrollment:batch_detail             in     sees    404       403     403   sees  sees  sees
POST enrollment:batch_add                in     ok      404       403     403   403   403   403
POST enrollment:batch_drop               in     ok      404       403     403   403   403   403
POST enrollment:batch_change             in     ok      404       403     403   403   403   403
POST enrollment:batch_take_out           in     ok      404       403     403   403   403   403
GET  enrollment:batch_lock               in     ok      404       403     403   403   403   403
POST enrollment:batch_lock               in     ok      404       403     403   403   403   403
GET  enrollment:batch_reopen             in     ok      404       403     403   403   403   403
POST enrollment:batch_reopen             in     ok      404       403     403   403   403   403
GET  enrollment:batch_hand_back          in     403     403       403     403   ok    403   403
POST enrollment:batch_hand_back          in     403     403       403     403   ok    403   403
GET  enrollment:batch_approve            in     403     403       403     403   ok    403   403
POST enrollment:batch_approve            in     403     403       403     403   ok    403   403
GET  enrollment:batch_reject             in     403     403       403     403   ok    403   403
POST enrollment:batch_reject             in     403     403       403     403   ok    403   403
GET  enrollment:batch_withdraw           in     ok      404       403     403   403   403   403
POST enrollment:batch_withdraw           in     ok      404       403     403   403   403   403
GET  enrollment:batch_send               in     403     403       403     403   403   ok    403
POST enrollment:batch_send               in     403     403       403     403   403   ok    403
GET  enrollment:batch_file               in     403     403       403     403   403   whole 403
GET  enrollment:batch_reply              in     403     403       403     403   403   ok    403
POST enrollment:batch_reply              in     403     403       403     403   403   ok    403
GET  enrollment:reply_detail             in     sees    404       403     403   sees  sees  sees
GET  enrollment:reply_file               in     whole   404       403     403   whole whole whole
GET  enrollment:reply_example            in     403     403       403     403   403   ok    403
GET  enrollment:receipt_list             in     403     403       403     403   ok    ok    ok
GET  enrollment:receipt_record           in     403     403       403     403   403   ok    403
POST enrollment:receipt_record           in     403     403       403     403   403   ok    403
GET  enrollment:card_list                in     sees    ok        403     403   sees  403   sees
GET  enrollment:card_make                in     ok      ok        403     403   ok    403   403
POST enrollment:card_make                in     ok      ok        403     403   ok    403   403
POST enrollment:card_make_one            in     ok      404       403     403   ok    403   403
GET  enrollment:card_sheet               in     sees    ok        403     403   sees   403   403
GET  enrollment:card_file                in     sees    404       403     403   sees   403   403
GET  enrollment:card_hand_over           in     sees    404       403     403   sees  403   403
POST enrollment:card_hand_over           in     sees    404       403     403   sees  403   403
GET  enrollment:card_replace             in     sees    404       403     403   sees  403   403
POST enrollment:card_replace             in     sees    404       403     403   sees  403   403
GET  enrollment:card_withdraw            in     sees    404       403     403   sees  403   403
POST enrollment:card_withdraw            in     sees    404       403     403   sees  403   403
GET  enrollment:budget_list              in     ok      ok        403     403   ok    403   ok
GET  enrollment:budget_plan              in     ok      ok        403     403   ok    403   403
GET  enrollment:budget_propose           in     403     403       403     403   ok    403   403
POST enrollment:budget_propose           in     403     403       403     403   ok    403   403
GET  enrollment:budget_approve           in     403     403       403     403   ok    403   403
POST enrollment:budget_approve           in     403     403       403     403   ok    403   403
GET  enrollment:budget_reject            in     403     403       403     403   ok    403   403
POST enrollment:budget_reject            in     403     403       403     403   ok    403   403
GET  enrollment:fund_record              in     403     403       403     403   ok    403   403
POST enrollment:fund_record              in     403     403       403     403   ok    403   403
GET  enrollment:month_list               in     403     403       403     403   ok    ok    ok
GET  enrollment:month_detail             in     403     403       403     403   sees  sees  sees
GET  enrollment:month_changes            in     403     403       403     403   sees  403   sees
GET  enrollment:bill_read                in     403     403       403     403   ok    ok    403
POST enrollment:bill_read                in     403     403       403     403   ok    ok    403
GET  enrollment:bill_example             in     403     403       403     403   ok    ok    403
GET  enrollment:bill_file                in     403     403       403     403   whole whole whole
POST enrollment:bill_compare             in     403     403       403     403   ok    403   403
GET  enrollment:bill_close               in     403     403       403     403   ok    403   403
POST enrollment:bill_close               in     403     403       403     403   ok    403   403
GET  enrollment:bill_second              in     403     403       403     403   ok    403   403
POST enrollment:bill_second              in     403     403       403     403   ok    403   403
GET  enrollment:bill_decline             in     403     403       403     403   ok    403   403
POST enrollment:bill_decline             in     403     403       403     403   ok    403   403
GET  enrollment:bill_order               in     403     403       403     403   ok    403   403
POST enrollment:bill_order               in     403     403       403     403   ok    403   403
GET  enrollment:difference_settle        in     403     403       403     403   sees  403   403
POST enrollment:difference_settle        in     403     403       403     403   sees  403   403
POST enrollment:difference_unsettle      in     403     403       403     403   ok    403   403
GET  enrollment:template_list            in     403     403       403     403   ok    ok    ok
GET  enrollment:template_propose         in     403     403       403     403   ok    403   403
POST enrollment:template_propose         in     403     403       403     403   ok    403   403
GET  enrollment:template_approve         in     403     403       403     403   ok    403   403
POST enrollment:template_approve         in     403     403       403     403   ok    403   403
GET  enrollment:template_reject          in     403     403       403     403   ok    403   403
POST enrollment:template_reject          in     403     403       403     403   ok    403   403
GET  enrollment:holiday_list             in     ok      ok        403     403   ok    403   ok
GET  enrollment:holiday_propose          in     403     403       403     403   ok    403   403
POST enrollment:holiday_propose          in     403     403       403     403   ok    403   403
GET  enrollment:holiday_approve          in     403     403       403     403   ok    403   403
POST enrollment:holiday_approve          in     403     403       403     403   ok    403   403
GET  enrollment:holiday_reject           in     403     403       403     403   ok    403   403
POST enrollment:holiday_reject           in     403     403       403     403   ok    403   403
GET  enrollment:gap_list                 in     sees    ok        403     403   sees  403   sees
GET  enrollment:coverage_check           in     403     403       ok      ok    403   403   403
POST enrollment:coverage_check           in     403     403       ok      ok    403   403   403
GET  enrollment:coverage_list            in     403     403       ok      ok    ok    403   403
GET  enrollment:coverage_answer          in     403     403       sees    404   sees  403   403
POST enrollment:coverage_again           in     403     403       ok      404   403   403   403
GET  enrollment:coverage_recheck         in     403     403       ok      404   403   403   403
POST enrollment:coverage_recheck         in     403     403       ok      404   403   403   403
GET  enrollment:coverage_look_back       in     sees    404       403     403   sees  403   sees
POST enrollment:coverage_look_back       in     sees    404       403     403   sees  403   sees
GET  enrollment:recheck_list             in     403     403       403     403   ok    403   403
GET  enrollment:recheck_answer           in     403     403       403     403   ok    403   403
POST enrollment:recheck_answer           in     403     403       403     403   ok    403   403
GET  enrollment:door_open                in     403     403       ok      ok    403   403   403
POST enrollment:door_open                in     403     403       ok      ok    403   403   403
GET  enrollment:door_list                in     403     403       403     403   ok    403   403
GET  enrollment:door_review              in     403     403       403     403   sees  403   403
POST enrollment:door_review              in     403     403       403     403   sees  403   403
GET  enrollment:coverage_verify          ok     ok      ok        ok      ok    ok    ok    ok
POST enrollment:api_coverage             401    401     401       401     401    401   401   401
POST enrollment:api_fhir                 401    401     401       401     401    401   401   401
GET  enrollment:api_document             ok     ok      ok        ok      ok     ok    ok    ok
GET  enrollment:client_list              in     403     403       403     403    ok    403   403
GET  enrollment:client_connect           in     403     403       403     403    ok    403   403
POST enrollment:client_connect           in     403     403       403     403    ok    403   403
GET  enrollment:client_detail            in     403     403       403     403    ok    403   403
GET  enrollment:client_renew             in     403     403       403     403    ok    403   403
POST enrollment:client_renew             in     403     403       403     403    ok    403   403
GET  enrollment:client_end               in     403     403       403     403    ok    403   403
POST enrollment:client_end               in     403     403       403     403    ok    403   403
GET  claims:claim_list                   in     sees    ok        sees    ok    sees  ok    sees
GET  claims:claim_report                 in     ok      ok        ok      ok    403   403   403
POST claims:claim_report                 in     ok      ok        ok      ok    403   403   403
GET  claims:claim_detail                 in     whole   404       whole   404   whole 404   sees
GET  claims:claim_route                  in     whole   404       403     403   whole 403   403
POST claims:claim_route                  in     whole   404       403     403   whole 403   403
GET  claims:claim_admit                  in     403     403       whole   404   403   403   403
POST claims:claim_admit                  in     403     403       whole   404   403   403   403
GET  claims:claim_treat                  in     403     403       whole   404   403   403   403
POST claims:claim_treat                  in     403     403       whole   404   403   403   403
GET  claims:claim_triage                 in     whole   404       whole   404   whole 403   403
POST claims:claim_triage                 in     ok      404       ok      404   ok    403   403
GET  claims:claim_verify                 in     403     403       403     403   whole 403   403
POST claims:claim_verify                 in     403     403       403     403   whole 403   403
GET  claims:claim_send_back              in     403     403       403     403   whole 403   403
POST claims:claim_send_back              in     403     403       403     403   whole 403   403
GET  claims:claim_approve                in     403     403       403     403   whole 403   403
POST claims:claim_approve                in     403     403       403     403   whole 403   403
GET  claims:claim_forward                in     403     403       403     403   whole 403   403
POST claims:claim_forward                in     403     403       403     403   whole 403   403
GET  claims:claim_withdraw               in     whole   404       whole   404   whole 403   403
POST claims:claim_withdraw               in     whole   404       whole   404   whole 403   403
GET  claims:claim_estimate               in     sees    404       sees    404   sees  404   sees
GET  claims:claim_estimate_facts         in     ok      404       ok      404   ok    403   403
POST claims:claim_estimate_facts         in     ok      404       ok      404   ok    403   403
GET  claims:claim_correct_time           in     whole   404       whole   404   whole 403   403
POST claims:claim_correct_time           in     whole   404       whole   404   whole 403   403
GET  claims:claim_transfer               in     403     403       whole   404   403   403   403
POST claims:claim_transfer               in     403     403       whole   404   403   403   403
GET  claims:transfer_list                in     403     403       sees    ok    403   403   403
GET  claims:transfer_accept              in     403     403       sees    404   403   403   403
POST claims:transfer_accept              in     403     403       sees    404   403   403   403
GET  claims:transfer_refuse              in     403     403       sees    404   403   403   403
POST claims:transfer_refuse              in     403     403       sees    404   403   403   403
GET  claims:transfer_withdraw            in     403     403       sees    404   403   403   403
POST claims:transfer_withdraw            in     403     403       ok      404   403   403   403
GET  claims:stay_detail                  in     403     403       404     404   403   403   403
GET  claims:instalment_list              in     sees    ok        403     403   sees  403   403
GET  claims:instalment_ask               in     sees    404       403     403   sees  403   403
POST claims:instalment_ask               in     ok      404       403     403   ok    403   403
GET  claims:death_list                   in     sees    ok        403     403   sees  403   403
GET  claims:death_report                 in     whole   404       403     403   whole 403   403
POST claims:death_report                 in     whole   404       403     403   whole 403   403
GET  claims:death_detail                 in     whole   404       403     403   whole 403   403
GET  claims:death_forward                in     403     403       403     403   whole 403   403
POST claims:death_forward                in     403     403       403     403   whole 403   403
POST claims:note_issue                   in     ok      404       403     403   ok    403   403
GET  claims:note_file                    in     sees    404       403     403   sees  403   403
GET  claims:note_verify                  ok     ok      ok        ok      ok    ok    ok    ok
GET  claims:rule_list                    in     ok      ok        ok      ok    ok    ok    ok
GET  export_list                         in     ok      ok        403     403   ok    403   ok
GET  export_request                      in     ok      ok        403     403   ok    403   ok
POST export_request                      in     ok      ok        403     403   ok    403   ok
GET  export_detail                       in     ok      404       403     403   404   403   404
POST export_detail                       in     ok      404       403     403   404   403   404
GET  export_file                         in     sees    404       403     403   404   403   404
GET  export_remove                       in     ok      404       403     403   404   403   404
POST export_remove                       in     ok      404       403     403   404   403   404
GET  trail_list                          in     403     403       403     403   sees  403   ok
GET  trail_person                        in     403     403       403     403   sees  403   ok
GET  worker_protection                   in     sees    404       403     403   sees  403   sees
GET  worker_lookups                      in     sees    404       403     403   sees  403   sees
GET  lookup_patterns                     in     403     403       403     403   ok    403   403
GET  worker_sheet                        in     whole   404       403     403   whole 403   403
GET  policy_list                         in     403     403       403     403   ok    403   ok
GET  policy_propose                      in     403     403       403     403   ok    403   403
POST policy_propose                      in     403     403       403     403   ok    403   403
GET  policy_approve                      in     403     403       403     403   ok    403   403
POST policy_approve                      in     403     403       403     403   ok    403   403
GET  policy_reject                       in     403     403       403     403   ok    403   403
POST policy_reject                       in     403     403       403     403   ok    403   403
GET  account_login                       ok     ok      ok        ok      ok    ok    ok    ok
GET  account_logout                      in     ok      ok        ok      ok    ok    ok    ok
POST account_logout                      in     in      in        in      in    in    in    in
GET  account_inactive                    ok     ok      ok        ok      ok    ok    ok    ok
GET  account_change_password             in     ok      ok        ok      ok    ok    ok    ok
POST account_change_password             in     ok      ok        ok      ok    ok    ok    ok
GET  account_reset_password              ok     ok      ok        ok      ok    ok    ok    ok
GET  account_reset_password_done         ok     ok      ok        ok      ok    ok    ok    ok
GET  account_reset_password_from_key     ok     ok      ok        ok      ok    ok    ok    ok
GET  account_reset_password_from_key_done ok    ok      ok        ok      ok    ok    ok    ok
GET  account_reauthenticate              in     ok      ok        ok      ok    ok    ok    ok
POST account_reauthenticate              in     ok      ok        ok      ok    ok    ok    ok
GET  mfa_index                           in     ok      ok        ok      ok    ok    ok    ok
GET  mfa_authenticate                    in     ok      ok        ok      ok    ok    ok    ok
GET  mfa_reauthenticate                  in     ok      ok        ok      ok    ok    ok    ok
POST mfa_reauthenticate                  in     ok      ok        ok      ok    ok    ok    ok
GET  mfa_activate_totp                   in     ok      ok        ok      ok    ok    ok    ok
POST mfa_activate_totp                   in     ok      ok        ok      ok    ok    ok    ok
GET  mfa_deactivate_totp                 in     404     404       404     404   404   404   404
POST mfa_deactivate_totp                 in     404     404       404     404   404   404   404
GET  mfa_view_recovery_codes             in     404     404       404     404   404   404   404
GET  mfa_generate_recovery_codes         in     ok      ok        ok      ok    ok    ok    ok
POST mfa_generate_recovery_codes         in     ok      ok        ok      ok    ok    ok    ok
GET  mfa_add_webauthn                    in     ok      ok        ok      ok    ok    ok    ok
POST mfa_add_webauthn                    in     ok      ok        ok      ok    ok    ok    ok
GET  mfa_login_webauthn                  in     ok      ok        ok      ok    ok    ok    ok
GET  mfa_reauthenticate_webauthn         in     ok      ok        ok      ok    ok    ok    ok
POST mfa_reauthenticate_webauthn         in     ok      ok        ok      ok    ok    ok    ok
GET  mfa_remove_webauthn                 in     404     404       404     404   404   404   404
POST mfa_remove_webauthn                 in     404     404       404     404   404   404   404
GET  device_list                         in     ok      ok        ok      ok    ok    ok    ok
POST device_end                          in     404     404       404     404   404   404   404
POST device_end_others                   in     ok      ok        ok      ok    ok    ok    ok
GET  account_list                        in     403     403       403     403   ok    403   403
GET  account_invite                      in     403     403       403     403   ok    403   403
POST account_invite                      in     403     403       403     403   ok    403   403
GET  account_end_all_sessions            in     403     403       403     403   ok    403   403
POST account_end_all_sessions            in     403     403       403     403   ok    403   403
GET  account_detail                      in     403     403       403     403   ok    403   403
GET  account_end                         in     403     403       403     403   ok    403   403
POST account_end                         in     403     403       403     403   ok    403   403
GET  account_reopen                      in     403     403       403     403   ok    403   403
POST account_reopen                      in     403     403       403     403   ok    403   403
GET  account_extend                      in     403     403       403     403   ok    403   403
POST account_extend                      in     403     403       403     403   ok    403   403
GET  account_move                        in     403     403       403     403   ok    403   403
POST account_move                        in     403     403       403     403   ok    403   403
GET  account_resend                      in     403     403       403     403   ok    403   403
POST account_resend                      in     403     403       403     403   ok    403   403
GET  account_remove_factors              in     403     403       403     403   ok    403   403
POST account_remove_factors              in     403     403       403     403   ok    403   403
GET  account_end_sessions                in     403     403       403     403   ok    403   403
POST account_end_sessions                in     403     403       403     403   ok    403   403
GET  hospital_list                       in     403     403       403     403   ok    403   403
GET  hospital_detail                     in     403     403       403     403   ok    403   403
GET  agreement_record                    in     403     403       403     403   ok    403   403
POST agreement_record                    in     403     403       403     403   ok    403   403
GET  agreement_end                       in     403     403       403     403   ok    403   403
POST agreement_end                       in     403     403       403     403   ok    403   403
GET  agreement_upload                    in     403     403       403     403   ok    403   403
POST agreement_upload                    in     403     403       403     403   ok    403   403
GET  agreement_file                      in     403     403       403     403   ok    403   403
POST theme_set                           in     ok      ok        ok      ok    ok    ok    ok
"""
HEADER, *LINES = TABLE.strip("\n").splitlines()
CALLERS = HEADER.split()
ROWS = [(*line.split()[:2], dict(zip(CALLERS, line.split()[2:], strict=True))) for line in LINES]


@pytest.fixture
def world(db):
    """The person with one row of every kind, and where its pages are: arguments by the name of the address."""
    policy = PolicyFactory()
    budget = BudgetFactory(waiting=True)
    holiday = HolidayChangeFactory()
    template = ExportTemplateFactory()
    officer = UserFactory(officer=True)
    treating = HospitalFactory(partner=True)
    staff = UserFactory(role=Role.HOSPITAL, hospital=treating)
    content = f"nik,nama\n1,Siapa\n{NIK},{NAME}".encode()
    layout = open_registry(BytesIO(content))
    upload = RegistryImport.objects.create(
        name="daftar.csv",
        sha256="",
        path=default_storage.save("imports/a.csv", ContentFile(content)),
        layout=layout.mapped(["nik", "nama"]).stored,
        posting=kecamatan(),
        status=ImportStatus.DONE,
        rows_total=2,
        rows_done=2,
        rows_refused=1,
        rows_review=1,
        uploaded_by=officer,
        finished_at=datetime(2026, 11, 20, tzinfo=UTC),
    )
    asked = RegistryImport.objects.create(
        name="daftar.csv", sha256="", path="x", layout=layout.stored, posting=kecamatan(), uploaded_by=officer,
        status=ImportStatus.COLUMNS,
    )  # fmt: skip
    ImportFinding.objects.create(
        registry_import=upload,
        row=2,
        column="nik",
        code="nik_registered",
        value=f"{NIK} {NAME}",
    )
    StagedRow.objects.create(registry_import=upload, row=3, verdict=Verdict.REVIEW, nik=NIK, name=NAME)
    person = WorkerFactory(
        name=NAME, nik=NIK, phone=PHONE, family_card_number=CARD, kelurahan=kelurahan(), registered_by=officer
    )
    DesilRecordFactory(family_card_number=CARD)
    draft = RegistrationDraftFactory(
        author=officer,
        typed={
            "identity": {
                "nik": NIK,
                "name": NAME,
                "birth_on_0": "17",
                "birth_on_1": "8",
                "birth_on_2": "1990",
                "sex": "P",
            },
            "home": {"kelurahan": kelurahan().pk, "phone": PHONE},
            "work": {"occupation": person.occupation_id, "employment": "informal"},
            "family": {"family_card_number": CARD},
        },
    )
    DraftPhotoFactory(draft=draft)
    document = WorkerDocumentFactory(worker=person, name=f"KTP {NAME}.jpg", uploaded_by=officer)
    identity = IdentityCorrectionFactory(worker=person)
    review = DesilReviewFactory(worker=person, policy=policy)
    death = DeathReportFactory(worker=person, reported_by=officer)
    pair = DuplicatePairFactory(one=person)
    line = BatchLineFactory(batch=BatchFactory(sent=True), worker=person)
    cover = MembershipFactory(worker=person, period=(date(2026, 11, 3), None))
    card = CardFactory(membership=cover)
    difference = DifferenceFactory(line__worker=person)
    bill_file = BillFile.objects.create(
        bill=difference.bill,
        path=default_storage.save("bills/a.csv", ContentFile(content)),
        name="tagihan.csv",
        content_type="text/csv",
        size=len(content),
        sha256="",
        total=16_800,
        lines=1,
        read_by=officer,
    )
    reply_file = ReplyFile.objects.create(
        batch=line.batch,
        path=default_storage.save("replies/a.csv", ContentFile(content)),
        name="jawaban.csv",
        content_type="text/csv",
        size=len(content),
        sha256="",
        accepted=0,
        rejected=0,
        findings=[],
        read_by=officer,
    )
    reply_file.rows.create(row=2, outcome="held", line=line, code="answered_in_future")
    check = CoverageCheckFactory(active=True, membership=cover, asked_by=staff)
    claim = claim_in(ClaimStatus.TREATED, worker=person, hospital=treating, coverage_check=check, reported_by=officer)
    InstalmentFactory(claim=claim, opens_on=claim.accident_on)
    StayFactory(claim=claim)
    note = ReferralNoteFactory(claim=claim)
    TransferFactory(claim=claim, proposed_by=staff)
    paper = AgreementDocumentFactory(agreement=treating.agreements.get())
    opening = DoorOpeningFactory(opened_by=staff, check_given__question=f"|{NAME}|1957")
    system = ApiTokenFactory(client__account__hospital=treating).client
    audit.record("worker.view", person, by=officer)
    export = exports.request_export("workers", by=officer, terms={}, reason="rapat", file_format="csv")
    exports.write_export(export.pk, by=officer)
    users = {
        "officer": officer,
        "elsewhere": UserFactory(officer=True, region=kecamatan("73.71.10")),
        "hospital": staff,
        "other": UserFactory(hospital_staff=True),
        "admin": UserFactory(),
        "bpjs": UserFactory(bpjs=True),
        "auditor": UserFactory(auditor=True),
    }
    arguments = {
        "workers:worker_detail": {"pk": person.pk},
        "workers:worker_correct": {"pk": person.pk},
        "workers:draft_page": {"pk": draft.pk, "page": "identity"},
        **{f"workers:draft_{page}": {"pk": draft.pk} for page in ("summary", "delete", "photo")},
        "workers:document_list": {"pk": person.pk},
        "workers:document_file": {"pk": document.pk},
        "workers:document_withdraw": {"pk": document.pk},
        "workers:identity_propose": {"pk": person.pk},
        "workers:worker_exit": {"pk": person.pk},
        **{f"workers:review_{page}": {"pk": review.pk} for page in ("detail", "answer", "decide")},
        "workers:objection_file": {"pk": person.pk},
        "workers:objection_close": {"pk": person.pk},
        "workers:worker_return": {"pk": person.pk},
        "claims:death_report": {"pk": person.pk},
        "claims:death_detail": {"number": death.number},
        "claims:death_forward": {"number": death.number},
        **{f"workers:identity_{page}": {"pk": identity.pk} for page in ("detail", "approve", "reject", "withdraw")},
        **{f"workers:pair_{page}": {"pk": pair.pk} for page in ("detail", "confirm", "decline", "unlink")},
        "trail_person": {"pk": person.pk},
        "worker_protection": {"pk": person.pk},
        "worker_lookups": {"pk": person.pk},
        "worker_sheet": {"pk": person.pk},
        "export_request": {"kind": "workers"},
        **{f"export_{page}": {"pk": export.pk} for page in ("detail", "file", "remove")},
        "policy_propose": {"kind": "registry"},
        "policy_approve": {"kind": "registry", "pk": policy.pk},
        "policy_reject": {"kind": "registry", "pk": policy.pk},
        "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
        "mfa_remove_webauthn": {"pk": 1},
        "device_end": {"pk": 1},
        **{f"account_{page}": {"pk": staff.pk} for page in ACCOUNT_PAGES},
        **{f"workers:import_{page}": {"pk": upload.pk} for page in IMPORT_PAGES},
        "workers:import_columns": {"pk": asked.pk},
        "workers:import_row": {"pk": upload.pk, "row": 3},
        "workers:release_upload": {"pk": DesilReleaseFactory().pk},
        "hospital_detail": {"pk": treating.pk},
        "agreement_record": {"pk": treating.pk},
        "agreement_end": {"pk": paper.agreement.pk},
        "agreement_upload": {"pk": paper.agreement.pk},
        "agreement_file": {"pk": paper.pk},
        **{f"enrollment:client_{page}": {"pk": system.pk} for page in ("detail", "renew", "end")},
        "enrollment:coverage_answer": {"number": check.number},
        "enrollment:coverage_again": {"number": check.number},
        "enrollment:card_make_one": {"pk": person.pk},
        "enrollment:member_change": {"pk": person.pk},
        **{f"enrollment:card_{page}": {"pk": card.pk} for page in ("file", "hand_over", "replace", "withdraw")},
        "enrollment:coverage_look_back": {"pk": person.pk},
        "enrollment:coverage_recheck": {"number": check.number},
        **{f"enrollment:holiday_{page}": {"pk": holiday.pk} for page in ("approve", "reject")},
        **{f"enrollment:template_{page}": {"pk": template.pk} for page in ("approve", "reject")},
        **{f"enrollment:budget_{page}": {"pk": budget.pk} for page in ("approve", "reject")},
        "enrollment:recheck_answer": {"pk": RecheckFactory(check_given__asked_by=staff).pk},
        "enrollment:door_review": {"pk": opening.pk},
        "enrollment:coverage_verify": {"number": check.number, "code": check.code},
        **{f"enrollment:month_{page}": {"month": date(2026, 11, 1), "payer": "APBD"} for page in ("detail", "changes")},
        "enrollment:bill_read": {"month": date(2026, 11, 1), "payer": "APBD"},
        "enrollment:bill_file": {"pk": bill_file.pk},
        "enrollment:reply_detail": {"number": line.batch.number, "pk": reply_file.pk},
        "enrollment:reply_file": {"number": line.batch.number, "pk": reply_file.pk},
        **{f"enrollment:bill_{page}": {"number": difference.bill.number} for page in BILL_PAGES},
        "enrollment:difference_settle": {"pk": difference.pk},
        "enrollment:difference_unsettle": {"pk": difference.pk},
        **{f"enrollment:batch_{page}": {"number": line.batch.number} for page in BATCH_PAGES},
        **{f"claims:{page}": {"number": claim.number} for page in TRANSFER_PAGES},
        **{f"claims:note_{page}": {"number": claim.number} for page in ("issue", "file")},
        "claims:note_verify": {"number": note.number, "code": note.code},
        "claims:instalment_ask": {"number": claim.number, "key": "rest-1"},
        **{f"claims:claim_{page}": {"number": claim.number} for page in CLAIM_PAGES},
    }
    return users, arguments


IMPORT_PAGES = ("detail", "accept", "cancel", "continue", "held", "undo", "findings")
IMPORT_PAGES += ("finding_list", "findings_workbook", "handed_back")
ACCOUNT_PAGES = ("detail", "end", "reopen", "extend", "move", "resend", "remove_factors", "end_sessions")
BATCH_PAGES = (
    "detail",
    "add",
    "change",
    "drop",
    "take_out",
    "lock",
    "reopen",
    "hand_back",
    "approve",
    "reject",
    "withdraw",
    "send",
    "file",
    "reply",
)
BILL_PAGES = ("compare", "close", "second", "decline", "order")
CLAIM_PAGES = ("detail", "route", "admit", "treat", "verify", "send_back", "approve", "forward", "withdraw")
CLAIM_PAGES += ("estimate", "estimate_facts", "transfer", "correct_time", "triage")
TRANSFER_PAGES = ("transfer_accept", "transfer_refuse", "transfer_withdraw", "stay_detail")


def text_of(content: bytes) -> str:
    """Also what a workbook or a PDF says, which lies compressed in it."""
    if content.startswith(b"%PDF-"):
        return "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def word_of(response, *, deeds_before: int) -> str:
    body = text_of(response.getvalue()).replace(" ", "")
    leaked = any(secret.replace(" ", "") in body for secret in SECRETS)
    if response.status_code == 302 and response["Location"].startswith(LOGIN):
        word = "in"
    elif response.status_code in (200, 302, 422):
        word = "whole" if NIK in body else "sees" if NAME.replace(" ", "") in body else "ok"
        return word if leaked == (word != "ok") else f"{word} LEAK"
    else:
        word = str(response.status_code)
    changed = AuditEntry.objects.filter(kind=Kind.DEED).count() != deeds_before
    return word + " LEAK" * leaked + " CHANGED" * changed


@pytest.mark.parametrize(("method", "name", "expected"), ROWS, ids=[f"{method} {name}" for method, name, _ in ROWS])
def test_each_caller_gets_what_the_table_says(client, world, method, name, expected):
    """AC-P1, AC-P20, AC-P31, AC-W64, AC-W65: by GET, and by a POST made by hand."""
    users, arguments = world
    address = reverse(name, kwargs=arguments.get(name))
    got = {}
    for caller in CALLERS:
        with transaction.atomic():
            client.logout()
            if caller in users:
                client.force_login(users[caller])
            before = AuditEntry.objects.filter(kind=Kind.DEED).count()
            got[caller] = word_of(getattr(client, method.lower())(address), deeds_before=before)
            transaction.set_rollback(True)

    assert got == expected


def names_of(resolver, namespace: str = ""):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"
        else:
            yield from names_of(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)


def test_every_url_is_in_the_table():
    assert {name for _, name, _ in ROWS} == set(names_of(get_resolver()))


def test_every_url_that_takes_a_post_has_a_row_for_it(client, world):
    """An address without a POST row answers one with 405, whoever asks."""
    users, arguments = world
    client.force_login(users["admin"])
    posted = {name for method, name, _ in ROWS if method == "POST"} | ALLAUTH
    others = {name for _, name, _ in ROWS} - posted
    statuses = {name: client.post(reverse(name, kwargs=arguments.get(name))).status_code for name in others}

    assert {name: status for name, status in statuses.items() if status not in (403, 405)} == {}


ALLAUTH = {
    "account_login",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "mfa_login_webauthn",
}  # before the log-in there is nothing of anybody's to change; their POST is tested in tests/accounts
