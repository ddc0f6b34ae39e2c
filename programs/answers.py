"""What this app answers to the lists named in settings."""

from datetime import datetime

from django.urls import reverse

from peersupport.models.people import normalise_email
from peersupport.named_lists import WeekTask
from programs.models import Program
from programs.models.cohorts import people_without_a_place
from programs.permissions import Rights, is_wellbeing_staff


def may_sign_up(email: str) -> bool:
    """Whether an address that is not on a roster belongs to a school here."""
    domain = normalise_email(email).rpartition("@")[2]
    return any(domain in domains for domains in Program.objects.values_list("email_domains", flat=True))


def this_week(rights: Rights, at: datetime) -> list[WeekTask]:
    """What needs wellbeing staff: people who signed in and are not on the roster."""
    if not is_wellbeing_staff(rights) or rights.program is None:
        return []
    waiting = people_without_a_place(rights.program, at).count()
    if not waiting:
        return []
    sentence = (
        "One person has signed in and is not on the roster."
        if waiting == 1
        else f"{waiting} people have signed in and are not on the roster."
    )
    return [WeekTask(sentence, "See who", reverse("programs:person-waiting"))]
