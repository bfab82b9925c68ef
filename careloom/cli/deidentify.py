"""careloom deidentify: texts and records without identifiers, the expert's statement, and what is left of the risk."""

import json
import random
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from careloom.cli import text as texts
from careloom.cli.frame import DefaultGroup, as_of_option, careloom_command, open_pipeline, progress_of, show
from careloom.errors import InputError
from careloom.pipeline.deidentifying import Deidentifying, Residual
from careloom.privacy.modes import Mode, Statement, deidentified
from careloom.privacy.risk import DEFAULT_K
from careloom.privacy.spotting import installed, spotter

MOST_BYTES = 4 << 20
OPERATOR = "operator"
DAY = click.DateTime(["%Y-%m-%d"])
OFF = "The third layer (presidio) is off: its packages are not installed (requirements/deid.txt). Names that neither the record nor a pattern tells may stay."
mode_option = click.option(
    "--mode", type=click.Choice([one.value for one in Mode]), default=Mode.SAFE_HARBOR.value, show_default=True, help="How (docs/deidentification.md)."
)  # fmt: skip
third_option = click.option(
    "--third/--no-third", default=True, help="Whether presidio reads too, where it is installed."
)


@click.group(
    "deidentify",
    cls=DefaultGroup,
    short_help="Take identifiers out of texts and records; what is left of the risk.",
)
def command() -> None:
    """Texts and records without identifiers, in Safe Harbor or by Expert Determination (docs/deidentification.md)."""


@careloom_command("text", short_help="A text without identifiers, and where each stood.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--patient", help="Whose text it is: what the record knows of them is taken out too.")
@mode_option
@click.option(
    "--surrogates", is_flag=True, help="With --patient: the same mark for the same person or thing."
)
@third_option
@as_of_option
def text_command(
    file: Path, patient: str | None, mode: str, surrogates: bool, third: bool, as_of: date
) -> None:
    """Print the text of FILE ("-" for standard input) with a mark in each identifier's place.

    With --patient everything that the record knows of them goes (names in every spelling, numbers, days, addresses, relatives), then what looks like an
    identifier, then what presidio sees. Read what is left before it leaves the building: no list is complete.
    """
    said = texts.read(file, MOST_BYTES)
    wanted = Mode(mode)
    _tell_of_third(third)
    if patient is None and wanted is Mode.SAFE_HARBOR:
        # Without a patient no home is opened, and none is made.
        found = deidentified(said, mode=wanted, as_of=as_of, spot=spotter() if third else None)
    else:
        pipeline = open_pipeline()
        who = pipeline.find(patient) if patient is not None else None
        making = replace(pipeline.deidentifying, third=third)
        if who is not None:
            pipeline.store.audit.note(OPERATOR, "read", patient=who, what="record")
        found = making.text(said, wanted, as_of, patient=who, marks=surrogates)
    spans = [{"start": one.start, "end": one.end, "kind": one.kind} for one in found.spans]
    show(
        {"text": found.text, "spans": spans},
        words=lambda console: console.print(found.text, soft_wrap=True, markup=False, end=""),
    )


