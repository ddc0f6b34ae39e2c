"""Signed-in time by the device a person says they use: their own, or one that others use too.

The settings name this module as SESSION_ENGINE. A session on a shared device ends with the browser and after
30 minutes without a page; on one's own it ends at a fixed moment.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from peersupport.clock import now

DEVICE: Final = "device"
OWN: Final = "own"
SHARED: Final = "shared"

SHARED_IDLE = timedelta(minutes=30)
OWN_DEVICE = timedelta(days=30)
OWN_DEVICE_OFFICE = timedelta(hours=12)
# Whoever may see names of others signs in every day; the second step at sign-in rests on that.
OFFICE_ROLES = frozenset({"staff", "registrar", "evaluator"})
TOUCH_AFTER = timedelta(minutes=1)  # a write a page would be wasted; one a minute keeps the half hour honest


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()  # type: ignore[attr-defined]
        data: dict[str, Any] = self.decode(row.session_data) if row else {}
        if row and data.get(DEVICE) == SHARED and row.expire_date < now() + SHARED_IDLE - TOUCH_AFTER:
            self.modified = True
        return data

    def _validate_session_key(self, key: str | None) -> bool:
        """Only what could be a key of ours reaches the database, which may choke on anything else."""
        return bool(key) and str(key).isascii() and str(key).isalnum() and super()._validate_session_key(key)  # type: ignore[misc]

    def get_expire_at_browser_close(self) -> bool:
        return self.get(DEVICE) == SHARED or super().get_expire_at_browser_close()


def end_sessions_of(user: AbstractBaseUser, at: datetime) -> None:
    """Sign somebody out everywhere. Whose a session is stands inside it, so each one in force is opened."""
    theirs = [
        row.session_key
        for row in Session.objects.filter(expire_date__gt=at).iterator()
        if row.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(session_key__in=theirs).delete()


def choose_device(request: HttpRequest, device: str) -> None:
    """Note the choice while the sign-in is still under way."""
    request.session[DEVICE] = device


def keep_signed_in(request: HttpRequest) -> None:
    """Set how long whoever has signed in this moment stays so; without a choice, as on a shared device."""
    request.session[DEVICE] = device = request.session.get(DEVICE, SHARED)
    if device == SHARED:
        # Seconds, so that the half hour starts again with every save; a date would stand still.
        request.session.set_expiry(int(SHARED_IDLE.total_seconds()))
        return
    rights = getattr(request, "rights", None)
    roles = rights.roles if rights is not None else frozenset()
    in_office = not roles or bool(roles & OFFICE_ROLES)
    request.session.set_expiry(now() + (OWN_DEVICE_OFFICE if in_office else OWN_DEVICE))
