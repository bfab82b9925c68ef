"""careloom interactions: whether two drugs harm together, for pairs of names; nothing is stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from careloom import knowledge
from careloom.care.document import Coverage
from careloom.cli import text
from careloom.cli.frame import careloom_command, settings, show
from careloom.cli.proposal import coverage_json
from careloom.errors import InputError
from careloom.knowledge import Knowledge
from careloom.knowledge.drugs import Ingredient
from careloom.knowledge.interactions import Interaction, besides, disagreement, worst_first
from careloom.knowledge.own_labels import citing
from careloom.pipeline import RELEASES

MOST_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class Pair:
    """Two drugs as a line names them, what each holds (nothing: it is not known here), their worst interaction, what they do by
    other causes, worst first, and how lists differ.
    """

    names: tuple[str, str]
    drugs: tuple[Sequence[Ingredient], Sequence[Ingredient]]
    worst: Interaction | None
    besides: tuple[Interaction, ...] = ()
    differ: str = ""


@careloom_command("interactions", short_help="Whether pairs of drugs harm together; nothing is stored.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def command(file: Path) -> None:
    """Look up each line of FILE ("-" for standard input): two drug names with a tab between them.

    Names are ingredients, brands, classes' products or order texts ("Coumadin", "sacubitril/valsartan", "lisinopril 10 MG
    Oral Tablet"). A drug that is not known here is said, since nothing was checked then: no severity means no interaction
    only where both are known.
    """
    site = settings()
    known = knowledge.load(site.protocols, site.home / RELEASES)
    pairs = [_looked_up(names, known) for names in _pairs(text.read(file, MOST_BYTES), file)]
    told = _coverage(pairs, known)

    def words(console: Console) -> None:
        for pair in pairs:
            for line in _words(pair, known):
                console.print(line, soft_wrap=True)
        whole = sum(all(pair.drugs) for pair in pairs)
        console.print(f"{escape(told.words)}.", soft_wrap=True)
        for problem in known.interactions.problems:
            console.print(f"not used: {escape(problem)}", soft_wrap=True)
        console.print(f"{whole} of {len(pairs)} pairs checked; nothing was stored")

    show(
        {
            "pairs": [to_json(pair) for pair in pairs],
            "coverage": coverage_json(told),
            "problems": list(known.interactions.problems),
        },
        words=words,
    )


def _coverage(pairs: Sequence[Pair], known: Knowledge) -> Coverage:
    """How many of the names in the file are known, as a plan says it of somebody's drugs."""
    named = {name: bool(drugs) for pair in pairs for name, drugs in zip(pair.names, pair.drugs, strict=True)}
    unknown = tuple(name for name, found in named.items() if not found)
    lists = tuple(one.words for one in known.interactions.lists)
    return Coverage(len(named) - len(unknown), len(named), unknown, lists)


def to_json(pair: Pair) -> dict[str, Any]:
    """A pair in the command line's contract, with what the table says of it and where from."""
    worst = pair.worst
    return {
        "a": pair.names[0],
        "b": pair.names[1],
        "known": [bool(drugs) for drugs in pair.drugs],
        "severity": worst.severity if worst else None,
        "interrupts": bool(worst and worst.interrupts),
        "why": worst.why if worst else None,
        "action": worst.action if worst else None,
        "source": worst.source if worst else None,
        "disagreement": pair.differ or None,
        "besides": [
            {"severity": one.severity, "why": one.why, "action": one.action, "source": one.source}
            for one in pair.besides
        ],
    }


def _pairs(body: str, file: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(body.split("\n"), 1):
        if not line.strip():
            continue
        names = tuple(part.strip() for part in line.split("\t"))
        if len(names) != 2 or not all(names):
            raise InputError(
                "holds no two drug names with a tab between them", where=f"{file}, line {number}"
            )
        yield names


def _looked_up(names: tuple[str, str], known: Knowledge) -> Pair:
    """A combination product counts as each of its ingredients: the worst of them with any of the other's."""
    left, right = (known.drugs.find(name) for name in names)
    every = [
        tuple(citing(one, (a, b), known.drugs) for one in known.interactions.every_between(a, b))
        for a in left
        for b in right
    ]
    worst = min((found for found in every if found), key=lambda found: worst_first(found[0]), default=())
    all_told = (*worst[:1], *sorted((one for found in every for one in found), key=worst_first))
    return Pair(names, (left, right), worst[0] if worst else None, besides(all_told), disagreement(worst))


def _words(pair: Pair, known: Knowledge) -> Iterator[str]:
    both = escape(" with ".join(pair.names))
    for name, drugs in zip(pair.names, pair.drugs, strict=True):
        if not drugs:
            near, _ = known.drugs.nearly(name)
            meant = f"; is {near} meant?" if near else ""
            yield f"{both}: not checked, {escape(name)} is not known here{meant}"
    if pair.worst:
        stop = ", interrupts" if pair.worst.interrupts else ""
        yield f"[bold]{both}[/bold]: {pair.worst.severity}{stop}. {escape(pair.worst.why)}. {escape(pair.worst.action)} ({escape(pair.worst.source)})"
        for one in pair.besides:
            yield f"{both}, besides: {one.severity}. {escape(one.why)}. {escape(one.action)} ({escape(one.source)})"
        if pair.differ:
            yield f"{both}: {escape(pair.differ)}"
    elif all(pair.drugs):
        yield f"{both}: none in the table"
