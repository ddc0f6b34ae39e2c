"""One's own notices and the ways to be reached, under /account/notices/."""

from django.urls import URLPattern, path

from peersupport.views import channels

urlpatterns: list[URLPattern] = [
    path("returned/", channels.mail_returned, name="mail-returned"),
    path("pause/<str:token>/", channels.notice_pause, name="notice-pause"),
]
