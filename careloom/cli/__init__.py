"""The command line: one file per command; the commands are the stages. Its JSON is a contract."""

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import django

from careloom import __version__
from careloom.errors import CareloomError

EXIT_USAGE = 64
EXIT_BUG = 70

# name of the command → its module; imported when it is called, so that --help costs nothing.
COMMANDS = {
    "demo": "demo",
    "user": "user",
    "token": "token",
    "connect": "connect",
    "pull": "pull",
    "source": "source",
    "replay": "replay",
    "rejected": "rejected",
    "scans": "scans",
    "readiness": "readiness",
    "patients": "patients",
    "people": "people",
    "consent": "consent",
    "management": "management",
    "record": "record",
    "settle": "settling",
    "texts": "texts",
    "draft": "draft",
    "eval": "eval",
    "learn": "learn",
    "reproduce": "reproduce",
    "release": "release",
    "questionnaire": "questionnaire",
    "check": "check",
    "queue": "queue",
    "print": "printing",
    "decide": "decide",
    "undo": "undo",
    "take-back": "take_back",
    "tasks": "tasks",
    "agreement": "agreement",
    "parallel": "parallel",
    "rules": "rules",
    "stop": "stop",
    "watch": "watch",
    "programme": "programme",
    "questions": "questions",
    "time": "time",
    "measure": "measure",
    "outcomes": "outcomes",
    "effort": "effort",
    "finance": "finance",
    "board": "board",
    "time-study": "time_study",
    "pilot": "pilot",
    "training": "training",
    "rank": "rank",
    "team": "team",
    "assign": "assign",
    "chart": "chart",
    "deliver": "deliver",
    "writeback": "writeback",
    "reply": "reply",
    "pages": "pages",
    "serve": "serve",
    "listen": "listen",
    "worker": "worker",
    "dead": "dead",
    "webhook": "webhook",
    "doctor": "doctor",
    "mapping": "mapping",
    "notes": "notes",
    "interactions": "interactions",
    "deidentify": "deidentify",
    "identity": "identity",
    "knowledge": "knowledge",
    "audit": "audit",
    "comply": "comply",
    "keys": "keys",
    "backup": "backup",
    "restore": "restore",
}


class Commands(click.Group):
    """Loads a command's module when it is asked for, after Django knows the home."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order in which a newcomer meets them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        django.setup()
        module = importlib.import_module(f"careloom.cli.{COMMANDS[cmd_name]}")
        settle()
        command = module.command
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="careloom")
def careloom() -> None:
    """Weave a patient's records into one, draft the care plan, check it, and have it signed."""


def settle() -> None:
    """Search for cycles seldom, and never among what was imported: messages and entries have none (a tenth of the CPU)."""
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


def home_in(arguments: Sequence[str]) -> str | None:
    """The value of --home, wherever it stands; Django has to know it before anything is imported."""
    for position, argument in enumerate(arguments):
        if argument == "--home" and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith("--home="):
            return argument.removeprefix("--home=")
    return None


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with the exit code of the error tree (64 wrong usage, 70 a bug)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    home = home_in(given)
    if home is not None:
        os.environ["CARELOOM_HOME"] = str(Path(home).expanduser())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careloom.django_settings")
    try:
        # Without standalone mode click gives back the code of an Exit instead of leaving with it.
        code = careloom.main(args=given, prog_name="careloom", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(EXIT_USAGE)
    except CareloomError as error:
        click.echo(f"careloom: {type(error).__name__}: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as bug:
        # The text of a foreign exception may quote a patient's data; its class and place never do.
        place = bug.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "?"
        click.echo(f"careloom: a bug of ours: {type(bug).__name__} at {where}", err=True)
        if os.environ.get("CARELOOM_TRACEBACK"):
            raise
        sys.exit(EXIT_BUG)
