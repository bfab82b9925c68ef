"""What is said again: the same statement by several messages of a source, and by several sources; and what is free text."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from careloom.care.entry import Entry

# These happen on a day; the same on another day is another.
_OF_A_DAY = frozenset(
    {"Observation", "Encounter", "MedicationDispense", "Procedure", "Immunization", "DocumentReference"}
)
# Of these a source sends one with every message, because it must.
_ALWAYS = frozenset({"Patient", "Organization", "Practitioner"})


@dataclass
class Repeated:
    """Entries that are statements, and those among them that another message of the source had said already."""

    statements: int = 0
    again: int = 0

    def add(self, other: "Repeated") -> None:
        """Count another patient's."""
        self.statements += other.statements
        self.again += other.again


def repeats(entries: Sequence[Entry]) -> tuple[int, Mapping[str, Repeated]]:
    """How many statements about a patient another source had made already, and what each source says again.

    Sources seldom agree to the letter: between them the same kind, a code in common (else the same words), the same value,
    and of what happens on a day the same day are enough.
    """
    across = 0
    told_by: defaultdict[Hashable, set[str]] = defaultdict(set)
    said: defaultdict[Hashable, set[tuple[str, str]]] = defaultdict(set)
    within: defaultdict[str, Repeated] = defaultdict(Repeated)
    for entry in entries:
        if entry.kind in _ALWAYS:
            continue
        where = (entry.source.system, entry.source.message)
        told = said[_says(entry)]
        count = within[entry.source.system]
        count.statements += 1
        count.again += any(source == where[0] and message != where[1] for source, message in told)
        told.add(where)
        told_of = [told_by[key] for key in _tells_of(entry)]
        across += any(sources - {where[0]} for sources in told_of)
        for sources in told_of:
            sources.add(where[0])
    return across, within


def free_text(entry: Entry) -> bool:
    """Whether somebody's own sentences are in it: a note's text, a remark, a quotation."""
    note = entry.kind == "DocumentReference" and entry.text
    return bool(note or entry.detail.get("note") or entry.detail.get("quote"))


def _tells_of(entry: Entry) -> list[Hashable]:
    """What an entry tells of, loosely: one key for each of its codes, or one for its words."""
    start = entry.effective.start
    day = start.day if start and entry.kind in _OF_A_DAY else None
    words = " ".join(entry.text.lower().split())
    names: list[Hashable] = [(code.system, code.code) for code in entry.codes] or [words]
    return [(entry.kind, name, entry.value, entry.negated, entry.subject, day) for name in names if name]


def _says(entry: Entry) -> Hashable:
    """What an entry says, without where: codes where there are some, else its words."""
    codes = frozenset((code.system, code.code) for code in entry.codes)
    start = entry.effective.start
    return (
        entry.kind,
        codes or " ".join(entry.text.lower().split()),
        entry.value,
        entry.unit,
        frozenset((code.system, code.code) for code in entry.value_codes),
        tuple((part.codes, part.value) for part in entry.components),
        entry.status,
        entry.negated,
        entry.subject,
        entry.dosage,
        start.earliest if start else None,
        entry.detail.get("domain"),
        entry.text if entry.kind == "DocumentReference" else "",
    )


def most(counts: Counter[str], number: int) -> tuple[tuple[str, int], ...]:
    """The most frequent, ties by name."""
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:number])
