"""Order: what stands on top, what goes together, and what a plan of two printed pages folds into fewer lines."""

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
    """The ids of the three that matter most: hazards, disputes, needs and trends first; each about another thing."""
    ranked = sorted(statements, key=lambda one: (one.kind != "concern", one.rank, one.id))
    chosen: list[Statement] = []
    for one in ranked:
        if len(chosen) < TOP and one.kind == "concern" and one.about not in {each.about for each in chosen}:
            chosen.append(one)
    for one in sorted(statements, key=lambda one: (one.rank, one.id)):
        if len(chosen) < TOP and one not in chosen:
            chosen.append(one)
    return tuple(one.id for one in chosen)


def arranged(statements: Iterable[Statement], kind: Kind) -> tuple[Statement, ...]:
    """Section by section, in each by rank."""
    return tuple(sorted(statements, key=lambda one: (kind.order(one.section), one.rank, one.text, one.id)))


def folded(statements: Sequence[Statement], kind: Kind) -> list[Statement]:
    """At most `MOST`: routine facts go first; never the last line of a part, a concern, or a drug or problem in force."""
    kept = list(statements)
    spare = sorted((one for one in kept if _is_spare(one)), key=lambda one: (-one.rank, one.id))
    for one in spare:
        if len(kept) <= MOST:
            break
        if sum(each.section == one.section for each in kept) > 1:
            kept.remove(one)
    assert {one.section for one in kept} == {section.id for section in kind.sections}
    return kept


def _is_spare(one: Statement) -> bool:
    return one.rank >= ranks.ROUTINE or (
        one.kind in ("gap", "fact") and one.section not in ("medication_management",)
    )
