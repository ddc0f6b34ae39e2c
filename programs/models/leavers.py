"""People who have left: the question whose accounts have been kept for long enough."""

from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet, Subquery, UUIDField, Value

from peersupport.models import AuditEntry, LegalHold, User
from peersupport.models.people import ERASED, JOINED
from programs.models.cohorts import Membership
from programs.models.departures import Departure


def leavers(at: datetime) -> QuerySet[Any]:
    """Everybody who had a role, with the end of their last one (`since`) and its school.

    If a school where they had any role has a legal hold on accounts, it is that one: their account stays.

    Left out is who may yet graduate: nobody goes before the end of the year after their graduation year, so
    that twelve months have passed wherever in the year it lies. Whoever has died is not waited for.
    """
    roles = Membership.objects.filter(user=OuterRef("pk")).order_by("-ends_at", "-pk")
    to_graduate = roles.filter(graduation_year__gte=at.year - 1)
    holds = LegalHold.objects.in_force().filter(kept="account", scope=OuterRef("year__program__uuid"))
    held_first = roles.alias(held=Exists(holds)).order_by("-held", "-ends_at", "-pk")
    departed = Departure.objects.filter(user=OuterRef("pk"), undone_at=None)
    return (
        User.objects.filter(Exists(roles), Q(Exists(departed)) | ~Q(Exists(to_graduate)))
        .annotate(
            since=Subquery(roles.values("ends_at")[:1]),
            school=Subquery(held_first.values("year__program__uuid")[:1]),
        )
        .order_by("pk")
    )


def of_leavers(rows: QuerySet[Any], person: str, at: datetime) -> QuerySet[Any]:
    """Of rows about a person, named by this column, those of leavers, dated and placed as the leaver is."""
    theirs: QuerySet[Any] = leavers(at).filter(pk=OuterRef(person)).order_by()
    since, school = (Subquery(theirs.values(name)[:1]) for name in ("since", "school"))
    found: QuerySet[Any] = rows.filter(Exists(theirs)).annotate(since=since, school=school)
    return found


def never_placed(joined_by: datetime) -> QuerySet[Any]:
    """Accounts that somebody asked for by then, with an address of a school, and that never had a role."""
    lines = AuditEntry.objects.filter(verb=JOINED, on_kind=User._meta.label_lower, at__lte=joined_by)
    rows = User.objects.filter(uuid__in=list(lines.values_list("on_id", flat=True)))
    found: QuerySet[Any] = (
        rows.filter(~Exists(Membership.objects.filter(user=OuterRef("pk"))))
        .exclude(email__endswith=ERASED)
        .annotate(
            since=Value(joined_by, output_field=DateTimeField()),
            school=Value(None, output_field=UUIDField()),
        )
    )
    return found
