"""Who may do what with training: the sentences of the lower app, named for this one."""

from programs.models import Role
from programs.permissions import Rights, is_wellbeing_staff, may_learn, may_see_counts
from training.models.modules import Track

may_take_modules = may_learn
may_review_modules = is_wellbeing_staff
may_assign = is_wellbeing_staff
may_see_completion = is_wellbeing_staff
may_remind = is_wellbeing_staff


def may_take_track(rights: Rights, track: str) -> bool:
    """What is for supporters is open to them, and to staff, who read everything first."""
    return track == Track.CORE or bool(rights.roles & {Role.SUPPORTER, Role.STAFF})


__all__ = [
    "may_assign",
    "may_remind",
    "may_review_modules",
    "may_see_completion",
    "may_see_counts",
    "may_take_modules",
    "may_take_track",
]
