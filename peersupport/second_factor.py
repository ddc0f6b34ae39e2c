"""A second step at sign-in for whoever may see names of others."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from peersupport.middleware import page_to_go_on_with

P = ParamSpec("P")
AnyRequest = TypeVar("AnyRequest", bound=HttpRequest)


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session, not only this person, has passed the second step. Asks no database."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def second_factor_required(
    view: Callable[Concatenate[AnyRequest, P], HttpResponseBase],
) -> Callable[Concatenate[AnyRequest, P], HttpResponseBase]:
    """Let a view run after the second step; else go there, or set it up, and come back. Off under DEMO."""

    @wraps(view)
    def guarded(request: AnyRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if settings.DEMO or not request.user.is_authenticated or has_second_factor(request):
            return view(request, *args, **kwargs)
        known = is_mfa_enabled(request.user, [Authenticator.Type.TOTP])
        door = reverse("mfa_reauthenticate" if known else "mfa_activate_totp")
        return HttpResponseRedirect(f"{door}?{urlencode({'next': page_to_go_on_with(request)})}")

    return guarded
