from django.urls import include, path
from django.views.generic import RedirectView

from peersupport import views
from peersupport.middleware import sessionless

help_typed = sessionless(RedirectView.as_view(url="/help/", http_method_names=["get", "head"]))
country_typed = sessionless(RedirectView.as_view(url="/help/%(country)s/", http_method_names=["get", "head"]))

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("account/", include("peersupport.account_urls")),
    path("account/notices/", include("peersupport.notice_urls")),
    path("account/mail/", views.demo_mail, name="demo-mail"),
    path("about/", views.about, name="about"),
    path("about/accessibility/", views.about_accessibility, name="about-accessibility"),
    path("about/stored/", views.about_stored, name="about-stored"),
    # Typed without the slash, it must not need the database either.
    path("help", help_typed, name="help-typed"),
    path("help/<slug:country>", country_typed, name="help-country-typed"),
    path("help/", include("referrals.urls")),
    path("year/erasure/", include("programs.erasure_urls")),
    path("year/", include("referrals.staff_urls")),
    path("roster/", include("programs.urls")),
    path("", include("training.urls")),
]
handler400 = "peersupport.views.bad_request"
handler403 = "peersupport.views.not_allowed"
handler404 = "peersupport.views.not_found"
handler500 = "peersupport.views.server_error"
