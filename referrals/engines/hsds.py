"""Services in the field names of Open Referral's Human Services Data Specification 3.0, for other programs.

Nested things have no rows of their own here; their ids are made from the service's, so that they stay.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from referrals.engines.hours import DAY, Hours
from referrals.engines.services import Channel, Service

DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
Found = dict[str, Any]


def listing(services: Iterable[Service], *, school: str) -> Found:
    """One page with everything, as the API of the specification wraps it."""
    organization = {
        "id": _id(school, "organization"),
        "name": school,
        "description": f"The directory of {school}.",
    }
    contents = [_service(service, organization) for service in services]
    return {
        "total_items": len(contents),
        "total_pages": 1,
        "page_number": 1,
        "size": len(contents),
        "first_page": True,
        "last_page": True,
        "empty": not contents,
        "contents": contents,
    }


def _service(service: Service, organization: Found) -> Found:
    return {
        "id": service.key,
        "name": service.name,
        "description": " ".join(part for part in (service.what_for, service.good_to_know) if part),
        "url": _first(service, "web") or _first(service, "chat"),
        "email": _first(service, "email"),
        "status": "active",
        "fees_description": service.cost,
        "eligibility_description": service.for_whom,
        "assured_date": service.checked_on.isoformat() if service.checked_on else None,
        "organization": organization,
        "phones": [
            _phone(service, channel) for channel in service.channels if channel.type in {"phone", "text"}
        ],
        "schedules": list(_schedules(service)),
        "languages": [{"id": _id(service.key, "language", name), "name": name} for name in service.languages],
        "service_at_locations": [
            _location(service, channel) for channel in service.channels if channel.type == "place"
        ],
    }


def _first(service: Service, kind: Any) -> str | None:
    channel = service.by(kind)
    return channel.value if channel else None


def _phone(service: Service, channel: Channel) -> Found:
    words = f"Send the word {channel.keyword}" if channel.keyword else channel.note
    return {
        "id": _id(service.key, channel.type, channel.value),
        "number": channel.value,
        "type": "voice" if channel.type == "phone" else "sms",
        "description": words,
    }


def _location(service: Service, channel: Channel) -> Found:
    return {
        "id": _id(service.key, "at", channel.value),
        "location": {
            "id": _id(service.key, "location", channel.value),
            "location_type": "physical",
            "name": channel.value,
            "description": channel.note,
        },
    }


def _schedules(service: Service) -> Iterator[Found]:
    """One line for each opening time of a week, and one for each date with hours of its own."""
    hours = service.hours
    if hours.always:
        yield _line(service, hours, {"freq": "WEEKLY", "byday": ",".join(DAYS)}, 0, DAY)
    for span in hours.spans:
        yield _line(service, hours, {"freq": "WEEKLY", "byday": DAYS[span.day]}, span.opens, span.closes)
    for one in hours.exceptions:
        on = one.on.isoformat()
        for opens, closes in one.spans:
            yield _line(service, hours, {"valid_from": on, "valid_to": on}, opens, closes)
        if not one.spans:
            closed = {"valid_from": on, "valid_to": on, "description": "Closed"}
            yield {"id": _id(service.key, on), **closed, "opens_at": None, "closes_at": None}


def _line(service: Service, hours: Hours, when: Found, opens: int, closes: int) -> Found:
    notes = f"Times are those of {hours.zone}."
    if closes > DAY:
        notes += " It closes on the day after."
    if hours.holidays:
        notes += f" Closed on the public holidays of {hours.holidays}."
    return {
        "id": _id(service.key, *map(str, when.values()), str(opens)),
        **when,
        "opens_at": _clock(opens),
        "closes_at": _clock(closes),
        "notes": notes,
    }


def _clock(minute: int) -> str:
    return "24:00" if minute == DAY else f"{minute % DAY // 60:02}:{minute % 60:02}"


def _id(*parts: str) -> str:
    return str(uuid5(NAMESPACE_URL, " ".join(parts)))
