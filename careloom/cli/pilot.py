"""careloom pilot: pilots, their protocols, looks in between, and what they came to."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from careloom.care.pilot import Arm, Pilot
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.errors import InputError
from careloom.pipeline import Pipeline
from careloom.pipeline.trials import Found
from careloom.store import codec
from careloom.study.pilot.data import dictionary
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.minutes import Minutes
from careloom.text import sheet

ACTIONS = ("show", "lock", "look", "report", "data", "dictionary", "resume", "stop", "end", "seed")
OPERATOR = "operator"


@careloom_command("pilot", short_help="Pilots: cases from drafts against cases by hand.")
@click.argument("pilot", required=False, metavar="[ID]")
@click.argument("action", required=False, type=click.Choice(ACTIONS), default="show")
@click.option(
    "--protocol",
    type=click.Path(path_type=Path),
    help="A protocol as JSON: a new pilot, or the next wording of ID.",
)
@click.option("--why", default="", metavar="WORDS", help="Why: of an amendment, resume, stop and end.")
@click.option("--to", type=click.Path(path_type=Path), help="A file for data and dictionary (CSV).")
def command(pilot: str | None, action: str, protocol: Path | None, why: str, to: Path | None) -> None:
    """List pilots; or of pilot ID show the protocol, lock and start it, ask its stop rules (look), print what it came to (report), write the cases
    without names (data) and what the columns hold (dictionary) to a CSV file, let it go on, stop or end it, or open its seed when it is over.

    With --protocol FILE a protocol is written, or, where it is locked, amended with --why.
    """
    pipeline = open_pipeline()
    if protocol is not None:
        _shown(pipeline, _written(pipeline, pilot, protocol, why))
    elif pilot is None:
        found = pipeline.store.pilots.all()
        show({"pilots": [as_json(one) for one in found]}, words=lambda console: _list(found, console))
    else:
        _act(pipeline, pilot, action, why, to)


def _act(pipeline: Pipeline, pilot: str, action: str, why: str, to: Path | None) -> None:
    piloting = pipeline.piloting
    if action in ("data", "dictionary"):
        _csv(pipeline, pilot, action, to)
    elif action == "look":
        asked = pipeline.trials.look(OPERATOR, pilot)
        show({"rules": [{"rule": one.rule, "holds": one.holds, "words": one.words} for one in asked]})
    elif action == "report":
        found = pipeline.trials.found(OPERATOR, pilot)
        show(report_json(found), words=lambda console: _report(found, console))
    elif action == "seed":
        show({"seed": piloting.seed(OPERATOR, pilot)})
    elif action == "lock":
        _shown(pipeline, piloting.lock(OPERATOR, pilot))
    elif action == "end":
        _shown(pipeline, piloting.end(OPERATOR, pilot, why))
    elif action in ("resume", "stop"):
        _shown(pipeline, piloting.decide(OPERATOR, pilot, go_on=action == "resume", why=why))
    else:
        _shown(pipeline, pipeline.store.pilots.get(pilot))


def _written(pipeline: Pipeline, pilot: str | None, file: Path, why: str) -> Pilot:
    try:
        said = codec.pilot_protocol(file.read_bytes())
    except OSError:
        raise InputError("no file that can be read", where="protocol") from None
    except ValueError as error:
        raise InputError(f"this is no protocol: {error}", where="protocol") from None
    old = pipeline.store.pilots.get(pilot) if pilot else None
    if old is not None and old.began is not None:
        return pipeline.piloting.amend(OPERATOR, old.id, said, why, was=old.digest)
    return pipeline.piloting.write(OPERATOR, said, pilot or "")


def _csv(pipeline: Pipeline, pilot: str, action: str, to: Path | None) -> None:
    if to is None:
        raise click.UsageError("name a file: --to FILE.csv")
    rows = dictionary() if action == "dictionary" else pipeline.trials.table(OPERATOR, pilot)
    to.write_text("".join(sheet.lines(rows)), encoding="utf-8")
    show({"written": str(to)})


def _shown(pipeline: Pipeline, pilot: Pilot) -> None:
    lacks = [one.words for one in pipeline.piloting.lacks(pilot.protocol)] if pilot.began is None else []
    answer = {
        **as_json(pilot),
        "lacks": lacks,
        "sound": pilot.began is None or pipeline.piloting.holds(pilot),
    }
    show(answer)


def as_json(pilot: Pilot) -> dict[str, Any]:
    """A pilot with its protocol, without anybody's case."""
    return {
        "id": pilot.id,
        "stage": pilot.stage.value,
        "began": pilot.began.isoformat() if pilot.began else None,
        "digest": pilot.digest,
        "enrolled": len(pilot.enrolled),
        "protocol": codec.plain(pilot.protocol),
    }


def report_json(found: Found) -> dict[str, Any]:
    """What a pilot came to: counts, estimates with their intervals, or why nothing is said."""
    timed = found.results.timed
    return {
        "pilot": found.pilot.id,
        "flow": codec.plain(found.flow),
        "minutes": {
            "number": {arm.value: timed.number[arm] for arm in Arm},
            "median": {arm.value: timed.medians[arm] for arm in Arm},
            "compared": _minutes(timed.found),
            "as_allocated_alone": _minutes(timed.adhered),
        },
        "shares": {
            one.metric: {
                "by_arm": {
                    arm.value: {"hits": count.hits, "number": count.number, **_estimate(one.shares[arm])}
                    for arm, count in one.counts.items()
                },
                "difference": _estimate(one.apart) if one.apart is not None else None,
            }
            for one in found.results.shares
        },
        "survey": {
            "answered": found.results.survey.answered,
            "again": dict(found.results.survey.again),
            "mean_score": found.results.survey.mean,
        },
        "stop_rules": [{"rule": one.rule, "holds": one.holds, "words": one.words} for one in found.asked],
    }


def _minutes(one: Minutes | NotSaid) -> dict[str, Any]:
    if isinstance(one, NotSaid):
        return {"not_said": one.words}
    return {
        "ratio": _estimate(one.ratio),
        "p": one.p,
        "verdict": one.verdict,
        "words": one.words,
        "method": one.method,
    }


def _estimate(one: Estimate | NotSaid) -> dict[str, Any]:
    if isinstance(one, NotSaid):
        return {"not_said": one.words}
    return {"value": one.value, "low": one.low, "high": one.high, "method": one.method}


def _list(found: tuple[Pilot, ...], console: Console) -> None:
    if not found:
        console.print(
            "No pilot was written. Its protocol is written on the page Studies, or as JSON with --protocol FILE."
        )
        return
    table = Table("id", "stage", "cases", "title", box=None)
    for one in found:
        planned = one.protocol.cases * len(one.protocol.participants)
        table.add_row(one.id, one.stage.value, f"{len(one.enrolled)} of {planned}", one.protocol.title)
    console.print(table)


def _report(found: Found, console: Console) -> None:
    timed = found.results.timed
    console.print(f"{found.flow.enrolled} enrolled of {found.flow.looked} looked at.")
    if not found.flow.enrolled:
        console.print("Nobody was enrolled yet: there is nothing to tell.")
        return
    console.print(timed.found.words)
    for one in found.results.shares:
        said = ", ".join(f"{arm.value} {count.hits}/{count.number}" for arm, count in one.counts.items())
        console.print(f"{one.metric}: {said}")
    for rule in found.asked:
        console.print(f"{rule.rule}: {'HOLDS' if rule.holds else 'does not hold'}. {rule.words}")
