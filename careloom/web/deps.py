"""The one place from which the pages get the pipeline."""

from collections.abc import Callable
from functools import cache

from django.conf import settings as django_settings

from careloom import settings
from careloom.pipeline import Pipeline, build
from careloom.settings import Settings


def pipeline() -> Pipeline:
    """The pipeline of this process, built once. Tests build another by Django's setting CARELOOM_PIPELINE."""
    return _built(getattr(django_settings, "CARELOOM_PIPELINE", build))


@cache
def _built(make: Callable[[Settings], Pipeline]) -> Pipeline:
    return make(settings.read())
