"""careloom pages: what can't wait, whom it was told, and taking one."""

import click
from rich.console import Console

from careloom.care.urgent import Page
from careloom.cli.decide import acting
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.pipeline.paging import page_of


@careloom_command("pages", short_help="What can't wait, and whom it was told; take one, write what was done.")
@click.option("--all", "every", is_flag=True, help="Those that are over, too.")
@click.option("--acknowledge", metavar="ID", help="Take this one (its first digits are enough).")
@click.option("--give-back", metavar="ID", help="Give this one back: the next person is told.")
@click.option(
    "--outcome", nargs=2, metavar="ID WORDS", help="Write what was done about this one, which ends it."
)
@click.option(
    "--undo",
    nargs=2,
    metavar="ID WORDS",
    help="Take back what was written as done about this one, and why; it waits again.",
)
@click.option("--as", "as_user", metavar="USER", help="Act as this user (demo homes alone).")
def command(
    every: bool,
    acknowledge: str | None,
    give_back: str | None,
    outcome: tuple[str, str] | None,
    undo: tuple[str, str] | None,
    as_user: str | None,
) -> None:
    """List the pages of which nobody wrote what was done, the oldest first; until somebody takes one, the next person is told."""
    pipeline = open_pipeline()
    paging = pipeline.paging
    rows: tuple[Page, ...]
    if acknowledge or give_back or outcome or undo:
        who = pipeline.store.users.reviewer(acting(pipeline.settings, as_user))
        start = acknowledge or give_back or (outcome or undo or ("", ""))[0]
        among = pipeline.store.pages.last() if undo else pipeline.store.pages.unfinished()
        known = page_of(pipeline.paged.read(who, among), start).id
        if undo:
            done = paging.undo(who, known, undo[1])
        elif outcome:
            done = paging.finish(who, known, outcome[1])
        elif give_back:
            done = paging.give_back(who, known)
        else:
            done = paging.acknowledge(who, known)
        rows = pipeline.paged.untold((done,))
    else:
        paging.escalate()
        found = pipeline.store.pages.last() if every else pipeline.store.pages.unfinished()
        rows = pipeline.paged.untold(found)
        pipeline.store.audit.note_all(
            "operator", "read", {one.patient for one in rows if one.patient}, "pages"
        )
    told = bool(paging.chain)
    show(
        {"pages": [_row(one) for one in rows], "somebody_is_told": told},
        words=lambda out: _words(rows, told, out),
    )


def _row(one: Page) -> dict[str, object]:
    return {
        "id": one.id,
        "patient": one.patient,
        "cause": one.cause,
        "words": one.words,
        "at": one.at,
        "open": one.is_open,
        "over": one.is_done,
        "told": [{"what": step.what, "whom": step.whom, "at": step.at} for step in one.steps],
    }


def _words(rows: tuple[Page, ...], told: bool, console: Console) -> None:
    for one in rows:
        state = "OPEN " if one.is_open else "over " if one.is_done else "taken"
        whom = ", ".join(f"{step.what} {step.whom}" for step in one.steps) or "nobody was told"
        console.print(
            f"{one.id[:8]}  {state}  {one.at:%Y-%m-%d %H:%M} UTC  {one.words}  ({whom})",
            soft_wrap=True,
            markup=False,
        )
    if not rows:
        console.print("Nothing waits that can't.")
    if not told:
        console.print("Nobody is named to be told: set CARELOOM_URGENT_PEOPLE.")
