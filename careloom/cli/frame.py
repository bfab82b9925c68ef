"""What every command shares: --home and --json, printing the one JSON object, opening the pipeline."""

import functools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from careloom import pipeline
from careloom.care.audited import Whence
from careloom.pipeline import Pipeline
from careloom.pipeline.stopping import read as read_stops
from careloom.privacy import keyring
from careloom.privacy.custody import Custody
from careloom.settings import Settings, read
from careloom.store import whence
from careloom.store.database import prepare

DEMO_MARKER = "demo"
# Columns where the answer goes to a file or a pipe.
WIDTH = 120


def careloom_command(name: str, **attributes: Any) -> Callable[[Callable[..., None]], click.Command]:
    """A click command that also takes --home DIR and --json."""

    def make(function: Callable[..., None]) -> click.Command:
        @functools.wraps(function)
        def run(*, home: str | None, as_json: bool, **given: Any) -> None:
            del home  # read before Django was set up
            context = click.get_current_context()
            context.obj = as_json
            with whence.coming(Whence(through=f"command {context.command_path.partition(' ')[2]}")):
                function(**given)

        command = click.Command(name, callback=run, help=function.__doc__, **attributes)
        command.params = [
            *reversed(getattr(function, "__click_params__", [])),
            click.Option(["--home"], metavar="DIR", help="Where everything is kept."),
            click.Option(["--json", "as_json"], is_flag=True, help="One JSON object on standard output."),
        ]
        return command

    return make


class DefaultGroup(click.Group):
    """A group that takes what names none of its commands for the first one's arguments."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments, with the first command's name in front where they name none."""
        asks = args[:1] in (["-h"], ["--help"])
        if not asks and (not args or args[0] not in self.commands):
            args = [next(iter(self.commands)), *args]
        return super().parse_args(ctx, args)


def day(text: str | None) -> date:
    """An ISO date; today where none was given."""
    if text is None:
        return datetime.now(UTC).astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("a date looks like 2026-11-23") from None


def _day(context: click.Context, option: click.Parameter, text: str | None) -> date:
    del context, option
    return day(text)


as_of_option = click.option(
    "--as-of", "as_of", metavar="DATE", help="What was known on this day (default: today).", callback=_day
)


def wants_json() -> bool:
    """Whether this command was asked for JSON."""
    return bool(click.get_current_context().find_root().obj or click.get_current_context().obj)


def show(answer: dict[str, Any], *, words: Callable[[Console], None] | None = None) -> None:
    """Print the answer: the JSON object, or words for a person (the JSON, indented, where there are none)."""
    if wants_json():
        click.echo(json.dumps(answer, ensure_ascii=False, default=str))
    elif words is not None:
        out = Console(highlight=False)
        words(out if out.is_terminal else Console(highlight=False, width=WIDTH))
    else:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2, default=str))


def settings() -> Settings:
    """The settings of this home; one that `careloom demo` made stays a demo home."""
    found = read()
    return replace(found, demo=found.demo or (found.home / DEMO_MARKER).exists())


def start() -> Settings:
    """The settings of this home, with its database brought up to date."""
    found = settings()
    if prepare(found.home) and not (found.home / "messages").exists():
        keyring.begin(found.home, Custody.of(found), datetime.now(UTC))
    return found


def open_pipeline() -> Pipeline:
    """The pipeline of this home, ready to use; on standard error, what is stopped here."""
    found = pipeline.build(start())
    stopping = read_stops(found.store, held=False)
    if stopping.unread or stopping.held:
        every = ", ".join(f"{scope} {name}".strip() for scope, name in sorted(stopping.held))
        click.echo(f"Stopped here: {every or 'everything, since what is stopped cannot be read'}.", err=True)
    return found


@contextmanager
def progress(words: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error; gives a function that advances it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(words, total=total)
        yield lambda steps: bar.advance(task, steps)


@contextmanager
def progress_of(words: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on standard error for work whose length shows on the way.

    Gives a function that takes what is being done, how much is done, and of how much (0 where nobody knows).
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(words, total=None)

        def told(said: str, done: int, of: int) -> None:
            bar.update(
                task,
                description=escape(f"{words}: {said}" if said else words),
                completed=done,
                total=of or None,
            )

        yield told
