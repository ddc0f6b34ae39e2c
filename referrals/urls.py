from django.urls import path

from referrals.views import directory, finder

app_name = "referrals"
urlpatterns = [
    path("", directory.help_now, name="help"),
    path("<slug:country>/", directory.country_help, name="help-country"),
    path("<slug:where>/find/", finder.finder_show, name="finder-show"),
    path("<slug:where>/services.json", finder.services_file, name="services-file"),
    path("<slug:country>/card.vcf", directory.country_card, name="help-card"),
]
