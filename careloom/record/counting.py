"""Which entries count as of a date, in which order, and which their own source has withdrawn."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from careloom.care.entry import Entry, When
from careloom.record.words import systems

# Kinds that speak of what is to come: they count although they start after the record's date.
# A visit that was called off, too: another source may still have it as booked.
_PLANNED = {"Appointment": frozenset({"booked", "pending", "proposed", "waitlist", "cancelled", None})}
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Counted:
    """Entries that count, in time order, and those that don't: which the source marked entered in error, and which
    a machine read off an image and nobody confirmed."""

    live: tuple[Entry, ...]
    withdrawn: tuple[Entry, ...]
    unconfirmed: tuple[Entry, ...] = ()


def count(entries: Iterable[Entry], as_of: date) -> Counted:
    """The entries that count as of a date.

    Later ones do not (by their start; without one, by when they were recorded), except what is planned.
    An entry marked entered-in-error is withdrawn, and with it the earlier copies that other messages of the same
    system hold. The same id twice counts once (the later one in the sequence, its newest revision).
    """
    once = {entry.id: entry for entry in entries if not _later(entry, as_of)}
    ordered = sorted(once.values(), key=order)
    wrong = [entry for entry in ordered if _in_error(entry)]
    copies = _withdrawn_copies(ordered, wrong)
    valid = [entry for entry in ordered if not _in_error(entry) and entry.id not in copies]
    return Counted(
        live=tuple(entry for entry in valid if not is_unconfirmed(entry)),
        withdrawn=tuple(entry for entry in ordered if _in_error(entry) or entry.id in copies),
        unconfirmed=tuple(entry for entry in valid if is_unconfirmed(entry)),
    )


def is_unconfirmed(entry: Entry) -> bool:
    """Whether it is a statement that a machine read off an image; the text itself, as read, may be quoted."""
    return entry.detail.get("read_by") == "ocr" and entry.kind != "DocumentReference"


def order(entry: Entry) -> tuple[datetime, str, str]:
    """Time order: the earliest instant that it can mean, then kind and id, so that it never varies."""
    return (entry.happened.earliest if entry.happened else _NEVER, entry.kind, entry.id)


def instant(when: When | None) -> object:
    """A time for comparing: the same instant in two zones is equal, a day is not the same as an instant."""
    if when is None:
        return None
    if when.earliest == when.latest:
        return when.earliest
    return when.text.replace("-", "")


def _later(entry: Entry, as_of: date) -> bool:
    start = entry.effective.start
    if start is not None:
        if start.day <= as_of:
            return False
        booked = entry.recorded is None or entry.recorded.day <= as_of
        return not (booked and entry.status in _PLANNED.get(entry.kind, ()))
    return entry.recorded is not None and entry.recorded.day > as_of


def _in_error(entry: Entry) -> bool:
    return "entered-in-error" in (entry.status, entry.certainty)


def _withdrawn_copies(ordered: Sequence[Entry], wrong: Sequence[Entry]) -> frozenset[str]:
    """Ids of what an older export still shows as valid. A valid twin in the correcting message speaks against it."""
    corrected: dict[object, set[str]] = {}
    for entry in wrong:
        if entry.codes or entry.text:
            corrected.setdefault((entry.source.system, same_thing(entry)), set()).add(entry.source.message)
    if not corrected:
        return frozenset()
    copies: dict[object, list[Entry]] = {}
    for entry in ordered:
        if not _in_error(entry) and (thing := (entry.source.system, same_thing(entry))) in corrected:
            copies.setdefault(thing, []).append(entry)
    return frozenset(
        entry.id
        for thing, found in copies.items()
        if not any(entry.source.message in corrected[thing] for entry in found)
        for entry in found
    )


def overtaken(entries: Sequence[Entry], is_over: Callable[[Entry], bool]) -> frozenset[str]:
    """Ids of entries that a system of theirs has since stated as over in another message: an export of May says
    "active", one of June "resolved", of the same thing with the same start. Linear in their number."""
    over: dict[object, set[str]] = {}
    for entry in entries:
        if entry.effective.start is not None and is_over(entry):
            for system in systems(entry):
                over.setdefault((system, same_thing(entry)), set()).add(entry.source.message)
    if not over:
        return frozenset()
    return frozenset(
        entry.id
        for entry in entries
        if not is_over(entry)
        and any(
            over.get((system, same_thing(entry)), set())
            - {source.message for source in (entry.source, *entry.also)}
            for system in systems(entry)
        )
    )


def same_thing(entry: Entry) -> tuple[object, ...]:
    """What stays equal when one system states one thing again with another status."""
    return (
        entry.kind,
        tuple(sorted((code.system, code.code) for code in entry.codes)) or entry.text,
        entry.value,
        instant(entry.effective.start),
    )
