"""A second step at sign-in for whoever may see names of others, and proof of the moment before it is set up.

Without that proof, an unlocked phone in other hands for a minute would be a key to the account for good.
"""

from collections.abc import Callable
from functools import wraps
from time import time
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
    get_reauthentication_flows,
)
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from peersupport.way_back import page_to_go_on_with

P = ParamSpec("P")
AnyRequest = TypeVar("AnyRequest", bound=HttpRequest)

CODE_IS_FRESH = 10 * 60  # seconds in which signing in by code stands in for typing a password once more


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


def has_fresh_code(request: HttpRequest) -> bool:
    """Whether whoever uses this session has shown within ten minutes that the mailbox is theirs."""
    return any(
        record["method"] == "code" and time() - record["at"] < CODE_IS_FRESH
        for record in get_authentication_records(request, request.user)
    )


def fresh_proof_required(
    to_do: str,
) -> Callable[
    [Callable[Concatenate[AnyRequest, P], HttpResponseBase]],
    Callable[Concatenate[AnyRequest, P], HttpResponseBase],
]:
    """Let a view run soon after a code; else ask for the password or the app; else say how to get a code.

    `to_do` says what the view does, after "Before you".
    """

    def decorator(
        view: Callable[Concatenate[AnyRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[AnyRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: AnyRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            here = request.get_full_path()  # what is sent goes to the address of its page
            if not request.user.is_authenticated:
                return redirect_to_login(here)
            ways = get_reauthentication_flows(request.user)
            if has_fresh_code(request) or (ways and did_recently_reauthenticate(request)):
                return view(request, *args, **kwargs)
            if ways:
                raise ReauthenticationRequired
            by_code = f"{reverse('account_login')}?{urlencode({'next': here})}"
            return render(request, "account/prove.html", {"to_do": to_do, "by_code": by_code})

        return guarded

    return decorator
