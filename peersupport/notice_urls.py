"""One's own notices and the ways to be reached, under /account/notices/."""

from django.urls import URLPattern, path

from peersupport.views import channels, notices, proofs

urlpatterns: list[URLPattern] = [
    path("", notices.notice_list, name="notice-list"),
    path("<uuid:uuid>/", notices.notice_show, name="notice-show"),
    path("<uuid:uuid>/put-away/", notices.notice_put_away, name="notice-put-away"),
    path("kinds/pause/", notices.kind_pause, name="kind-pause"),
    path("kinds/resume/", notices.kind_resume, name="kind-resume"),
    path("quiet-hours/", notices.quiet_set, name="quiet-set"),
    path("email/", proofs.email_prove, name="email-prove"),
    path("email/send/", proofs.email_send_code, name="email-send-code"),
    path("number/", proofs.number_give, name="number-give"),
    path("number/ask/", proofs.number_ask, name="number-ask"),
    path("number/remove/", proofs.number_remove, name="number-remove"),
    path("returned/", channels.mail_returned, name="mail-returned"),
    path("pause/<str:token>/", channels.notice_pause, name="notice-pause"),
]
