"""Segmenting on arrival: what a substance-use programme sends, or labels as such, carries the programme's name from then on."""

from collections.abc import Iterable
from dataclasses import replace

from careloom.care.entry import Entry, Reading
from careloom.care.system import SourceSystem


def segmented(reading: Reading, system: SourceSystem | None) -> Reading:
    """The reading, each entry of a programme's marked: all of them where its source is one (42 CFR Part 2, by programme and
    never by diagnosis), else those that the sender labelled, and what was read in a note that it labelled."""
    if system is not None and system.part2:
        return replace(reading, entries=tuple(_marked(one, system.programme) for one in reading.entries))
    labelled = {one.id: one.detail["part2"] for one in reading.entries if "part2" in one.detail}
    if not labelled:
        return reading
    return replace(reading, entries=tuple(_following(reading.entries, labelled)))


def _following(entries: Iterable[Entry], labelled: dict[str, str]) -> Iterable[Entry]:
    for entry in entries:
        led = next((labelled[one] for one in entry.references if one in labelled), "")
        yield _marked(entry, led) if led and "quote" in entry.detail else entry


def _marked(entry: Entry, programme: str) -> Entry:
    return replace(entry, detail={**entry.detail, "part2": programme})
