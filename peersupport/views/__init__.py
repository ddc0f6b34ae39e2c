"""One name for each view of the ground floor, so that `peersupport.views.about` is all a URL table needs."""

from peersupport.views.about import about, about_accessibility, about_stored
from peersupport.views.errors import bad_request, form_expired, not_allowed, not_found, server_error
from peersupport.views.health import healthz
from peersupport.views.keptmail import demo_mail

__all__ = [
    "about",
    "about_accessibility",
    "about_stored",
    "bad_request",
    "demo_mail",
    "form_expired",
    "healthz",
    "not_allowed",
    "not_found",
    "server_error",
]
