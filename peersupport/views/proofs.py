"""Ways to be reached: a code by mail shows that mail arrives, a call that a number is answered."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from peersupport.actions.proofs import ask_for_call, give_number, prove_email, remove_number, send_code
from peersupport.clock import now
from peersupport.context import Shell
from peersupport.errors import said_in
from peersupport.forms.proofs import CodeForm, NumberForm
from peersupport.second_factor import fresh_proof_required
from peersupport.signed_in import PersonRequest, signed_in

WRONG_CODE = "That is not the code. Look again, or have a new one sent."


@require_POST
@signed_in
def email_send_code(request: PersonRequest) -> HttpResponse:
    send_code(by=request.user, now=now())
    return redirect("email-prove")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def email_prove(request: PersonRequest) -> HttpResponse:
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            if prove_email(by=request.user, code=form.cleaned_data["code"], now=now()):
                messages.success(request, "Mail reaches you. It goes to this address.")
                return redirect("notice-list")
            form.add_error("code", WRONG_CODE)
    context = {"form": form, "back_url": reverse("notice-list")}
    return render(request, "peersupport/notices/email.html", context)


def for_who_may_be_rung(
    view: Callable[[PersonRequest], HttpResponseBase],
) -> Callable[[PersonRequest], HttpResponseBase]:
    """Let a view run for those who may come to be on duty; nobody else is asked for a number."""

    @wraps(view)
    def guarded(request: PersonRequest) -> HttpResponseBase:
        shell = Shell(request)
        if not shell.is_member:
            raise Http404
        if not shell.may_be_rung:
            raise PermissionDenied
        return view(request)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@for_who_may_be_rung
@fresh_proof_required("give a number")
def number_give(request: PersonRequest) -> HttpResponse:
    form = NumberForm(request.POST or None, country=Shell(request).country)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            give_number(by=request.user, number=form.cleaned_data["number"])
            messages.success(request, "Kept. It counts once somebody has rung you and asked for the digits.")
            return redirect("notice-list")
    context = {"form": form, "back_url": reverse("notice-list")}
    return render(request, "peersupport/notices/number.html", context)


@require_POST
@signed_in
@for_who_may_be_rung
def number_ask(request: PersonRequest) -> HttpResponse:
    ask_for_call(by=request.user)
    messages.success(request, "Wellbeing staff see that you wait for a call. Keep this page at hand.")
    return redirect("notice-list")


@require_POST
@signed_in
def number_remove(request: PersonRequest) -> HttpResponse:
    """Also for whoever may not give one any more."""
    remove_number(by=request.user)
    messages.success(request, "The number is gone from here.")
    return redirect("notice-list")
