"""Filing: as what a kind of document goes into the chart, and the record that it rested on then."""

from collections.abc import Mapping
from dataclasses import replace

from careloom import draft
from careloom.care.entry import Entry
from careloom.care.kinds import CARE_PLAN
from careloom.care.record import PatientRecord
from careloom.chart.parts import FiledAs


def form_of(kind: str) -> FiledAs | None:
    """What a document of this kind is filed as; None for a care plan, which is a resource of its own."""
    if kind == CARE_PLAN:
        return None
    if kind not in draft.KINDS:
        return FiledAs(kind.replace("_", " ").capitalize(), "", {})
    found = draft.kind_of(kind)
    return FiledAs(
        found.title,
        found.code,
        {one.id: one.title if found.headings else "" for one in found.sections},
        found.claims,
    )


def plan_as_document() -> FiledAs:
    """What a care plan is filed as where it goes as one readable document."""
    found = draft.kind_of(CARE_PLAN)
    return FiledAs(found.title, found.code, {one.id: one.title for one in found.sections})


def with_frozen(record: PatientRecord, frozen: Mapping[str, Entry]) -> PatientRecord:
    """The record with the cited entries as they were when the document was drafted."""
    entries = tuple(frozen.get(entry.id, entry) for entry in record.entries)
    missing = tuple(entry for key, entry in frozen.items() if key not in record.by_id)
    return replace(record, entries=entries + missing)
