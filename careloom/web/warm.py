"""Warming up: what a server's process loads before somebody waits for it."""

from contextlib import suppress

from django.urls import get_resolver

from careloom.errors import CareloomError
from careloom.web import deps


def warm() -> None:
    """Load the addresses with their pages, build the pipeline and look two drugs up. What is wrong with a setting is told where
    somebody asks for a page.
    """
    with suppress(CareloomError):
        _ = get_resolver().url_patterns
        deps.pipeline().hooking.warm()
