from django.urls import path, re_path

from casework.numbers import NUMBER
from claims import views

app_name = "claims"
urlpatterns = [
    path("", views.claim_list, name="claim_list"),
    path("report/", views.claim_report, name="claim_report"),
    re_path(rf"^{NUMBER}/$", views.claim_detail, name="claim_detail"),
    re_path(rf"^{NUMBER}/route/$", views.claim_route, name="claim_route"),
    re_path(rf"^{NUMBER}/admit/$", views.claim_admit, name="claim_admit"),
    re_path(rf"^{NUMBER}/treat/$", views.claim_treat, name="claim_treat"),
    re_path(rf"^{NUMBER}/verify/$", views.claim_verify, name="claim_verify"),
    re_path(rf"^{NUMBER}/send-back/$", views.claim_send_back, name="claim_send_back"),
    re_path(rf"^{NUMBER}/approve/$", views.claim_approve, name="claim_approve"),
    re_path(rf"^{NUMBER}/withdraw/$", views.claim_withdraw, name="claim_withdraw"),
]
