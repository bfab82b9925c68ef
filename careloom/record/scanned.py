"""What a machine read off an image and nobody confirmed: a gap that a person closes, and nothing that counts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from careloom.care.entry import Entry
from careloom.care.record import Gap

LABEL = "confirmation by a person of what was read off a scan"


def to_confirm(unconfirmed: Iterable[Entry]) -> Iterator[Gap]:
    """A gap for each scan; its `entries` are the scan's text, since what it seems to say is no evidence yet."""
    by_scan: dict[str, list[Entry]] = defaultdict(list)
    for entry in unconfirmed:
        by_scan[entry.references[0] if entry.references else entry.id].append(entry)
    for scan, entries in by_scan.items():
        count = len(entries)
        said = f"{count} statements were" if count > 1 else "1 statement was"
        yield Gap(
            kind="documentation",
            about="scan_confirmation",
            label=LABEL,
            why=f"{said} read off an image from {entries[0].source.system} and nobody has confirmed them",
            entries=(scan,),
        )
