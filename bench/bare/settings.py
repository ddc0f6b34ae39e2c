"""A Django project with one page: what ours are measured against. Frozen: a change here changes every figure.

`hello` passes no middleware, so it is the cheapest answer that Django can give, and the strictest measure.
"""

SECRET_KEY = "for-measuring-only"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.bare.urls"
USE_I18N = False
USE_TZ = True
PRODUCTION = True  # our gunicorn.conf.py asks, before it says where to look
