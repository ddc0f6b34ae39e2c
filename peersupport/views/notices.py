"""My notices: what was sent to me, what I would rather not get, when I want to be left alone."""

from dataclasses import dataclass
from datetime import date, tzinfo
from itertools import islice
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from peersupport.actions.channels import pause_kind, put_away, resume_kind, set_quiet_hours
from peersupport.clock import now
from peersupport.context import Shell
from peersupport.engines.telephone import shown_number
from peersupport.forms.channels import QuietHoursForm
from peersupport.kinds import KINDS, Kind
from peersupport.models import Channel, NoticeChoices, Notification, User
from peersupport.models.outbox import OPEN, ChannelKind, State
from peersupport.outbox.letters import letter_to_read
from peersupport.signed_in import PersonRequest, signed_in

A_PAGE: Final = 10
MOST: Final = 500  # in 90 days; whoever got more sees the newest
ON_TOP: Final = 3


@dataclass(frozen=True)
class Line:
    """One notice in the list."""

    row: Notification
    day: date
    new: bool

    @property
    def about(self) -> str:
        kind = KINDS.get(self.row.kind)
        return kind.about if kind else "A notice"

    @property
    def way(self) -> str:
        """How it came, or why not."""
        if self.row.state == State.DEAD:
            return "Did not arrive"
        if self.row.state in OPEN:
            return "On its way"
        return "On this site" if self.row.waits_here else "Sent by e-mail"

    @property
    def tag(self) -> str:
        return "look" if self.row.state == State.DEAD else "" if self.row.state in OPEN else "done"


@dataclass(frozen=True)
class Way:
    """One way to be reached, as its owner sees it; `channel` is None where nothing has been shown yet."""

    channel: Channel | None
    counts: bool = False
    number: str = ""
    proven_on: date | None = None
    off_on: date | None = None


def choices_of(user: User) -> NoticeChoices:
    """What this person has chosen, or what holds for whoever has not."""
    return NoticeChoices.objects.filter(user=user).first() or NoticeChoices(user=user)


def _line(row: Notification, zone: tzinfo, choices: NoticeChoices) -> Line:
    new = row.waits_here and not choices.has_put_away(row)
    return Line(row, row.due_at.astimezone(zone).date(), new)


def _optional(choices: NoticeChoices) -> list[tuple[Kind, bool]]:
    """The kinds that one may do without, and whether this person does."""
    return [(kind, kind.name in choices.paused) for kind in KINDS.values() if kind.optional]


def _way(channel: Channel | None, zone: tzinfo) -> Way:
    if channel is None:
        return Way(None)
    return Way(
        channel,
        channel.counts_until(now()) is not None,
        shown_number(channel.number) if channel.number else "",
        channel.proven_at.astimezone(zone).date() if channel.proven_at else None,
        channel.off_at.astimezone(zone).date() if channel.off_at else None,
    )


@require_safe
@signed_in
def notice_list(request: PersonRequest) -> HttpResponse:
    choices, zone = choices_of(request.user), Shell(request).zone
    lines = [_line(row, zone, choices) for row in Notification.objects.shown_to(request.user, now())[:MOST]]
    channels = {row.kind: row for row in request.user.channels.select_related("proven_by")}
    context = {
        "page": Paginator(lines, A_PAGE).get_page(request.GET.get("page")),
        "new": list(islice((line for line in lines if line.new), ON_TOP)),
        "choices": choices,
        "optional": _optional(choices),
        "email": _way(channels.get(ChannelKind.EMAIL), zone),
        "number": _way(channels.get(ChannelKind.RINGING), zone),
    }
    return render(request, "peersupport/notices/list.html", context)


def _mine(request: PersonRequest, uuid: UUID) -> Notification:
    rows = Notification.objects.shown_to(request.user, now()).select_related("recipient")
    return get_object_or_404(rows, uuid=uuid)


@require_safe
@signed_in
def notice_show(request: PersonRequest, uuid: UUID) -> HttpResponse:
    row = _mine(request, uuid)
    line = _line(row, Shell(request).zone, choices_of(request.user))
    letter = letter_to_read(row, now()) if row.kind in KINDS else None
    return render(request, "peersupport/notices/show.html", {"line": line, "letter": letter})


@require_POST
@signed_in
def notice_put_away(request: PersonRequest, uuid: UUID) -> HttpResponse:
    put_away(by=request.user, notice=_mine(request, uuid))
    return redirect("notice-list")


def _kind(request: PersonRequest) -> Kind:
    kind = KINDS.get(request.POST.get("kind", ""))
    if kind is None or not kind.optional:
        raise Http404
    return kind


@require_POST
@signed_in
def kind_pause(request: PersonRequest) -> HttpResponse:
    kind = _kind(request)
    pause_kind(by=request.user, kind=kind)
    messages.success(request, f"Paused: {kind.about}. Nobody is told.")
    return redirect("notice-list")


@require_POST
@signed_in
def kind_resume(request: PersonRequest) -> HttpResponse:
    kind = _kind(request)
    resume_kind(by=request.user, kind=kind)
    messages.success(request, f"You get this again: {kind.about}. What was left out is not sent later.")
    return redirect("notice-list")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def quiet_set(request: PersonRequest) -> HttpResponse:
    choices = choices_of(request.user)
    now_kept = {"quiet_from": choices.quiet_from, "quiet_until": choices.quiet_until}
    form = QuietHoursForm(request.POST or None, initial=now_kept)
    if request.method == "POST" and form.is_valid():
        set_quiet_hours(by=request.user, **form.cleaned_data)
        messages.success(request, "Your quiet hours are kept.")
        return redirect("notice-list")
    context = {"form": form, "back_url": reverse("notice-list")}
    return render(request, "peersupport/notices/quiet.html", context)
