from django.urls import include, path

from peersupport import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("account/", include("peersupport.account_urls")),
    path("about/", views.about, name="about"),
    path("about/accessibility/", views.about_accessibility, name="about-accessibility"),
    path("about/stored/", views.about_stored, name="about-stored"),
    path("help/", include("referrals.urls")),
    path("roster/", include("programs.urls")),
    path("", include("training.urls")),
]
handler400 = "peersupport.views.bad_request"
handler403 = "peersupport.views.not_allowed"
handler404 = "peersupport.views.not_found"
handler500 = "peersupport.views.server_error"
