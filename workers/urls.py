from django.urls import path

from workers import views

app_name = "workers"
urlpatterns = [
    path("", views.worker_list, name="worker_list"),
    path("export.csv", views.worker_export, name="worker_export"),
    path("register/", views.worker_register, name="worker_register"),
    path("register/search/", views.worker_search, name="worker_search"),
    path("nik/", views.nik_read, name="nik_read"),
    path("imports/", views.import_list, name="import_list"),
    path("imports/upload/", views.import_upload, name="import_upload"),
    path("imports/<uuid:pk>/", views.import_detail, name="import_detail"),
    path("imports/<uuid:pk>/accept/", views.import_accept, name="import_accept"),
    path("imports/<uuid:pk>/cancel/", views.import_cancel, name="import_cancel"),
    path("imports/<uuid:pk>/continue/", views.import_continue, name="import_continue"),
    path("imports/<uuid:pk>/held/", views.import_held, name="import_held"),
    path("imports/<uuid:pk>/findings.csv", views.import_findings, name="import_findings"),
    path("identity/", views.identity_list, name="identity_list"),
    path("identity/<uuid:pk>/", views.identity_detail, name="identity_detail"),
    path("identity/<uuid:pk>/approve/", views.identity_approve, name="identity_approve"),
    path("identity/<uuid:pk>/reject/", views.identity_reject, name="identity_reject"),
    path("identity/<uuid:pk>/withdraw/", views.identity_withdraw, name="identity_withdraw"),
    path("releases/", views.release_list, name="release_list"),
    path("releases/record/", views.release_record, name="release_record"),
    path("<uuid:pk>/", views.worker_detail, name="worker_detail"),
    path("<uuid:pk>/correct/", views.worker_correct, name="worker_correct"),
    path("<uuid:pk>/documents/", views.document_list, name="document_list"),
    path("documents/<uuid:pk>/file", views.document_file, name="document_file"),
    path("documents/<uuid:pk>/withdraw/", views.document_withdraw, name="document_withdraw"),
    path("<uuid:pk>/exit/", views.worker_exit, name="worker_exit"),
    path("<uuid:pk>/return/", views.worker_return, name="worker_return"),
    path("<uuid:pk>/identity/", views.identity_propose, name="identity_propose"),
]
