"""The country packs of `content/services/countries`, read once."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from django.conf import settings

from referrals.engines.packs import CountryPack, read_pack


@lru_cache
def country_packs() -> Mapping[str, CountryPack]:
    """Every country we have services for, by its two capital letters, in the order of the names."""
    packs = [read_pack(path) for path in (settings.CONTENT_DIR / "services" / "countries").glob("*.yaml")]
    return MappingProxyType({pack.country: pack for pack in sorted(packs, key=lambda pack: pack.name)})
