"""Keeping the directory: adding, changing, publishing and checking services."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from peersupport.audit import record
from peersupport.errors import Refused
from peersupport.models import User
from programs.actions.enrolment import lock
from programs.models import Program
from referrals.actions.helppages import write_copy_of
from referrals.engines import services as pure
from referrals.engines.servicechecks import service_faults
from referrals.models.services import (
    LONGEST_CHANGE,
    CheckResult,
    Confidence,
    Service,
    ServiceChange,
    columns_of,
)

TWO_EMERGENCIES = "There is an emergency entry for {} already. Change that one."


def refuse_faults(program: Program, facts: pure.Service, *, besides: Service | None = None) -> None:
    """Raise Refused with every fault of these facts."""
    faults = faults_here(program, facts, besides=besides)
    if faults:
        raise Refused(" ".join(faults))


def faults_here(program: Program, facts: pure.Service, *, besides: Service | None = None) -> list[str]:
    """What is wrong with these facts, by themselves and beside the rest of the directory."""
    faults = service_faults(facts, program.country)
    known = set(map(str, program.sites.values_list("uuid", flat=True)))
    if (facts.sites | facts.serves_sites) - known:
        faults.append("One of the sites is not a site of your school.")
    others = Service.objects.of_program(program)
    if besides:
        others = others.exclude(pk=besides.pk)
    if others.filter(name=facts.name).exists():
        faults.append(f"There is an entry called “{facts.name}” already. Give this one another name.")
    return faults + _second_emergencies(program, facts, others)


def _second_emergencies(program: Program, facts: pure.Service, others: Iterable[Service]) -> list[str]:
    """Two internal emergency numbers for one site: somebody would dial the wrong one."""
    if "hospital_emergency" not in facts.about:
        return []
    taken = [set(one.serves_sites) for one in others if "hospital_emergency" in one.about]
    names = {str(site.uuid): site.name for site in program.sites.all()}
    if not facts.serves_sites:
        return ["Say for which site this emergency number is."]
    return [
        TWO_EMERGENCIES.format(names[site])
        for site in sorted(facts.serves_sites)
        if any(site in sites for sites in taken) and site in names
    ]


@transaction.atomic
def add_service(
    *, by: User | None, program: Program, facts: pure.Service, now: datetime, published: bool = True
) -> Service:
    """A new entry of the school's own. It says "not yet confirmed" until somebody has checked it."""
    lock(program)
    refuse_faults(program, facts)
    if facts.emergency:
        raise Refused(TWO_EMERGENCIES.format("the country"))
    service = Service(program=program, owner=by, is_published=published, **columns_of(facts))
    service.save()
    _note(service, by, now, "entry", "", "added")
    record(by=by, verb="add service", on=service, scope=program.uuid)
    return service


@transaction.atomic
def edit_service(
    *, by: User, service: Service, facts: pure.Service, now: datetime, checked: bool = False
) -> Service:
    """Change an entry. With `checked` the person says that they have rung it; without, a new number or new
    hours have to be confirmed anew.
    """
    lock(service.program)  # names and sites are looked at before they are written
    service = Service.objects.select_for_update().get(pk=service.pk)
    refuse_faults(service.program, facts, besides=service)
    changed = changes_in(service, columns_of(facts))
    for field, (_, new) in changed.items():
        setattr(service, field, new)
    if "channels" in changed or "hours" in changed:
        service.confidence = Confidence.OWN
        service.checked_on = service.next_check_on = None
        service.last_result = CheckResult.CHANGED
    service.save()
    for field, (old, new) in changed.items():
        _note(service, by, now, field, words_of(old), words_of(new))
    record(by=by, verb="edit service", on=service, scope=service.program.uuid)
    return confirm_service(by=by, service=service, now=now) if checked else service


