"""careloom questions: what is asked of physicians after calls, and their answers."""

import click
from rich.console import Console
from rich.table import Table

from careloom.care.question import Question
from careloom.care.worklist import PAGE
from careloom.cli.decide import acting
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.pipeline import Pipeline
from careloom.pipeline.questioning import as_json, words_of

WORDS = {"yes": "yes", "no": "no", "call-me": "call_me"}


@careloom_command("questions", short_help="What is asked of physicians, and their answers.")
@click.argument("question", required=False, metavar="[ID]")
@click.argument("word", required=False, type=click.Choice([*WORDS, "take-back"]))
@click.option("--words", default="", metavar="TEXT", help="Words beside the answer.")
@click.option("--as", "as_user", metavar="USER", help="Act as this user (demo homes alone).")
def command(question: str | None, word: str | None, words: str, as_user: str | None) -> None:
    """List what was asked; or answer question ID with yes, no or call-me as the holder of $CARELOOM_TOKEN, or take your answer back."""
    if (question is None) != (word is None):
        raise click.UsageError("name a question's ID and answer yes, no, call-me or take-back")
    pipeline = open_pipeline()
    if question is None or word is None:
        found = _every(pipeline)
    else:
        actor = pipeline.store.users.reviewer(acting(pipeline.settings, as_user))
        if word == "take-back":
            found = (pipeline.questioning.take_back(actor, question),)
        else:
            # Her token says that it is she, as it does for a signature.
            found = (pipeline.questioning.answer(actor, question, WORDS[word], words, proved=True),)
    show(
        {"questions": [as_json(one, pipeline.clock()) for one in found]},
        words=lambda out: _words(pipeline, found, out),
    )


def _every(pipeline: Pipeline) -> tuple[Question, ...]:
    """What waits for an answer or for who reads it, however old, and the newest others, the newest first."""
    stored, now = pipeline.store.questions, pipeline.clock()
    every = stored.outlines()
    newest = {one.id for one in every[:PAGE]}
    found = stored.these([one.id for one in every if one.id in newest or one.open or one.unread(now)])
    pipeline.store.audit.note_all("operator", "read", sorted({one.patient for one in found}), "questions")
    return found


def _words(pipeline: Pipeline, found: tuple[Question, ...], console: Console) -> None:
    if not found:
        console.print("Nothing was asked. A question comes of a call (docs/call.md).")
        return
    people = pipeline.store.patients.labels({one.patient for one in found})
    names = pipeline.store.users.names({one.to for one in found})
    table = Table("question", "patient", "asked", "due", "answer", "request", box=None)
    for one in found:
        stands = words_of(one) or ("withdrawn" if one.withdrawn else "waits")
        table.add_row(
            one.id,
            people.get(one.patient, ("", "", ""))[0],
            names.get(one.to, ""),
            f"{one.due:%Y-%m-%d %H:%M}",
            stands,
            one.parts.get("request", ""),
        )
    console.print(table)
