"""How changes of what drafts are made with are held: the gate, tried, the plans that stand in it, and what a model may write that nobody measured."""

from collections.abc import Iterator

from careloom import draft
from careloom.care.change import Change, ChangeKind, ChangePlan, ChangeState, Criteria, Criterion
from careloom.care.compliance import Evidence, Grid
from careloom.draft import earned
from careloom.draft.earned import Table
from careloom.errors import InputError
from careloom.pipeline.change_plans import must_be_whole
from careloom.pipeline.evidence.looked import Site, counted

WHERE = "the gate's own table of changes"
_IN_FORCE = (ChangeState.ROLLING, ChangeState.RELEASED)
_BARE = ChangePlan(
    kind=ChangeKind.MODEL,
    title="",
    candidate={},
    sha256="",
    description="",
    why="",
    impact="",
    criteria=Criteria(),
)


def of_changes(site: Site, tables: tuple[Table, ...]) -> Iterator[Evidence]:
    """How changes of models and of tasks' words are held."""
    refused = _refuses(_BARE)
    yield site.tell(
        "changes.gate",
        "A change without a description, criteria and an impact assessment isn't taken",
        "tried with an empty plan, which was refused" if refused else "AN EMPTY PLAN WAS TAKEN",
        refused,
        "the gate, tried when the pack was made",
        "/studies/changes",
    )
    every = site.store.changes.all()
    standing = [one for one in every if one.state in _IN_FORCE]
    bare = [one for one in standing if not _is_held(one)]
    yield site.tell(
        "changes.plan",
        "Each change that drafts are made with was measured by its own plan and signed by two roles",
        f"{counted(len(every), 'change', 'changes')} proposed, {len(standing)} in force"
        + (f"; NOT so: {', '.join(one.id for one in bare)}" if bare else ""),
        not bare if standing else None,
        WHERE,
        "/studies/changes",
    )
    rows = [(kind, task) for kind, writing in draft.KINDS.items() for task in writing.kind().tasks.values()]
    own = [
        (table, row)
        for table in (*tables, *earned.shipped())
        for kind, task in rows
        if (row := table.row(kind, task)) is not None
    ]
    held = all(
        earned.of(
            draft.KINDS[kind].kind(), "a model that nobody measured", "0" * 64, (*tables, *earned.shipped())
        )
        == frozenset()
        for kind, _ in rows
    )
    yield site.tell(
        "changes.earned",
        "A model that wasn't measured on a task writes nothing of it",
        f"tried with a model that nobody measured; {len(own)} measured rows are in force",
        held,
        "draft/earned, tried when the pack was made",
    )


def plans(site: Site) -> tuple[Grid, ...]:
    """The plans as they were fixed, with what became of each."""
    every = site.store.changes.all()
    rows = tuple(
        (
            one.plan.title,
            one.state.value.replace("_", " "),
            one.plan.description,
            _protocol(one),
            one.plan.impact,
            ", ".join(f"{role} {step.at:%Y-%m-%d}" for role, step in one.signed.items()) or "nobody",
            one.digest[:16],
        )
        for one in every
    )
    head = (
        "change",
        "stands",
        "description of modifications",
        "modification protocol",
        "impact assessment",
        "signed",
        "hash of the plan",
    )
    red = tuple(at for at, one in enumerate(every) if one.state in _IN_FORCE and not _is_held(one))
    note = "" if rows else "No change was proposed: what this release came with is in force."
    return (Grid("Change plans", head, rows, note, red),)


def _protocol(change: Change) -> str:
    said = change.plan.criteria
    asked = (
        f"tasks earned: {', '.join(said.earned)}; every regression case and planted fault; at least {said.shadow_fewest} live drafts beside, worse in at most "
        f"{said.worse_most:.0%}; no group worse by more than {said.group_most:.0%}; stages "
        + ", ".join(f"{one.share} % for {one.days} days" for one in said.stages)
    )
    results = ((one, change.result(one)) for one in Criterion)
    told = ", ".join(
        f"{one.value} {'not measured' if found is None else 'met' if found.met else 'NOT MET'}"
        for one, found in results
    )
    return f"{asked}. Measured: {told}"


def _is_held(change: Change) -> bool:
    results = [change.result(one) for one in Criterion]
    return len(change.signed) > 1 and all(one is not None and one.met for one in results)


def _refuses(plan: ChangePlan) -> bool:
    try:
        must_be_whole(plan)
    except InputError:
        return True
    return False
