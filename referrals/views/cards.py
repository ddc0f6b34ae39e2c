"""Numbers on paper: a poster for a wall and a card for a pocket, for each site."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from peersupport.middleware import sessionless
from peersupport.squares import squares
from referrals.actions.helppages import copied, draw
from referrals.engines.helppages import HelpPage, Spot
from referrals.models.answering import NoAnswer
from referrals.views.helppages import answered, here_or_404, last_resort


def _spot(here: HelpPage, uuid: UUID | None) -> Spot | None:
    """The site of this sheet; None for one that is for the whole place."""
    if uuid is None:
        return None
    found = next((spot for spot in here.spots if spot.uuid == str(uuid)), None)
    if found is None:
        raise Http404
    return found


def _sheet(request: HttpRequest, where: str, uuid: UUID | None, template: str) -> HttpResponse:
    try:
        here = here_or_404(where)
    except NoAnswer:
        return answered(copied(where) or last_resort())
    address = request.build_absolute_uri(here.url)
    side, path = squares(address)
    shown = address.partition("://")[2]
    more = {"spot": _spot(here, uuid), "address": shown, "side": side, "path": path}
    more["script"] = static("app/plan.js")
    return answered(draw(here, template, **more))


@sessionless
@gzip_page
@require_safe
def poster_show(request: HttpRequest, where: str, uuid: UUID | None = None) -> HttpResponse:
    return _sheet(request, where, uuid, "cards/poster")


@sessionless
@gzip_page
@require_safe
def pocket_show(request: HttpRequest, where: str, uuid: UUID | None = None) -> HttpResponse:
    return _sheet(request, where, uuid, "cards/pocket")
