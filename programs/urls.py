from django.urls import URLPattern, path

from programs.views import cohorts, departures, holds, notices, numbers, roster

app_name = "programs"

urlpatterns: list[URLPattern] = [
    path("people/", cohorts.person_list, name="person-list"),
    path("people/waiting/", cohorts.person_waiting, name="person-waiting"),
    path("people/add/", cohorts.person_add, name="person-add"),
    path("people/<uuid:uuid>/", cohorts.person_show, name="person-show"),
    path("memberships/<uuid:uuid>/end/", cohorts.membership_end, name="membership-end"),
    path("memberships/<uuid:uuid>/reopen/", cohorts.membership_reopen, name="membership-reopen"),
    path("memberships/<uuid:uuid>/leave/", cohorts.leave_give, name="leave-give"),
    path("leaves/<uuid:uuid>/drop/", cohorts.leave_drop, name="leave-drop"),
    path("people/<uuid:uuid>/hold/", holds.person_hold, name="person-hold"),
    # Their addresses say nothing of what they are for.
    path("people/<uuid:uuid>/close/", departures.person_died, name="person-died"),
    path("closed/<uuid:uuid>/undo/", departures.person_died_undo, name="person-died-undo"),
    path("holds/", holds.hold_list, name="hold-list"),
    path("holds/add/", holds.hold_add, name="hold-add"),
    path("holds/<uuid:uuid>/lift/", holds.hold_lift, name="hold-lift"),
    path("notices/", notices.notice_list, name="notice-list"),
    path("notices/<uuid:uuid>/retry/", notices.notice_retry, name="notice-retry"),
    path("notices/<uuid:uuid>/cancel/", notices.notice_cancel, name="notice-cancel"),
    path("numbers/", numbers.number_list, name="number-list"),
    path("numbers/<uuid:uuid>/prove/", numbers.number_prove, name="number-prove"),
    # ROSTER IMPORT (start)
    path("import/", roster.roster_upload, name="roster-upload"),
    path("imports/<uuid:uuid>/", roster.roster_preview, name="roster-preview"),
    path("imports/<uuid:uuid>/columns/", roster.roster_columns, name="roster-columns"),
    path("imports/<uuid:uuid>/faults.csv", roster.roster_faults, name="roster-faults"),
    path("imports/<uuid:uuid>/apply/", roster.roster_apply, name="roster-apply"),
    path("imports/<uuid:uuid>/cancel/", roster.roster_cancel, name="roster-cancel"),
    # ROSTER IMPORT (end)
]
