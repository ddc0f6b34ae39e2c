from django.urls import URLPattern, path

from programs.views import erasure

app_name = "erasure"

urlpatterns: list[URLPattern] = [
    path("", erasure.class_list, name="class-list"),
    path("stop/", erasure.class_stop, name="class-stop"),
    path("<uuid:uuid>/lift/", erasure.class_lift, name="class-lift"),
]
