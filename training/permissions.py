"""Who may do what with training: the sentences of the lower app, named for this one."""

from programs.permissions import is_wellbeing_staff, may_learn, may_see_counts

may_take_modules = may_learn
may_review_modules = is_wellbeing_staff
may_assign = is_wellbeing_staff
may_see_completion = is_wellbeing_staff
may_remind = is_wellbeing_staff

__all__ = [
    "may_assign",
    "may_remind",
    "may_review_modules",
    "may_see_completion",
    "may_see_counts",
    "may_take_modules",
]
