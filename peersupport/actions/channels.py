"""What a person chooses about notices."""

from django.db import transaction

from peersupport.errors import Refused
from peersupport.kinds import Kind
from peersupport.models import NoticeChoices, User


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


def _choices_of(user: User) -> NoticeChoices:
    """This person's row, made with the defaults where there is none, and locked."""
    NoticeChoices.objects.get_or_create(user=user)
    return NoticeChoices.objects.select_for_update().get(user=user)
