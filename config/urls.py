from django.urls import include, path

from monitoring import views

urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/", include("allauth.account.urls")),
    path("workers/", include("workers.urls")),
    path("", include("enrollment.urls")),
    path("claims/", include("claims.urls")),
]
