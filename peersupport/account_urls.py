"""The doors of django-allauth that this site opens, under /account/; all others stay shut."""

from collections.abc import Callable

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as spare_codes
from allauth.mfa.totp import views as totp
from django.http import HttpResponseBase
from django.urls import URLPattern, path

from peersupport.views import accounts


def door(route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
    return path(route, accounts.or_not_just_now(view), name=name)


urlpatterns = [
    door("login/", accounts.SignInView.as_view(), "account_login"),
    # The same page: allauth asks for it by this name.
    door("login/", accounts.SignInView.as_view(), "account_request_login_code"),
    door("login/code/", accounts.CodeView.as_view(), "account_confirm_login_code"),
    door("login/password/", accounts.PasswordView.as_view(), "account_login_password"),
    door("login/second-step/", mfa.authenticate, "mfa_authenticate"),
    door("logout/", accounts.sign_out, "account_logout"),
    door("closed/", account.account_inactive, "account_inactive"),
    door("again/", account.reauthenticate, "account_reauthenticate"),
    door("again/second-step/", mfa.reauthenticate, "mfa_reauthenticate"),
    door("password/change/", account.password_change, "account_change_password"),
    door("password/set/", accounts.set_password, "account_set_password"),
    door("second-step/", mfa.index, "mfa_index"),
    door("second-step/turn-on/", accounts.TurnOnSecondStepView.as_view(), "mfa_activate_totp"),
    door("second-step/turn-off/", totp.deactivate_totp, "mfa_deactivate_totp"),
    door("second-step/spare-codes/", accounts.SpareCodesView.as_view(), "mfa_view_recovery_codes"),
    door(
        "second-step/spare-codes/new/",
        spare_codes.generate_recovery_codes,
        "mfa_generate_recovery_codes",
    ),
    door(
        "second-step/spare-codes/save/",
        spare_codes.download_recovery_codes,
        "mfa_download_recovery_codes",
    ),
]
