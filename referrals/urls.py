from django.urls import path

from referrals.views import cards, chooser, finder, helppages

app_name = "referrals"
urlpatterns = [
    path("", helppages.help_now, name="help"),
    path("<slug:where>/", helppages.help_show, name="help-show"),
    path("<slug:where>/find/", finder.finder_show, name="finder-show"),
    path("<slug:where>/services.json", finder.services_file, name="services-file"),
    path("<slug:where>/card.vcf", helppages.card_file, name="card-file"),
    path("<slug:where>/keep/", helppages.keep_show, name="keep-show"),
    path("<slug:where>/kept.json", helppages.kept_file, name="kept-file"),
    path("<slug:where>/worker.js", helppages.worker_file, name="worker-file"),
    path("<slug:where>/what-now/", chooser.chooser_show, name="chooser-show"),
    path("<slug:where>/plan/", helppages.plan_show, name="plan-show"),
    path("<slug:where>/poster/", cards.poster_show, name="poster-show"),
    path("<slug:where>/poster/<uuid:uuid>/", cards.poster_show, name="poster-site"),
    path("<slug:where>/pocket/", cards.pocket_show, name="pocket-show"),
    path("<slug:where>/pocket/<uuid:uuid>/", cards.pocket_show, name="pocket-site"),
]
