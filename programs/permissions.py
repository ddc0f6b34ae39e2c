"""Who may do what: small yes/no sentences about a person's rights, taken from the memberships active now."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import update_wrapper
from typing import Concatenate, ParamSpec, TypeAlias

import rules
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from peersupport.clock import now
from peersupport.models import User
from peersupport.prepared import Prepared
from peersupport.way_back import page_to_go_on_with
from programs.models import Membership, Program, Role, Site, Year


@dataclass(frozen=True)
class Rights:
    """What a person may do at one moment, from the memberships in force then (one query).

    `program` is the school of the newest of them, and only its memberships count; None for a stranger.
    `membership` is the person's row as a student, if they are one.
    """

    user: User | None = None
    program: Program | None = None
    year: Year | None = None
    membership: Membership | None = None
    roles: frozenset[Role] = frozenset()
    flags: frozenset[str] = field(default_factory=frozenset)

    @property
    def site(self) -> Site | None:
        return self.membership.site if self.membership else None


FLAGS = ("is_wellbeing_lead", "is_sponsor", "is_coordinator")
_MEMBERSHIPS = Prepared(
    lambda at, user: (
        Membership.objects.active(at)
        .filter(user=user)
        .select_related("year__program", "site")
        .order_by("-starts_at", "-pk")
    ),
    at=datetime,
    user=int,
)


def rights_of(user: User, at: datetime) -> Rights:
    """The rights of this account at this moment."""
    rows = _MEMBERSHIPS(at=at, user=user.pk)
    if not rows:
        return Rights(user=user)
    program = rows[0].year.program
    rows = [row for row in rows if row.year.program_id == program.pk]
    student = next((row for row in rows if row.role == Role.STUDENT), None)
    roles = frozenset(Role(row.role) for row in rows)
    if Role.ASSESSOR in roles:
        # Whoever assesses students keeps their own training and nothing else for as long as they do.
        roles &= {Role.ASSESSOR, Role.STUDENT}
    flags = frozenset(flag for row in rows for flag in FLAGS if getattr(row, flag) and row.role in roles)
    return Rights(user, program, rows[0].year, student, roles, flags)


class MemberRequest(HttpRequest):
    """A request that has passed `give_rights` and belongs to somebody."""

    user: User
    rights: Rights


P = ParamSpec("P")
View: TypeAlias = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def give_rights(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: `request.rights`, worked out when first asked."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        def work_out() -> Rights:
            return rights_of(request.user, now()) if request.user.is_authenticated else Rights()

        request.rights = SimpleLazyObject(work_out)  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def school(request: MemberRequest) -> Program:
    """The program that this member's page is about; only for views behind `allowed`."""
    program = request.rights.program
    if program is None:
        raise Http404
    return program


# ---------------------------------------------------------------- predicates on (rights, thing)


@rules.predicate
def is_member(rights: Rights) -> bool:
    """Belongs to a school now, in any role."""
    return bool(rights.roles)


@rules.predicate
def is_wellbeing_staff(rights: Rights) -> bool:
    return Role.STAFF in rights.roles


@rules.predicate
def may_see_counts(rights: Rights) -> bool:
    """Numbers of ten and more, by group: leads and evaluators, and staff to know what those see."""
    return bool(rights.roles & {Role.LEAD, Role.EVALUATOR, Role.STAFF})


@rules.predicate
def may_learn(rights: Rights) -> bool:
    """Everybody of the school has their own training, evaluators the help pages only."""
    return bool(rights.roles - {Role.EVALUATOR})


may_manage_people = is_wellbeing_staff
may_see_completion_by_name = is_wellbeing_staff
may_hold_notices = is_wellbeing_staff
may_stop_erasing = is_wellbeing_staff


def allowed(test: Callable[[Rights], bool]) -> Callable[[View[P]], View[P]]:
    """Let a view run for those who pass `test`.

    Signed out: to the sign-in page and back. No membership anywhere: 404. A member without the right: 403.
    """

    def decorator(view: View[P]) -> View[P]:
        def guarded(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(page_to_go_on_with(request))
            if not is_member(request.rights):
                raise Http404
            if not test(request.rights):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        update_wrapper(guarded, view)
        return guarded

    return decorator
