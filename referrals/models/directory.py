"""Where to turn. Until schools keep a directory of their own, services are read from content/services."""

import time
from collections.abc import Mapping
from functools import lru_cache
from threading import Lock
from types import MappingProxyType

from django.conf import settings
from django.db import Error

from programs.models import Program
from referrals.engines.directory import CountryPack, read_pack

LONGEST_WAIT = 1.0
SILENCE_LASTS = 30.0


@lru_cache
def country_packs() -> Mapping[str, CountryPack]:
    """Every country we have services for, by its two capital letters, in the order of the names."""
    packs = [read_pack(path) for path in (settings.CONTENT_DIR / "services").glob("*.yaml")]
    return MappingProxyType({pack.country: pack for pack in sorted(packs, key=lambda pack: pack.name)})


class ProgramCountries:
    """Asks the database which countries its programs are in, and takes no answer for an answer.

    The help page must come up while the database is away. One request finds out; the others that come
    at that moment wait at most a second for it, and for half a minute nobody asks again.
    """

    def __init__(self) -> None:
        self._asking = Lock()
        self._silent_until = 0.0

    def __call__(self) -> frozenset[str]:
        """Two capital letters each; empty when there is no program, or when the database does not answer."""
        if time.monotonic() < self._silent_until or not self._asking.acquire(timeout=LONGEST_WAIT):
            return frozenset()
        try:
            return frozenset(
                country.upper() for country in Program.objects.values_list("country", flat=True).distinct()
            )
        except Error:
            self._silent_until = time.monotonic() + SILENCE_LASTS
            return frozenset()
        finally:
            self._asking.release()


program_countries = ProgramCountries()
