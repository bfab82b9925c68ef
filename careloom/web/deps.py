"""The one place from which the pages get the pipeline."""

from collections.abc import Callable
from threading import Lock

from django.conf import settings as django_settings

from careloom import settings
from careloom.pipeline import Pipeline, build
from careloom.pipeline.following import FOLLOWS, Following
from careloom.settings import Settings

Make = Callable[[Settings], Pipeline]
_built: dict[Make, Following] = {}
_one_at_a_time = Lock()


def pipeline() -> Pipeline:
    """The pipeline of this process, as `follow` left it. Tests build another by Django's setting CARELOOM_PIPELINE."""
    make = _make()
    if make not in _built:
        with _one_at_a_time:
            if make not in _built:
                _built[make] = Following(make(settings.read()))
    return _built[make].now


def follow() -> None:
    """Before a request: where something was released or rolled back meanwhile, work with it. Tests say how soon by Django's setting CARELOOM_FOLLOWS."""
    if found := _built.get(_make()):
        found.follow(getattr(django_settings, "CARELOOM_FOLLOWS", FOLLOWS))


def _make() -> Make:
    return getattr(django_settings, "CARELOOM_PIPELINE", build)
