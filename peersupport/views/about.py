"""What this site is, and what it keeps about a person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "about/about.html")


@require_safe
def about_accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "about/accessibility.html")


@require_safe
def about_stored(request: HttpRequest) -> HttpResponse:
    return render(request, "about/stored.html")
