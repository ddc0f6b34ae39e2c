"""What people type to sign in."""

from time import time
from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context, ratelimit
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.http import HttpResponseBase

from peersupport.actions.accounts import account_for
from peersupport.models import User
from peersupport.models.people import normalise_email
from peersupport.sessions import OWN, SHARED, choose_device, keep_signed_in

GOOD_PASSWORDS = "At least 8 letters; 15 are better. Three or four words that you can remember do well."
ADDRESS_MISSING = "Type your e-mail address."
CODE_MISSING = "Type the six numbers."
WORD_MISSING = "Type your password."
CODE_IS_FRESH = 10 * 60  # seconds in which signing in by code stands in for the old password


def plain(field: forms.Field, label: str, help_text: str = "", *, empty: str, **attrs: str) -> None:
    """Give one of allauth's fields our words: a label that stays, no placeholder; `empty` asks for it."""
    field.label = label
    field.help_text = help_text
    field.error_messages["required"] = empty
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


class DeviceField(forms.ChoiceField):
    """The second line of each choice stands small under the first."""

    def __init__(self) -> None:
        super().__init__(
            label="Which device is this?",
            widget=forms.RadioSelect,
            choices=[
                (OWN, "My own\nYou stay signed in."),
                (SHARED, "Shared with others\nSigned out after 30 idle minutes."),
            ],
            error_messages={"required": "Pick one, so that we know how long to keep you signed in."},
        )


class AskForCode(account_forms.RequestLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(
            self.fields["email"],
            "Your e-mail address",
            "The one that your school knows.",
            empty=ADDRESS_MISSING,
            autocomplete="username",
        )

    def clean_email(self) -> str:
        email = normalise_email(self.cleaned_data["email"])
        adapter = get_adapter()
        if not ratelimit.consume(context.request, action="request_login_code", key=email):
            raise adapter.validation_error("too_many_login_attempts")
        self._user: User | None = account_for(email=email)
        return email


class CodeWithDevice(account_forms.ConfirmLoginCodeForm):
    device = DeviceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["code"], "The code from the e-mail", empty=CODE_MISSING, inputmode="numeric")


class PasswordWithDevice(account_forms.LoginForm):
    device = DeviceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["login"], "Your e-mail address", empty=ADDRESS_MISSING, autocomplete="username")
        plain(self.fields["password"], "Password", empty=WORD_MISSING)

    def clean_login(self) -> str:
        return normalise_email(self.cleaned_data["login"])

    def login(self, request: Any, redirect_url: str | None = None) -> HttpResponseBase:
        choose_device(request, self.cleaned_data["device"])
        response: HttpResponseBase = super().login(request, redirect_url=redirect_url)
        if request.user.is_authenticated:
            keep_signed_in(request)  # allauth has just set a length of its own
        return response


class SetPassword(account_forms.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        plain(self.fields["password1"], "New password", GOOD_PASSWORDS, empty="Type a new password.")


class ChangePassword(account_forms.ChangePasswordForm):
    """Who has shown within ten minutes that the mailbox is theirs need not know the old password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        if any(
            record["method"] == "code" and time() - record["at"] < CODE_IS_FRESH
            for record in get_authentication_records(context.request, self.user)
        ):
            del self.fields["oldpassword"]
        else:
            plain(
                self.fields["oldpassword"],
                "Present password",
                "Forgotten? Sign out, sign in with a code, and come straight back here.",
                empty=WORD_MISSING,
            )
        plain(self.fields["password1"], "New password", GOOD_PASSWORDS, empty="Type a new password.")


class Reauthenticate(account_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["password"], "Password", empty=WORD_MISSING)


class TurnOnSecondStep(totp_forms.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(
            self.fields["code"], "The six numbers the app shows now", empty=CODE_MISSING, inputmode="numeric"
        )


class SecondStep(mfa_forms.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(
            self.fields["code"],
            "The six numbers from your app",
            "No phone at hand? Type one of your spare codes.",
            empty=CODE_MISSING,
            inputmode="numeric",
        )


class SecondStepAgain(mfa_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(
            self.fields["code"],
            "The six numbers from your app",
            "No phone at hand? Type one of your spare codes.",
            empty=CODE_MISSING,
            inputmode="numeric",
        )
