"""careloom people: who may be one person; say that two are, or are not; undo a merge; say whom a message is about."""

import click
from rich.console import Console

from careloom.care.document import Reviewer
from careloom.cli.decide import acting
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.pipeline import Pipeline
from careloom.pipeline.people import patients_of
from careloom.pipeline.refusals import Identified
from careloom.store.sameness import Look, Word

why_option = click.option(
    "--why", required=True, help="The reason, in a few words; it is kept with the decision."
)
key_option = click.option(
    "--who", "key", default="", metavar="KEY", help="Which of its people, where it is about several (`careloom people who`)."
)  # fmt: skip
as_option = click.option("--as", "as_user", metavar="USER", help="Act as this user (demo homes alone).")


@click.group("people", short_help="Who may be one person; merge two records, keep them apart, undo a merge.")
def command() -> None:
    """Which records are one person's (docs/merging.md)."""


@careloom_command("list", short_help="The pairs that wait for a person, and the merges in force.")
def list_command() -> None:
    """List the pairs at which a person must look with the reason, and the merges with what came since of neither."""
    pipeline = open_pipeline()
    waiting, merges = pipeline.people.waiting(), pipeline.people.merges()
    pipeline.store.audit.note("operator", "read", what="people")
    named = pipeline.store.patients.labels(patients_of(waiting, merges))
    labels = {patient: f"{name} {birth_date}".strip() for patient, (name, birth_date, _) in named.items()}
    answer = {
        "waiting": [_look(one, labels) for one in waiting],
        "merged": [_merge(one, labels, pipeline) for one in merges],
        "told": [_identified(one) for one in pipeline.refusals.identified()],
    }
    show(answer, words=lambda console: _words(waiting, merges, labels, console))


@careloom_command("same", short_help="Two records are one person's.")
@click.argument("one")
@click.argument("other")
@why_option
@as_option
def same(one: str, other: str, why: str, as_user: str | None) -> None:
    """Say that ONE and OTHER (our ids, or SYSTEM|VALUE) are one person. Both ids then give one record."""
    pipeline = open_pipeline()
    new = pipeline.people.same(_who(pipeline, as_user), one, other, why=why)
    patient = pipeline.find(one)
    show({"patient": patient, "merged": new}, words=lambda console: _said(console, patient, new))


@careloom_command("different", short_help="Two records are two people's, however alike.")
@click.argument("one")
@click.argument("other")
@why_option
@as_option
def different(one: str, other: str, why: str, as_user: str | None) -> None:
    """Say that ONE and OTHER are two people; nobody is asked again unless a sender says that they are one."""
    pipeline = open_pipeline()
    pipeline.people.different(_who(pipeline, as_user), one, other, why=why)
    show(
        {"one": pipeline.find(one), "other": pipeline.find(other)},
        words=lambda console: console.print("They stay two records."),
    )


@careloom_command("unmerge", short_help="Undo a merge.")
@click.argument("one")
@click.argument("other")
@why_option
@click.option(
    "--give",
    multiple=True,
    metavar="ID=PATIENT",
    help="Whose this is that came since the merge and names neither (ids as `list --json` gives them).",
)
@as_option
def unmerge(one: str, other: str, why: str, give: tuple[str, ...], as_user: str | None) -> None:
    """Part ONE and OTHER again: each has what came under them before and since the merge."""
    whose = dict(text.partition("=")[::2] for text in give)
    pipeline = open_pipeline()
    pipeline.people.unmerge(_who(pipeline, as_user), one, other, why=why, whose=whose)
    show(
        {"one": pipeline.find(one), "other": pipeline.find(other)},
        words=lambda console: console.print("They are two records again."),
    )


