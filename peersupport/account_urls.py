"""The few doors of django-allauth that this site opens, under /account/."""

from allauth.account import views as account
from django.urls import URLPattern, path

urlpatterns: list[URLPattern] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
]
