"""careloom management: a patient's care-management programme: consent, initiating visit, attestations, copies of the plan, the end."""

from datetime import datetime
from typing import Any

import click
from rich.console import Console

from careloom.care.document import Reviewer
from careloom.care.management import (
    COMPLEXITIES,
    PROGRAMMES,
    TOLD,
    WAYS,
    Managed,
    Said,
    What,
    managed,
    standing,
)
from careloom.cli.decide import acting
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.errors import InputError
from careloom.pipeline import Pipeline

DAY = click.DateTime(["%Y-%m-%d"])
as_option = click.option("--as", "as_user", metavar="USER", help="Act as this user (demo homes alone).")
on_option = click.option("--on", "day", type=DAY, required=True, help="The day (YYYY-MM-DD).")
COMPLEX = click.Choice([one for one in COMPLEXITIES if one])


@click.group("management", short_help="A patient's care-management programme.")
def command() -> None:
    """Enrolment in a care-management programme, and what practitioners attest of it (docs/care_months.md)."""


@careloom_command("show", short_help="What stands of a patient's care management.")
@click.argument("patient")
@as_option
def show_command(patient: str, as_user: str | None) -> None:
    """Show PATIENT's programme, and the chronic conditions of the record that a practitioner may attest."""
    pipeline = open_pipeline()
    who, found = _who(pipeline, as_user), pipeline.find(patient)
    said = pipeline.managing.of(who, found)
    held = managed(said, pipeline.managing.here().date())
    known = pipeline.managing.conditions(found)
    answer = {
        "patient": found,
        "programme": held.consent.programme if held.consent and held.enrolled else None,
        "said": [as_json(one, stands=one in standing(said)) for one in said],
        "conditions": [{"concept": one.concept, "name": one.name} for one in known],
    }
    show(answer, words=lambda console: _words(held, said, console))


@careloom_command("consent", short_help="Record a patient's consent to a programme.")
@click.argument("patient")
@click.option("--programme", type=click.Choice(list(PROGRAMMES)), required=True, help="Which programme.")
@click.option(
    "--way", type=click.Choice([one for one in WAYS if one]), required=True, help="How it was given."
)
@click.option(
    "--by", default="the patient", show_default=True, help="Who consented: the patient, or who may for her."
)
@click.option(
    "--told",
    multiple=True,
    type=click.Choice(list(TOLD)),
    help="What she was told before; all of them are needed.",
)
@click.option("--practitioner", required=True, metavar="USER", help="Who is responsible.")
@on_option
@as_option
def consent(
    patient: str,
    programme: str,
    way: str,
    by: str,
    told: tuple[str, ...],
    practitioner: str,
    day: datetime,
    as_user: str | None,
) -> None:
    """Record that PATIENT consented, after being told what CMS asks for."""
    pipeline = open_pipeline()
    known = {one.name: one.user for one in pipeline.store.users.all()}
    _say(
        pipeline, as_user, patient, "consent", day,
        programme=programme, way=way, by=by, told=told, practitioner=known.get(practitioner, practitioner),
    )  # fmt: skip


@careloom_command("visit", short_help="Record the initiating visit, or why none is needed.")
@click.argument("patient")
@click.option(
    "--needless", is_flag=True, help="None is needed; --on is the visit that makes it so, --why says why."
)
@click.option("--why", default="", help="Why none is needed.")
@on_option
@as_option
def visit(patient: str, needless: bool, why: str, day: datetime, as_user: str | None) -> None:
    """Record PATIENT's initiating visit."""
    _say(open_pipeline(), as_user, patient, "visit", day, needless=needless, why=why)


@careloom_command("attest", short_help="A practitioner attests conditions, their duration and their risk.")
@click.argument("patient")
@click.option(
    "--condition",
    "conditions",
    multiple=True,
    required=True,
    metavar="CONCEPT",
    help="A chronic condition, as `show` names it.",
)
@click.option("--lasting", is_flag=True, help="They are expected to last 12 months, or until death.")
@click.option(
    "--at-risk",
    is_flag=True,
    help="They put the patient at significant risk of death, decompensation or decline.",
)
@click.option(
    "--focal", is_flag=True, help="She answers for all primary care (advanced primary care management)."
)
@on_option
@as_option
def attest(
    patient: str,
    conditions: tuple[str, ...],
    lasting: bool,
    at_risk: bool,
    focal: bool,
    day: datetime,
    as_user: str | None,
) -> None:
    """Attest what a programme asks of PATIENT's conditions."""
    pipeline = open_pipeline()
    known = {one.concept: one for one in pipeline.managing.conditions(pipeline.find(patient))}
    if missing := [one for one in conditions if one not in known]:
        raise InputError(f"the record documents no chronic condition {missing[0]}", where="condition")
    named = tuple(known[one] for one in conditions)
    _say(
        pipeline, as_user, patient, "attest", day,
        conditions=named, lasting=lasting, at_risk=at_risk, focal=focal,
    )  # fmt: skip


@careloom_command("month", short_help="A practitioner says how complex a month's decisions were.")
@click.argument("patient")
@click.option("--complexity", type=COMPLEX, required=True, help="How complex.")
@click.option(
    "--revised", is_flag=True, help="The plan was established or substantially revised in this month."
)
@click.option("--month", "day", type=click.DateTime(["%Y-%m"]), required=True, help="Which month (2026-10).")
@as_option
def month(patient: str, complexity: str, revised: bool, day: datetime, as_user: str | None) -> None:
    """Attest the complexity of decisions about PATIENT in a month."""
    _say(open_pipeline(), as_user, patient, "month", day, complexity=complexity, revised=revised)


