"""The pen: makes statements from templates, with an id that is the same each time the same thing is said."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from careloom.care.document import Activity, GoalTarget, Guideline, Statement
from careloom.care.entry import HumanName
from careloom.care.record import PatientRecord
from careloom.draft.kind import Kind
from careloom.draft.wording import capital
from careloom.knowledge import Knowledge
from careloom.knowledge.protocol import MOST_CITED
from careloom.text.orders import speaks_to_software


@dataclass(frozen=True)
class Pen:
    """What every part of a document is written with: whose record, which kind, and what is known."""

    record: PatientRecord
    kind: Kind
    knowledge: Knowledge
    patient_entries: tuple[str, ...] = field(init=False)
    names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        # What a substance-use programme sent is cited last: who she is tells nothing of it.
        told = [entry for entry in self.record.entries if entry.kind == "Patient"]
        known = tuple(entry.id for entry in sorted(told, key=lambda entry: "part2" in entry.detail))
        # A person known from claims or notes alone has no Patient entry: her newest entry stands for her.
        newest = tuple(entry.id for entry in self.record.entries[-1:])
        object.__setattr__(self, "patient_entries", known or self.record.demographics.entries or newest)
        object.__setattr__(self, "names", _name_words(self.record.demographics.names))

    def is_fit(self, free_text: str) -> bool:
        """Whether a source's free words may stand in a plan: they don't speak to software or name the patient."""
        said = {word for word in re.findall(r"[^\W\d_]+", free_text) if word[0].isupper()}
        return not speaks_to_software(free_text) and not any(word.lower() in self.names for word in said)

    def say(self, template: str, **slots: str) -> str:
        """A sentence from a template of the kind, with a capital first letter and no double spaces."""
        return capital(" ".join(self.kind.templates[template].format_map(slots).split()))

    def line(
        self,
        section: str,
        kind: str,
        text: str,
        citations: Iterable[str],
        *,
        about: str = "",
        by: str = "",
        rank: int = 1000,
        guideline: Guideline | None = None,
        goal: GoalTarget | None = None,
        activity: Activity | None = None,
        most: int = MOST_CITED,
    ) -> Statement:
        """A statement that cites at most `most` entries that exist; the patient's own entry where none is left.

        `by` is the template or rule that it came from; with the rest it makes the id.
        """
        known = self.record.by_id
        cited = tuple(dict.fromkeys(known[one].id for one in citations if one in known))[:most]
        return Statement(
            id=statement_id(self.record.patient, section, kind, about, by),
            section=section,
            kind=kind,
            text=text,
            citations=cited or self.patient_entries[:1],
            about=about,
            rank=rank,
            guideline=guideline,
            goal=goal,
            activity=activity,
        )


def _name_words(names: Iterable[HumanName]) -> frozenset[str]:
    """The words, in lower case, that name the patient in any source."""
    parts = " ".join(part for name in names for part in (*name.given, name.family, name.text))
    return frozenset(word.lower() for word in re.findall(r"[^\W\d_]+", parts) if len(word) > 1)


def statement_id(patient: str, section: str, kind: str, about: str, by: str) -> str:
    """Twelve hex digits over what a statement is, never over its words."""
    return hashlib.sha256("\x1f".join((patient, section, kind, about, by)).encode()).hexdigest()[:12]
