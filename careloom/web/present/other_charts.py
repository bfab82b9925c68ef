"""What goes into other systems' charts, as its pages show it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from careloom.care.system import source_name, spoken
from careloom.care.writing import GIVEN_UP, OPEN, STUCK, State, Writing
from careloom.web.present.sending import NOBODY
from careloom.web.present.words import Mark, moment, sentence
from careloom.web.saying import later

MARKS = {
    State.QUEUED: Mark("○", later("waits"), "plain"),
    State.SENDING: Mark("○", later("is being written"), "plain"),
    State.UNKNOWN: Mark("○", later("sent, no answer yet"), "plain"),
    State.WRITTEN: Mark("✓", later("in the chart"), "ok"),
    State.REFUSED: Mark("▲", later("refused"), "look"),
    State.FAILED: Mark("▲", later("not written"), "look"),
    State.CANCELLED: Mark("–", later("not to be written"), "plain"),
    State.LEAVING: Mark("○", later("is to be taken back"), "plain"),
    State.TAKING: Mark("○", later("is being taken back"), "plain"),
    State.GONE: Mark("–", later("taken back"), "plain"),
}


@dataclass(frozen=True, slots=True)
class WritingRow:
    """A document in, or on its way into, a system's chart. `held` is each resource there with its version, `notes` what a person must
    know of it; `again`, `give_up` and `undo` say what can be asked for.
    """

    id: str
    proposal: str
    patient: str
    who: str
    system: str
    mark: Mark
    why: str
    at: str
    since: str
    waits: str
    as_document: bool
    held: tuple[str, ...]
    notes: tuple[str, ...]
    again: bool
    give_up: bool
    undo: bool


def writing_rows(
    writings: Iterable[Writing], names: Mapping[str, str], now: datetime
) -> tuple[WritingRow, ...]:
    """The rows: what a person must look at first."""
    rows = [_row(one, names, now) for one in writings]
    return tuple(sorted(rows, key=lambda row: row.mark.tone != "look"))


def _row(one: Writing, names: Mapping[str, str], now: datetime) -> WritingRow:
    there = one.there
    waits = one.state in OPEN and one.why.startswith("again: ")
    why = spoken(one.why.removeprefix("again: "))
    return WritingRow(
        id=one.id,
        proposal=one.proposal,
        patient=one.patient,
        who=names.get(one.patient, str(NOBODY)),
        system=source_name(one.system),
        mark=MARKS[one.state],
        why=sentence(why) if why else "",
        at=moment(one.created, now),
        since=moment(one.since, now) if one.since and one.state is not State.GONE else "",
        waits=moment(one.not_before, now) if waits else "",
        as_document=bool(there and there.form == "document"),
        held=tuple(
            f"{copy.address}{f', {copy.version}' if copy.version else ''}"
            for copy in (there.copies if there else ())
            if copy.address
        ),
        notes=tuple(spoken(note) for note in (there.notes if there else ())),
        again=one.state in (*STUCK, State.QUEUED, State.UNKNOWN) or one.why == GIVEN_UP,
        give_up=one.can_be_given_up,
        undo=not one.undoing and (one.state is State.WRITTEN or bool(one.sent)),
    )
