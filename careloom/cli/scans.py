"""careloom scans: what a machine read off images and a person must confirm, and whose scans are that name nobody."""

from pathlib import Path

import click
from rich.console import Console

from careloom.care.document import Reviewer
from careloom.cli.decide import acting
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.errors import InputError
from careloom.pipeline import Pipeline
from careloom.pipeline.assigning import Match, Unassigned
from careloom.pipeline.scans import ToConfirm


@careloom_command("scans", short_help="What was read off scans and waits to be confirmed.")
@click.option("--right", metavar="ENTRY", help="It stands on the picture as it was read.")
@click.option("--wrong", metavar="ENTRY", help="It does not.")
@click.option(
    "--picture", metavar="ID", help="Write the picture of the page of an entry, or of a scan, to --to."
)
@click.option("--page", default=1, show_default=True, help="Which page of a scan.")
@click.option("--to", type=click.Path(path_type=Path), help="Where --picture writes (PNG).")
@click.option("--assign", metavar="SCAN", help="Say that a scan is --patient's; it is read into that record.")
@click.option("--patient", metavar="PATIENT", help="Our id of a patient, or SYSTEM|VALUE.")
@click.option("--take-back", metavar="SCAN", help="Undo --assign.")
@click.option(
    "--search", metavar="WORDS", help="List patients by the beginning of a name, a number or a birth date."
)
@click.option("--as", "as_user", metavar="USER", help="Act as this user (demo homes alone).")
def command(
    right: str | None,
    wrong: str | None,
    picture: str | None,
    page: int,
    to: Path | None,
    assign: str | None,
    patient: str | None,
    take_back: str | None,
    search: str | None,
    as_user: str | None,
) -> None:
    """List what optical recognition read off images, and the scans of nobody whom we know.

    What was read counts once a person has confirmed it; a scan is in no record before it is known whose it is.
    """
    if sum(one is not None for one in (right, wrong, picture, assign, take_back, search)) > 1:
        raise click.UsageError(
            "one of --right, --wrong, --picture, --assign, --take-back, --search at a time"
        )
    if (assign is None) != (patient is None):
        raise click.UsageError("--assign SCAN goes with --patient PATIENT")
    pipeline = open_pipeline()

    def who() -> Reviewer:
        return pipeline.store.users.reviewer(acting(pipeline.settings, as_user))

    if search is not None:
        _found(pipeline.assigning.search(who(), search))
        return
    if picture is not None:
        if to is None:
            raise click.UsageError("--picture needs --to FILE")
        to.write_bytes(_picture(pipeline, who(), picture, page))
    for entry, is_right in ((right, True), (wrong, False)):
        if entry is not None:
            pipeline.scans.confirm(who(), entry, right=is_right)
    if assign is not None:
        pipeline.assigning.assign(who(), assign, patient or "")
    if take_back is not None:
        pipeline.assigning.take_back(who(), take_back)
    _show(pipeline)


def _picture(pipeline: Pipeline, who: Reviewer, of: str, page: int) -> bytes:
    """The picture of the page of a waiting entry, else of a waiting scan."""
    try:
        scan = pipeline.assigning.find(of)
    except InputError:
        found = pipeline.scans.find(of)
        return pipeline.scans.picture(who, found.entry.id, found.pages[0])
    return pipeline.assigning.picture(who, scan.message, page)


def _show(pipeline: Pipeline) -> None:
    rows, nobodys = tuple(pipeline.scans.waiting()), pipeline.assigning.waiting()
    answer = {
        "to_confirm": [_row(one) for one in rows],
        "to_assign": [
            {"message": one.message, "name": one.name, "source": one.source, "reason": one.reason}
            for one in nobodys
        ],
        "assigned": [
            {"message": one.message, "patient": one.patient, "who": one.who}
            for one in pipeline.assigning.assigned()
        ],
    }
    show(answer, words=lambda console: _words(rows, nobodys, console))


def _found(matches: tuple[Match, ...]) -> None:
    rows = [
        {"id": one.patient, "name": one.name, "birth_date": one.birth_date, "numbers": list(one.numbers)}
        for one in matches
    ]

    def words(console: Console) -> None:
        for one in matches:
            said = f"{one.patient}  {one.name}  {one.birth_date}  {', '.join(one.numbers)}"
            console.print(said, soft_wrap=True, markup=False)
        if not matches:
            console.print("Nobody of that name or number is known here.")

    show({"patients": rows}, words=words)


def _row(one: ToConfirm) -> dict[str, object]:
    entry = one.entry
    return {
        "patient": one.patient,
        "entry": entry.id,
        "kind": entry.kind,
        "quote": entry.detail.get("quote", ""),
        "pages": list(one.pages),
        "source": {
            "message": entry.source.message,
            "where": entry.source.where,
            "system": entry.source.system,
        },
    }


def _words(rows: tuple[ToConfirm, ...], nobodys: tuple[Unassigned, ...], console: Console) -> None:
    for scan in nobodys:
        said = f"{scan.message[:12]}  whose? {scan.name} from {scan.source}: {scan.reason}"
        console.print(said, soft_wrap=True, markup=False)
    for one in rows:
        console.print(
            f"{one.entry.id[:12]}  {one.name}  {one.entry.source.where}: {one.entry.detail.get('quote', '')}",
            soft_wrap=True,
            markup=False,
        )
    if not rows and not nobodys:
        console.print("Nothing waits to be confirmed.")
