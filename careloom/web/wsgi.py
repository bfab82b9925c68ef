"""The WSGI application that a web server runs; its process loads what pages and hooks look up before somebody waits for it."""

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careloom.django_settings")

application = get_wsgi_application()


def _warm() -> None:
    # After Django is set up, which its models need.
    from careloom.web.warm import warm

    warm()


Thread(target=_warm, name="warming up", daemon=True).start()
