"""careloom texts: the texts that go to patients; approve one, take that back."""

import click
from rich.console import Console

from careloom.care.document import Reviewer
from careloom.care.texts import ApprovableText
from careloom.cli.decide import acting
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.pipeline import Pipeline
from careloom.store.approvals import Approval

as_option = click.option("--as", "as_user", metavar="USER", help="Act as this user (demo homes alone).")


@click.group("texts", short_help="The texts that go to patients; approve one, take that back.")
def command() -> None:
    """Texts that a nurse or physician of this site approves once; without it a nurse reads each message (docs/kinds.md)."""


@careloom_command("list", short_help="Every text, and who approved it.")
def list_command() -> None:
    """List every version of every text with its class and who approved it."""
    rows = open_pipeline().vouching.all()

    def words(console: Console) -> None:
        for text, said in rows:
            console.print(
                f"{text.name}  {text.content_class.value}  {_standing(said)}", soft_wrap=True, markup=False
            )

    show({"texts": [_row(text, said) for text, said in rows]}, words=words)


@careloom_command("show", short_help="The words of a text.")
@click.argument("text", metavar="TEXT")
def show_command(text: str) -> None:
    """Show every line of TEXT (a name of `careloom texts list`)."""
    found, said = open_pipeline().vouching.find(text)

    def words(console: Console) -> None:
        console.print(
            f"{found.name}  {found.content_class.value}  {_standing(said)}", soft_wrap=True, markup=False
        )
        for name, line in found.lines.items():
            console.print(f"  {name}: {line}", soft_wrap=True, markup=False)

    show(_row(found, said) | {"lines": dict(found.lines)}, words=words)


@careloom_command("approve", short_help="Approve a text as a nurse or physician.")
@click.argument("text", metavar="TEXT")
@as_option
def approve(text: str, as_user: str | None) -> None:
    """Approve TEXT, as it reads now, as the holder of $CARELOOM_TOKEN: what is filled from it may go out by itself."""
    pipeline = open_pipeline()
    _answer(pipeline, pipeline.vouching.approve(_who(pipeline, as_user), text, pipeline.today), "Approved")


@careloom_command("withdraw", short_help="Take back the approval of a text.")
@click.argument("text", metavar="TEXT")
@as_option
def withdraw(text: str, as_user: str | None) -> None:
    """Take back the approval of TEXT: from now on a nurse reads each message that is filled from it."""
    pipeline = open_pipeline()
    _answer(pipeline, pipeline.vouching.withdraw(_who(pipeline, as_user), text, pipeline.today), "Taken back")


def _who(pipeline: Pipeline, as_user: str | None) -> Reviewer:
    return pipeline.store.users.reviewer(acting(pipeline.settings, as_user))


def _answer(pipeline: Pipeline, text: ApprovableText, word: str) -> None:
    _, said = pipeline.vouching.find(text.name)
    show(_row(text, said), words=lambda console: console.print(f"{word}: {text.name}", markup=False))


def _row(text: ApprovableText, said: Approval | None) -> dict[str, object]:
    return {
        "text": text.name,
        "kind": text.kind,
        "language": text.language,
        "class": text.content_class.value,
        "digest": text.digest,
        "approved": bool(said and said.approved),
        "by": said.who if said else None,
        "at": said.at.isoformat(timespec="seconds") if said else None,
    }


def _standing(said: Approval | None) -> str:
    if said is None:
        return "approved by nobody here"
    word = "approved" if said.approved else "taken back"
    return f"{word} by {said.who} ({said.role}) on {said.at:%Y-%m-%d}"


for _one in (list_command, show_command, approve, withdraw):
    command.add_command(_one)
