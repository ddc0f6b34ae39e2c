"""The list of modules, and the page on which a school reviews one."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from peersupport.models import User
from referrals.models import Service
from tests.costs import cost
from tests.doors import NOBODY, assert_door_holds, knock
from tests.people import SMALL_MODULE, School, load, sign_in
from training.models import ModuleVersion, Review

LIST = "/learn/modules/"


@pytest.fixture
def unreviewed(kestrel: School) -> ModuleVersion:
    return load()


def review_page(version: ModuleVersion) -> str:
    return reverse("training:module-review", args=[version.module.uuid])


def publish(version: ModuleVersion) -> str:
    return reverse("training:module-publish", args=[version.module.uuid])


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_door_of_the_list(
    a_student: User, staff_whose_role_has_ended: User, somebody_on_no_list: User
) -> None:
    assert_door_holds(LIST, inside=a_student, strangers=[staff_whose_role_has_ended, somebody_on_no_list])


def test_the_doors_of_a_review(
    unreviewed: ModuleVersion,
    a_student: User,
    a_supporter: User,
    a_student_lead: User,
    clinical_adviser: User,
    an_assessor: User,
    an_evaluator: User,
    wellbeing_staff: User,
    staff_whose_role_has_ended: User,
    somebody_on_no_list: User,
    student_of_another_school: User,
) -> None:
    members = [a_student, a_supporter, a_student_lead, clinical_adviser, an_assessor, an_evaluator]
    strangers = [staff_whose_role_has_ended, somebody_on_no_list]
    for page, method in ((review_page(unreviewed), "get"), (publish(unreviewed), "post")):
        assert_door_holds(page, method=method, inside=wellbeing_staff, forbidden=members, strangers=strangers)
        assert knock(student_of_another_school, page, method).status_code == 403
    for name, method in (("module-review", "get"), ("module-publish", "post")):
        page = reverse(f"training:{name}", args=[NOBODY])
        assert knock(wellbeing_staff, page, method).status_code == 404
    assert not Review.objects.exists()


def test_students_see_what_is_reviewed_and_staff_what_waits(
    unreviewed: ModuleVersion, a_student: User, wellbeing_staff: User
) -> None:
    student, staff = sign_in(a_student), sign_in(wellbeing_staff)
    assert "Nothing is open yet" in text(student.get(LIST))
    assert "Waiting to be read" in text(staff.get(LIST))
    assert "No module has been reviewed yet" in text(staff.get(LIST))
    response = staff.post(publish(unreviewed), follow=True)
    assert response.redirect_chain == [(LIST, 302)]
    assert "“A short walk” is reviewed for your school." in text(response)
    assert "Waiting to be read" not in text(staff.get(LIST))
    address = reverse("training:module-open", args=[unreviewed.module.uuid])
    assert f'href="{address}"' in text(student.get(LIST))
    assert f"http://testserver{address}" in text(staff.get(LIST))


def test_the_list_says_what_is_done(
    short_walk: ModuleVersion, a_student: User, another_student: User
) -> None:
    short_walk.progress.create(
        user=a_student, module=short_walk.module, started_on="2026-03-01", completed_on="2026-03-02"
    )
    assert '<li class="done">' in text(sign_in(a_student).get(LIST))
    assert '<li class="done">' not in text(sign_in(another_student).get(LIST))


def test_the_review_page_shows_every_step_as_students_will_see_it(
    unreviewed: ModuleVersion, wellbeing_staff: User
) -> None:
    page = text(sign_in(wellbeing_staff).get(review_page(unreviewed)))
    assert page.count('<section aria-labelledby="step-') == 6
    for words in (
        "Version 1, about 2 minutes, row 1 of Table 1",
        "Right: I am going for a walk. Come with me?",
        "Not quite: You look bad today.",
        "Said another way: Think of what you would like to hear there.",
        "How would you ask?",
        'href="tel:000"',
        "A page about walks",
        "No version yet.",
        "Reviewed, show it to students",
    ):
        assert words in page, words


def test_a_reviewed_version_shows_by_whom_and_has_no_button(
    kestrel: School, short_walk: ModuleVersion, wellbeing_staff: User, harrow: School
) -> None:
    page = text(sign_in(wellbeing_staff).get(review_page(short_walk)))
    assert "Anjali Whitlock, Wellbeing staff" in page
    assert f"{kestrel.today.day} {kestrel.today:%B %Y}" in page
    assert publish(short_walk) not in page
    other = text(sign_in(harrow.staff).get(review_page(short_walk)))
    assert "Anjali Whitlock, Wellbeing staff" not in other
    assert publish(short_walk) in other


def test_a_version_with_faults_says_so_and_cannot_be_published(
    kestrel: School, unreviewed: ModuleVersion, wellbeing_staff: User
) -> None:
    Service.objects.of_program(kestrel.program).update(checked_on=None, next_check_on=None)
    client = sign_in(wellbeing_staff)
    page = text(client.get(review_page(unreviewed)))
    assert "It cannot be published here yet" in page
    assert publish(unreviewed) not in page
    here = f"http://testserver{review_page(unreviewed)}"
    response = client.post(publish(unreviewed), headers={"referer": here}, follow=True)
    assert response.redirect_chain == [(here, 302)]
    assert "Your school has not confirmed “Lifeline” yet." in text(response)
    assert not Review.objects.exists()


def test_the_review_page_is_about_the_newest_version(
    short_walk: ModuleVersion, wellbeing_staff: User, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(SMALL_MODULE, tmp_path / SMALL_MODULE.name))
    head = (folder / "module.md").read_text()
    (folder / "module.md").write_text(head.replace("version: 1", "version: 2"))
    load(folder)
    client = sign_in(wellbeing_staff)
    page = text(client.get(review_page(short_walk)))
    assert "Version 2, about" in page
    assert f"Version 1: {wellbeing_staff}" in page
    client.post(publish(short_walk))
    assert sorted(Review.objects.values_list("version__number", flat=True)) == [1, 2]


def test_publishing_twice_says_so(short_walk: ModuleVersion, wellbeing_staff: User) -> None:
    response = sign_in(wellbeing_staff).post(publish(short_walk), follow=True)
    assert "This version has been reviewed already." in text(response)


def test_the_review_page_costs_ten_statements_at_most(
    unreviewed: ModuleVersion, wellbeing_staff: User
) -> None:
    client = sign_in(wellbeing_staff)
    assert cost(client, review_page(unreviewed)) <= 10