@careloom_command("who", short_help="Whom a message that waits may be about.")
@click.argument("message")
@as_option
def who(message: str, as_user: str | None) -> None:
    """List the people of MESSAGE (an id of `careloom rejected`, or its first digits) whose number is another's."""
    pipeline = open_pipeline()
    rows = pipeline.refusals.waiting(_who(pipeline, as_user), message)
    answer = [
        {"key": one.key, "where": one.where, "why": one.why, "entries": one.told.entries, "bearers": list(one.bearers)}
        for one in rows
    ]  # fmt: skip

    def words(console: Console) -> None:
        for one in rows:
            said = f"{one.key}  {one.where}  {one.why}; bearers: {', '.join(one.bearers)}"
            console.print(said, soft_wrap=True, markup=False)

    show({"people": answer}, words=words)


@careloom_command("new", short_help="A message is about somebody new: the number was used again.")
@click.argument("message")
@key_option
@why_option
@as_option
def new(message: str, key: str, why: str, as_user: str | None) -> None:
    """Found somebody new by MESSAGE; what comes under the number later goes to whom it describes."""
    pipeline = open_pipeline()
    patient = pipeline.refusals.new(_who(pipeline, as_user), message, key, why=why)
    show({"patient": patient}, words=lambda console: console.print(f"Somebody new: {patient}"))


@careloom_command("is", short_help="A message is about this patient.")
@click.argument("message")
@click.argument("patient")
@key_option
@why_option
@as_option
def known(message: str, patient: str, key: str, why: str, as_user: str | None) -> None:
    """File MESSAGE under PATIENT (our id, or SYSTEM|VALUE), although it describes them otherwise."""
    pipeline = open_pipeline()
    found = pipeline.refusals.known(_who(pipeline, as_user), message, patient, key, why=why)
    show({"patient": found}, words=lambda console: console.print(f"Filed under {found}"))


@careloom_command("take-back", short_help="Undo `new` or `is`.")
@click.argument("patient")
@why_option
@as_option
def take_back(patient: str, why: str, as_user: str | None) -> None:
    """Take back what was said of PATIENT (the id of `described` in `careloom people list --json`): the message waits again."""
    pipeline = open_pipeline()
    message = pipeline.refusals.take_back(_who(pipeline, as_user), patient, why=why)
    show({"message": message}, words=lambda console: console.print(f"It waits again: {message[:12]}"))


def _who(pipeline: Pipeline, as_user: str | None) -> Reviewer:
    return pipeline.store.users.reviewer(acting(pipeline.settings, as_user))


def _look(one: Look, labels: dict[str, str]) -> dict[str, object]:
    return {
        "one": one.one,
        "other": one.other,
        "names": [labels.get(one.one, ""), labels.get(one.other, "")],
        "why": one.why,
        "message": one.message,
        "at": one.at,
    }


def _identified(one: Identified) -> dict[str, object]:
    return {
        "described": one.patient,
        "message": one.message,
        "same_as": one.same_as,
        "who": one.who,
        "why": one.why,
        "at": one.at,
    }


def _merge(one: Word, labels: dict[str, str], pipeline: Pipeline) -> dict[str, object]:
    return {
        "one": one.one,
        "other": one.other,
        "patient": pipeline.find(one.one),
        "name": labels.get(one.one, ""),
        "who": one.who,
        "why": one.why,
        "at": one.at,
        "names_neither": [
            {"id": since.patient, "sources": list(since.sources), "entries": len(since.entries)}
            for since in pipeline.people.unnamed(one.one, one.other)
        ],
    }


def _words(
    waiting: tuple[Look, ...], merges: tuple[Word, ...], labels: dict[str, str], console: Console
) -> None:
    def say(text: str) -> None:
        console.print(text, soft_wrap=True, markup=False)

    for look in waiting:
        say(f"{look.one}  {labels.get(look.one, '')}")
        say(f"{look.other}  {labels.get(look.other, '')}")
        say(f"    one person? {look.why}")
    if not waiting:
        say("Nobody waits to be looked at.")
    for word in merges:
        say(f"merged: {word.one} with {word.other}, by {word.who}")


def _said(console: Console, patient: str, new: bool) -> None:
    console.print(f"They are one record: {patient}" if new else f"They were one record already: {patient}")


for _one in (list_command, same, different, unmerge, who, new, known, take_back):
    command.add_command(_one)
