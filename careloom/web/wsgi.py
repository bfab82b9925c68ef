"""The WSGI application that a web server runs; its process loads what pages and hooks look up before somebody waits for it."""

import os
from contextlib import suppress
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careloom.django_settings")

application = get_wsgi_application()


def warm() -> None:
    """Build the pipeline and look two drugs up. What is wrong with a setting is told where somebody asks for a page."""
    from careloom.errors import CareloomError
    from careloom.web import deps

    with suppress(CareloomError):
        deps.pipeline().hooking.warm()


Thread(target=warm, name="warming up", daemon=True).start()
