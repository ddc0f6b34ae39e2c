"""Mail by a service instead of a mail server: what is sent, what its answers mean, what it reports back."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.test import Client
from django.urls import reverse

from peersupport.channels.hosted import is_for_good
from peersupport.models import Attempt, Channel, Notification, User
from peersupport.models.outbox import State
from peersupport.outbox import drain, leases
from tests.peersupport.mail_service import MailService, mail_service
from tests.peersupport.outboxes import later, make_test_pages

pytestmark = pytest.mark.django_db
SECRET = "somebody:long-and-random"
INACTIVE = {
    "ErrorCode": 406,
    "Message": "Found inactive addresses: priya@kestrel.example. Inactive recipients are ones that bounced.",
}


@pytest.fixture
def service(settings: Any) -> Iterator[MailService]:
    with mail_service() as running:
        settings.MAIL_SERVICE = "postmark"
        settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
        settings.ANYMAIL = {
            **settings.ANYMAIL,
            "POSTMARK_SERVER_TOKEN": "token",
            "POSTMARK_API_URL": running.address,
            "WEBHOOK_SECRET": SECRET,
        }
        yield running


def row() -> Notification:
    return Notification.objects.get(kind="peersupport.test_page")


def report(body: Any, secret: str = SECRET) -> int:
    """Hand in a report as the service does, and say what it was answered."""
    answer = Client(enforce_csrf_checks=True).post(
        reverse("mail-returned"),
        body if isinstance(body, bytes) else json.dumps(body).encode(),
        content_type="application/json",
        headers={"authorization": f"Basic {b64encode(secret.encode()).decode()}"},
    )
    assert not answer.cookies
    return answer.status_code


def bounce(to: str, notice: str = "", kind: str = "HardBounce") -> dict[str, Any]:
    metadata = {"notice": notice} if notice else {}
    return {"RecordType": "Bounce", "Type": kind, "Email": to, "ID": 1, "Metadata": metadata}


# ---------------------------------------------------------------- out


def test_a_letter_goes_to_one_person_and_follows_nobody(a_student: User, service: MailService) -> None:
    """R17, R30: one recipient, our own number, no picture and no link that tells on the reader."""
    make_test_pages(1, a_student)
    assert drain(urgent=True).sent == 1
    (sent,) = service.received
    assert sent["To"] == a_student.email
    assert not {"Cc", "Bcc", "HtmlBody"} & {name for name, value in sent.items() if value}
    assert {"Name": "Message-ID", "Value": row().message_id} in sent["Headers"]
    assert (sent["TrackOpens"], sent["TrackLinks"]) == (False, "None")
    assert sent["Metadata"] == {"notice": str(row().uuid)}
    assert row().state == State.ACCEPTED


@pytest.mark.parametrize(
    ("status", "body", "state", "error"),
    [
        (422, json.dumps(INACTIVE), State.DEAD, "address refused"),
        (422, json.dumps({"ErrorCode": 300, "Message": "Zip."}), State.DEAD, "message refused"),
        (401, "{}", State.FAILED, "sender refused"),
        (429, "{}", State.FAILED, "service busy"),
        (503, "{}", State.FAILED, "service busy"),
    ],
)
def test_what_the_answers_of_a_service_mean(
    a_student: User, service: MailService, status: int, body: str, state: str, error: str
) -> None:
    """R24: what is refused for good is dead at once; all else is tried again, and then arrives."""
    make_test_pages(1, a_student)
    good = service.status, service.body
    service.status, service.body = status, body
    drain(urgent=True, clock=later())
    assert (row().state, row().last_error) == (state, error)
    assert Attempt.objects.get().ended_at
    service.status, service.body = good
    drain(urgent=True, clock=later(seconds=6))
    assert row().state == (State.DEAD if state == State.DEAD else State.ACCEPTED)
    assert Channel.objects.off().exists() is (error == "address refused")


def test_a_letter_is_off_the_wire_before_its_lease_is_over(settings: Any) -> None:
    """R23: else a second sender would send it beside a slow first one."""
    assert sum(settings.ANYMAIL["REQUESTS_TIMEOUT"]) < leases.URGENT_LEASE.total_seconds()


def test_a_service_that_is_away_is_asked_again(a_student: User, service: MailService, settings: Any) -> None:
    good = settings.ANYMAIL
    settings.ANYMAIL = {**good, "POSTMARK_API_URL": "http://127.0.0.1:9/"}
    make_test_pages(2, a_student)
    drain(urgent=True, clock=later())
    assert sorted(Notification.objects.values_list("attempts", flat=True)) == [0, 1]  # not every row in vain
    settings.ANYMAIL = good
    assert drain(urgent=True, clock=later(seconds=6)).sent == 2


def test_a_service_that_does_not_answer_in_time_may_have_taken_it(
    a_student: User, service: MailService, settings: Any
) -> None:
    """R26: unknown, and sent again under the same number."""
    patient = settings.ANYMAIL
    settings.ANYMAIL = {**patient, "REQUESTS_TIMEOUT": 0.1}
    service.pause = 0.4
    make_test_pages(1, a_student)
    drain(urgent=True, clock=later())
    assert Attempt.objects.get().outcome == Attempt.Outcome.UNKNOWN
    service.pause, settings.ANYMAIL = 0.0, patient
    drain(urgent=True, clock=later(seconds=6))
    assert row().state == State.ACCEPTED
    assert [sent["Metadata"]["notice"] for sent in service.received] == [str(row().uuid)] * 2


# ---------------------------------------------------------------- back


def test_mail_that_came_back_switches_the_address_off_and_is_told_here(
    a_student: User, service: MailService
) -> None:
    """R26."""
    make_test_pages(1, a_student)
    drain(urgent=True)
    assert report(bounce(a_student.email.upper(), str(row().uuid))) == 200
    channel = Channel.objects.get(user=a_student)
    assert (channel.off_because, channel.proven_at) == (Channel.Off.BOUNCED, None)
    assert (row().state, row().last_error) == (State.DEAD, "came back")
    told = Notification.objects.filter(kind="peersupport.channel_off", channel="in_app", recipient=a_student)
    assert told.count() == 1
    assert report(bounce(a_student.email, str(row().uuid))) == 200  # services repeat themselves
    assert told.count() == 1


def test_a_report_about_a_closed_account_changes_nothing(a_student: User, service: MailService) -> None:
    """R26: whoever has left, or died, is not brought before staff by their mail coming back."""
    make_test_pages(1, a_student)
    drain(urgent=True)
    User.objects.filter(pk=a_student.pk).update(is_active=False)
    assert report(bounce(a_student.email, str(row().uuid))) == 200
    assert row().state == State.ACCEPTED
    assert not Channel.objects.exists()
    assert Notification.objects.count() == 1


def test_a_notice_of_somebody_else_is_not_touched(
    a_student: User, another_student: User, service: MailService
) -> None:
    make_test_pages(1, a_student)
    drain(urgent=True)
    assert report(bounce(another_student.email, str(row().uuid))) == 200
    assert row().state == State.ACCEPTED
    assert report(bounce(another_student.email, "no number")) == 200
    assert [channel.user for channel in Channel.objects.off()] == [another_student]


@pytest.mark.parametrize(
    "kind",
    [
        "Transient",
        "SoftBounce",
        "VirusNotification",
        "AutoResponder",
        "SpamComplaint",
        "ManuallyDeactivated",
    ],
)
def test_what_is_not_the_end_of_an_address_changes_nothing(
    a_student: User, service: MailService, kind: str
) -> None:
    assert report(bounce(a_student.email, kind=kind)) == 200
    assert report(bounce("nobody@kestrel.example")) == 200
    assert report({"RecordType": "Delivery", "Recipient": a_student.email}) == 200
    assert not Channel.objects.exists()


REPORTS: dict[str, tuple[str, Callable[[str, str], Any], list[str], str]] = {
    "brevo": ("brevo", lambda kind, to: {"event": kind, "email": to}, ["soft_bounce"], "hard_bounce"),
    "sendgrid": (
        "sendgrid",
        lambda kind, to: [{"event": "bounce", "type": kind, "email": to, "timestamp": 1800000000}],
        ["blocked"],
        "bounce",
    ),
    "sparkpost": (
        "sparkpost",
        lambda kind, to: [
            {"msys": {"message_event": {"type": "bounce", "bounce_class": kind, "raw_rcpt_to": to}}}
        ],
        ["20", "22", "54", "70"],
        "10",
    ),
    "mailjet": (
        "mailjet",
        lambda kind, to: [
            {
                "event": "bounce",
                "hard_bounce": kind == "hard",
                "error": "user unknown",
                "email": to,
                "time": 1,
            }
        ],
        ["soft"],
        "hard",
    ),
}


@pytest.mark.filterwarnings("ignore:django-anymail has dropped")
@pytest.mark.parametrize("name", sorted(REPORTS))
def test_each_service_has_its_word_for_a_mailbox_that_is_only_full(
    a_student: User, settings: Any, name: str
) -> None:
    """R26: what comes back today may arrive tomorrow; what comes back for good switches the address off."""
    settings.MAIL_SERVICE, body, passing, for_good = REPORTS[name]
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    for kind in passing:
        assert report(body(kind, a_student.email)) == 200
    assert not Channel.objects.exists()
    assert report(body(for_good, a_student.email)) == 200
    assert Channel.objects.get(user=a_student).off_because == Channel.Off.BOUNCED


@pytest.mark.parametrize(
    ("kind", "for_good"), [("Permanent", True), ("Transient", False), ("Undetermined", False)]
)
def test_what_a_bounce_by_amazon_means(kind: str, for_good: bool) -> None:
    """R26: as Anymail reads it; without a package of theirs their reports cannot be read here."""
    event = AnymailTrackingEvent(
        event_type=EventType.BOUNCED,
        reject_reason=RejectReason.BOUNCED,
        description=f"{kind}: General",
        esp_event={"Type": "Notification", "Message": json.dumps({"bounce": {"bounceType": kind}})},
    )
    assert is_for_good(event) is for_good


@pytest.mark.parametrize("secret", ["somebody:else", "", ":", "somebody"])
def test_without_the_secret_nothing_is_believed(a_student: User, service: MailService, secret: str) -> None:
    assert report(bounce(a_student.email), secret=secret) == 403
    assert not Channel.objects.exists()
    assert not Notification.objects.exists()


def test_without_a_secret_set_nobody_is_believed(
    a_student: User, service: MailService, settings: Any
) -> None:
    """Else everybody would be."""
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": ""}
    for secret in (SECRET, "", ":"):
        assert report(bounce(a_student.email), secret=secret) == 403
    settings.MAIL_SERVICE = "test"  # a service that reports nothing
    assert report(bounce(a_student.email)) == 403
    settings.MAIL_SERVICE = ""
    assert report(bounce(a_student.email)) == 404
    assert not Channel.objects.exists()


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b"\xff"])
def test_what_cannot_be_read_is_refused(service: MailService, body: bytes) -> None:
    assert report(body) == 403


def test_a_service_that_signs_its_reports_is_believed_only_with_its_signature(
    a_student: User, service: MailService, settings: Any
) -> None:
    settings.MAIL_SERVICE = "mailgun"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": "signing key"}

    def signed(key: str) -> dict[str, Any]:
        signature = hmac.new(key.encode(), b"1800000000token", hashlib.sha256).hexdigest()
        failed = {"event": "failed", "severity": "permanent", "recipient": a_student.email}
        return {
            "signature": {"timestamp": "1800000000", "token": "token", "signature": signature},
            "event-data": {**failed, "timestamp": 1800000000, "reason": "bounce"},
        }

    assert report(signed("another key")) == 403
    assert report({"event-data": signed("signing key")["event-data"]}) == 403
    assert not Channel.objects.exists()
    assert report(signed("signing key")) == 200
    assert Channel.objects.get(user=a_student).off_because == Channel.Off.BOUNCED
