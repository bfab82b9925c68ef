"""careloom audit: is the log whole, who did what, and what left about a patient."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

import click
from rich.console import Console

from careloom.care.audited import Asked, AuditedEvent
from careloom.care.disclosure import WRITTEN, Disclosure
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.errors import ConfigError
from careloom.pipeline import Pipeline
from careloom.pipeline.accounting import Said
from careloom.text import sheet

OPERATOR = "operator"
DAY = click.DateTime(["%Y-%m-%d"])
patient_option = click.option("--patient", metavar="P", help="Of this patient (our id, or SYSTEM|VALUE).")
person_option = click.option("--person", metavar="USER", help="By this person (a user name).")
action_option = click.option("--action", metavar="WORD", help="Of this action, such as read.")
since_option = click.option("--since", type=DAY, help="From this day on (YYYY-MM-DD).")
until_option = click.option("--until", type=DAY, help="Until this day, which counts.")


@click.group("audit", short_help="Who did what, whether the log is whole, and what left.")
def command() -> None:
    """The audit log (docs/audit.md)."""


@careloom_command("verify", short_help="Is the log whole?")
def verify() -> None:
    """Seal what is new, walk the chain, and say whether a row was changed, taken out or moved."""
    log = open_pipeline().store.audit
    log.seal()
    found = log.verify()

    def words(console: Console) -> None:
        console.print("The chain is whole." if found["ok"] else "The chain is broken.")
        for key, value in found.items():
            console.print(f"  {key}: {value}")

    show(found, words=words)
    if not found["ok"]:
        raise ConfigError("the audit log was changed outside Careloom")


@careloom_command("export", short_help="Events, as FHIR R4 AuditEvents or as a table.")
@patient_option
@person_option
@action_option
@since_option
@until_option
@click.option("--fhir", is_flag=True, help="A FHIR R4 Bundle of AuditEvents.")
@click.option("--csv", "as_csv", is_flag=True, help="A table for a spreadsheet; no cell is a formula.")
def export(
    patient: str | None,
    person: str | None,
    action: str | None,
    since: datetime | None,
    until: datetime | None,
    fhir: bool,
    as_csv: bool,
) -> None:
    """Print who did what, the oldest first."""
    pipeline = open_pipeline()
    asked = _asked(pipeline, patient, person, action, since, until)
    if fhir:
        show(pipeline.accounting.as_fhir(OPERATOR, asked))
        return
    rows = [_row(one) for one in pipeline.accounting.every(OPERATOR, asked)]
    if as_csv:
        table = ([*rows[0]] if rows else [], *([str(value) for value in row.values()] for row in rows))
        click.echo("".join(sheet.lines(table)), nl=False)
        return
    show({"events": rows})


@careloom_command("disclosures", short_help="What left about a patient in the last six years.")
@click.argument("patient")
def disclosures(patient: str) -> None:
    """Print the accounting of disclosures of PATIENT (45 CFR 164.528), and apart what 42 CFR 2.25 asks for."""
    found = open_pipeline().accounting.disclosures(OPERATOR, patient)
    answer = {
        "patient": found.patient,
        "since": found.since,
        "until": found.until,
        "disclosures": [_left(one) for one in found.counted],
        "part2": [_left(one) for one in found.part2],
        "left_out": [_left(one) for one in found.left_out],
    }

    def words(console: Console) -> None:
        console.print(f"Disclosures from {found.since} to {found.until}: {len(found.counted)}")
        for one in (*found.counted, *found.part2):
            console.print(
                f"  {one.on}  to {one.to}: {one.what}; {one.why} ({one.ground.source})", markup=False
            )
        console.print(f"Left out of the accounting: {len(found.left_out)}")

    show(answer, words=words)


@careloom_command("disclose", short_help="Write down that something left.")
@click.argument("patient")
@click.option("--to", required=True, metavar="NAME", help="Who received it.")
@click.option("--address", default="", help="Their address, if known.")
@click.option("--what", required=True, help="What it was, in a few words.")
@click.option("--why", required=True, help="What for.")
@click.option("--ground", required=True, type=click.Choice([one.id for one in WRITTEN]), help="The ground.")
@click.option("--on", type=DAY, help="On which day (default: today).")
def disclose(
    patient: str, to: str, address: str, what: str, why: str, ground: str, on: datetime | None
) -> None:
    """Write down that something about PATIENT left by fax, phone or paper; it stands in the accounting."""
    pipeline = open_pipeline()
    day: date = on.date() if on else pipeline.today
    pipeline.accounting.disclose(OPERATOR, patient, Said(to, what, why, ground, day, address))
    show({"disclosed": True, "on": day.isoformat()})


def _asked(
    pipeline: Pipeline,
    patient: str | None,
    person: str | None,
    action: str | None,
    since: datetime | None,
    until: datetime | None,
) -> Asked:
    zone = pipeline.clock().astimezone().tzinfo
    return Asked(
        patients=pipeline.accounting.about(patient) if patient else (),
        actor=pipeline.store.users.reviewer(person).user if person else "",
        action=action or "",
        since=since.replace(tzinfo=zone) if since else None,
        until=until.replace(tzinfo=zone) + timedelta(days=1) if until else None,
    )


def _row(one: AuditedEvent) -> dict[str, Any]:
    told = asdict(one)
    whence = told.pop("whence")
    return {**told, "at": one.at.isoformat(), **whence}


def _left(one: Disclosure) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("on", "to", "address", "what", "why", "by")}
    return {
        **told,
        "ground": one.ground.id,
        "source": one.ground.source,
        "left_out_by": one.ground.not_counted,
    }


for _one in (verify, export, disclosures, disclose):
    command.add_command(_one)
