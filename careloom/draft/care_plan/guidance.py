"""What the protocols ask for: concerns, goals with target and due date, activities with an owner; and the patient's own goals."""

from collections.abc import Iterable, Iterator

from careloom.care.document import Statement
from careloom.draft.care_plan import ranks
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, capital, fits, inside, speaks_to_software
from careloom.knowledge.protocol import candidates

_KINDS = frozenset({"concern", "goal", "activity", "fact", "gap"})
_MOST_GOALS = 5
_DONE = frozenset({"completed", "cancelled", "entered-in-error", "rejected"})


def from_protocols(pen: Pen) -> Iterator[Statement]:
    """One statement for each candidate, in the rule's own vetted words."""
    known = {section.id for section in pen.kind.sections}
    for one in candidates(pen.record, pen.knowledge):
        if one.kind in _KINDS and not speaks_to_software(one.text):
            yield pen.line(
                one.part if one.part in known else "interventions",
                one.kind,
                capital(one.text),
                one.citations,
                about=one.about,
                by=f"{one.rule} {'/'.join(one.citations)}",
                rank=max(0, one.rank),
                guideline=one.guideline,
                goal=one.goal,
                activity=one.activity,
            )


def documented_goals(pen: Pen) -> Iterator[Statement]:
    """The newest goals that somebody already agreed with the patient, each once."""
    said: set[str] = set()
    for entry in reversed(pen.record.entries):
        if entry.kind != "Goal" or entry.subject != "patient" or entry.status in _DONE:
            continue
        name, target = inside(bare(entry.name)).rstrip("."), bare(entry.detail.get("target", ""))
        text = pen.say("goal.targeted" if target else "goal.documented", name=name, target=target)
        if not name or text in said or not fits(text) or speaks_to_software(text):
            continue
        said.add(text)
        yield pen.line("goals", "goal", text, [entry.id], by=entry.id, rank=ranks.DOCUMENTED_GOAL)
        if len(said) == _MOST_GOALS:
            return


def uncovered(lines: Iterable[Statement], guided: Iterable[Statement]) -> Iterator[Statement]:
    """The lines that no protocol line of the same kind says already, resting on the same entries or more."""
    said = [(one.kind, frozenset(one.citations)) for one in guided]
    for line in lines:
        if not any(kind == line.kind and rests_on.issuperset(line.citations) for kind, rests_on in said):
            yield line
