from django.urls import include, path

from monitoring import export_views, inbox_views, lookup_views, policy_views, protection_views, trail_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("inbox/", inbox_views.inbox_list, name="inbox_list"),
    path("inbox/read/", inbox_views.inbox_read, name="inbox_read"),
    path("inbox/letter/", inbox_views.inbox_letter, name="inbox_letter"),
    path("help/", views.help, name="help"),
    path("privacy/", views.privacy, name="privacy"),
    path("accounts/", include("accounts.urls")),
    path("workers/", include("workers.urls")),
    path("", include("enrollment.urls")),
    path("claims/", include("claims.urls")),
    path("policies/", policy_views.policy_list, name="policy_list"),
    path("policies/<slug:kind>/propose/", policy_views.policy_propose, name="policy_propose"),
    path("policies/<slug:kind>/<int:pk>/approve/", policy_views.policy_approve, name="policy_approve"),
    path("policies/<slug:kind>/<int:pk>/reject/", policy_views.policy_reject, name="policy_reject"),
    path("exports/", export_views.export_list, name="export_list"),
    path("exports/<slug:kind>/request/", export_views.export_request, name="export_request"),
    path("exports/<uuid:pk>/", export_views.export_detail, name="export_detail"),
    path("exports/<uuid:pk>/file/", export_views.export_file, name="export_file"),
    path("exports/<uuid:pk>/remove/", export_views.export_remove, name="export_remove"),
    path("trail/", trail_views.trail_list, name="trail_list"),
    path("trail/persons/<uuid:pk>/", trail_views.trail_person, name="trail_person"),
    path("trail/persons/<uuid:pk>/lookups/", lookup_views.worker_lookups, name="worker_lookups"),
    path("protection/<uuid:pk>/", protection_views.worker_protection, name="worker_protection"),
    path("lookups/", lookup_views.lookup_patterns, name="lookup_patterns"),
    path("trail/persons/<uuid:pk>/sheet/", trail_views.worker_sheet, name="worker_sheet"),
]

handler400 = "ui.views.bad_request"
handler403 = "ui.views.permission_denied"
handler404 = "ui.views.page_not_found"
handler429 = "ui.views.too_many_requests"  # allauth asks for it
handler500 = "enrollment.views.server_error"
