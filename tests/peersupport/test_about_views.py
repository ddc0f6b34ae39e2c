"""The pages about the site, and what people see when something goes wrong."""

from typing import Any

import pytest
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from peersupport.models import User
from peersupport.urls import handler400, handler403, handler404, handler500
from peersupport.urls import urlpatterns as real
from tests.people import sign_in


def breaks(request: HttpRequest) -> HttpResponse:
    raise DatabaseError("the disk is full of secrets")


urlpatterns = [*real, path("breaks/", breaks)]
__all__ = ["handler400", "handler403", "handler404", "handler500"]
pytestmark = pytest.mark.urls(__name__)


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("/about/", "That has not been shown."),
        ("/about/accessibility/", "No person with a disability has tested it yet"),
        ("/about/stored/", "Never stored"),
    ],
)
def test_the_pages_about_the_site_are_open_to_all_and_honest(
    client: Client, no_database: None, page: str, says: str
) -> None:
    answer = client.get(page)
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not answer.cookies


def test_a_fault_of_ours_is_said_without_its_cause(no_database: None) -> None:
    answer = Client(raise_request_exception=False).get("/breaks/")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Something broke on our side" in page
    assert "secrets" not in page
    assert 'href="/help/"' in page


def test_a_request_for_another_host_is_refused_in_our_look(client: Client) -> None:
    answer = client.get("/about/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "We could not read that" in answer.content.decode()


def test_a_page_for_another_role_is_said_kindly(a_student: User) -> None:
    answer = sign_in(a_student).get("/roster/people/")
    assert answer.status_code == 403
    assert "This page is for somebody else" in answer.content.decode()


def test_the_demo_offers_its_people_and_a_real_site_does_not(client: Client, settings: Any) -> None:
    for page in ("/account/login/", "/account/login/password/?as=staff"):
        settings.DEMO = True
        assert "peer-support-demo" in client.get(page).content.decode()
        settings.DEMO = False
        assert "demo" not in client.get(page).content.decode()
    settings.DEMO = True
    assert 'value="staff@demo.example"' in client.get("/account/login/password/?as=staff").content.decode()
    assert "evil" not in client.get("/account/login/password/?as=evil").content.decode()
