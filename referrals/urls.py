from django.urls import path

from referrals.views import directory

app_name = "referrals"
urlpatterns = [
    path("", directory.help_now, name="help"),
    path("<slug:country>/", directory.country_help, name="help-country"),
    path("<slug:country>/card.vcf", directory.country_card, name="help-card"),
]
