from django.urls import include, path

from monitoring import views

urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/", include("accounts.urls")),
    path("workers/", include("workers.urls")),
    path("", include("enrollment.urls")),
    path("claims/", include("claims.urls")),
]

handler400 = "ui.views.bad_request"
handler403 = "ui.views.permission_denied"
handler404 = "ui.views.page_not_found"
handler429 = "ui.views.too_many_requests"  # allauth asks for it
handler500 = "ui.views.server_error"
