"""What a record holds, ready to be compared with somebody else's text, and which of it that text names at all."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from careloom.care.entry import Entry
from careloom.knowledge.labs import Lab
from careloom.knowledge.phrases import Phrases
from careloom.text.sentences import sentences
from careloom.verify.index import Index
from careloom.verify.lexicon import LEXICON, stem
from careloom.verify.prose.line import SIDES, Line
from careloom.verify.support import Support, days_of
from careloom.verify.tokens import tokens

KINDS = frozenset(
    [
        "Condition",
        "AllergyIntolerance",
        "MedicationRequest",
        "MedicationStatement",
        "MedicationDispense",
        "MedicationAdministration",
        "Observation",
        "DiagnosticReport",
        "Procedure",
        "ServiceRequest",
        "Encounter",
        "Immunization",
        "FamilyMemberHistory",
        "Device",
    ]
)
# Words of a name that tell nothing apart.
_SAYS_NOTHING = (
    "disease disorder syndrome finding unspecified acute chronic mellitus type stage primary essential other status "
    "history level serum plasma total current recent the and test study result without with due severe mild moderate"
)
_WEAK = frozenset(stem(word) for word in _SAYS_NOTHING.split())
_CALLED = (
    ("blood pressure", "systolic"),
    ("blood pressures", "systolic"),
    ("bp", "systolic"),
    ("weighs", "weight"),
    ("weighed", "weight"),
    ("weighing", "weight"),
    ("temp", "temperature"),
    ("hgb", "hemoglobin"),
)
_WORD = re.compile(r"[^\W_]+(?:[./-][^\W_]+)*%?")
_OVER = frozenset(
    {"resolved", "inactive", "remission", "stopped", "cancelled", "completed", "entered-in-error"}
)


@dataclass(frozen=True)
class Thing:
    """An entry with what it is called. `words` are all stems of its names, its place on the body and its value."""

    entry: Entry
    support: Support
    concepts: frozenset[str]

    @cached_property
    def words(self) -> frozenset[str]:
        """The stems of its names, of where on the body it is, and of its value."""
        further = " ".join(
            (
                self.entry.text,
                *(code.display for code in (*self.entry.codes, *self.entry.value_codes)),
                self.entry.detail.get("body_site", ""),
                self.entry.value or "",
            )
        )
        return self.support.names | {token.key for token in tokens(further)}

    @cached_property
    def own(self) -> frozenset[str]:
        """The stems of what its source itself calls it, without what knowledge calls its kind too."""
        return frozenset(token.key for token in tokens(self.named)) | self.support.drugs

    @property
    def named(self) -> str:
        """All that its source calls it."""
        return " ".join((self.entry.text, *(code.display for code in self.entry.codes)))

    @cached_property
    def sides(self) -> frozenset[str]:
        """The sides of the body that it names."""
        return self.words & SIDES

    @cached_property
    def titles(self) -> tuple[frozenset[str], ...]:
        """Its names as wholes, without sides and small words."""
        bare = (title - SIDES - LEXICON.small for title in self.support.titles)
        return tuple(title for title in bare if title)

    @cached_property
    def core(self) -> frozenset[str]:
        """The words of its own name that tell it from others."""
        named = {token.key for token in tokens(self.entry.name)} - SIDES - LEXICON.small
        return frozenset(named - _WEAK or named)

    @property
    def holds(self) -> bool:
        """Whether it is so of the patient, and still is."""
        return not self.entry.negated and not self.support.standing and (self.entry.status or "") not in _OVER

    @property
    def was(self) -> bool:
        """Whether it is or was so of the patient."""
        return not self.entry.negated and self.support.standing in ("", "past", "guess")

    def is_named(self, line: Line) -> bool:
        """Whether a sentence speaks of it by one of its whole names, its drug or its concept."""
        if self.support.drugs & line.drugs:
            return True
        return any(title <= line.keys for title in self.titles)

    def days(self) -> frozenset[str]:
        """Its dates, in its source's precision; the day on which a diagnosis was only written down is none of its own."""
        if self.entry.kind in ("Condition", "AllergyIntolerance"):
            ends = (self.entry.effective.start, self.entry.effective.end)
            return frozenset(day for end in ends if end is not None for day in days_of(end))
        return self.support.dates


class Held:
    """One record beside one text."""

    def __init__(self, index: Index, lines: Iterable[Line]) -> None:
        self.index = index
        self.knowledge = index.knowledge
        self.lines = tuple(lines)
        self.things = tuple(_things(index))
        self._keys = frozenset().union(*(line.keys for line in self.lines))
        self._drugs = frozenset().union(*(line.drugs for line in self.lines))
        self._concepts = frozenset(
            above
            for line in self.lines
            for _, _, concept in self.knowledge.conditions.mentions(line.text)
            for above in self.knowledge.conditions.above(concept)
        )

    def of(self, *kinds: str) -> tuple[Thing, ...]:
        """The entries of these FHIR types."""
        return tuple(one for one in self.things if one.entry.kind in kinds)

    @cached_property
    def drugs(self) -> tuple[Thing, ...]:
        """The orders, statements and fills of drugs."""
        return tuple(one for one in self.things if one.entry.kind.startswith("Medication"))

    def is_told(self, thing: Thing) -> bool:
        """Whether any sentence of the text may speak of an entry: generous, so that what it leaves out is left out."""
        if thing.support.drugs:
            return bool(thing.support.drugs & self._drugs)
        upwards = {up for one in thing.concepts for up in self.knowledge.conditions.above(one)}
        if upwards & self._concepts:
            return True
        return 2 * len(thing.core & self._keys) >= len(thing.core)

    @cached_property
    def noted(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """The words of every sentence of the record's notes, with the note's id."""
        return tuple(
            (words, entry.id)
            for entry in self.index.record.entries
            if entry.kind == "DocumentReference" and entry.text and not entry.negated
            for sentence in sentences(entry.text)
            if (words := tuple(_WORD.findall(sentence.text.lower())))
        )

    @cached_property
    def noted_words(self) -> frozenset[tuple[str, ...]]:
        """The words of every sentence of the record's notes, to be looked up."""
        return frozenset(words for words, _ in self.noted)

    @cached_property
    def measurements(self) -> Phrases[Lab]:
        """What measurements are called in prose; "blood pressure" is the pair, which stands under the systolic one."""
        labs = self.knowledge.labs
        further = [(name, lab) for name, concept in _CALLED if (lab := labs.by_concept.get(concept))]
        return Phrases([*further, *((name, lab) for name, lab in labs.by_name.items() if len(name) > 1)])

    @property
    def as_of(self) -> tuple[date, ...]:
        """The days on which the text may have been written."""
        return self.index.as_of


def _things(index: Index) -> Iterator[Thing]:
    conditions = index.knowledge.conditions
    for entry in index.record.entries:
        if entry.kind not in KINDS or entry.status == "entered-in-error":
            continue
        named: set[str] = set()
        if entry.kind in ("Condition", "FamilyMemberHistory"):
            named |= {found} if (found := conditions.specific(entry.codes, entry.text)) else set()
            named |= conditions.mentioned(entry.name)
        yield Thing(entry, index.of_entries((entry,))[0], frozenset(named))
