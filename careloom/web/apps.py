"""The Django app of the pages: templates and static files, no models."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers templates and static files under the label `web`."""

    name = "careloom.web"
    label = "web"
