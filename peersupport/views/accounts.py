"""Signing in and out. django-allauth does the work; here stand the differences."""

from typing import Any

import qrcode
from allauth.account import views as account
from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url, passthrough_next_redirect_url
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from peersupport.forms.accounts import AskForCode, CodeWithDevice, PasswordWithDevice
from peersupport.sessions import OWN, choose_device

DEMO_SIGN_INS = ("student", "supporter", "lead", "staff", "adviser", "outsider")


def with_next(request: HttpRequest, name: str) -> str:
    """The address of a page of this part, carrying along where the person wants to go."""
    url: str = passthrough_next_redirect_url(request, reverse(name), "next")
    return url


def likely_device(request: HttpRequest) -> dict[str, str]:
    """A phone is nearly always one's own; at any other screen the person says which it is."""
    return {"device": OWN} if "Mobi" in request.headers.get("User-Agent", "") else {}


class SignInView(account.RequestLoginCodeView):
    """First door: an address, and a code is sent to it. Strangers see what everybody sees."""

    template_name = "account/login.html"
    form_class = AskForCode

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = {
            "password_url": with_next(self.request, "account_login_password"),
            "demo_sign_ins": demo_sign_ins(),
        }
        context: dict[str, Any] = super().get_context_data(**kwargs) | more
        return context

    def form_valid(self, form: AskForCode) -> HttpResponse:
        if form._user is None:
            get_adapter().send_mail("account/email/unknown_account", form.cleaned_data["email"], {})
        response: HttpResponse = super().form_valid(form)
        return response


class PasswordView(account.LoginView):
    template_name = "account/login_password.html"
    form_class = PasswordWithDevice

    def get_initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_initial()
        name = self.request.GET.get("as", "")
        if name in demo_sign_ins():
            initial["login"] = f"{name}@demo.example"
        return initial | likely_device(self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = {"code_url": with_next(self.request, "account_login"), "demo_sign_ins": demo_sign_ins()}
        context: dict[str, Any] = super().get_context_data(**kwargs) | more
        return context


class CodeView(account.ConfirmLoginCodeView):
    form_class = CodeWithDevice

    def get_initial(self) -> dict[str, Any]:
        return dict(super().get_initial()) | likely_device(self.request)

    def form_valid(self, form: CodeWithDevice) -> HttpResponse:
        if "device" in form.cleaned_data:  # absent when another code is asked for
            choose_device(self.request, form.cleaned_data["device"])
        response: HttpResponse = super().form_valid(form)
        return response


def demo_sign_ins() -> tuple[str, ...]:
    return DEMO_SIGN_INS if settings.DEMO else ()


@require_http_methods(["GET", "POST"])
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Ask on GET, do it on POST; the browser forgets what it kept of this site."""
    response: HttpResponseBase = account.logout(request)
    if request.method == "POST":
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def squares(text: str) -> tuple[int, str]:
    """The side and the path of a QR code, to be drawn in a template: no picture, no inline markup."""
    code = qrcode.QRCode(border=2)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return len(rows), path


class TurnOnSecondStepView(ActivateTOTPView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        side, path = squares(context["totp_url"])
        return context | {"side": side, "path": path, "secret": context["form"].secret}

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        authenticator = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        authenticator.wrap().validate_code(
            form.cleaned_data["code"]
        )  # spent, so that nobody can type it again
        # This session has passed the second step; asked again, one would have to wait for the next code.
        post_authentication(self.request, authenticator, reauthenticated=True)
        return response

    def get_success_url(self) -> str:
        return with_next(self.request, "mfa_view_recovery_codes")


class SpareCodesView(ViewRecoveryCodesView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"go_on": get_next_redirect_url(self.request) or "/"}