@careloom_command("copy", short_help="Record that the patient got a copy of the plan.")
@click.argument("patient")
@click.option("--plan", required=True, metavar="ID", help="Which signed plan.")
@on_option
@as_option
def copy(patient: str, plan: str, day: datetime, as_user: str | None) -> None:
    """Record that PATIENT got a copy of a plan; what was sent by Careloom counts without it."""
    pipeline = open_pipeline()
    _say(pipeline, as_user, patient, "copy", day, plan=pipeline.store.proposals.find(plan))


@careloom_command("beneficiary", short_help="Whether the patient is a qualified Medicare beneficiary.")
@click.argument("patient")
@click.option("--qualified/--not-qualified", required=True, help="Whether she is one.")
@on_option
@as_option
def beneficiary(patient: str, qualified: bool, day: datetime, as_user: str | None) -> None:
    """Record what was found of PATIENT's eligibility."""
    _say(open_pipeline(), as_user, patient, "beneficiary", day, qualified=qualified)


@careloom_command("transition", short_help="A practitioner says what followed a discharge.")
@click.argument("patient")
@click.option("--discharge", "day", type=DAY, required=True, help="The day of the discharge.")
@click.option("--visit", "seen", type=DAY, required=True, help="The day of the visit after it.")
@click.option("--complexity", type=COMPLEX, required=True, help="How complex its decisions were.")
@click.option("--reconciled", is_flag=True, help="Medicines were reconciled by the day of the visit.")
@as_option
def transition(
    patient: str, seen: datetime, complexity: str, reconciled: bool, day: datetime, as_user: str | None
) -> None:
    """Attest what transitional care asks of PATIENT's discharge."""
    _say(
        open_pipeline(), as_user, patient, "transition", day,
        visit=seen.date(), complexity=complexity, reconciled=reconciled,
    )  # fmt: skip


@careloom_command("end", short_help="Record that a programme ended, by whom and why.")
@click.argument("patient")
@click.option("--by", default="the patient", show_default=True, help="Who ended it.")
@click.option("--why", default="", help="Why.")
@on_option
@as_option
def end(patient: str, by: str, why: str, day: datetime, as_user: str | None) -> None:
    """Record that PATIENT's programme ended; it holds until the end of that month, minutes until that day."""
    _say(open_pipeline(), as_user, patient, "end", day, by=by, why=why)


@careloom_command("back", short_help="Take back what was said of a patient's care management.")
@click.argument("patient")
@click.argument("said")
@click.option("--why", required=True, help="Why; both stay to be seen.")
@as_option
def back(patient: str, said: str, why: str, as_user: str | None) -> None:
    """Take back SAID (an id of `careloom management show`)."""
    pipeline = open_pipeline()
    pipeline.managing.take_back(_who(pipeline, as_user), pipeline.find(patient), said, why)
    show({"said": said, "taken_back": True}, words=lambda console: console.print(f"Taken back: {said}"))


def as_json(one: Said, *, stands: bool) -> dict[str, Any]:
    """What somebody said, by its fields that say something."""
    kept: dict[str, Any] = {"id": one.id, "what": one.what, "day": one.day.isoformat(), "stands": stands}
    kept |= {"who": one.who, "role": one.role, "at": one.at.isoformat()}
    texts = ("programme", "way", "by", "practitioner", "complexity", "plan", "why", "of")
    kept |= {name: getattr(one, name) for name in texts if getattr(one, name)}
    marks = ("needless", "lasting", "at_risk", "focal", "revised", "qualified", "reconciled")
    kept |= {name: True for name in marks if getattr(one, name)}
    if one.told:
        kept["told"] = list(one.told)
    if one.conditions:
        kept["conditions"] = [each.concept for each in one.conditions]
    if one.visit:
        kept["visit"] = one.visit.isoformat()
    return kept


def _say(
    pipeline: Pipeline, as_user: str | None, patient: str, what: What, day: datetime, **more: Any
) -> None:
    who, found = _who(pipeline, as_user), pipeline.find(patient)
    at = pipeline.managing.here()
    one = Said(patient=found, what=what, who=who.user, role=who.role, at=at, day=day.date(), **more)
    said = pipeline.managing.say(who, one)
    show({"said": said}, words=lambda console: console.print(f"Recorded: {said}"))


def _who(pipeline: Pipeline, as_user: str | None) -> Reviewer:
    return pipeline.store.users.reviewer(acting(pipeline.settings, as_user))


def _words(held: Managed, said: tuple[Said, ...], console: Console) -> None:
    programme = PROGRAMMES.get(held.consent.programme, "") if held.consent and held.enrolled else ""
    console.print(f"In force: {programme or 'no programme'}", markup=False)
    for one in said:
        if one.what != "back":
            mark = "" if one in standing(said) else "  (taken back)"
            console.print(f"{one.id}  {one.day}  {one.what}{mark}", markup=False, soft_wrap=True)


for _one in (show_command, consent, visit, attest, month, copy, beneficiary, transition, end, back):
    command.add_command(_one)
