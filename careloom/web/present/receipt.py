"""The receipt: what was searched, until when, and what was not found."""

from dataclasses import dataclass, replace

from careloom.care.document import ModelUse
from careloom.care.record import Gap, PatientRecord
from careloom.web.present.words import count, listed, source_name, spoken

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
        f"{source_name(one.system)} ({count(one.entries, 'entry', 'entries')}, to {one.newest or 'no date'})"
        for one in record.searched
    )
    looked = listed([source_name(one.system) for one in record.searched]) or "nothing"
    gaps = tuple(replace(gap, why=spoken(gap.why)) for gap in record.gaps)
    return Receipt(sources, gaps, f"Searched: {looked} · {count(len(record.gaps), 'unknown')}", used.words)
