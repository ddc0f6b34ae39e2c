"""The doors of django-allauth that this site opens, under /account/; all others stay shut."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as spare_codes
from allauth.mfa.totp import views as totp
from django.urls import URLPattern, path

from peersupport.views import accounts

urlpatterns: list[URLPattern] = [
    path("login/", accounts.SignInView.as_view(), name="account_login"),
    # The same page: allauth asks for it by this name.
    path("login/", accounts.SignInView.as_view(), name="account_request_login_code"),
    path("login/code/", accounts.CodeView.as_view(), name="account_confirm_login_code"),
    path("login/password/", accounts.PasswordView.as_view(), name="account_login_password"),
    path("login/second-step/", mfa.authenticate, name="mfa_authenticate"),
    path("logout/", accounts.sign_out, name="account_logout"),
    path("closed/", account.account_inactive, name="account_inactive"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("again/second-step/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("second-step/", mfa.index, name="mfa_index"),
    path("second-step/turn-on/", accounts.TurnOnSecondStepView.as_view(), name="mfa_activate_totp"),
    path("second-step/turn-off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-step/spare-codes/", accounts.SpareCodesView.as_view(), name="mfa_view_recovery_codes"),
    path(
        "second-step/spare-codes/new/",
        spare_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "second-step/spare-codes/save/",
        spare_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
