"""Every URL, every kind of visitor, every method, against the table in `policy.py`."""

import re
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponseBase, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse

from tests.house.policy import (
    DEMO_ONLY,
    DOORS,
    GO_ON,
    NO,
    NOTHING,
    OK,
    POLICY,
    PUBLIC,
    READ_AUDITED,
    SECOND_STEP,
    SIGN_IN,
    SIGNED,
    START,
    TYPED,
    WRONG_METHOD,
    addresses,
    expected,
)
from tests.house.test_structure import url_names
from tests.house.town import (
    COLLEAGUE,
    ELSEWHERE,
    ENDED,
    NOWHERE,
    ONE_STEP,
    OUR_NAME,
    SIGNED_OUT,
    STAFF,
    THEIR_NAME,
    VISITORS,
    Town,
)

pytestmark = pytest.mark.django_db

NOT_COUNTED = {"django_session", "cache_entry", "django_migrations"}
SEE_NAMES = {STAFF, COLLEAGUE}
OTHER_METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS")


def dump() -> dict[str, list[str]]:
    """Everything that is stored, but for sessions and counters of tries."""
    tables = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - NOT_COUNTED):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            tables[table] = sorted(repr(row) for row in cursor.fetchall())
    return tables


def body(response: HttpResponseBase) -> str:
    if isinstance(response, StreamingHttpResponse):
        return b"".join(response).decode()
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def without_token(text: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def send(town: Town, visitor: str, method: str, path: str, data: object = None) -> HttpResponseBase:
    response: HttpResponseBase = getattr(town.client(visitor), method.lower())(path, data or {})
    return response


def check_address(response: HttpResponseBase, sent_to: str) -> None:
    if sent_to:
        assert response["Location"].startswith(sent_to), response["Location"]


# ---------------------------------------------------------------- the table itself


def test_every_url_has_a_line() -> None:
    there = {name for name, _ in url_names(get_resolver().url_patterns)}
    assert there == {*POLICY, *PUBLIC, *DOORS, *TYPED, *SIGNED, *DEMO_ONLY, START}


# ---------------------------------------------------------------- who may read


@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_each_visitor_reads_what_the_table_says_and_changes_nothing(
    standing_town: Town, visitor: str, method: str
) -> None:
    """Every URL, with their own, a colleague's, another school's and a missing thing."""
    town, before = standing_town, dump()
    for name, line in POLICY.items():
        for whose, path in addresses(name, line, town):
            response = send(town, visitor, method, path)
            answers, sent_to = expected(line, visitor, whose, method)
            assert response.status_code in answers, (name, whose, response.status_code)
            check_address(response, sent_to)
            text = body(response)
            assert (THEIR_NAME if visitor != ELSEWHERE else OUR_NAME) not in text, (name, whose)
            if visitor not in SEE_NAMES:
                assert OUR_NAME not in text, (name, whose)
    after = dump()
    lines = [line for line in after["peersupport_auditentry"] if line not in before["peersupport_auditentry"]]
    assert len(lines) == sum(
        expected(POLICY[name], visitor, "own", method)[0] == {OK} for name in READ_AUDITED
    )
    assert {**after, "peersupport_auditentry": []} == {**before, "peersupport_auditentry": []}


def test_a_thing_of_another_school_looks_like_no_thing_at_all(standing_town: Town) -> None:
    """Same status, same page, for every URL with a thing and for staff, who have most rights."""
    town = standing_town
    for name, line in POLICY.items():
        if line.thing and not line.everywhere:
            pages = {
                whose: without_token(
                    body(send(town, STAFF, "GET" if line.get else "POST", path, line.data(town)))
                )
                for whose, path in addresses(name, line, town)
                if whose not in line.whose(STAFF)
            }
            assert len(pages) >= 2
            assert len(set(pages.values())) == 1, name


# ---------------------------------------------------------------- who may change


@pytest.mark.parametrize("name", sorted(POLICY))
def test_each_visitor_sends_what_the_table_says(
    standing_town: Town, rolled_back: Callable[[], None], name: str
) -> None:
    town, line = standing_town, POLICY[name]
    before = dump()
    for visitor in VISITORS:
        for whose, path in addresses(name, line, town):
            response = send(town, visitor, "POST", path, line.data(town))
            answers, sent_to = expected(line, visitor, whose, "POST")
            assert response.status_code in answers, (visitor, whose, response.status_code)
            check_address(response, sent_to)
            if answers == line.post and not sent_to:
                rolled_back()
    assert dump() == before


@pytest.mark.parametrize("name", sorted(name for name, line in POLICY.items() if line.post))
def test_only_a_form_of_this_site_changes_anything(
    standing_town: Town, rolled_back: Callable[[], None], name: str
) -> None:
    """Without the token: 403, nothing changed. With it: done, so that the first half means something."""
    town, line = standing_town, POLICY[name]
    path = dict(addresses(name, line, town))[line.target]
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = town.sessions[line.doer]
    before = dump()
    refused = client.post(path, line.data(town))
    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert "Nothing was changed" in refused.content.decode()
    assert dump() == before
    rolled_back()
    token = get_token(request := RequestFactory().get("/"))
    client.cookies[settings.CSRF_COOKIE_NAME] = request.META["CSRF_COOKIE"]
    done = client.post(path, {**line.data(town), "csrfmiddlewaretoken": token})
    assert done.status_code == GO_ON, done.content.decode()
    assert dump() != before


@pytest.mark.parametrize("name", sorted({*POLICY, *PUBLIC, *DOORS, *TYPED, START}))
def test_every_post_without_its_token_is_refused(standing_town: Town, name: str) -> None:
    town, before = standing_town, dump()
    if name in POLICY:
        paths = [path for _, path in addresses(name, POLICY[name], town)]
    else:
        paths = [reverse(name, kwargs=TYPED[name][0] if name in TYPED else PUBLIC.get(name, {}))]
    for visitor in (SIGNED_OUT, STAFF, "student"):
        for path in paths:
            client = Client(enforce_csrf_checks=True)
            client.cookies = town.client(visitor).cookies
            assert client.post(path, {}).status_code == HTTPStatus.FORBIDDEN, (visitor, path)
    assert dump() == before


def test_only_the_named_two_go_past_the_check_of_forms() -> None:
    marked = {
        name
        for name, pattern in url_names(get_resolver().url_patterns)
        if getattr(pattern.callback, "signed_post", False)
    }
    assert marked == set(SIGNED)


@pytest.mark.parametrize("name", sorted(SIGNED))
def test_what_is_not_signed_by_us_is_refused_and_changes_nothing(standing_town: Town, name: str) -> None:
    """Of the two that take no token of a form: whoever sends it, signed in or not."""
    town, before, path = standing_town, dump(), reverse(name, kwargs=SIGNED[name])
    for visitor in VISITORS:
        client = Client(enforce_csrf_checks=True)
        client.cookies = town.client(visitor).cookies
        answer = client.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code in {NO, NOTHING}, visitor
        assert not answer.cookies
        assert client.get(path).status_code in {NOTHING, WRONG_METHOD}
        assert client.put(path).status_code in {NO, WRONG_METHOD}
    assert dump() == before


@pytest.mark.parametrize("method", OTHER_METHODS)
def test_no_other_method_is_answered(standing_town: Town, method: str) -> None:
    town, before = standing_town, dump()
    for name, line in POLICY.items():
        for visitor in (SIGNED_OUT, STAFF, "student"):
            _, path = next(addresses(name, line, town))
            assert send(town, visitor, method, path).status_code == WRONG_METHOD, (name, visitor)
    for name, more in PUBLIC.items():
        assert send(town, STAFF, method, reverse(name, kwargs=more)).status_code == WRONG_METHOD, name
    assert dump() == before


# ---------------------------------------------------------------- public pages, the start page, the doors


@pytest.mark.parametrize("visitor", VISITORS)
def test_public_pages_are_the_same_for_everybody(standing_town: Town, visitor: str) -> None:
    town, before = standing_town, dump()
    for name, more in PUBLIC.items():
        path = reverse(name, kwargs=more)
        for method in ("GET", "HEAD"):
            response = send(town, visitor, method, path)
            assert response.status_code == OK, name
            assert OUR_NAME not in body(response)
        assert send(town, visitor, "POST", path).status_code == WRONG_METHOD, name
    for name, (more, goes_to) in TYPED.items():
        path = reverse(name, kwargs=more)
        assert send(town, visitor, "GET", path)["Location"] == goes_to
        assert send(town, visitor, "POST", path).status_code == WRONG_METHOD
    assert dump() == before


@pytest.mark.parametrize("visitor", VISITORS)
def test_the_start_page_has_an_answer_for_everybody(standing_town: Town, visitor: str) -> None:
    town, before = standing_town, dump()
    response = send(town, visitor, "GET", reverse(START))
    text = body(response)
    assert OUR_NAME not in text
    if visitor == SIGNED_OUT:
        assert response["Location"] == SIGN_IN + "/"
    elif visitor in {ENDED, NOWHERE}:
        assert "not on the list yet" in text
        assert "/learn/" not in text
    else:
        assert response.status_code == OK
        assert ("This week" in text) is (visitor in POLICY["training:completion"].may)
    assert send(town, visitor, "HEAD", reverse(START)).status_code == response.status_code
    assert send(town, visitor, "POST", reverse(START)).status_code == WRONG_METHOD
    assert dump() == before


@pytest.mark.parametrize("name", sorted(DOORS))
def test_the_doors(standing_town: Town, rolled_back: Callable[[], None], name: str) -> None:
    town, before = standing_town, dump()
    seen = []
    for method in ("GET", "POST"):
        for visitor in (SIGNED_OUT, STAFF):
            response = send(town, visitor, method, reverse(name))
            seen.append(response.status_code)
            if visitor == SIGNED_OUT and response.status_code == GO_ON:
                assert response["Location"].startswith(("/account/login/", "/")), response["Location"]
            assert OUR_NAME not in body(response)
            rolled_back()
    assert tuple(seen) == DOORS[name]
    assert dump() == before


@pytest.mark.parametrize(
    "path",
    ["/admin/", "/.git/config", "/roster/", "/learn/", "/team/", "/help/france/", "/help/AU/", "/media/x"],
)
def test_there_is_nothing_behind_other_addresses(standing_town: Town, path: str) -> None:
    for visitor in (SIGNED_OUT, STAFF):
        assert send(standing_town, visitor, "GET", path).status_code == NOTHING


@pytest.mark.parametrize("name", sorted(DEMO_ONLY))
def test_what_a_demo_has_is_nowhere_else(standing_town: Town, name: str) -> None:
    for visitor in (SIGNED_OUT, "student", STAFF):
        assert send(standing_town, visitor, "GET", reverse(name)).status_code == NOTHING


@pytest.mark.parametrize(("visitor", "door"), [(SIGNED_OUT, SIGN_IN), (ONE_STEP, SECOND_STEP)])
def test_who_is_sent_to_a_door_comes_back_to_a_page_that_can_be_read(
    standing_town: Town, visitor: str, door: str
) -> None:
    """Signed out while a form was open: back to the form, not to an address that only takes what is sent."""
    town = standing_town
    person = reverse("programs:person-show", args=[town.things["person"]["own"]])
    ending = reverse("programs:membership-end", args=[town.things["membership"]["own"]])
    client = town.client(visitor)
    sent = client.post(ending, headers={"referer": f"http://testserver{person}"})
    assert unquote(sent["Location"]) == door + person
    elsewhere = {"referer": f"https://elsewhere.example{person}"}
    assert unquote(client.post(ending, headers=elsewhere)["Location"]) == door + "/"
    assert unquote(client.get(person)["Location"]) == door + person


def test_an_ended_role_counts_from_the_next_request(standing_town: Town) -> None:
    town, staff = standing_town, standing_town.client("another of the staff")
    path = reverse("programs:person-list")
    assert staff.get(path).status_code == OK
    membership = town.memberships["another of the staff as staff"]
    ending = reverse("programs:membership-end", args=[membership.uuid])
    assert town.client(STAFF).post(ending).status_code == GO_ON
    assert staff.get(path).status_code == NOTHING
