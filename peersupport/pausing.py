"""One click from a mail to no more of its kind: a signed link to a page with a button, and RFC 8058."""

from collections.abc import Mapping

from django.conf import settings
from django.core import signing
from django.urls import reverse

from peersupport.kinds import KINDS, Kind
from peersupport.models import Notification, User

SALT = "peersupport.pausing"


def pause_url(row: Notification) -> str:
    """Names a person and a kind under a signature: of no other use to anybody."""
    person = str(row.recipient.uuid) if row.recipient else ""
    token = signing.dumps({"user": person, "kind": row.kind}, salt=SALT)
    return f"{settings.SITE_URL}{reverse('notice-pause', args=[token])}"


def read_token(token: str) -> tuple[User, Kind] | None:
    """Whose choice about which kind a link is for; None for one that we did not make."""
    try:
        named = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    user, kind = User.objects.filter(uuid=named["user"]).first(), KINDS.get(named["kind"])
    return (user, kind) if user and kind and kind.optional else None


def pause_line(row: Notification) -> str:
    return f"\n-- \nNo more messages of this kind ({KINDS[row.kind].about.lower()}): {pause_url(row)}\n"


def pause_headers(row: Notification) -> Mapping[str, str]:
    return {
        "List-Unsubscribe": f"<{pause_url(row)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
