"""Accountability: who answers for what, what the software never does, and what is seen of whoever works with it, in plain words."""

from django.http import HttpRequest, HttpResponse

from careloom.care.access import Permission
from careloom.web.views.guard import READ, needs
from careloom.web.views.page import page


@needs(Permission.OWN, methods=READ)
def accountability(request: HttpRequest) -> HttpResponse:
    """The page; docs/accountability.md says by which test each sentence holds."""
    return page(request, "web/accountability.html", {})
