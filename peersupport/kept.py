"""For how long each class of docs/privacy.md is kept, on what that rests, and who names its rows.

KEPT_FOR in the environment puts a school's own days and authority in place of the starting values:
`record=2555=Records authority 2024, class 7.3; notice=60=Privacy office, minute of 3 May`.
"""

from dataclasses import dataclass, replace

import environ
from django.core.exceptions import ImproperlyConfigured

STARTING_VALUE = "a starting value"


@dataclass(frozen=True)
class Kept:
    """`about` and `detail` are what staff read. A legal hold can stop a class only where `can_stop`."""

    about: str
    days: int
    detail: str = ""
    authority: str = STARTING_VALUE
    can_stop: bool = False


STARTING_VALUES = {
    "account": Kept("People who have left", 365, "Their accounts, roles and training", can_stop=True),
    "record": Kept("The record", 730, "Who did what when, and holds that were lifted", can_stop=True),
    "notice": Kept("Messages", 90, "Who was sent what; afterwards only how many", can_stop=True),
    "undo": Kept("What it takes to undo an entered death", 30),
    "session": Kept("Signed-in devices", 30),
    "upload": Kept("Rosters that nobody put in", 1),
    "minutes": Kept("Counters of tries at the sign-in page", 1),
}


def kept_for(stated: str) -> dict[str, Kept]:
    """The starting values, with what a school has stated in their place."""
    kept = dict(STARTING_VALUES)
    for one in filter(None, (part.strip() for part in stated.split(";"))):
        name, days, authority = (word.strip() for word in one.split("=", 2))
        kept[name] = replace(kept[name], days=int(days), authority=authority)
    if kept["record"].days < kept["account"].days:
        # Who never had a role is found by the line that says when the account was made.
        raise ImproperlyConfigured(
            f"KEPT_FOR keeps accounts for {kept['account'].days} days and the record for only "
            f"{kept['record'].days}; the record must be kept for at least as long."
        )
    return kept


KEPT = kept_for(environ.Env().str("KEPT_FOR", ""))

# In this order: what an upper app keeps about a person goes before the person.
PURGED = ["training.answers.purged", "programs.answers.purged", "peersupport.answers.purged"]
