"""The Django app of the pages: templates and static files, no models."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_login_failed


class WebConfig(AppConfig):
    """Registers templates and static files under the label `web`."""

    name = "careloom.web"
    label = "web"

    def ready(self) -> None:
        """Hear what Django says of sign-ins, for the audit log."""
        user_login_failed.connect(_wrong, dispatch_uid="careloom audit")
        user_logged_in.connect(_in, dispatch_uid="careloom audit")


# What writes them down imports the whole pipeline, two seconds that no command line waits for: it is imported when first heard.
def _wrong(**said: Any) -> None:
    from careloom.web.whence import note_wrong

    note_wrong(**said)


def _in(**said: Any) -> None:
    from careloom.web.whence import note_session

    note_session(**said)
