"""Of allauth only what the portal offers: there is no sign-up, and a surel is changed by an admin."""

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path

from accounts import agreement_views, views

urlpatterns = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", views.log_out, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("factors/", mfa.index, name="mfa_index"),
    path("factors/login/", mfa.authenticate, name="mfa_authenticate"),
    path("factors/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("factors/app/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("factors/app/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("factors/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("factors/codes/generate/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("factors/passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("factors/passkeys/login/", login_not_required(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("factors/passkeys/reauthenticate/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("factors/passkeys/<int:pk>/remove/", views.passkey_remove, name="mfa_remove_webauthn"),
    path("devices/", views.device_list, name="device_list"),
    path("devices/<int:pk>/end/", views.device_end, name="device_end"),
    path("devices/end-others/", views.device_end_others, name="device_end_others"),
    path("people/", views.account_list, name="account_list"),
    path("people/invite/", views.account_invite, name="account_invite"),
    path("people/end-all-sessions/", views.account_end_all_sessions, name="account_end_all_sessions"),
    path("people/<int:pk>/", views.account_detail, name="account_detail"),
    path("people/<int:pk>/end/", views.account_end, name="account_end"),
    path("people/<int:pk>/reopen/", views.account_reopen, name="account_reopen"),
    path("people/<int:pk>/extend/", views.account_extend, name="account_extend"),
    path("people/<int:pk>/move/", views.account_move, name="account_move"),
    path("people/<int:pk>/resend/", views.account_resend, name="account_resend"),
    path("people/<int:pk>/remove-factors/", views.account_remove_factors, name="account_remove_factors"),
    path("people/<int:pk>/end-sessions/", views.account_end_sessions, name="account_end_sessions"),
    path("hospitals/", agreement_views.hospital_list, name="hospital_list"),
    path("hospitals/<int:pk>/", agreement_views.hospital_detail, name="hospital_detail"),
    path("hospitals/<int:pk>/agreement/", agreement_views.agreement_record, name="agreement_record"),
    path("agreements/<int:pk>/end/", agreement_views.agreement_end, name="agreement_end"),
    path("agreements/<int:pk>/upload/", agreement_views.agreement_upload, name="agreement_upload"),
    path("agreements/files/<int:pk>/", agreement_views.agreement_file, name="agreement_file"),
    path("theme/", views.theme_set, name="theme_set"),
]
