"""What a person chooses about notices."""

from datetime import time

from django.db import transaction

from peersupport.errors import Refused
from peersupport.kinds import Kind
from peersupport.models import NoticeChoices, Notification, User


@transaction.atomic
def pause_kind(*, by: User, kind: Kind) -> NoticeChoices:
    """Send this person nothing more of a kind that one may do without."""
    if not kind.optional:
        raise Refused("These cannot be paused.")
    choices = _choices_of(by)
    if kind.name not in choices.paused:
        choices.paused = [*choices.paused, kind.name]
        choices.save(update_fields=["paused"])
    return choices


@transaction.atomic
def resume_kind(*, by: User, kind: Kind) -> NoticeChoices:
    """Send this person notices of a kind again. What was left out meanwhile is not sent later."""
    choices = _choices_of(by)
    choices.paused = [name for name in choices.paused if name != kind.name]
    choices.save(update_fields=["paused"])
    return choices


@transaction.atomic
def set_quiet_hours(*, by: User, quiet_from: time, quiet_until: time) -> NoticeChoices:
    """From when to when this person is left alone, by the clock of their school; both alike means never."""
    choices = _choices_of(by)
    choices.quiet_from, choices.quiet_until = quiet_from, quiet_until
    choices.save(update_fields=["quiet_from", "quiet_until"])
    return choices


@transaction.atomic
def put_away(*, by: User, notice: Notification) -> NoticeChoices:
    """Take this notice, and what came before it, from the top of the list. It stays in the list."""
    if not notice.waits_here:
        raise Refused("This was not waiting here.")
    choices = _choices_of(by)
    if not choices.has_put_away(notice):
        choices.put_away_until = notice.ended_at
        choices.save(update_fields=["put_away_until"])
    return choices


def _choices_of(user: User) -> NoticeChoices:
    """This person's row, made with the defaults where there is none, and locked."""
    NoticeChoices.objects.get_or_create(user=user)
    return NoticeChoices.objects.select_for_update().get(user=user)