def changes_in(service: Service, columns: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What differs: field → (as stored, as given). Whether a number was sure is no difference."""
    stored = columns_of(service.facts)
    return {name: (stored[name], new) for name, new in columns.items() if stored[name] != new}


@transaction.atomic
def confirm_service(
    *, by: User, service: Service, now: datetime, next_check_on: date | None = None
) -> Service:
    """Say that number and hours are right, as of today. A draft stays a draft until it is published."""
    service = Service.objects.select_for_update().get(pk=service.pk)
    today = service.program.today(now)
    next_check_on = next_check_on or today + pure.DUE_AFTER
    if not today < next_check_on <= today + pure.STALE_AFTER:
        last = today + pure.STALE_AFTER
        raise Refused(f"The next check lies between tomorrow and {last.day} {last:%B %Y}.")
    _set_confirmed(service, today, next_check_on)
    service.save()
    _note(service, by, now, "check", "", CheckResult.RIGHT.label)
    record(by=by, verb="confirm service", on=service, scope=service.program.uuid)
    return service


@transaction.atomic
def confirm_services(*, by: User, program: Program, now: datetime) -> int:
    """Say that everything is right which is published and was never checked; returns how many there were."""
    rows = list(Service.objects.of_program(program).published().filter(checked_on=None).select_for_update())
    for row in rows:
        _set_confirmed(row, program.today(now), program.today(now) + pure.DUE_AFTER)
    Service.objects.bulk_update(rows, ["checked_on", "next_check_on", "last_result", "channels"])
    ServiceChange.objects.bulk_create(
        ServiceChange(service=row, by=by, at=now, field="check", new=CheckResult.RIGHT.label) for row in rows
    )
    record(by=by, verb="confirm services", on=program, scope=program.uuid, count=len(rows))
    return len(rows)


@transaction.atomic
def note_no_answer(*, by: User, service: Service, now: datetime) -> Service:
    """Say that nobody answered: it stays on the check list, and asks again from tomorrow."""
    service = Service.objects.select_for_update().get(pk=service.pk)
    service.last_result = CheckResult.NO_ANSWER
    if service.checked_on:
        earliest = service.checked_on + timedelta(days=1)
        service.next_check_on = max(earliest, service.program.today(now))
    service.save()
    _note(service, by, now, "check", "", CheckResult.NO_ANSWER.label)
    record(by=by, verb="note no answer", on=service, scope=service.program.uuid)
    return service


@transaction.atomic
def publish_service(*, by: User, service: Service, now: datetime) -> Service:
    """Show it to everybody at the school. What came from memory has to be confirmed first."""
    service = Service.objects.select_for_update().get(pk=service.pk)
    if service.is_published:
        raise Refused(f"“{service.name}” is published already.")
    unsure = service.confidence == Confidence.LOW or not service.as_service.channels
    if not service.is_confirmed and (unsure or service.hidden_channels):
        raise Refused(f"Ring “{service.name}” and confirm it first. Its number came without a source.")
    service.is_published = True
    service.save()
    _note(service, by, now, "published", "no", "yes")
    record(by=by, verb="publish service", on=service, scope=service.program.uuid)
    return service


@transaction.atomic
def unpublish_service(*, by: User, service: Service, now: datetime) -> Service:
    """Take it out of sight, everywhere at once. The national emergency number always stays."""
    service = Service.objects.select_for_update().get(pk=service.pk)
    if service.emergency:
        raise Refused("The emergency number stays where everybody finds it. It cannot be taken out.")
    if not service.is_published:
        raise Refused(f"“{service.name}” is not published.")
    service.is_published = False
    service.save()
    _note(service, by, now, "published", "yes", "no")
    record(by=by, verb="unpublish service", on=service, scope=service.program.uuid)
    return service


@transaction.atomic
def own_service(*, by: User, service: Service, now: datetime) -> Service:
    """Take an entry over: from now on it is this person who is asked to check it."""
    service.owner = by
    service.save(update_fields=["owner"])
    # No names: who it was stands beside the line, and leaves it when their account is closed.
    _note(service, by, now, "owner", "", "taken over")
    record(by=by, verb="own service", on=service, scope=service.program.uuid)
    return service


def _set_confirmed(service: Service, today: date, next_check_on: date) -> None:
    service.checked_on, service.next_check_on = today, next_check_on
    service.last_result = CheckResult.RIGHT
    service.channels = [{**channel, "sure": True} for channel in service.channels]


def _note(service: Service, by: User | None, now: datetime, field: str, old: str, new: str) -> None:
    school = service.program.slug
    transaction.on_commit(lambda: write_copy_of(school), robust=True)
    ServiceChange.objects.create(
        service=service, by=by, at=now, field=field, old=old[:LONGEST_CHANGE], new=new[:LONGEST_CHANGE]
    )


def words_of(value: Any) -> str:
    """A stored value as the history shows it."""
    if isinstance(value, list):
        return ", ".join(one["value"] if isinstance(one, dict) else str(one) for one in value)
    if isinstance(value, dict):
        return pure.hours_in_words(value)
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
