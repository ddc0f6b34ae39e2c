"""People who have left: the question whose accounts have been kept for long enough."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from peersupport.models import User
from programs.models.cohorts import Membership
from programs.models.departures import Departure


def leavers(at: datetime) -> QuerySet[Any]:
    """Everybody who had a role, with the end of their last one (`since`) and its school.

    Left out is who may yet graduate: nobody goes before the end of the year after their graduation year, so
    that twelve months have passed wherever in the year it lies. Whoever has died is not waited for.
    """
    roles = Membership.objects.filter(user=OuterRef("pk")).order_by("-ends_at", "-pk")
    to_graduate = roles.filter(graduation_year__gte=at.year - 1)
    departed = Departure.objects.filter(user=OuterRef("pk"), undone_at=None)
    return (
        User.objects.filter(Exists(roles), Q(Exists(departed)) | ~Q(Exists(to_graduate)))
        .annotate(
            since=Subquery(roles.values("ends_at")[:1]),
            school=Subquery(roles.values("year__program__uuid")[:1]),
        )
        .order_by("pk")
    )


def of_leavers(rows: QuerySet[Any], person: str, at: datetime) -> QuerySet[Any]:
    """Of rows about a person, named by this column, those of leavers, dated and placed as the leaver is."""
    theirs: QuerySet[Any] = leavers(at).filter(pk=OuterRef(person)).order_by()
    since, school = (Subquery(theirs.values(name)[:1]) for name in ("since", "school"))
    found: QuerySet[Any] = rows.filter(Exists(theirs)).annotate(since=since, school=school)
    return found
