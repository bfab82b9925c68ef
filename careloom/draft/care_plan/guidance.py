"""What the protocols ask for: concerns, goals with target and due date, activities with an owner; and the patient's own goals."""

import re
from collections.abc import Iterable, Iterator

from careloom.care.document import Statement
from careloom.care.entry import Entry
from careloom.draft.care_plan import ranks
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, capital, fits, listed
from careloom.knowledge.protocol import MOST_CITED, Candidate, candidates
from careloom.knowledge.protocols.reading import SLOT, agreeing, put_together
from careloom.text.naming import inside
from careloom.text.orders import speaks_to_software

_KINDS = frozenset({"concern", "goal", "activity", "fact", "gap"})
_MOST_GOALS = 8
_TOGETHER = 4
_DONE = frozenset({"completed", "cancelled", "entered-in-error", "rejected"})


def from_protocols(pen: Pen) -> Iterator[Statement]:
    """A statement for each candidate in the rule's own vetted words; one for several that differ in one word alone."""
    by_rule: dict[str, list[Candidate]] = {}
    for one in candidates(pen.record, pen.knowledge):
        if one.kind in _KINDS and not speaks_to_software(one.text):
            by_rule.setdefault(one.rule, []).append(one)
    for found in by_rule.values():
        step = _TOGETHER if len(found) > 2 else 1
        for start in range(0, len(found), step):
            group = found[start : start + step]
            text = _merged(group, pen)
            yield from [_line(group, text, pen)] if text else [_line([one], one.text, pen) for one in group]


def _line(group: list[Candidate], text: str, pen: Pen) -> Statement:
    first = group[0]
    each = 8 // len(group)
    cited = list(dict.fromkeys(entry for one in group for entry in one.citations))
    most = max(MOST_CITED, first.named) if len(group) == 1 else MOST_CITED
    if len(cited) > most:
        cited = (
            cited[:most] if len(group) == 1 else [entry for one in group for entry in one.citations[:each]]
        )
    return pen.line(
        first.part if first.part in {section.id for section in pen.kind.sections} else "interventions",
        first.kind,
        capital(text),
        cited,
        about=first.about,
        by=f"{first.rule} {'/'.join(cited)}",
        rank=max(0, first.rank),
        guideline=first.guideline,
        goal=first.goal,
        activity=first.activity,
        most=most,
    )


def _merged(group: list[Candidate], pen: Pen) -> str:
    """The rule's sentence with the one slot in which the candidates differ holding all; "" where they differ more."""
    rule = pen.knowledge.protocols.rule(group[0].rule)
    if len(group) == 1 or rule is None:
        return group[0].text if len(group) == 1 else ""
    pieces = SLOT.split(rule.text)
    pattern = "".join("(.+?)" if place % 2 else _either(piece) for place, piece in enumerate(pieces))
    matches = [re.fullmatch(pattern, one.text, re.IGNORECASE) for one in group]
    slots = [match.groups() for match in matches if match]
    varying = [place for place in range(len(pieces) // 2) if len({said[place] for said in slots}) > 1]
    if len(slots) < len(group) or len(varying) != 1 or group[0].goal:
        return ""
    values = list(slots[0])
    values[varying[0]] = listed(said[varying[0]] for said in slots)
    text = put_together(pieces[::2], values)
    return text if fits(text) else ""


def _either(piece: str) -> str:
    """A pattern for what stands between two slots, behind one thing or several."""
    several = agreeing(piece)
    return re.escape(piece) if several == piece else f"(?:{re.escape(piece)}|{re.escape(several)})"


def documented_goals(pen: Pen) -> Iterator[Statement]:
    """Goals that somebody already agreed with the patient, newest first: one in a row, more of them together."""
    found: dict[str, Entry] = {}
    for entry in reversed(pen.record.entries):
        if entry.kind == "Goal" and entry.subject == "patient" and entry.status not in _DONE:
            name, target = inside(bare(entry.name)).rstrip("."), bare(entry.detail.get("target", ""))
            said = f"{name}, target {target}" if target else name
            if name and pen.is_fit(said):
                found.setdefault(said, entry)
    goals = list(found.items())[:_MOST_GOALS]
    while goals:
        together = _fitting(goals, pen)
        template = "goal.documented" if len(together) == 1 else "goal.together"
        text = pen.say(template, name="; ".join(said for said, _ in together))
        cited = [entry.id for _, entry in together]
        if fits(text):
            yield pen.line("goals", "goal", text, cited, by="/".join(cited), rank=ranks.DOCUMENTED_GOAL)
        goals = goals[len(together) :]


def _fitting(goals: list[tuple[str, Entry]], pen: Pen) -> list[tuple[str, Entry]]:
    """As many of the first goals as one sentence holds, at least one."""
    for many in range(len(goals), 1, -1):
        if fits(pen.say("goal.together", name="; ".join(said for said, _ in goals[:many]))):
            return goals[:many]
    return goals[:1]


def uncovered(lines: Iterable[Statement], guided: Iterable[Statement]) -> Iterator[Statement]:
    """The lines that no protocol line of the same kind says already.

    One says it that stands as high and rests on the same entries or more; of a hazard, one of harm that shares two.
    """
    said = [(one.kind, frozenset(one.citations), one.rank) for one in guided]
    for line in lines:
        mine = frozenset(line.citations)
        hazard = line.rank <= ranks.HAZARD + ranks.ANSWER
        if not any(
            kind == line.kind
            and (
                (rests_on >= mine and rank <= line.rank)
                or (hazard and rank <= ranks.HARM_LAST and len(rests_on & mine) > 1)
            )
            for kind, rests_on, rank in said
        ):
            yield line
