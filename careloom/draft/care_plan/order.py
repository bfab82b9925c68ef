"""Order: what stands on top, what goes together, and what a plan of two printed pages folds last."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from careloom.care.document import Statement
from careloom.draft.care_plan import ranks
from careloom.draft.kind import Kind
from careloom.draft.pen import Pen, statement_id

TOP = 3
MOST = 60


def unique(statements: Iterable[Statement], pen: Pen) -> list[Statement]:
    """Each id once (a second statement of one id gets a number), and no sentence twice."""
    texts: set[tuple[str, str]] = set()
    ids: dict[str, int] = {}
    kept = []
    for one in statements:
        said = (one.kind, one.text)
        if said in texts:
            continue
        texts.add(said)
        times = ids[one.id] = ids.get(one.id, 0) + 1
        if times > 1:
            own = statement_id(pen.record.patient, one.section, one.kind, one.about, f"{one.id} {times}")
            one = replace(one, id=own)
        kept.append(one)
    return kept


def top(statements: Sequence[Statement]) -> tuple[str, ...]:
    """The ids of the three that matter most: concerns first, each about another thing as far as there are three."""
    ranked = sorted(statements, key=lambda one: (one.kind != "concern", one.rank, one.id))
    chosen: list[Statement] = []
    for one in ranked:
        known = {each.about for each in chosen}
        if len(chosen) < TOP and one not in chosen and one.about not in known:
            chosen.append(one)
    chosen += [one for one in ranked if one not in chosen][: TOP - len(chosen)]
    return tuple(one.id for one in chosen)


def arranged(statements: Iterable[Statement], kind: Kind) -> tuple[Statement, ...]:
    """Section by section, in each by rank."""
    return tuple(sorted(statements, key=lambda one: (kind.order(one.section), one.rank, one.text, one.id)))


def folded(statements: Sequence[Statement]) -> list[Statement]:
    """The least important facts and routine protocol lines beyond `MOST` rank last: folded, never dropped.

    Never the last line of a part, a concern, or a drug, allergy or problem in force.
    """
    ranked = {one.id: one for one in statements}
    left = Counter(one.section for one in statements)
    beyond = len(statements) - MOST
    for one in sorted(statements, key=lambda each: (-_lightness(each), each.id)):
        if beyond <= 0 or not _lightness(one):
            break
        if left[one.section] > 1:
            left[one.section] -= 1
            beyond -= 1
            ranked[one.id] = replace(one, rank=one.rank + ranks.LAST)
    return list(ranked.values())


def _lightness(one: Statement) -> int:
    """How readily a line is folded last; 0 where it never is. An activity of a protocol is lighter than a fact of its rank."""
    if one.kind == "activity":
        return one.rank + ranks.ACTIVITY_LIGHTER if one.guideline and one.rank >= ranks.CAN_WAIT else 0
    if one.kind not in ("fact", "gap") or (one.section == "medication_management" and one.rank < ranks.PAST):
        return 0
    return one.rank
