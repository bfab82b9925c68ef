"""careloom comply: the compliance pack, made from the running system; what people say of it; legal holds."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import click
from django.conf import settings as django_settings
from django.utils.module_loading import import_string
from rich.console import Console

from careloom import comply
from careloom.care.compliance import RED, WORDS, Hold, Pack
from careloom.cli.frame import DefaultGroup, careloom_command, open_pipeline, progress_of, show
from careloom.cli.printing import write
from careloom.comply.chai import as_xml
from careloom.comply.page import as_html
from careloom.comply.paper import as_pdf
from careloom.errors import ConfigError
from careloom.pipeline import Pipeline
from careloom.pipeline.shown import Printer

OPERATOR = "operator"


@click.group(
    "comply", cls=DefaultGroup, short_help="The compliance pack: HTML, PDF and JSON, from the running system."
)
def command() -> None:
    """`careloom comply --out DIR` makes a pack; `careloom comply say` answers what a person must say, `careloom comply hold` places a legal hold (docs/compliance.md)."""


@careloom_command("make", short_help="Make a pack.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write HTML, PDF, JSON and its schema, the model card as XML, and the bill of materials there.",
)
def make(out: Path | None) -> None:
    """Gather the evidence, judge every requirement, keep the pack with its hash, and say what isn't met.

    Exits 0 whatever isn't met: that is what the pack tells.
    """
    # What sets a page is a room beside this one; the site's settings name it.
    printer = cast(Printer, import_string(django_settings.CARELOOM_PRINTER))
    pipeline = replace(open_pipeline(), printer=printer)
    with progress_of("Making the pack") as told:
        pack = pipeline.complying.make(OPERATOR, told)
    files = _written(pipeline, pack, out) if out else []
    answer = {
        "id": pack.id,
        "made": pack.made.isoformat(),
        "sha256": comply.digest(comply.as_json(pack)),
        "counts": {verdict.value: number for verdict, number in pack.counts().items()},
        "red": [
            {
                "part": part.key,
                "key": one.key,
                "section": one.section,
                "title": one.title,
                "verdict": one.verdict.value,
                "why": one.why,
            }
            for part, one in pack.reds()
        ],
        "files": files,
    }
    show(answer, words=lambda console: _words(pack, files, console))


def _written(pipeline: Pipeline, pack: Pack, out: Path) -> list[str]:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{out} can't be made: {error.strerror}") from None
    told = comply.as_json(pack)
    sha256, name = comply.digest(told), f"compliance-{pack.made:%Y-%m-%d}-{pack.id[:8]}"
    _, changes = pipeline.complying.since(OPERATOR, pack.id)
    bodies = {
        f"{name}.json": told,
        f"{name}.html": as_html(pack, sha256, changes).encode(),
        f"{name}.pdf": as_pdf(pack, sha256, changes, pipeline.settings.fonts),
        f"{name}.sbom.cdx.json": json.dumps(pipeline.complying.materials(pack), indent=1).encode(),
        f"{name}.chai.xml": as_xml(pack),
        f"{name}.schema.json": json.dumps(comply.schema(), indent=1).encode(),
    }
    for file, body in bodies.items():
        write(out / file, body)
    return [str(out / file) for file in bodies]


def _words(pack: Pack, files: list[str], console: Console) -> None:
    counts = pack.counts()
    console.print(
        "; ".join(f"{number} {WORDS[one]}" for one, number in counts.items() if number), soft_wrap=True
    )
    for part, one in pack.reds():
        console.print(
            f"[red]✗ {WORDS[one.verdict]}[/red]  {part.title}: {one.section} {one.title}", soft_wrap=True
        )
    for file in files:
        console.print(file, soft_wrap=True, markup=False)


@careloom_command("packs", short_help="The packs that were made, and what changed between them.")
def packs() -> None:
    """List the packs that are kept, the newest first, each with what changed since the one before."""
    complying = open_pipeline().complying
    rows: list[dict[str, Any]] = []
    for one in complying.packs(OPERATOR):
        _, changes = complying.since(OPERATOR, one.id)
        rows.append(
            {
                "id": one.id,
                "made": one.made.isoformat(),
                "by": one.by,
                "sha256": one.sha256,
                "counts": one.counts,
                "changes": [
                    {"key": change.key, "before": change.before, "after": change.after, "worse": change.worse}
                    for change in changes
                ],
            }
        )

    def words(console: Console) -> None:
        for row in rows:
            red = sum(row["counts"].get(one.value, 0) for one in RED)
            worse = sum(change["worse"] for change in row["changes"])
            console.print(
                f"{row['made'][:16]}  {row['id']}  {red} not met, {worse} of them since the one before  {row['sha256'][:16]}"
            )
        if not rows:
            console.print("No pack was made yet: careloom comply --out DIR")

    show({"packs": rows}, words=words)


@careloom_command("say", short_help="Answer what a person must say.")
@click.argument("key", required=False)
@click.argument("answer", required=False)
@click.option("--words", default="", metavar="TEXT", help="On what it rests: a document, a name, a day.")
def say(key: str | None, answer: str | None, words: str) -> None:
    """Note your ANSWER (yes, no or not_applicable) to question KEY; without them, list the questions and what was said last."""
    complying = open_pipeline().complying
    if key is not None:
        complying.say(OPERATOR, key, answer or "", words)
    said = complying.store.compliance.answers()
    rows = [
        {"key": one, "about": f"{rule.section} {rule.title}", "question": rule.question, "answer": said[one].answer if one in said else None,
         "by": said[one].who if one in said else None, "at": said[one].at.isoformat() if one in said else None}
        for one, rule in complying.questions().items()
        if key in (None, one)
    ]  # fmt: skip

    def told(console: Console) -> None:
        for row in rows:
            last = (
                f"{row['answer']} ({row['by']}, {str(row['at'])[:10]})"
                if row["answer"]
                else "nobody has said"
            )
            console.print(
                f"{row['key']}: {row['about']}\n    {row['question']}\n    {last}",
                soft_wrap=True,
                markup=False,
            )

    show({"questions": rows}, words=told)


@careloom_command("hold", short_help="Legal holds: place one, list them.")
@click.argument("patient", required=False)
@click.option("--all", "everybody", is_flag=True, help="On everybody's records.")
@click.option("--why", default="", metavar="TEXT", help="Why; kept sealed.")
def hold(patient: str | None, everybody: bool, why: str) -> None:
    """Place a legal hold on PATIENT's records, or with --all on everybody's; without either, list the holds."""
    if patient and everybody:
        raise click.UsageError("PATIENT or --all, not both")
    complying = open_pipeline().complying
    if patient or everybody:
        complying.hold(OPERATOR, patient or "", why)
    _holds(complying.holds(OPERATOR))


@careloom_command("lift", short_help="Lift a legal hold.")
@click.argument("hold_id", metavar="HOLD")
@click.option("--why", default="", metavar="TEXT", help="Why; kept sealed.")
def lift(hold_id: str, why: str) -> None:
    """End legal hold HOLD (its id)."""
    complying = open_pipeline().complying
    complying.lift(OPERATOR, hold_id, why)
    _holds(complying.holds(OPERATOR))


def _holds(found: tuple[Hold, ...]) -> None:
    rows = [
        {"id": one.id, "patient": one.patient or None, "by": one.who, "at": one.at.isoformat(),
         "lifted": one.lifted.isoformat() if one.lifted else None, "lifted_by": one.lifted_by or None}
        for one in found
    ]  # fmt: skip

    def words(console: Console) -> None:
        for row in rows:
            state = f"lifted {str(row['lifted'])[:10]} by {row['lifted_by']}" if row["lifted"] else "in force"
            console.print(
                f"{row['id']}  {row['patient'] or 'everybody'}  by {row['by']}, {str(row['at'])[:10]}: {state}"
            )
        if not rows:
            console.print("No legal hold was ever placed.")

    show({"holds": rows}, words=words)


for _one in (make, packs, say, hold, lift):
    command.add_command(_one)
