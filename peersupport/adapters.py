"""Where django-allauth asks this site how things are done here."""

from base64 import urlsafe_b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from peersupport.models import User
from peersupport.models.channels import something_waits
from peersupport.models.people import normalise_email
from peersupport.outbox import queue_code
from peersupport.sessions import keep_signed_in

WORDS = {
    "account_inactive": "This account is closed. Ask whoever looks after this site at your school.",
    "email_password_mismatch": "That address and password do not go together. Try again, or get a code.",
    "enter_current_password": "That is not your present password.",
    "incorrect_code": "That is not the code. Look again, or have a new one sent.",
    "incorrect_password": "That is not your password.",
    "invalid_login": "Type your e-mail address.",
    "rate_limited": "Too many tries, too fast. Wait five minutes, then try again.",
    "too_many_login_attempts": "Too many tries, too fast. Wait five minutes, then try again.",
}


class PasswordBackend(AuthenticationBackend):
    """Sign-in by the account's one address; no other address of a person opens it."""

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        user = User.objects.filter(email=normalise_email(email)).first()
        checked: User | None = self._check_password(user, password)
        return checked


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | WORDS

    def is_safe_url(self, url: str | None) -> bool:
        """Paths on this site only, whatever ALLOWED_HOSTS holds."""
        return (
            bool(url)
            and str(url).startswith("/")
            and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
        )

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """With the name of this site in the words."""
        message: EmailMessage = super().render_mail(
            template_prefix, email, context | {"app_name": settings.APP_NAME}, headers
        )
        return message

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox, on the same way whether or not anybody here has the address."""
        message = self.render_mail(template_prefix, email, context)
        queue_code(address=email, subject=str(message.subject), body=str(message.body))

    def post_login(self, request: HttpRequest, user: User, **known: Any) -> HttpResponse:
        keep_signed_in(request)
        if something_waits(user):
            messages.info(request, "Something waits for you under “My notices”, at the foot of each page.")
        response: HttpResponse = super().post_login(request, user, **known)
        return response

    def reauthenticate(self, user: User, password: str) -> bool:
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk


def _keys() -> MultiFernet:
    """Keys for second-step secrets, made from SECRET_KEY; old secret keys still open what they closed."""
    return MultiFernet(
        Fernet(urlsafe_b64encode(HKDF(SHA256(), 32, None, b"second step").derive(secret.encode())))
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )


class SecondStepAdapter(DefaultMFAAdapter):
    """Second-step secrets and recovery codes are of no use to somebody who holds the database alone."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That is not the code. Each counts once, for 30 seconds; wait for the next one."
    }

    def encrypt(self, text: str) -> str:
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _keys().decrypt(encrypted_text.encode()).decode()
