"""What the ground floor says in its own notices: the functions named in STILL_WANTED."""

from collections.abc import Mapping
from datetime import datetime

from peersupport.models import Notification


def test_page(row: Notification, at: datetime) -> Mapping[str, str]:
    return {}


def channel_off(row: Notification, at: datetime) -> Mapping[str, str]:
    return {}
