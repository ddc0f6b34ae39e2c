"""The rows of a placement list become placements of the year's students."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from peersupport.audit import record
from peersupport.errors import Refused
from peersupport.models import User
from programs.actions.enrolment import (
    BATCH,
    MEANWHILE,
    Outcome,
    add_sites,
    check_may_import,
    in_batches,
    lock,
    refuse_faults,
    sites_of,
)
from programs.engines.columns import Reading
from programs.engines.placements import Arrival, Placeable, Placed, PlacementPlan, Stay, compare_stays
from programs.models import Membership, Placement, Year


def plan_placements(*, year: Year, reading: Reading[Stay]) -> PlacementPlan:
    """What putting in this list would do. Writes nothing."""
    students = _students(year, reading.entries)
    return compare_stays(
        reading.entries,
        reading.faults,
        students=students,
        placed=_placed([student.membership for student in students.values()]),
        sites=sites_of(year.program),
    )


def import_placements(
    *, by: User | None, year: Year, reading: Reading[Stay], good_rows: bool, now: datetime
) -> Outcome:
    """Put a list of placements into a year: all rows or, with `good_rows`, those without a fault.

    A placement is the same when student, site, team and first day are; then its last day is corrected.
    """
    try:
        with transaction.atomic():
            check_may_import(by, year, now)
            lock(year.program)
            plan = plan_placements(year=year, reading=reading)
            refuse_faults(plan.faults, good_rows=good_rows)
            _write(plan, year)
            outcome = Outcome(plan.new, plan.changed, plan.unchanged, 0, plan.new_sites)
            if outcome.did_something:
                touched = outcome.new + outcome.changed
                record(by=by, verb="placement import", on=year, scope=year.program.uuid, count=touched)
            return outcome
    except IntegrityError as clash:
        raise Refused(MEANWHILE) from clash


def _students(year: Year, stays: Sequence[Stay]) -> dict[str, Placeable]:
    students = Membership.objects.filter(year=year).students().named().select_related("user")
    return {
        student.student_id: Placeable(student.pk, student.user.full_name)
        for batch in in_batches(sorted({stay.student_id for stay in stays}))
        for student in students.filter(student_id__in=batch)
    }


def _placed(memberships: Sequence[int]) -> Mapping[tuple[int, str, str, date], Placed]:
    return {
        (row.membership_id, row.site.name.casefold(), row.team, row.starts_on): Placed(row.pk, row.ends_on)
        for batch in in_batches(memberships)
        for row in Placement.objects.filter(membership__in=batch).select_related("site").iterator(BATCH)
    }


def _write(plan: PlacementPlan, year: Year) -> None:
    sites = add_sites(year.program, plan.new_sites)
    for batch in in_batches(arrival for arrival in plan.arrivals if not arrival.is_unchanged):
        Placement.objects.bulk_create(
            [_placement(arrival, sites) for arrival in batch],
            update_conflicts=True,
            unique_fields=["membership", "site", "team", "starts_on"],
            update_fields=["ends_on"],
        )


def _placement(arrival: Arrival, sites: Mapping[str, int]) -> Placement:
    stay = arrival.stay
    return Placement(
        membership_id=arrival.student.membership,
        site_id=sites[stay.site],
        team=stay.team,
        starts_on=stay.starts_on,
        ends_on=stay.ends_on,
    )
