"""What people type to sign in."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.core import context, ratelimit
from allauth.core.internal.ratelimit import consume
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.http import HttpResponseBase

from peersupport.actions.accounts import account_for
from peersupport.models import User
from peersupport.models.people import LONGEST_EMAIL, is_plain_email, normalise_email
from peersupport.second_factor import has_fresh_code
from peersupport.sessions import OWN, SHARED, choose_device, keep_signed_in

GOOD_PASSWORDS = "At least 8 letters; 15 are better. Three or four words that you can remember do well."
ADDRESS_MISSING = "Type your e-mail address."
ADDRESS_ODD = "That is not an e-mail address that we can write to. Look at it again."
ADDRESS_LONG = "That address is too long to be one. Look at it again."
CODE_MISSING = "Type the six numbers."
WORD_MISSING = "Type your password."


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
    email = forms.CharField(
        widget=forms.EmailInput, error_messages={"null_characters_not_allowed": ADDRESS_ODD}
    )

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
        if not is_plain_email(email):
            raise forms.ValidationError(ADDRESS_LONG if len(email) > LONGEST_EMAIL else ADDRESS_ODD)
        if not ratelimit.consume(context.request, action="request_login_code", key=email):
            raise get_adapter().validation_error("too_many_login_attempts")
        self.crowded = False
        self._user: User | None = account_for(email=email, may_make=self._room_for_one_more)
        return email

    def _room_for_one_more(self) -> bool:
        """New accounts for one place are counted; the page does not say when there are too many."""
        self.crowded = not ratelimit.consume(context.request, action="new_account")
        return not self.crowded


class CodeWithDevice(account_forms.ConfirmLoginCodeForm):
    device = DeviceField()

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        plain(self.fields["code"], "The code from the e-mail", empty=CODE_MISSING, inputmode="numeric")

    def clean_code(self) -> str:
        """Each try is counted before the code is looked at, and a right one is then taken off again."""
        tried = consume(
            context.request, app="allauth.account", action="code_failed", key=f"code:{self.email}"
        )
        if not tried:
            raise get_adapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()
        tried.rollback()
        return code


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
        if has_fresh_code(context.request):
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

    def save(self) -> None:
        super().save()
        # Who has become staff since signing in stays no longer than staff do.
        keep_signed_in(context.request)
