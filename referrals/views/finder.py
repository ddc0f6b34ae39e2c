"""Three taps to whoever is there at this hour: public, without cookie, sign-in or script."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from peersupport.clock import now
from peersupport.context import PublicShell
from peersupport.middleware import sessionless
from referrals.actions.helppages import FIND, copied
from referrals.engines.finder import find, look
from referrals.engines.finder_pages import ASKED, Trail, sign_of
from referrals.engines.finder_questions import Soon
from referrals.engines.hours import hour_in_words
from referrals.engines.hsds import listing
from referrals.models.answering import NoAnswer
from referrals.models.finder import Place, place_named, place_of_last_resort
from referrals.views.helppages import answered


@sessionless
@gzip_page
@require_safe
def finder_show(request: HttpRequest, where: str) -> HttpResponse:
    """The next question, or the answer once there is enough for one."""
    try:
        place = place_named(where)
    except NoAnswer:
        html = copied(where, FIND)
        if html:
            return answered(html)
        place = place_of_last_resort(where)
        if place is None:
            return redirect("referrals:help")  # the numbers of all countries
    if place is None:
        raise Http404
    names = {sign_of(uuid): name for uuid, name in place.sites.items()}
    trail = Trail.read(request.GET.dict(), names)
    shown = {
        "here": place,
        "number": place.emergency.first,
        "echoes": trail.echoes(),
        **(_question(trail, names) if trail.open_question is not None else _answer(place, trail, names)),
    }
    page = "answer" if trail.open_question is None else "question"
    html = render_to_string(f"referrals/finder/{page}.html", {"shell": _shell(place), **shown})
    return answered(html)


def _shell(place: Place) -> PublicShell:
    return PublicShell(school=place.name, app_name=place.app_name, help_url=place.help_url)


def _question(trail: Trail, names: Mapping[str, str]) -> dict[str, object]:
    number = trail.open_question or 0
    return {
        "asked": ASKED[number],
        "question": number + 1,
        "of": len(ASKED),
        "picks": trail.picks(has_sites=bool(names)),
    }


def _answer(place: Place, trail: Trail, names: Mapping[str, str]) -> dict[str, object]:
    at = now()
    by_sign = {sign_of(uuid): uuid for uuid in place.sites}
    answers = find(look(place.services, at, place.zone, place.sites), trail.question(by_sign))
    return {
        "best": answers[0],
        "more": answers[1:],
        "as_of": hour_in_words(at, place.zone) if place.is_school else "",
        "places": trail.places(names) if names else [],
        "away": trail.away() if names else None,
        "danger": trail.soon is Soon.DANGER,
    }


@sessionless
@gzip_page
@require_safe
def services_file(request: HttpRequest, where: str) -> HttpResponse:
    """What is published, for other programs to read."""
    try:
        place = place_named(where)
    except NoAnswer:
        return JsonResponse({"message": "The directory cannot be read at the moment."}, status=503)
    if place is None:
        raise Http404
    return JsonResponse(
        listing(place.services, school=place.name if place.is_school else f"{place.name}, {where}"),
        json_dumps_params={"ensure_ascii": False},
    )
