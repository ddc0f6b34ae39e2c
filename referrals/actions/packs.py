"""Filling a school's directory from the pack of its country."""

from datetime import datetime

from django.db import transaction

from peersupport.audit import record
from programs.models import Program
from referrals.engines.packs import PackEntry
from referrals.models.packs import country_packs
from referrals.models.services import Service, columns_of


@transaction.atomic
def fill_directory(*, program: Program, now: datetime) -> int:
    """Add what the country's pack has and the school has not, and bring up to date what nobody here touched.

    What a school has edited or checked is never written over. Safe to repeat; returns how many rows it wrote.
    """
    pack = country_packs().get(program.country.upper())
    if pack is None:
        return 0
    there = {
        row.pack_key: row
        for row in Service.objects.of_program(program).exclude(pack_key="").select_for_update()
    }
    own_names = set(Service.objects.of_program(program).values_list("name", flat=True))
    edited = set(
        Service.objects.of_program(program).filter(changes__isnull=False).values_list("pk", flat=True)
    )
    new, newer = [], []
    for position, entry in enumerate(pack.entries):
        columns = _columns(entry, program, position)
        row = there.get(entry.service.key)
        if row is None and entry.service.name not in own_names:
            new.append(Service(program=program, pack_key=entry.service.key, **columns))
        elif row and not row.is_confirmed and row.pk not in edited and _differs(row, columns):
            for name, value in columns.items():
                setattr(row, name, value)
            newer.append(row)
    Service.objects.bulk_create(new)
    for row in newer:
        row.save()
    if new or newer:
        record(by=None, verb="fill directory", on=program, scope=program.uuid, count=len(new) + len(newer))
    return len(new) + len(newer)


def fill_directories(*, now: datetime) -> int:
    """The same for every program there is."""
    return sum(fill_directory(program=program, now=now) for program in Program.objects.all())


def _columns(entry: PackEntry, program: Program, position: int) -> dict[str, object]:
    columns = columns_of(entry.at(program.time_zone))
    for channel, way in zip(columns["channels"], entry.ways, strict=True):
        channel["sure"] = way.sure
    return {
        **columns,
        "position": position,
        "confidence": entry.confidence,
        "emergency": entry.service.emergency,
        "is_published": entry.service.emergency
        or (not entry.is_draft and entry.answers_in(program.time_zone)),
    }


def _differs(row: Service, columns: dict[str, object]) -> bool:
    return any(getattr(row, name) != value for name, value in columns.items())
