"""The frame and the elements: they stand without a session or a database, and say what they must."""

import re

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from peersupport.context import NAV_ROWS, Shell
from peersupport.models import User
from tests.people import sign_in

LEAVE = 'class="btn btn-leave"'


def frame(path: str) -> str:
    """A page drawn without any middleware: no session, no user, no rights on the request."""
    request = RequestFactory().get(path)
    request.resolver_match = resolve(path)
    return render_to_string("base.html", {}, request)


def test_the_frame_stands_without_session_user_or_database() -> None:
    page = frame("/account/login/")
    assert '<a class="btn btn-help" href="/help/">Get help now</a>' in page
    assert "<title>Resources – Alongside</title>" in page
    assert "Sign out" not in page
    assert 'class="nav-row"' not in page


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "503", "expired"])
def test_error_pages_stand_alone_and_keep_the_way_to_help(name: str) -> None:
    page = render_to_string(f"errors/{name}.html", {"shell": Shell(None)})
    assert 'href="/help/">Get help now</a>' in page
    assert page.count("<h1>") == 1


def test_a_missing_page_is_told_in_our_look(client: Client) -> None:
    answer = client.get("/there/is/no/such/page/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


def test_a_form_without_its_token_is_told_in_our_look() -> None:
    answer = Client(enforce_csrf_checks=True).post("/account/logout/")
    assert answer.status_code == 403
    assert "That form was open too long" in answer.content.decode()


def test_leave_comes_first_on_sensitive_pages_and_on_no_other() -> None:
    sensitive, ordinary = frame("/help/"), frame("/about/")
    assert LEAVE in sensitive
    assert LEAVE not in ordinary
    assert "leave.js" in sensitive
    assert "leave.js" not in ordinary
    links = re.findall(r"<a [^>]*>", sensitive)
    assert 'class="skip"' in links[0]
    assert LEAVE in links[1]
    assert 'rel="noreferrer"' in links[1]
    assert settings.LEAVE_URL in links[1]


def test_the_script_of_leave_is_one_kilobyte_at_most() -> None:
    assert (settings.BASE_DIR / "static" / "app" / "leave.js").stat().st_size <= 1024


def test_every_word_of_the_row_leads_somewhere_and_there_are_four_at_most() -> None:
    for _, links in NAV_ROWS:
        assert 1 <= len(links) <= 4
        assert all(reverse(name) for _, name in links)


def test_who_is_signed_in_sees_their_school_their_row_and_the_way_out(
    wellbeing_staff: User, a_student: User
) -> None:
    for user, words in (
        (wellbeing_staff, ["This week", "People", "Training", "Directory"]),
        (a_student, ["Home", "Learn", "Directory"]),
    ):
        page = sign_in(user).get("/about/").content.decode()
        row = re.search(r'<nav class="nav-row".*?</nav>', page, re.DOTALL)
        assert row
        assert re.findall(r">([^<]+)</a>", row[0]) == words
        assert "<title>About this site – Kestrel Bay School of Medicine</title>" in page
        assert "Sign out" in page


def test_somebody_without_a_place_sees_no_row(somebody_on_no_list: User) -> None:
    assert 'class="nav-row"' not in sign_in(somebody_on_no_list).get("/about/").content.decode()


def test_elements_escape_what_they_are_given() -> None:
    text = (
        '{% note "look" title=bad %}<p>{{ bad }}</p>{% endnote %}{% note level=3 title=bad %}{% endnote %}'
        '{% empty %}<p>{{ bad }}</p>{% endempty %}{% include "elements/tag.html" with kind="on" word=bad %}'
        '{% include "elements/progress.html" with now=3 of=7 words=bad %}'
        '{% include "elements/call.html" with name=bad about=bad href="tel:1" number=bad %}'
        '{% include "elements/thread.html" with items=items %}'
        '{% include "elements/thread.html" with items=items small=True %}'
    )
    items = [
        {"title": "<b>", "url": "/", "meta": "<b>", "state": state} for state in ("now", "done", "look", "")
    ]
    page = Template(text).render(Context({"bad": "<b>", "items": items}))
    assert "<b>" not in page
    assert page.count("&lt;b&gt;") >= 16


class Everything(forms.Form):
    name = forms.CharField(label="Name", help_text="As on your card.")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    site = forms.ChoiceField(label="Site", choices=[("e", "East"), ("w", "West")])
    soon = forms.ChoiceField(
        label="How soon?", choices=[("1", "Tonight\nWithin ten minutes")], widget=forms.RadioSelect
    )
    tell = forms.BooleanField(label="Tell me")
    hidden = forms.CharField(widget=forms.HiddenInput)


OURS = '{% include "elements/form.html" with button="Save" action="" %}'
CRISPY = "{% load crispy_forms_tags %}{% crispy form %}"


@pytest.mark.parametrize("text", [OURS, CRISPY])
def test_a_form_names_its_errors_on_top_and_ties_them_to_the_fields(text: str) -> None:
    page = Template(text).render(Context({"form": Everything({})}))
    if text == OURS:
        assert "5 things need a look" in page
        assert re.search(r'id="form-errors" role="alert" tabindex="-1" autofocus', page)
        assert '<a href="#id_name">Name</a>' in page
    assert re.search(r'<input[^>]*name="name"[^>]*aria-describedby="id_name_helptext id_name_error"', page)
    assert re.search(r'<input[^>]*name="name"[^>]*aria-invalid="true"', page)
    assert page.index('id="id_name_helptext"') < page.index('name="name"') < page.index('id="id_name_error"')
    assert "(optional)" in page
    assert "<span>Tonight<small>Within ten minutes</small></span>" in page
    assert 'class="form-select is-invalid"' in page
    assert 'class="form-check-input is-invalid"' in page


def test_messages_have_the_right_colour() -> None:
    messages = [{"level_tag": tag} for tag in ("error", "success", "info")]
    page = Template('{% include "elements/messages.html" %}').render(
        Context({"shell": {"messages": messages}})
    )
    assert re.findall(r'class="note mb-3 ?(\w*)', page) == ["look", "done", ""]
