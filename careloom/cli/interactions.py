"""careloom interactions: whether two drugs harm together, for pairs of names; nothing is stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from careloom import knowledge
from careloom.cli import text
from careloom.cli.frame import careloom_command, settings, show
from careloom.errors import InputError
from careloom.knowledge import Knowledge
from careloom.knowledge.drugs import Ingredient
from careloom.knowledge.interactions import Interaction, worst_first
from careloom.pipeline import RELEASES

MOST_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class Pair:
    """Two drugs as a line names them, what each holds (nothing: it is not known here), and their worst interaction."""

    names: tuple[str, str]
    drugs: tuple[Sequence[Ingredient], Sequence[Ingredient]]
    worst: Interaction | None


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

    def words(console: Console) -> None:
        for pair in pairs:
            for line in _words(pair, known):
                console.print(line, soft_wrap=True)
        whole = sum(all(pair.drugs) for pair in pairs)
        console.print(f"{whole} of {len(pairs)} pairs checked; nothing was stored")

    show({"pairs": [to_json(pair) for pair in pairs]}, words=words)


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
    every = (found for a in left for b in right for found in known.interactions.every_between(a, b))
    return Pair(names, (left, right), min(every, key=worst_first, default=None))


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
    elif all(pair.drugs):
        yield f"{both}: none in the table"
