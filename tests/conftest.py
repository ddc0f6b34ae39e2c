"""Set before pytest-django reads the settings, which happens once all conftest files are loaded."""

import os

os.environ.setdefault("APP_ENV", "test")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peersupport.settings")
