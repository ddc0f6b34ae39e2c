"""A no, said where the person came from; and what every answer carries."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, InterfaceError, InternalError, OperationalError, connection
from django.forms import CharField, Form
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from peersupport.errors import Refused, said_in
from peersupport.middleware import private_by_default, say_no_kindly
from peersupport.models import AuditEntry, User
from peersupport.way_back import came_from
from programs.models import Membership
from tests.people import sign_in


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/roster/people/?q=x", "http://testserver/roster/people/?q=x"),
        ("http://testserver.evil.example/", "/"),
        ("https://elsewhere.example/learn/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_one_is_sent_back_to_this_site_only(referer: str, back: str) -> None:
    assert came_from(RequestFactory().get("/", headers={"referer": referer})) == back


def test_a_refusal_shows_where_one_came_from_and_changes_nothing(wellbeing_staff: User) -> None:
    membership = Membership.objects.get(user=wellbeing_staff)
    here = f"http://testserver{reverse('programs:person-show', args=[wellbeing_staff.uuid])}"
    before = AuditEntry.objects.count()
    client = sign_in(wellbeing_staff)
    url = reverse("programs:membership-end", args=[membership.uuid])
    response = client.post(url, headers={"referer": here}, follow=True)
    assert response.redirect_chain == [(here, 302)]
    assert "This is the last member of wellbeing staff." in response.content.decode()
    assert "This is the last member" not in client.get(here).content.decode()
    membership.refresh_from_db()
    assert membership.ends_at == membership.year.ends_at
    assert AuditEntry.objects.count() == before


def test_other_errors_are_not_refusals() -> None:
    middleware = say_no_kindly(lambda request: HttpResponse())
    assert middleware.process_exception(RequestFactory().get("/"), ImproperlyConfigured("x")) is None


def test_a_refusal_is_said_at_the_top_of_the_form() -> None:
    class Question(Form):
        name = CharField()

    form = Question({"name": "typed"})
    assert form.is_valid()
    with said_in(form):
        raise Refused("Not today.")
    assert form.non_field_errors() == ["Not today."]
    with pytest.raises(KeyError), said_in(form):
        raise KeyError


@pytest.mark.parametrize("failure", [OperationalError, InternalError, InterfaceError])
def test_a_database_that_is_away_is_said_so_with_the_way_to_help(
    a_student: User, failure: type[Exception]
) -> None:
    """F17, small: whether it is gone, full, or only to be read."""
    client = sign_in(a_student)
    client.raise_request_exception = False

    def refuse(*_: object) -> None:
        raise failure

    with connection.execute_wrapper(refuse):
        answer = client.get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "This site cannot look things up just now" in answer.content.decode()
    assert 'class="btn btn-primary" href="/help/"' in answer.content.decode()


def test_our_own_mistakes_are_not_put_down_to_the_database(a_student: User) -> None:
    client = sign_in(a_student)
    client.raise_request_exception = False

    def break_it(*_: object) -> None:
        raise IntegrityError

    with connection.execute_wrapper(break_it):
        answer = client.get("/")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()


def test_a_view_may_choose_its_own_cache() -> None:
    def view(request: object) -> HttpResponse:
        return HttpResponse(headers={"Cache-Control": "public, max-age=60"})

    answer = private_by_default(view)(RequestFactory().get("/"))
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "camera=()" in answer.headers["Permissions-Policy"]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_an_address_that_is_not_there(method: str) -> None:
    response = getattr(Client(), method)("/no/such/page/")
    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"


def test_public_pages_answer_before_anything_reads_a_cookie(django_assert_num_queries: object) -> None:
    """No database is allowed in this test at all; only GET and HEAD take the short way."""
    client = Client()
    client.cookies["sessionid"] = "anything"
    assert client.get("/help/au/").status_code == 200
    assert client.head("/help/au/").status_code == 200


@pytest.mark.usefixtures("db")
def test_other_methods_on_a_public_page_take_the_long_way() -> None:
    assert Client().post("/help/au/").status_code == 405
