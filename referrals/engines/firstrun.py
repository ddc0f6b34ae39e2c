"""What a school must fill in itself before its directory is whole: no country file can know it."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from referrals.engines.services import Service

FIRST_RUN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "complaints": "where to complain",
        "under_18": "who is there for students under 18",
        "after_hours": "the after-hours line",
        "counselling": "counselling on campus",
        "security": "security on campus",
        "sexual_harm": "the specialist line for sexual harm",
        "doctors_line": "the health line for doctors and students",
    }
)


def missing(published: Iterable[Service], sites: Mapping[str, str]) -> list[str]:
    """What is not there yet, in words; `sites` are the names of all teaching sites by their uuid."""
    services = list(published)
    there = {kind for service in services for kind in service.about}
    gaps = [words for kind, words in FIRST_RUN.items() if kind not in there]
    inside = {site for one in services if "hospital_emergency" in one.about for site in one.serves_sites}
    return gaps + [
        f"the emergency number inside {name}" for site, name in sites.items() if site not in inside
    ]
