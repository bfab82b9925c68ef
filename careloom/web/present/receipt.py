"""The receipt: what was searched, until when, and what was not found."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext

from careloom.care.document import ModelUse
from careloom.care.record import Gap, PatientRecord
from careloom.web.present.recorded import missed
from careloom.web.present.words import count, listed, source_name

NONE = ModelUse()


@dataclass(frozen=True, slots=True)
class Receipt:
    """Sources with their reach, gaps, both as one short sentence for the action bar, and what a model cost and did."""

    sources: tuple[str, ...]
    gaps: tuple[Gap, ...]
    short: str
    model: str = ""


def receipt(record: PatientRecord, used: ModelUse = NONE) -> Receipt:
    """The receipt of a document's record and of the model that was asked for it."""
    sources = tuple(
        gettext("{source} ({many}, to {date})").format(
            source=source_name(one.system),
            many=count(one.entries, "entry", "entries"),
            date=one.newest or gettext("no date"),
        )
        for one in record.searched
    )
    looked = listed([source_name(one.system) for one in record.searched]) or "nothing"
    gaps = tuple(replace(gap, why=missed(gap.why), label=gettext(gap.label)) for gap in record.gaps)
    return Receipt(
        sources,
        gaps,
        gettext("Searched: {looked} · {many}").format(looked=looked, many=count(len(record.gaps), "unknown")),
        used.words,
    )
