"""The one place from which the pages get the pipeline."""

from collections.abc import Callable
from threading import Lock
from time import monotonic

import structlog
from django.conf import settings as django_settings
from django.db import DatabaseError

from careloom import settings
from careloom.errors import CareloomError
from careloom.pipeline import Pipeline, build
from careloom.settings import Settings

log = structlog.get_logger(__name__)
# So many seconds after a release or a rollback a process works with it at the latest. Tests say never by Django's setting CARELOOM_FOLLOWS.
FOLLOWS = 1.0
Make = Callable[[Settings], Pipeline]
_built: dict[Make, Pipeline] = {}
_looked: dict[Make, float] = {}
_one_at_a_time = Lock()


def pipeline() -> Pipeline:
    """The pipeline of this process, as `follow` left it. Tests build another by Django's setting CARELOOM_PIPELINE."""
    make = _make()
    if make not in _built:
        with _one_at_a_time:
            if make not in _built:
                _built[make], _looked[make] = make(settings.read()), monotonic()
    return _built[make]


def follow() -> None:
    """Before a request: where something was released or rolled back meanwhile, work with it; asked of the database once a second, by one thread."""
    make, now = _make(), monotonic()
    every = getattr(django_settings, "CARELOOM_FOLLOWS", FOLLOWS)
    if make not in _built or now - _looked[make] < every or not _one_at_a_time.acquire(blocking=False):
        return
    try:
        _looked[make] = now
        _built[make] = _built[make].current()
    except (CareloomError, DatabaseError) as error:
        # It goes on with what it has; what is wrong is told where somebody starts a process or asks the database.
        log.error("what was released could not be followed", error_class=type(error).__name__)
    finally:
        _one_at_a_time.release()


def _make() -> Make:
    return getattr(django_settings, "CARELOOM_PIPELINE", build)
