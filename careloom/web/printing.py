"""Documents and reports as PDFs for the command line, which sets them by the names in django_settings (CARELOOM_PRINTER, CARELOOM_BOARD)."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from django.utils.translation import override

from careloom.care.board import Beside
from careloom.care.quality import QualityCount
from careloom.pipeline import Review
from careloom.web.present.board import of_board
from careloom.web.present.pdf import file_name, of_review, pdf


def printed(found: Review, now: datetime, fonts: Path | None) -> tuple[str, bytes]:
    """What its file is called, and its bytes: the same as of the page's link PDF. Raises InputError where no font has one of its characters."""
    with override("en"):
        return file_name(found), pdf(of_review(found, now), fonts)


def board(
    found: QualityCount,
    day: date,
    trend: Sequence[QualityCount],
    beside: Beside,
    fonts: Path | None,
) -> bytes:
    """A month's board report as a PDF, with what else is told, by the name of django_settings.CARELOOM_BOARD. Raises InputError where no font has one of its characters."""
    with override("en"):
        return pdf(of_board(found, day, trend, beside), fonts, "report.typ")
