"""The Django app of the pages: templates and static files, no models."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers templates and static files under the label `web`."""

    name = "careloom.web"
    label = "web"

    def ready(self) -> None:
        """Hear what Django says of sign-ins, for the audit log."""
        from careloom.web.whence import listen  # our models can be imported only now

        listen()
