"""From a signed line to what the patient reads: the library's sentence for it, or the line itself, quoted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from careloom.care.document import RECORD, Statement
from careloom.care.entry import Entry
from careloom.text.digits import rounded
from careloom.verify.index import Index
from careloom.verify.plainly import list_of, outdated, sentence_of

_DOSE = ("dose", "dose_without_unit", "implausible_dose")
_MEDICINES = "medication_management"
_YOURS = ("patient", "caregiver")
# Where in a copy what the library has of a line about problems stands.
_PROBLEMS = {"problems": "problems", "trends": "problems", "named": "quoted", "asked": "quoted"}
# What lines without a rule ask that the copy itself asks, or what only says why the plan was made.
_ASKED = ("goals", "interventions", "hospital_stay")


@dataclass(frozen=True, slots=True)
class Told:
    """What a line of the copy says, in which part, resting on which signed line. `cited` are those of its entries that this tells of,
    where the library says it entry by entry; else it tells of them all.
    """

    section: str
    text: str
    line: Statement
    cited: tuple[str, ...] = ()

    @property
    def citations(self) -> tuple[str, ...]:
        """The entries that it rests on."""
        return self.cited or self.line.citations


def told(index: Index, line: Statement, cited: Sequence[Entry], language: str) -> Iterator[Told]:
    """What a signed line becomes; nothing where it tells only what was recorded and not what is, or is to be done, where the copy
    itself asks it, and where it no longer holds.
    """
    past = line.kind == "fact" and line.section != _MEDICINES
    if line.about == RECORD or line.kind == "gap" or (past and line.written_by != "person"):
        return
    if line.written_by == "person":
        yield from _quoted(index, line, cited)
    elif line.guideline is not None:
        if line.guideline.id not in index.knowledge.plain.answered:
            text = sentence_of(index, cited, line.guideline, language)
            yield from (Told(_section(line), text, line),) if text else _quoted(index, line, cited)
    elif line.about not in _ASKED:
        found = () if _is_disputed(index, line) else tuple(_of_record(index, line, cited, language))
        yield from found or _quoted(index, line, cited)


def holds(index: Index, line: Statement, cited: Sequence[Entry]) -> bool:
    """Whether what was signed is still so: its rule is this patient's, and the drugs that it tells of are taken. What sources dispute
    holds until it is settled.
    """
    return _is_disputed(index, line) or not outdated(index, line.text, cited, line.guideline)


def _quoted(index: Index, line: Statement, cited: Sequence[Entry]) -> Iterator[Told]:
    if holds(index, line, cited):
        yield Told("quoted", rounded(line.text), line)


def _of_record(index: Index, line: Statement, cited: Sequence[Entry], language: str) -> Iterator[Told]:
    """What the library has for a line of the record; with the line itself where it has only a part of it."""
    if line.section == "problem_list":
        yield from _of_problems(index, line, cited, language)
    elif line.kind == "concern" and line.section != _MEDICINES:
        found = list_of(index, cited, "needs", language)
        yield from (Told("needs", one.text, line, one.entries) for one in found)
    elif line.kind == "fact" and line.section == _MEDICINES:
        for part in ("medicines", "allergies"):
            found = list_of(index, cited, part, language)
            yield from (Told("medicines", one.text, line, one.entries) for one in found)


def _of_problems(index: Index, line: Statement, cited: Sequence[Entry], language: str) -> Iterator[Told]:
    parts = _PROBLEMS if line.kind == "concern" else {"asked": "quoted"}
    said = [
        (section, one) for part, section in parts.items() for one in list_of(index, cited, part, language)
    ]
    yield from (Told(section, one.text, line, one.entries) for section, one in said)
    mine, covered = {one.id for one in cited}, {entry for _, one in said for entry in one.entries}
    active = (one for one in index.record.problems if one.status == "active")
    if said and any(
        mine.intersection(one.entries) and not covered.intersection(one.entries) for one in active
    ):
        yield Told("quoted", rounded(line.text), line)


def _section(line: Statement) -> str:
    if line.kind != "activity":
        return "goals" if line.kind == "goal" else "problems"
    return "you" if line.activity and line.activity.owner in _YOURS else "team"


def _is_disputed(index: Index, line: Statement) -> bool:
    """Whether sources differ on what a line tells: then its own words say so. A drug of which only the dose is in dispute is listed."""
    cited = set(line.citations)
    return any(
        len(cited.intersection(one.entries)) > 1
        for one in index.record.conflicts
        if line.kind != "fact" or one.kind not in _DOSE
    )
