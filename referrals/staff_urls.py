"""The directory from inside: `/year/services/`."""

from django.urls import path

from referrals.views import chooser, proposals, services

app_name = "directory"
urlpatterns = [
    path("services/", services.service_list, name="service-list"),
    path("services/add/", services.service_add, name="service-add"),
    path("services/check/", services.check_list, name="check-list"),
    path("services/import/", proposals.service_import, name="service-import"),
    path("services/services.csv", services.service_csv, name="service-csv"),
    path("services/propose/", proposals.proposal_add, name="proposal-add"),
    path("services/proposals/", proposals.proposal_list, name="proposal-list"),
    path("services/proposals/<uuid:uuid>/take/", proposals.proposal_take, name="proposal-take"),
    path("services/proposals/<uuid:uuid>/decline/", proposals.proposal_decline, name="proposal-decline"),
    path("services/questions/", chooser.chooser_review, name="chooser-review"),
    path("services/questions/approve/", chooser.chooser_approve, name="chooser-approve"),
    path("services/<uuid:uuid>/", services.service_show, name="service-show"),
    path("services/<uuid:uuid>/edit/", services.service_edit, name="service-edit"),
    path("services/<uuid:uuid>/propose/", proposals.service_propose, name="service-propose"),
    path("services/<uuid:uuid>/publish/", services.service_publish, name="service-publish"),
    path("services/<uuid:uuid>/unpublish/", services.service_unpublish, name="service-unpublish"),
    path("services/<uuid:uuid>/own/", services.service_own, name="service-own"),
    path("services/<uuid:uuid>/confirm/", services.service_confirm, name="service-confirm"),
    path("services/<uuid:uuid>/no-answer/", services.service_no_answer, name="service-no-answer"),
]
