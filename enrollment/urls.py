from datetime import date

from django.urls import path, register_converter

from enrollment import views
from enrollment.enums import Payer


class MonthConverter:
    """A contribution month as 2026-11."""

    regex = "[0-9]{4}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date) -> str:
        return f"{value:%Y-%m}"


class PayerConverter:
    regex = "|".join(Payer.values)

    def to_python(self, value: str) -> Payer:
        return Payer(value)

    def to_url(self, value: str) -> str:
        return str(value)


register_converter(MonthConverter, "month")
register_converter(PayerConverter, "payer")

app_name = "enrollment"
urlpatterns = [
    path("api/v1/coverage/", views.api_coverage, name="api_coverage"),
    path("api/v1/fhir/CoverageEligibilityRequest/", views.api_fhir, name="api_fhir"),
    path("api/v1/openapi.json", views.api_document, name="api_document"),
    path("systems/", views.client_list, name="client_list"),
    path("systems/connect/", views.client_connect, name="client_connect"),
    path("systems/<int:pk>/", views.client_detail, name="client_detail"),
    path("systems/<int:pk>/renew/", views.client_renew, name="client_renew"),
    path("systems/<int:pk>/end/", views.client_end, name="client_end"),
    path("batches/", views.batch_list, name="batch_list"),
    path("batches/propose/", views.batch_propose, name="batch_propose"),
    path("batches/draft/", views.batch_draft, name="batch_draft"),
    path("batches/reply-example.csv", views.reply_example, name="reply_example"),
    path("batches/<case_number:number>/", views.batch_detail, name="batch_detail"),
    path("batches/<case_number:number>/add/", views.batch_add, name="batch_add"),
    path("batches/<case_number:number>/drop/", views.batch_drop, name="batch_drop"),
    path("batches/<case_number:number>/change/", views.batch_change, name="batch_change"),
    path("batches/<case_number:number>/take-out/", views.batch_take_out, name="batch_take_out"),
    path("batches/<case_number:number>/lock/", views.batch_lock, name="batch_lock"),
    path("batches/<case_number:number>/reopen/", views.batch_reopen, name="batch_reopen"),
    path("batches/<case_number:number>/hand-back/", views.batch_hand_back, name="batch_hand_back"),
    path("batches/<case_number:number>/approve/", views.batch_approve, name="batch_approve"),
    path("batches/<case_number:number>/reject/", views.batch_reject, name="batch_reject"),
    path("batches/<case_number:number>/withdraw/", views.batch_withdraw, name="batch_withdraw"),
    path("batches/<case_number:number>/send/", views.batch_send, name="batch_send"),
    path("batches/<case_number:number>/file/", views.batch_file, name="batch_file"),
    path("batches/<case_number:number>/reply/", views.batch_reply, name="batch_reply"),
    path("batches/<case_number:number>/replies/<int:pk>/", views.reply_detail, name="reply_detail"),
    path("batches/<case_number:number>/replies/<int:pk>/file.csv", views.reply_file, name="reply_file"),
    path("leavers/", views.leaver_list, name="leaver_list"),
    path("members/<uuid:pk>/change/", views.member_change, name="member_change"),
    path("cards/", views.card_list, name="card_list"),
    path("cards/make/", views.card_make, name="card_make"),
    path("cards/sheet.pdf", views.card_sheet, name="card_sheet"),
    path("cards/of/<uuid:pk>/make/", views.card_make_one, name="card_make_one"),
    path("cards/<uuid:pk>/card.pdf", views.card_file, name="card_file"),
    path("cards/<uuid:pk>/hand-over/", views.card_hand_over, name="card_hand_over"),
    path("cards/<uuid:pk>/replace/", views.card_replace, name="card_replace"),
    path("cards/<uuid:pk>/withdraw/", views.card_withdraw, name="card_withdraw"),
    path("receipts/", views.receipt_list, name="receipt_list"),
    path("receipts/record/", views.receipt_record, name="receipt_record"),
    path("budgets/", views.budget_list, name="budget_list"),
    path("budgets/plan/", views.budget_plan, name="budget_plan"),
    path("budgets/propose/", views.budget_propose, name="budget_propose"),
    path("budgets/funds/record/", views.fund_record, name="fund_record"),
    path("budgets/<int:pk>/approve/", views.budget_approve, name="budget_approve"),
    path("budgets/<int:pk>/reject/", views.budget_reject, name="budget_reject"),
    path("months/", views.month_list, name="month_list"),
    path("months/bill-example.csv", views.bill_example, name="bill_example"),
    path("months/<month:month>/<payer:payer>/", views.month_detail, name="month_detail"),
    path("months/<month:month>/<payer:payer>/changes/", views.month_changes, name="month_changes"),
    path("months/<month:month>/<payer:payer>/bill/", views.bill_read, name="bill_read"),
    path("bills/files/<int:pk>/", views.bill_file, name="bill_file"),
    path("bills/<case_number:number>/compare/", views.bill_compare, name="bill_compare"),
    path("bills/<case_number:number>/close/", views.bill_close, name="bill_close"),
    path("bills/<case_number:number>/second/", views.bill_second, name="bill_second"),
    path("bills/<case_number:number>/decline/", views.bill_decline, name="bill_decline"),
    path("bills/<case_number:number>/order/", views.bill_order, name="bill_order"),
    path("differences/<int:pk>/settle/", views.difference_settle, name="difference_settle"),
    path("differences/<int:pk>/unsettle/", views.difference_unsettle, name="difference_unsettle"),
    path("holidays/", views.holiday_list, name="holiday_list"),
    path("holidays/propose/", views.holiday_propose, name="holiday_propose"),
    path("holidays/<int:pk>/approve/", views.holiday_approve, name="holiday_approve"),
    path("holidays/<int:pk>/reject/", views.holiday_reject, name="holiday_reject"),
    path("file-templates/", views.template_list, name="template_list"),
    path("file-templates/propose/", views.template_propose, name="template_propose"),
    path("file-templates/<int:pk>/approve/", views.template_approve, name="template_approve"),
    path("file-templates/<int:pk>/reject/", views.template_reject, name="template_reject"),
    path("gaps/", views.gap_list, name="gap_list"),
    path("coverage/", views.coverage_check, name="coverage_check"),
    path("coverage/door/", views.door_open, name="door_open"),
    path("doors/", views.door_list, name="door_list"),
    path("doors/<int:pk>/review/", views.door_review, name="door_review"),
    path("coverage/history/", views.coverage_list, name="coverage_list"),
    path("coverage/<case_number:number>/", views.coverage_answer, name="coverage_answer"),
    path("coverage/<case_number:number>/recheck/", views.coverage_recheck, name="coverage_recheck"),
    path("coverage/look-back/<uuid:pk>/", views.coverage_look_back, name="coverage_look_back"),
    path("rechecks/", views.recheck_list, name="recheck_list"),
    path("rechecks/<int:pk>/answer/", views.recheck_answer, name="recheck_answer"),
    path("coverage/<case_number:number>/again/", views.coverage_again, name="coverage_again"),
    path("coverage/<case_number:number>/verify/<sheet_code:code>/", views.coverage_verify, name="coverage_verify"),
]
