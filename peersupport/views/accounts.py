"""Signing in and out. django-allauth does the work; here stand the differences."""

import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from allauth.account import views as account
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.utils import get_next_redirect_url, passthrough_next_redirect_url
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from peersupport.context import Shell
from peersupport.errors import DATABASE_AWAY
from peersupport.forms.accounts import AskForCode, CodeWithDevice, PasswordWithDevice
from peersupport.second_factor import fresh_proof_required
from peersupport.sessions import OWN, choose_device, keep_signed_in
from peersupport.squares import squares

logger = logging.getLogger(__name__)
DEMO_SIGN_INS = ("student", "supporter", "lead", "staff", "adviser", "outsider")


def or_not_just_now(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Say so where tries cannot be counted, or nobody looked up, because what keeps them is away."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except DATABASE_AWAY:
            logger.exception("Nobody can sign in")
        page = render_to_string("account/not_now.html", {"shell": Shell(None), "again": request.path})
        return HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "60"})

    return guarded


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
        send_code(self.request, form)
        return HttpResponseRedirect(str(self.get_success_url()))


def send_code(request: HttpRequest, form: AskForCode) -> None:
    """Begin the sign-in that a good form asked for. A mail goes out in every case, or its time would tell."""
    email = form.cleaned_data["email"]
    if form._user is None:
        get_adapter().send_mail(f"account/email/{'wait' if form.crowded else 'unknown_account'}", email, {})
    LoginCodeVerificationProcess.initiate(request=request, user=form._user, email=email)


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

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        if self._action == "resend":
            return kwargs
        email, user = self._process.state["email"], self._process.user
        # A roster may have given the account another address since: this mailbox then opens nothing.
        code = kwargs["code"] if user is not None and user.email == email else ""
        return kwargs | {"email": email, "code": code}

    def form_valid(self, form: CodeWithDevice) -> HttpResponse:
        if self._action == "resend":
            return self._send_another()
        choose_device(self.request, form.cleaned_data["device"])
        response: HttpResponse = super().form_valid(form)
        return response

    def form_invalid(self, form: CodeWithDevice) -> HttpResponse:
        response: HttpResponse
        if form.has_error("code", "incorrect_code"):
            response = super().form_invalid(form)
        else:  # the code was right, or nobody has looked at it: it may be typed again
            response = self.render_to_response(self.get_context_data(form=form))
        return response

    def _send_another(self) -> HttpResponse:
        """As if the address had been typed again: the same limits, the same mails."""
        form = AskForCode({"email": self._process.state["email"]})
        if form.is_valid():
            send_code(self.request, form)
        else:
            messages.error(self.request, form.errors["email"][0])
        return HttpResponseRedirect(with_next(self.request, "account_confirm_login_code"))


def demo_sign_ins() -> tuple[str, ...]:
    return DEMO_SIGN_INS if settings.DEMO else ()


@require_http_methods(["GET", "POST"])
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Ask on GET, do it on POST; the browser forgets what it kept of this site."""
    response: HttpResponseBase = account.logout(request)
    if request.method == "POST":
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


set_password = fresh_proof_required("set a password")(account.password_set)


@method_decorator(fresh_proof_required("turn on the second step"), name="dispatch")
class TurnOnSecondStepView(ActivateTOTPView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
            return HttpResponseRedirect(reverse("mfa_deactivate_totp"))
        # Past allauth's own test, which asks nothing of those without a password.
        response: HttpResponseBase = super(ActivateTOTPView, self).dispatch(request, *args, **kwargs)
        return response

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
        keep_signed_in(self.request)  # no longer than staff do, if that is what they have become
        return response

    def get_success_url(self) -> str:
        return with_next(self.request, "mfa_view_recovery_codes")


class SpareCodesView(ViewRecoveryCodesView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"go_on": get_next_redirect_url(self.request) or "/"}
