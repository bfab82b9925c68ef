"""careloom readiness: what the sources can and cannot give."""

from dataclasses import replace

import click
import msgspec
from rich.console import Console
from rich.table import Table

from careloom.cli.frame import careloom_command, open_pipeline, progress, show
from careloom.errors import InputError
from careloom.pipeline.auditing import Audited
from careloom.pipeline.ehr.destinations import as_row, in_words, is_well
from careloom.readiness import Field, Report, as_json
from careloom.readiness.words import (
    change_words,
    drop_words,
    mend_words,
    percent,
    without_words,
)

SHAPES = {"good": "●", "partly": "◐", "none": "○", "not carried": "·"}


@careloom_command("readiness", short_help="What the sources can and cannot give: the data audit.")
@click.option("--source", metavar="NAME", help="Show this source alone.")
def command(source: str | None) -> None:
    """Count what every source tells of every patient, compare it with the last run, and keep the run.

    The page /readiness shows the last run. A worker or the web server makes one a day by itself, so that a field that
    fell away is named the next day.
    """
    pipeline = open_pipeline()
    audit = pipeline.data_audit
    with progress("Counting", pipeline.store.arrived.count()) as step:
        found = audit.run("operator", pipeline.today, step)
    report = of_one(found.report, source) if source else found.report
    written_to = [one for one in pipeline.destinations.all() if source in (None, one.system)]
    asked = [(one, pipeline.destinations.ask(one.system)) for one in written_to]
    answer = {
        "at": found.at.isoformat(),
        "before": found.before.isoformat() if found.before else None,
        **as_json(report),
        "changes": msgspec.to_builtins([one for one in found.changes if source in (None, one.source)]),
        "written_to": [as_row(one, said, is_well(one, said, found.at)) for one, said in asked],
    }

    def told(console: Console) -> None:
        words(replace(found, report=report), audit.fields, console)
        for one, said in asked:
            console.print(
                f"Writes to {one.system}: {'; '.join(in_words(one, said, found.at))}.", soft_wrap=True
            )

    show(answer, words=told)


def of_one(report: Report, source: str) -> Report:
    """The report with one source alone. Raises InputError for a source that sent nothing."""
    chosen = tuple(one for one in report.sources if one.name == source)
    if not chosen:
        known = ", ".join(one.name for one in report.sources) or "none"
        raise InputError(f"no messages of that source; there are: {known}")
    fields = tuple(replace(one, sources={source: one.sources[source]}) for one in report.fields)
    return replace(
        report,
        sources=chosen,
        fields=fields,
        drops=tuple(one for one in report.drops if one.source == source),
        waiting={name: number for name, number in report.waiting.items() if name == source},
    )


def words(found: Audited, fields: tuple[Field, ...], console: Console) -> None:
    """The same for a person: what fell away, the matrix, and for each field that is not good what to do."""
    report = found.report
    labels = {one.name: one.label for one in report.fields}
    for drop in report.drops:
        console.print(f"▲ {drop_words(drop, labels[drop.field], f'{drop.since:%-d %b}')}", soft_wrap=True)
    for one in report.sources:
        if one.silent_since:
            console.print(f"▲ {one.name.upper()} has sent nothing since {one.silent_since}.")
    table = Table("Field", "All", *(one.name for one in report.sources), box=None)
    for field in report.fields:
        cells = [f"{SHAPES[cell.verdict]} {percent(cell.share)}" for cell in field.sources.values()]
        table.add_row(field.label, f"{SHAPES[field.whole.verdict]} {percent(field.whole.share)}", *cells)
    console.print(table)
    console.print(
        f"{report.patients} patients; {report.outside} have data from outside {report.main or 'the EHR'}. "
        f"Alike and not merged: {len(report.alike)} pair{'' if len(report.alike) == 1 else 's'}. "
        f"Parts that wait for a person: {sum(report.waiting.values())}.",
        soft_wrap=True,
    )
    for change in found.changes:
        if change.lost or not change.source:
            console.print(change_words(change), soft_wrap=True)
    defined = {one.name: one for one in fields}
    for field in report.fields:
        if field.whole.verdict != "good":
            mend = mend_words(field, defined[field.name], report.sources, report.main)
            console.print(f"{field.label}: {without_words(field)} {mend}", soft_wrap=True)
