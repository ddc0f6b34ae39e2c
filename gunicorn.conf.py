"""How the pages are served: two processes of four threads, found by gunicorn because of this file's name."""

import os

from django.conf import settings
from django.urls import resolve
from gunicorn.arbiter import Arbiter

wsgi_app = "peersupport.wsgi:application"
bind = f"{os.environ.get('LISTEN', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = 2
threads = 4
# Loaded before the first worker: both share the memory, and "ready" below is true.
preload_app = True
graceful_timeout = 3
loglevel = "warning"
# Nobody but the process manager steers this server.
control_socket_disable = True

WELCOME = """
Open {address} in a browser. Ctrl-C here stops everything.
"""
DEMO_SIGN_INS = """
Sign in as one of these, with the password peer-support-demo:
  student@demo.example      learns
  supporter@demo.example    learns, and supports others
  staff@demo.example        wellbeing staff: the roster, and who has finished
  lead@demo.example         student lead
  adviser@demo.example      clinical adviser
  outsider@demo.example     belongs to another school
"""


def when_ready(server: Arbiter) -> None:
    """Load every page once, for both workers; then say where to look."""
    resolve("/healthz")
    port = server.address[0][1]
    if not settings.PRODUCTION:
        demo = DEMO_SIGN_INS if settings.DEMO else ""
        print(WELCOME.format(address=f"http://127.0.0.1:{port}/") + demo, flush=True)
