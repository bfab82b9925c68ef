"""careloom pull: read source systems' FHIR servers into the store."""

from collections.abc import Iterable
from datetime import datetime

import click
from rich.console import Console

from careloom.care.entry import when
from careloom.cli.connect import answer as counted
from careloom.cli.connect import words as counted_in_words
from careloom.cli.frame import careloom_command, open_pipeline, progress_of, show
from careloom.errors import InputError, SourceError
from careloom.pipeline import Report
from careloom.pipeline.pulling import Pulled, Wish

STOPPED = (
    "What came until now is stored. The same command goes on from here; --cancel gives up a bulk export."
)


@careloom_command("pull", short_help="Read from a FHIR server: what is new, or everything.")
@click.argument("sources", nargs=-1, required=True)
@click.option("--since", metavar="TIME", help="What has changed since (2026-11-01, or with a time).")
@click.option("--full", is_flag=True, help="Everything, whatever was read before.")
@click.option(
    "--patient", "patients", multiple=True, metavar="ID", help="Our id, SYSTEM|VALUE, or the server's id."
)
@click.option("--group", default="", metavar="ID", help="The patients of this Group of the server.")
@click.option("--bulk", is_flag=True, help="By a bulk export; one that was cut off is taken up again.")
@click.option("--cancel", is_flag=True, help="Give up a bulk export that is under way, and tell the server.")
def command(
    sources: tuple[str, ...],
    since: str | None,
    full: bool,
    patients: tuple[str, ...],
    group: str,
    bulk: bool,
    cancel: bool,
) -> None:
    """Read SOURCES (tables of sources.toml); without an option, what is new since the last time.

    What a server can't answer is named and the rest is read. What comes twice is kept once.
    """
    if since and full:
        raise click.UsageError("--since and --full say two things")
    if cancel and (since or full or patients or group):
        raise click.UsageError("--cancel gives up what is under way and reads nothing")
    pipeline = open_pipeline()
    wish = Wish(_moment(since, pipeline.settings.zone), full, patients, group, bulk, cancel)
    found = []
    for source in sources:
        with progress_of(f"Reading {source}") as step:
            try:
                found.append(pipeline.pull(source, wish, step=step))
            except KeyboardInterrupt:
                click.echo(STOPPED, err=True)
                raise
    show(_answer(found), words=lambda console: _words(found, console))
    failed = next((one.failed for one in found if one.failed), "")
    if failed:
        raise SourceError(failed)
    if any(one.report.rejected for one in found):
        raise click.exceptions.Exit(InputError.exit_code)


def _moment(text: str | None, zone: str) -> datetime | None:
    if text is None:
        return None
    try:
        return when(text, zone).earliest
    except InputError:
        raise click.BadParameter("a time looks like 2026-11-23 or 2026-11-23T08:00:00Z") from None


def _together(found: Iterable[Pulled]) -> Report:
    """What came from all sources, as one count."""
    whole = Report()
    for one in found:
        part = one.report
        whole.messages += part.messages
        whole.entries += part.entries
        whole.duplicates += part.duplicates
        whole.deleted += part.deleted
        whole.patients |= part.patients
        whole.rejected += part.rejected
        whole.unknown.update(part.unknown)
    return whole


def _answer(found: list[Pulled]) -> dict[str, object]:
    """What `connect` says of files, and of each source what was asked and what it could not answer."""
    sources = [
        {
            "source": one.source,
            "searches": [
                {"name": name, "pages": pages, "results": one.results[name]}
                for name, pages in one.pages.items()
            ],
            "cannot": list(one.cannot),
            "remarks": list(one.remarks),
            "failed": one.failed,
        }
        for one in found
    ]
    return {**counted(_together(found)), "sources": sources}


def _words(found: list[Pulled], console: Console) -> None:
    for one in found:
        pages, results = sum(one.pages.values()), sum(one.results.values())
        console.print(f"{one.source}: {results} results on {pages} pages")
        for why, what in _by_reason(one.cannot).items():
            console.print(f"  can't answer, {why}: {', '.join(what)}", soft_wrap=True)
        for line in one.remarks:
            console.print(f"  {line}", soft_wrap=True)
        counted_in_words(one.report, console)
        if one.failed:
            console.print(f"  stopped: {one.failed}", soft_wrap=True)


def _by_reason(cannot: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in cannot:
        what, _, why = line.partition(": ")
        found.setdefault(why, []).append(what)
    return found
