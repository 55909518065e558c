from django.urls import path

from claims import views

app_name = "claims"
urlpatterns = [
    path("", views.claim_list, name="claim_list"),
    path("report/", views.claim_report, name="claim_report"),
    path("deaths/", views.death_list, name="death_list"),
    path("deaths/report/<uuid:pk>/", views.death_report, name="death_report"),
    path("deaths/<case_number:number>/", views.death_detail, name="death_detail"),
    path("deaths/<case_number:number>/forward/", views.death_forward, name="death_forward"),
    path("rules/", views.rule_list, name="rule_list"),
    path("instalments/", views.instalment_list, name="instalment_list"),
    path("transfers/", views.transfer_list, name="transfer_list"),
    path("<case_number:number>/", views.claim_detail, name="claim_detail"),
    path("<case_number:number>/route/", views.claim_route, name="claim_route"),
    path("<case_number:number>/admit/", views.claim_admit, name="claim_admit"),
    path("<case_number:number>/treat/", views.claim_treat, name="claim_treat"),
    path("<case_number:number>/triage/", views.claim_triage, name="claim_triage"),
    path("<case_number:number>/verify/", views.claim_verify, name="claim_verify"),
    path("<case_number:number>/send-back/", views.claim_send_back, name="claim_send_back"),
    path("<case_number:number>/approve/", views.claim_approve, name="claim_approve"),
    path("<case_number:number>/forward/", views.claim_forward, name="claim_forward"),
    path("<case_number:number>/withdraw/", views.claim_withdraw, name="claim_withdraw"),
    path("<case_number:number>/correct-time/", views.claim_correct_time, name="claim_correct_time"),
    path("<case_number:number>/transfer/", views.claim_transfer, name="claim_transfer"),
    path("<case_number:number>/transfer/accept/", views.transfer_accept, name="transfer_accept"),
    path("<case_number:number>/transfer/refuse/", views.transfer_refuse, name="transfer_refuse"),
    path("<case_number:number>/transfer/withdraw/", views.transfer_withdraw, name="transfer_withdraw"),
    path("<case_number:number>/part/", views.stay_detail, name="stay_detail"),
    path("<case_number:number>/note/", views.note_issue, name="note_issue"),
    path("<case_number:number>/note/file/", views.note_file, name="note_file"),
    path("notes/<case_number:number>/<sheet_code:code>/", views.note_verify, name="note_verify"),
    path("<case_number:number>/estimate/", views.claim_estimate, name="claim_estimate"),
    path("<case_number:number>/estimate/facts/", views.claim_estimate_facts, name="claim_estimate_facts"),
    path("<case_number:number>/instalments/<slug:key>/", views.instalment_ask, name="instalment_ask"),
]
