"""Coming to an account by oneself: only with an address that a school here vouches for."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from peersupport.audit import record
from peersupport.models import User
from peersupport.models.people import normalise_email
from peersupport.named_lists import asked


def account_for(*, email: str) -> User | None:
    """The account that may sign in with this address, made now if a school vouches for the address.

    None for everybody else; the caller shows strangers the same screen.
    """
    email = normalise_email(email)
    user = User.objects.filter(email=email).first()
    if user is None and all(may_join(email) for may_join in asked("SIGN_UP_ALLOWED")):
        user = _join(email=email)
    return user if user and user.is_active else None


def _join(*, email: str) -> User:
    try:
        with transaction.atomic():
            user = User.objects.create_user(email)
            # Marked verified by the first code that arrives; until then nobody is told of this account.
            EmailAddress.objects.create(user=user, email=email, primary=True, verified=False)
            record(by=user, verb="joined by address", on=user)
            return user
    except IntegrityError:  # asked twice at the same moment
        return User.objects.get(email=email)
