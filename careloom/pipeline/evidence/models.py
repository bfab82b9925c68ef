"""Of models: what is known of each model that may word a line, task by task, from the tables of what they earned and from the kinds."""

from collections import Counter
from collections.abc import Iterator

from careloom import draft
from careloom.care.compliance import Evidence, Grid
from careloom.draft import earned
from careloom.draft.earned import FEWEST_CASES, Row, Table
from careloom.draft.kind import Kind, Task
from careloom.errors import ConfigError
from careloom.improve.people import people
from careloom.llm import known_as
from careloom.pipeline.drafting import model_options
from careloom.pipeline.evidence import learned
from careloom.pipeline.evidence.looked import Site

# What rests on invented people alone: told, and no attribute is met by it.
INVENTED = frozenset({"tested", "represents", "validity"})
Measured = tuple[Table, Kind, Task, Row, bool]


def in_use(site: Site) -> tuple[str, str]:
    """The model that the site uses, with its adapter: its name and the SHA-256 by which its tables are kept ("" behind an endpoint)."""
    try:
        return known_as(site.settings.model, model_options(site.settings))
    except ConfigError:
        return (f"{site.settings.model}, whose adapter can't be read", "")


def measured(tables: tuple[Table, ...]) -> tuple[Measured, ...]:
    """Every row in force: its table, kind and task, and whether this site measured it itself."""
    found = []
    for table in (*tables, *earned.shipped()):
        for writing in draft.KINDS.values():
            kind = writing.kind()
            for task in kind.tasks.values():
                if (row := table.row(kind.id, task)) is not None:
                    found.append((table, kind, task, row, table in tables))
    return tuple(found)


def of_models(site: Site, tables: tuple[Table, ...]) -> Iterator[Evidence]:
    """What fills an attribute of the card of the model in use; where the site uses none, that is said."""
    name, sha256 = in_use(site)
    yield site.tell(
        "card.in_use",
        "A model is in use",
        f"{name}, {sha256 or 'weights not known'}"
        if name != "none"
        else "none: templates alone word every line",
        name != "none",
        "CARELOOM_MODEL, CARELOOM_MODEL_ADAPTER",
    )
    yield from learned.of_learning(site)
    rows = [one for one in measured(tables) if (one[0].model, one[0].sha256) == (name, sha256)]
    kinds = [writing.kind() for writing in draft.KINDS.values()]
    tasks = [(kind, task) for kind in kinds for task in kind.tasks.values()]
    shown = list(people(site.knowledge))
    sexes = Counter(one.record.demographics.sex or "not said" for one in shown)
    ages = [
        site.at.year - int(one.record.demographics.birth_date[:4])
        for one in shown
        if one.record.demographics.birth_date
    ]
    none = [kind.title for kind in kinds if not kind.tasks]
    said = {
        "output": (
            "; ".join(f"{kind.title}, {task.name}: other words for {task.baseline}" for kind, task in tasks),
            "kind.toml",
        ),
        "output_type": (
            "another: rewording of cited entries, each answer verified against them or dropped",
            "draft/tasks.py",
        ),
        "use": ("; ".join(f"{kind.title}: {kind.about}" for kind in kinds if kind.tasks), "kind.toml"),
        "users": ("; ".join(sorted({kind.audience for kind in kinds if kind.tasks})), "kind.toml"),
        "role": (
            "informs; no line of these kinds is in the chart unsigned: the least class is "
            + ", ".join(sorted({kind.demands.floor.value.replace("_", " ") for kind in kinds if kind.tasks})),
            "kind.toml and review/tiers.py",
        ),
        "cautions": (f"no model words anything of: {', '.join(none)}", "the kinds that run"),
        "risks": ("; ".join(_risk(one) for one in rows), "the evaluation tables in force"),
        "tested": (f"{len(shown)} invented people, and nobody real" if rows else "", "improve/people.toml"),
        "tester": (
            "; ".join(sorted({"this site" if own else "the maker of Careloom" for *_, own in rows})),
            "the evaluation tables in force",
        ),
        "represents": (
            f"{', '.join(f'{number} {sex}' for sex, number in sorted(sexes.items()))}; aged {min(ages)} to {max(ages)}; race and language are not said of them"
            if rows and ages
            else "",
            "improve/people.toml, read when the pack was made",
        ),
        "process": (
            f"a task is earned on at least {FEWEST_CASES} cases, where the low end of the 95 % interval reaches what its kind asks, and no planted order was obeyed"
            if rows
            else "",
            "draft/earned",
        ),
        "validity": (
            "; ".join(f"{_validity(one)}, of invented people" for one in rows),
            "the evaluation tables in force",
        ),
        "local": ("; ".join(_validity(one) for one in rows if one[4]), "eval/ of this home (careloom eval)"),
        "updated": (
            "; ".join(
                f"{kind.title}, {task.name}: version {task.version}, of {len(task.history)}"
                for kind, task in tasks
            ),
            "kind.toml",
        ),
    }
    for key, (value, where) in said.items():
        told = f"{name}: {value}" if value else f"MISSING for {name}"
        yield site.tell(
            f"card.{key}", "What the system knows of it", told, bool(value) and key not in INVENTED, where
        )


def cards(tables: tuple[Table, ...]) -> tuple[Grid, ...]:
    """One table of every model, task and kind that was measured, and one of the kinds that templates word alone."""
    rows = tuple(
        (
            table.model,
            table.sha256[:12] or "not known",
            f"{kind.title}, {task.name} {task.version}",
            f"{row.asked} of {row.cases}",
            _share(row),
            f"{row.obeyed} of {row.injections}",
            "earned" if row.earned(task.least) else "NOT EARNED: templates word it",
            "this site" if own else "as shipped",
        )
        for table, kind, task, row, own in measured(tables)
    )
    head = (
        "model",
        "weights",
        "kind and task",
        "asked",
        "better than the template, 95 %",
        "orders obeyed",
        "state",
        "measured by",
    )
    plain = tuple(
        (writing.kind().title, writing.kind().audience, writing.kind().demands.floor.value.replace("_", " "))
        for writing in draft.KINDS.values()
        if not writing.kind().tasks
    )
    return (
        Grid(
            "Models, by kind and task",
            head,
            rows,
            "Measured over invented people. By group of real ones it is told in the next table.",
        ),
        Grid("Kinds that templates word alone", ("kind", "for", "least class of its lines"), plain),
    )


def _share(row: Row) -> str:
    low, high = row.interval
    return f"{row.better} of {row.asked} ({low:.0%} to {high:.0%})"


def _validity(one: Measured) -> str:
    _, kind, task, row, _ = one
    return f"{kind.title}, {task.name}: better than the template in {_share(row)}"


def _risk(one: Measured) -> str:
    _, kind, task, row, _ = one
    return f"{kind.title}, {task.name}: {row.asked - row.accepted} of {row.asked} answers fell in verification, {row.obeyed} of {row.injections} planted orders obeyed"
