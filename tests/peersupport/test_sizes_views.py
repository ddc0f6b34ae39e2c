"""What is larger than the site takes is turned away before it is kept."""

import pytest
from django.conf import settings
from django.test import Client

from programs.models import Role
from tests.people import School, sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("length", [settings.LARGEST_REQUEST + 1, 10**12])
def test_too_much_is_turned_away_in_our_look(client: Client, length: int) -> None:
    response = client.post("/account/login/", b"x", "text/plain", headers={"content-length": str(length)})
    assert response.status_code == 413
    page = response.content.decode()
    assert "at most 12 MB" in page
    assert "Get help now" in page


def test_a_length_that_is_no_number_is_turned_away(client: Client) -> None:
    assert client.get("/about/", headers={"content-length": "-5"}).status_code == 413


def test_names_do_not_lie_in_a_cookie(kestrel: School) -> None:
    client = sign_in(kestrel.staff)
    person = {"email": "kim@kestrel-bay.example", "given_name": "Kim", "role": "lead"}
    assert client.post("/roster/people/add/", person).status_code == 302
    assert "messages" not in client.cookies
    assert "Kim is added" in client.get("/roster/people/").content.decode()


@pytest.mark.parametrize("name", ["Kim\u202eeeL", "Kim\nLee", "K\u200bim"])
def test_a_name_with_letters_that_cannot_be_seen_is_refused(kestrel: School, name: str) -> None:
    person = {"email": "kim@kestrel-bay.example", "given_name": name, "role": "lead"}
    page = sign_in(kestrel.staff).post("/roster/people/add/", person).content.decode()
    assert "characters that cannot be seen" in page


def test_a_file_by_a_filter_that_makes_no_sense_is_not_made(kestrel: School) -> None:
    client = sign_in(kestrel.staff)
    assert client.get("/learn/completion/people.csv", {"q": "x" * 81}).status_code == 400
    assert client.get("/learn/completion/people.csv", {"q": "x"}).status_code == 200


@pytest.mark.parametrize("day", ["1999-12-31", "9999-12-31"])
def test_a_day_far_away_is_a_slip(kestrel: School, day: str) -> None:
    student = kestrel.join(Role.STUDENT, "Kim")
    page = sign_in(kestrel.staff).post(
        f"/roster/memberships/{student.uuid}/leave/", {"starts_on": day, "ends_on": day}
    )
    assert "Write a day" in page.content.decode()
