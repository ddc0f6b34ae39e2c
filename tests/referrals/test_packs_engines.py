"""The country files as they are read."""

from pathlib import Path

import pytest
import yaml
from django.conf import settings

from referrals.engines.packs import BadPack, CountryPack, PackEntry, read_pack

COUNTRIES = settings.CONTENT_DIR / "services" / "countries"
PACKS = {path.stem: read_pack(path) for path in sorted(COUNTRIES.glob("*.yaml"))}
ENTRIES = [entry for pack in PACKS.values() for entry in pack.entries]


def entry(key: str) -> PackEntry:
    return next(one for one in ENTRIES if one.service.key == key)


def test_six_countries_and_none_of_the_placeholders() -> None:
    assert set(PACKS) == {"au", "ca", "gb", "ie", "nz", "us"}
    assert len(ENTRIES) == 89 - 14
    assert not [one for one in ENTRIES if "LOCAL" in str(one)]


def test_what_has_no_sure_source_is_a_draft() -> None:
    """T1: low confidence, and any number from general knowledge, waits for the school."""
    for one in ENTRIES:
        from_memory = "general knowledge" in one.service.source and one.service.source.startswith("general")
        if one.confidence == "low" or from_memory:
            assert one.is_draft or one.service.emergency, one.service.key
    assert entry("au-1800respect").is_draft
    assert entry("au-dh-nsw").is_draft
    assert not entry("au-lifeline").is_draft


def test_a_page_of_a_country_shows_no_number_from_memory() -> None:
    shown = {channel.value for service in PACKS["au"].services for channel in service.channels}
    assert "000" in shown
    assert not shown & {"112", "106", "1800 737 732", "02 9437 6552"}


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_every_country_has_its_emergency_number_and_two_lines_at_any_hour(pack: CountryPack) -> None:
    assert [service.emergency for service in pack.services].count(True) == 1
    lines = [one for one in pack.services if one.crisis and one.hours.always and not one.emergency]
    assert len(lines) >= (1 if pack.country == "CA" else 2)


def test_every_entry_names_its_source_and_gives_nothing_away_in_an_address_book() -> None:
    for one in ENTRIES:
        assert one.service.source
        assert len(one.service.short) <= 30
        assert "uicid" not in one.service.short


def test_those_who_keep_the_hours_of_the_caller_take_the_zone_of_the_school() -> None:
    assert entry("au-qlife").at("Australia/Perth").hours.zone == "Australia/Perth"
    assert entry("au-headspace").at("Australia/Perth").hours.zone == "Australia/Melbourne"


def broken(tmp_path: Path, **changes: object) -> Path:
    raw = yaml.safe_load((COUNTRIES / "nz.yaml").read_text())
    raw["services"][1].update(changes)
    path = tmp_path / "nz.yaml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True))
    return path


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"open": ["Mon-Fri late"]}, "is no opening time"),
        ({"zone": "Mars/Base"}, "no time zone"),
        ({"channels": [{"type": "phone", "value": "12"}]}, "can be dialled in NZ"),
        ({"about": ["gossip"]}, "none of the things"),
        ({"emergency": True}, "2 emergency entries"),
        ({"id": "nz-111"}, "nz-111 stands there twice"),
        ({"channels": [{"type": "pigeon", "value": "12"}]}, "channels.0.type"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_file_with_a_fault_is_refused_and_the_fault_named(
    tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(BadPack, match=words):
        read_pack(broken(tmp_path, **changes))


def test_a_file_that_is_no_yaml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "xx.yaml"
    path.write_text("country: [")
    with pytest.raises(BadPack, match=r"xx\.yaml"):
        read_pack(path)


def test_an_emergency_number_from_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nz.yaml"
    raw = yaml.safe_load((COUNTRIES / "nz.yaml").read_text())
    raw["services"][0]["channels"][0]["from_memory"] = True
    path.write_text(yaml.safe_dump(raw))
    with pytest.raises(BadPack, match="needs a source"):
        read_pack(path)
