from django.apps import AppConfig

from peersupport import checks  # noqa: F401 - registers them


class PeerSupportConfig(AppConfig):
    name = "peersupport"
    verbose_name = "Ground floor"
