import re
import unicodedata
import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower


def normalise_email(email: str) -> str:
    """One spelling for one address: NFKC, no outer space, lower case on both sides of the @."""
    return unicodedata.normalize("NFKC", email).strip().lower()


LONGEST_EMAIL = 254
ERASED = "@erased.invalid"  # ends the address of an account whose name had to go and whose row had to stay
JOINED = "joined by address"  # what the record says of an account that somebody asked for
NO_LONGER_HERE = "Somebody no longer here"
# No quotes, spaces or control characters, which mail servers may read as a second header or address.
EMAIL = re.compile(
    r"[-!#$%&'*+/=?^_`{}|~0-9a-z]+(\.[-!#$%&'*+/=?^_`{}|~0-9a-z]+)*"
    r"@([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z][-a-z0-9]{0,61}[a-z0-9]"
)


def is_plain_email(email: str) -> bool:
    """Whether mail can safely go to this address, which has passed `normalise_email`."""
    return len(email) <= LONGEST_EMAIL and EMAIL.fullmatch(email) is not None


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account; without a password it signs in by a code sent to its address."""
        user = self.model(email=normalise_email(email), **fields)
        if password is None:
            user.set_unusable_password()
        else:
            user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normalise_email(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A person's account: an address and what to call them. Rights come from memberships, never from here."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(max_length=LONGEST_EMAIL, unique=True)
    given_name = models.CharField(max_length=120, blank=True)
    family_name = models.CharField(max_length=120, blank=True)
    preferred_name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    # Django would note the moment of every sign-in; nobody needs to know it.
    last_login = None

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_an_address")]

    def __str__(self) -> str:
        """As any page names them; whoever's account is closed is named nowhere."""
        return (self.full_name or self.email) if self.is_active else NO_LONGER_HERE

    def clean(self) -> None:
        self.email = normalise_email(self.email)

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def called(self) -> str:
        """What to call this person: the name they prefer, else the given one, else the whole."""
        if not self.is_active:
            return NO_LONGER_HERE
        return self.preferred_name or self.given_name or self.full_name
