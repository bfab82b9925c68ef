"""A document as a PDF for the command line, which sets it by the name of `printed` (django_settings.CARELOOM_PRINTER)."""

from datetime import datetime
from pathlib import Path

from django.utils.translation import override

from careloom.pipeline import Review
from careloom.web.present.pdf import file_name, of_review, pdf


def printed(found: Review, now: datetime, fonts: Path | None) -> tuple[str, bytes]:
    """What its file is called, and its bytes: the same as of the page's link PDF. Raises InputError where no font has one of its characters."""
    with override("en"):
        return file_name(found), pdf(of_review(found, now), fonts)