@careloom_command("export", short_help="Every patient's record and notes without identifiers, as NDJSON.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@mode_option
@third_option
@as_of_option
def export_command(file: Path, mode: str, third: bool, as_of: date) -> None:
    """Write one JSON object a patient to FILE, which must not be there yet; it appears when it is whole."""
    if file.exists():
        raise InputError("that file is there already; nothing is written over", where="file")
    _tell_of_third(third)
    making = _making(third)
    part = file.with_name(f".{file.name}.part")
    number = 0
    try:
        with part.open("w", encoding="utf-8") as out, progress_of("Taking identifiers out") as told:
            part.chmod(0o600)
            for one in making.people(OPERATOR, Mode(mode), as_of, told):
                out.write(json.dumps(one, ensure_ascii=False, default=str) + "\n")
                number += 1
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    show(
        {"patients": number, "mode": mode, "third": making.has_third},
        words=lambda console: console.print(f"{number} patients, {mode}."),
    )


@careloom_command("statement", short_help="The expert's statement; with --expert record one.")
@click.option("--expert", default="", help="Who determined it.")
@click.option("--qualification", default="", help="By what knowledge and experience.")
@click.option("--on", type=DAY, help="The day of the determination (YYYY-MM-DD).")
@click.option("--until", type=DAY, help="The last day on which it holds.")
@click.option("--covers", default="", help="What data, for whom.")
@click.option("--methods", default="", help="By which methods.")
@click.option("--result", default="", help="What was found of the risk.")
@click.option("--document", default="", help="Where the signed paper lies.")
def statement_command(on: datetime | None, until: datetime | None, **parts: str) -> None:
    """Record what an expert determined (45 CFR 164.514(b)(1)); without options print the newest. Without one the mode expert is refused."""
    making = _making(third=False)
    if any(parts.values()) or on or until:
        if on is None or until is None:
            raise InputError(
                "a statement has the day of the determination and the last day on which it holds (--on, --until)",
                where="on",
            )
        making.record_statement(OPERATOR, Statement(on=on.date(), until=until.date(), **parts))
    found = making.statement()
    told = {name: str(getattr(found, name)) for name in Statement.__dataclass_fields__} if found else None
    show(
        {"statement": told}, words=lambda console: _pairs(told, "No expert's statement is recorded.", console)
    )


@careloom_command(
    "risk", short_help="How many patients share what describes each (k-anonymity), and what samples showed."
)
@click.option(
    "--k", type=int, default=DEFAULT_K, show_default=True, help="Classes under this size are counted."
)
@as_of_option
def risk_command(k: int, as_of: date) -> None:
    """Over all patients, by sex, year of birth (90 or over as one) and the ZIP code's first three digits."""
    making = _making(third=False)
    with progress_of("Counting") as told:
        risk = making.risk(as_of, k, told)
    samples = making.judged()
    numbers = {
        "people": risk.people, "classes": risk.classes, "k": k, "smallest": risk.smallest, "under_k": risk.under, "share_under_k": round(risk.share_under, 4),
        "highest_probability": round(risk.highest, 4), "average_probability": round(risk.average, 4),
    }  # fmt: skip

    def words(console: Console) -> None:
        _pairs(numbers, "", console)
        table = Table("people in a class", "classes", "people", box=None)
        for size, classes in risk.sizes.items():
            table.add_row(str(size), str(classes), str(size * classes))
        console.print(table)
        for one in samples or ():
            console.print(_residual_words(one))
        if not samples:
            console.print("Nobody has looked through a sample yet: `careloom deidentify sample`.")

    sizes = {str(size): classes for size, classes in risk.sizes.items()}
    show({**numbers, "sizes": sizes, "samples": [_residual(one) for one in samples]}, words=words)


@careloom_command(
    "sample", short_help="Look through a random sample of de-identified notes for what is left."
)
@click.option("--number", type=int, default=60, show_default=True, help="How many pieces.")
@click.option("--seed", type=int, help="Draw the same sample again.")
@click.option(
    "--found",
    type=int,
    help="Don't ask: so many of the pieces (printed before with the same seed) still held an identifier.",
)
@mode_option
@third_option
@as_of_option
def sample_command(
    number: int, seed: int | None, found: int | None, mode: str, third: bool, as_of: date
) -> None:
    """Show each piece and ask whether a name or another identifier is left in it; give the rate with its exact interval.

    With --json and without --found the pieces are printed, to be looked through elsewhere.
    """
    _tell_of_third(third)
    making = _making(third)
    drawn_by = random.SystemRandom().randrange(1 << 31) if seed is None else seed
    pieces = making.sample(number, Mode(mode), as_of, random.Random(drawn_by).randrange)  # noqa: S311  (a seed draws the sample again)
    if not pieces:
        raise InputError("there are no notes to draw from")
    if click.get_current_context().obj and found is None:
        show({"seed": drawn_by, "pieces": [{"number": one.number, "text": one.text} for one in pieces]})
        return
    if found is None:
        found = 0
        for one in pieces:
            click.echo(f"\n── {one.number} of {len(pieces)} ──\n{one.text}\n")
            found += click.confirm("Is a name or another identifier left?", default=None)
    said = making.judge(OPERATOR, len(pieces), found)
    show({"seed": drawn_by, **_residual(said)}, words=lambda console: console.print(_residual_words(said)))


for one in (text_command, export_command, statement_command, risk_command, sample_command):
    command.add_command(one)


def _making(third: bool) -> Deidentifying:
    return replace(open_pipeline().deidentifying, third=third)


def _tell_of_third(third: bool) -> None:
    if third and not installed():
        click.echo(OFF, err=True)


def _pairs(told: dict[str, Any] | None, nothing: str, console: Console) -> None:
    for name, said in (told or {}).items():
        console.print(f"{name.replace('_', ' ')}: {said}", markup=False)
    if told is None:
        console.print(nothing)


def _residual(one: Residual) -> dict[str, Any]:
    return {
        "number": one.number, "found": one.found, "rate": one.found / one.number, "low": round(one.low, 5), "high": round(one.high, 5),
        "upper_95_one_sided": round(one.bound, 5), "at": one.at.isoformat(),
    }  # fmt: skip


def _residual_words(one: Residual) -> str:
    told = f"{one.at.date()}: of {one.number} pieces {one.found} still held an identifier (95 % {one.low:.2%} to {one.high:.2%}, exact)."
    if not one.found:
        told += f" Nothing found of {one.number} does not mean nothing is there: up to {one.bound:.2%} could hold one (95 %, one-sided)."
    return told
