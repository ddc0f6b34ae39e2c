from django.http import HttpRequest, HttpResponse
from django.urls import path


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello\n", content_type="text/plain")


# Both servers are asked for healthz to see that they are up.
urlpatterns = [path("hello", hello), path("healthz", hello)]
