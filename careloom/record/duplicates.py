"""One statement that several messages repeat becomes one entry that keeps all its sources.

Misses   the same statement coded or dated otherwise (problems, medications and allergies group those)
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from careloom.care.entry import ICD10, LOINC, NDC, RXNORM, SNOMED, Code, Entry
from careloom.knowledge.strengths import parse_strengths
from careloom.record.counting import instant, order
from careloom.record.sides import SIDED, side
from careloom.record.words import key

_STANDARD = frozenset({ICD10, LOINC, NDC, RXNORM, SNOMED})
# Who wrote it down, and where in a text, may differ between two copies of one statement.
_ASIDE = frozenset(
    {
        "author",
        "section",
        "machine_written",
        "named_by",
        "read_by",
        "title",
        "pharmacy",
        "practice",
        "prescriber",
        "refills",
    }
)


def merge(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries (in time order) with the repeated ones united, in time order.

    Two are the same statement only if kind, codes, words, value, unit, components, dosage, times, status, negation,
    certainty, subject and the rest agree; never where a value or a status differs. What one message says twice is two
    statements (two tablets of one name, two results of one minute); the nth copy there is the nth copy elsewhere.
    """
    every = tuple(entries)
    repeated = _repeated(every)
    found: list[Entry] = []
    groups: dict[object, list[Entry]] = defaultdict(list)
    seen: dict[object, int] = defaultdict(int)
    for entry in every:
        if _outline(entry) not in repeated:
            found.append(entry)
            continue
        said = statement(entry)
        here = (said, entry.source.message)
        groups[(said, seen[here])].append(entry)
        seen[here] += 1
    found += [_united(part) for group in groups.values() for part in _agreeing(group)]
    return tuple(sorted(found, key=order) if groups else found)


def _repeated(entries: Iterable[Entry]) -> set[int]:
    """Outlines that more than one message has: only these are worth a closer look."""
    first: dict[int, str] = {}
    repeated: set[int] = set()
    for entry in entries:
        outline = _outline(entry)
        if first.setdefault(outline, entry.source.message) != entry.source.message:
            repeated.add(outline)
    return repeated


def _outline(entry: Entry) -> int:
    """A number that is equal for equal statements (and now and then for others)."""
    return hash((entry.kind, entry.value, entry.status, instant(entry.effective.start)))


def statement(entry: Entry) -> tuple[object, ...]:
    """What an entry says, without who sent it: equal for copies, unequal as soon as anything differs."""
    return (
        entry.kind,
        _codes(entry.codes) or key(entry.text),
        entry.text if entry.kind == "DocumentReference" else "",
        (entry.value, entry.unit, entry.comparator, _codes(entry.value_codes)),
        (instant(entry.effective.start), instant(entry.effective.end)),
        instant(entry.recorded) if entry.effective.start is None else None,
        (entry.status, entry.certainty, entry.negated, entry.subject),
        entry.dosage,
        _words_beside_a_code(entry),
        entry.components,
        tuple(sorted((name, said) for name, said in entry.detail.items() if name not in _ASIDE)),
    )


def _words_beside_a_code(entry: Entry) -> tuple[object, ...]:
    """What the words say that a code leaves open: the side of a thing, the strength of a drug."""
    if entry.kind in SIDED:
        return (side(entry),)
    return parse_strengths(entry.text) if entry.text and entry.kind.startswith("Medication") else ()


def _codes(codes: tuple[Code, ...]) -> tuple[tuple[str, str], ...]:
    """The codes of the standard systems; where there are none, all of them (a lab's own codes)."""
    standard = sorted({(code.system, code.code) for code in codes if code.system in _STANDARD})
    return tuple(standard or sorted({(code.system, code.code) for code in codes}))


def _agreeing(group: list[Entry]) -> Iterable[list[Entry]]:
    """The group, or its parts where the senders read the value differently (one says high, one says normal)."""
    readings = {entry.interpretation for entry in group} - {None}
    if len(readings) < 2:
        return [group]
    return [
        [entry for entry in group if entry.interpretation == said]
        for said in (*sorted(map(str, readings)), None)
    ]


def _united(group: list[Entry]) -> Entry:
    if len(group) == 1:
        return group[0]
    first, *others = sorted(group, key=lambda entry: (not entry.interpretation, not entry.range, entry.id))
    sources = dict.fromkeys(source for entry in (first, *others) for source in (entry.source, *entry.also))
    same = [*first.same_as, *(id for other in others for id in (other.id, *other.same_as))]
    return replace(first, also=tuple(sources)[1:], same_as=tuple(dict.fromkeys(same)))
