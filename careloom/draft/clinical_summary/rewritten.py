"""Which parts of a summary a model may rewrite whole: those without a drug's dose."""

from collections.abc import Iterator

from careloom.care.document import Document
from careloom.draft import care_plan, passages
from careloom.draft.pen import Pen
from careloom.draft.prose import Wanted

PARTS = ("problems", "social", "why_now")


def wanted(document: Document, pen: Pen) -> Iterator[Wanted]:
    """The passages of a summary, most of whose lines are the care plan's own sentences."""
    templates = (*pen.kind.templates.values(), *care_plan.kind().templates.values())
    yield from passages.wanted(document, pen, PARTS, templates)
