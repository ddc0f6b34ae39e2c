"""The second step: who is sent to it, that a code counts once, and that the database alone is of no use."""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.fernet import InvalidToken
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from peersupport.adapters import SecondStepAdapter
from peersupport.clock import now
from peersupport.models import User
from peersupport.second_factor import second_factor_required
from peersupport.urls import handler404
from peersupport.urls import urlpatterns as real
from programs.actions.cohorts import add_person
from programs.models import Role
from tests.peersupport.mailbox import PASSWORD
from tests.people import School


@second_factor_required
def names(request: HttpRequest, page: int) -> HttpResponse:
    return HttpResponse(f"names, page {page}")


urlpatterns = [*real, path("names/<int:page>/", names)]
__all__ = ["handler404"]
pytestmark = pytest.mark.urls(__name__)
PERIOD = 30
DAY = 24 * 60 * 60


@pytest.fixture(autouse=True)
def not_in_the_demo(fresh_limits: None, settings: Any) -> None:
    settings.DEMO = False


def code_for(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD)))


@pytest.fixture
def steady_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Time stands in the middle of a period; call to move it on by so many seconds."""
    at = [int(time.time()) // PERIOD * PERIOD + 10.0]
    monkeypatch.setattr(time, "time", lambda: at[0])

    def move(seconds: float) -> None:
        at[0] += seconds

    return move


@pytest.fixture
def enrolled(
    client: Client,
    staff_with_password: User,
    sign_in_by_password: Callable[..., Any],
    steady_clock: Callable[[float], None],
) -> tuple[Client, str]:
    """Somebody who has set the second step up in this browser, and the secret in their app."""
    sign_in_by_password(client, staff_with_password.email)
    door = client.get("/names/2/")["Location"]
    assert door == "/account/second-step/turn-on/?" + urlencode({"next": "/names/2/"})
    again = client.get(door)["Location"]  # changing how an account is kept safe asks for the password
    back = client.post(again, {"password": PASSWORD})["Location"]
    page = client.get(back).content.decode()
    found = re.search(r'<p class="num">([A-Z2-7]{32})</p>', page)
    assert found
    answer = client.post(back, {"code": code_for(found[1])})
    assert answer["Location"] == "/account/second-step/spare-codes/?" + urlencode({"next": "/names/2/"})
    return client, found[1]


def second_sign_in(email: str, sign_in_by_password: Callable[..., Any]) -> tuple[Client, str]:
    client = Client()
    return client, sign_in_by_password(client, email)["Location"]


def test_after_setting_up_the_way_leads_back_and_this_session_has_passed(
    enrolled: tuple[Client, str],
) -> None:
    client, _ = enrolled
    page = client.get("/account/second-step/spare-codes/?next=/names/2/").content.decode()
    assert len(re.findall(r"<span>\d{8}</span>", page)) == 10
    assert 'href="/names/2/">I have kept them' in page
    assert client.get("/names/2/").content == b"names, page 2"


def test_the_next_sign_in_asks_for_the_code_and_takes_each_code_once(
    enrolled: tuple[Client, str],
    staff_with_password: User,
    sign_in_by_password: Callable[..., Any],
    steady_clock: Callable[[float], None],
) -> None:
    _, secret = enrolled
    first, door = second_sign_in(staff_with_password.email, sign_in_by_password)
    assert door == "/account/login/second-step/"
    assert "_auth_user_id" not in first.session
    replayed = first.post(door, {"code": code_for(secret)})  # the one that was typed when setting up
    assert "That is not the code" in replayed.content.decode()
    steady_clock(PERIOD)
    assert first.post(door, {"code": code_for(secret)})["Location"] == "/about/"
    assert first.get("/names/1/").content == b"names, page 1"
    second, door = second_sign_in(staff_with_password.email, sign_in_by_password)
    assert "That is not the code" in second.post(door, {"code": code_for(secret)}).content.decode()
    assert "_auth_user_id" not in second.session


def test_the_device_chosen_before_the_second_step_still_counts_after_it(
    enrolled: tuple[Client, str],
    staff_with_password: User,
    sign_in_by_password: Callable[..., Any],
    steady_clock: Callable[[float], None],
) -> None:
    _, secret = enrolled
    steady_clock(PERIOD)
    client = Client()
    door = sign_in_by_password(client, staff_with_password.email, device="shared")["Location"]
    cookie = client.post(door, {"code": code_for(secret)}).cookies["sessionid"]
    assert cookie["max-age"] == ""


def test_a_spare_code_works_once(
    enrolled: tuple[Client, str], staff_with_password: User, sign_in_by_password: Callable[..., Any]
) -> None:
    client, _ = enrolled
    page = client.get("/account/second-step/spare-codes/").content.decode()
    spare = re.findall(r"<span>(\d{8})</span>", page)[0]
    saved = client.get("/account/second-step/spare-codes/save/")
    assert spare in saved.content.decode()
    assert "attachment" in saved["Content-Disposition"]
    lost_phone, door = second_sign_in(staff_with_password.email, sign_in_by_password)
    assert lost_phone.post(door, {"code": spare})["Location"] == "/about/"
    again, door = second_sign_in(staff_with_password.email, sign_in_by_password)
    assert "That is not the code" in again.post(door, {"code": spare}).content.decode()


def test_a_session_from_before_the_second_step_must_pass_it_too(
    staff_with_password: User,
    sign_in_by_password: Callable[..., Any],
    steady_clock: Callable[[float], None],
    client: Client,
    request: pytest.FixtureRequest,
) -> None:
    earlier = Client()
    sign_in_by_password(earlier, staff_with_password.email)
    _, secret = request.getfixturevalue("enrolled")
    door = earlier.get("/names/1/")["Location"]
    assert door == "/account/again/second-step/?" + urlencode({"next": "/names/1/"})
    steady_clock(PERIOD)
    assert earlier.post(door, {"code": code_for(secret)})["Location"] == "/names/1/"
    assert earlier.get("/names/1/").status_code == 200


@pytest.mark.parametrize("way", ["set up", "typed once more"])
def test_a_student_made_staff_stays_no_longer_than_staff_once_the_second_step_is_passed(
    kestrel: School,
    a_student: User,
    sign_in_by_code: Callable[..., Any],
    steady_clock: Callable[[float], None],
    way: str,
) -> None:
    secret, data = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", SecondStepAdapter().encrypt
    client = Client()
    assert sign_in_by_code(client, a_student.email).cookies["sessionid"]["max-age"] > 29 * DAY
    add_person(by=kestrel.staff, year=kestrel.year, email=a_student.email, role=Role.STAFF, now=now())
    if way == "typed once more":
        Authenticator.objects.create(user=a_student, type="totp", data={"secret": data(secret)})
    door = client.get("/names/1/")["Location"]
    if way == "set up":
        found = re.search(r'<p class="num">([A-Z2-7]{32})</p>', client.get(door).content.decode())
        assert found
        secret = found[1]
    answer = client.post(door, {"code": code_for(secret)})
    assert answer.status_code == 302
    assert answer.cookies["sessionid"]["max-age"] <= DAY / 2
    assert client.get("/names/1/").status_code == 200


def test_it_can_be_turned_off_and_the_pages_ask_for_it_again(enrolled: tuple[Client, str]) -> None:
    client, _ = enrolled
    assert "The second step is on" in client.get("/account/second-step/").content.decode()
    assert client.post("/account/second-step/spare-codes/new/").status_code == 302
    assert client.post("/account/second-step/turn-off/")["Location"] == "/account/second-step/"
    assert not Authenticator.objects.exists()
    assert "The second step is off" in client.get("/account/second-step/").content.decode()


def test_in_the_demo_nobody_is_asked(
    client: Client, staff_with_password: User, sign_in_by_password: Callable[..., Any], settings: Any
) -> None:
    settings.DEMO = True
    sign_in_by_password(client, staff_with_password.email)
    assert client.get("/names/1/").content == b"names, page 1"
    assert "Here it is off" in client.get("/about/").content.decode()


def test_secrets_lie_encrypted_and_open_with_an_older_key_too(
    enrolled: tuple[Client, str], settings: Any
) -> None:
    _, secret = enrolled
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in stored
    former = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [former]
    assert SecondStepAdapter().decrypt(stored) == secret
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        SecondStepAdapter().decrypt(stored)
