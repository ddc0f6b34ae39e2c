"""Coming to an account by oneself, only with an address that a school here vouches for; closing accounts."""

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import Exists, ForeignObjectRel, OuterRef, ProtectedError

from peersupport.audit import record
from peersupport.models import AuditEntry, Channel, NoticeChoices, Notification, User
from peersupport.models.people import ERASED, JOINED, normalise_email
from peersupport.named_lists import asked
from peersupport.outbox.cancelling import cancel_all
from peersupport.sessions import end_sessions_of

UNPROVEN_FOR = timedelta(days=1)
AT_ONCE = 500


def account_for(*, email: str, may_make: Callable[[], bool] = lambda: True) -> User | None:
    """The account that may sign in with this address, made now if a school vouches for the address.

    None for everybody else; the caller shows strangers the same screen. `may_make` has the last word
    before an account is made.
    """
    email = normalise_email(email)
    user = User.objects.filter(email=email).first()
    if user is None and all(may_join(email) for may_join in asked("SIGN_UP_ALLOWED")) and may_make():
        user = _join(email=email)
    return user if user and user.is_active else None


@transaction.atomic
def close_account(*, user: User, now: datetime) -> None:
    """From this moment nobody signs in with it, nothing is sent to it, and no page shows its name."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    Channel.objects.filter(user=user, off_at=None).update(off_at=now, off_because=Channel.Off.LEFT)
    cancel_all(user, why="left", at=now)
    end_sessions_of(user, now)


@transaction.atomic
def reopen_account(*, user: User, closed_at: datetime) -> None:
    """Undo `close_account` of that moment. What was cancelled stays so; they sign in anew."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    channels = Channel.objects.filter(user=user, off_at=closed_at, off_because=Channel.Off.LEFT)
    channels.update(off_at=None, off_because="")


def erase_accounts(keys: list[int]) -> None:
    """Delete these accounts; where others' rows still point to one, a number that says nothing stays."""
    for user in User.objects.filter(pk__in=keys):
        if not _deleted(user):
            _make_nameless(user)


def _deleted(user: User) -> bool:
    # Notices go with their own class, not with the account: a legal hold may keep them.
    if Notification.objects.filter(recipient=user).exists():
        return False
    try:
        with transaction.atomic():
            user.delete()
    except ProtectedError:
        return False
    return True


def _make_nameless(user: User) -> None:
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    Channel.objects.filter(user=user).delete()
    NoticeChoices.objects.filter(user=user).delete()
    user.email = f"{user.uuid}{ERASED}"
    user.given_name = user.family_name = user.preferred_name = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save()


def _join(*, email: str) -> User:
    try:
        with transaction.atomic():
            user = User.objects.create_user(email)
            # Marked verified by the first code that arrives; until then nobody is told of this account.
            EmailAddress.objects.create(user=user, email=email, primary=True, verified=False)
            # Nobody has shown yet who asked, so it is not said to be the account's own doing.
            record(by=None, verb=JOINED, on=user)
            return user
    except IntegrityError:  # asked twice at the same moment
        return User.objects.get(email=email)


@transaction.atomic
def drop_unproven_accounts(*, now: datetime) -> int:
    """Delete accounts that somebody asked for a day ago and no code has ever opened; how many went.

    Only those with nothing attached go, `AT_ONCE` at most; call again until none is left.
    """
    proven = EmailAddress.objects.filter(verified=True, user=OuterRef("user"))
    unproven = EmailAddress.objects.filter(~Exists(proven), verified=False, user__is_active=True)
    for relation in User._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.related_model is not EmailAddress:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("user")})
            unproven = unproven.filter(~Exists(rows))
    uuids = unproven.select_for_update(of=("self",)).order_by("user").values_list("user__uuid", flat=True)
    long_ago = AuditEntry.objects.filter(
        on_kind=User._meta.label_lower,
        on_id__in=[str(uuid) for uuid in uuids[:AT_ONCE]],
        verb=JOINED,
        at__lte=now - UNPROVEN_FOR,
    )
    going = User.objects.filter(uuid__in=list(long_ago.values_list("on_id", flat=True)))
    count = going.count()
    going.delete()
    return count
