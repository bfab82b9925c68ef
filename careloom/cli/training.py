"""careloom training: one's own score; and of whom a certificate is asked, for whoever runs the machine."""

import click
from rich.console import Console

from careloom.cli.decide import acting
from careloom.cli.frame import careloom_command, day, open_pipeline, show
from careloom.pipeline import Pipeline
from careloom.pipeline.training import as_json, standing_json
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.training.certifying import Habit, habits

OPERATOR = "operator"
JUDGES = {
    Habit.MARK: "Goes by the mark: faulty lines that bear “supported” pass more often than those without it.",
    Habit.PASSES: "Lets faults pass.",
    Habit.SUSPECTS: "Calls much faulty that is fine.",
    Habit.READS: "Tells faulty lines from fine ones, and the mark doesn't lead.",
}


@careloom_command("training", short_help="Your drills' score; of whom a certificate is asked.")
@click.option(
    "--require",
    "required",
    metavar="USER",
    help="From --day on she decides on real cases only with a certificate.",
)
@click.option(
    "--excuse",
    "excused",
    metavar="USER",
    help="Up to --day she decides without one, with --why (31 days at most).",
)
@click.option("--day", "on", metavar="DATE", help="From when, or up to when (default: today).")
@click.option("--why", default="", metavar="TEXT", help="Why somebody is excused.")
@click.option("--everybody", is_flag=True, help="Of whom it is asked, and whose certificate holds; no score.")
@click.option("--as", "as_user", metavar="USER", help="Act as this user (demo homes alone).")
def command(
    required: str | None, excused: str | None, on: str | None, why: str, everybody: bool, as_user: str | None
) -> None:
    """Print the score of your own drills as the holder of $CARELOOM_TOKEN: what you caught, false alarms, the automation-bias index.

    With --require, --excuse or --everybody it is who needs a certificate, for whoever runs the machine. Nobody's score is printed but your own.
    """
    pipeline = open_pipeline()
    if required and excused:
        raise click.UsageError("--require or --excuse, one at a time")
    if required:
        pipeline.training.require(OPERATOR, _user(pipeline, required), day(on))
    if excused:
        pipeline.training.excuse(OPERATOR, _user(pipeline, excused), day(on), why)
    if required or excused or everybody:
        _everybody(pipeline)
        return
    mine = pipeline.training.mine(pipeline.store.users.reviewer(acting(pipeline.settings, as_user)))

    def words(console: Console) -> None:
        found = mine.score
        console.print(f"{mine.drills} drills, {found.lines} lines that count.")
        console.print(
            f"  caught        {found.faulty.hits} of {found.faulty.number}  {_of(found.sensitivity)}"
        )
        console.print(
            f"  false alarms  {found.alarms.hits} of {found.alarms.number}  {_of(found.false_alarms)}"
        )
        console.print(f"  automation-bias index  {_of(found.bias)}")
        for kind, count in found.by_kind.items():
            if count.number:
                console.print(
                    f"    {kind.value.replace('_', ' '):<16}  caught {count.hits} of {count.number}"
                )
        for told in _judges(habits(found)):
            console.print(told, soft_wrap=True)
        missing = ", ".join(one.value for one in mine.lacks)
        console.print(f"For the certificate: {missing or 'nothing is missing'}.")

    show(as_json(mine), words=words)


def _judges(found: tuple[Habit, ...] | None) -> list[str]:
    if found is None:
        return ["Too few lines yet to say how these lines are judged."]
    return [JUDGES[one] for one in found] or ["In between: more drills will tell how these lines are judged."]


def _of(one: Estimate | NotSaid) -> str:
    if isinstance(one, NotSaid):
        return "(not said: too few lines)"
    return f"{one.value:.2f} (95 % {one.low:.2f} to {one.high:.2f})"


def _user(pipeline: Pipeline, name: str) -> str:
    return str(pipeline.store.users.account(name).pk)


def _everybody(pipeline: Pipeline) -> None:
    found = pipeline.training.standings(OPERATOR)
    names = {one.user: one.name for one in pipeline.store.users.all()}
    rows = [{"user": user, "name": names.get(user, ""), **standing_json(one)} for user, one in found.items()]

    def words(console: Console) -> None:
        for row in rows:
            asked = "asked for" if row["asked"] else "not asked for"
            holds = f", holds to {row['until']}" if row["until"] else ""
            console.print(f"{row['name'] or row['user']}: {asked}{holds}")
        if not rows:
            console.print("Nobody here decides on drafts yet.")

    show({"people": rows}, words=words)
