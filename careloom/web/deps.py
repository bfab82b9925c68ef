"""The one place from which the pages get the pipeline."""

from functools import cache
from typing import cast

from django.conf import settings as django_settings
from django.utils.module_loading import import_string

from careloom import settings
from careloom.pipeline import Pipeline

BUILD = "careloom.pipeline.build"


def pipeline() -> Pipeline:
    """The pipeline of this process, built once from the settings."""
    return _built(getattr(django_settings, "CARELOOM_PIPELINE", BUILD))


@cache
def _built(path: str) -> Pipeline:
    return cast(Pipeline, import_string(path)(settings.read()))
