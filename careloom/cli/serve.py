"""careloom serve: the web page, and a worker for what waits where nobody runs one."""

import subprocess
import sys
from functools import partial
from pathlib import Path
from threading import Event, Thread

import click
from gunicorn.app.base import BaseApplication
from gunicorn.util import import_app

from careloom import jobs
from careloom.cli.frame import careloom_command, start
from careloom.settings import Settings


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn with our application and two threads a worker."""

    def __init__(self, options: dict[str, object]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn."""
        for key, value in self.options.items():
            self.cfg.set(key, value)

    def load(self) -> object:
        """The WSGI application."""
        return import_app("careloom.web.wsgi:application")


@careloom_command("serve", short_help="Open the web page.")
@click.option("--port", default=8000, show_default=True)
@click.option("--bind", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--workers", default=1, show_default=True)
def command(port: int, bind: str, workers: int) -> None:
    """Serve the review desk until stopped; the data audit is made once a day (CARELOOM_READINESS_HOUR)."""
    found = start()
    click.echo(f"Careloom on http://{bind}:{port} (stop with Ctrl-C)", err=True)
    sys.argv = ["careloom"]
    Server(
        {
            "bind": f"{bind}:{port}",
            "workers": workers,
            "threads": 4,
            "loglevel": "warning",
            "accesslog": None,
            # In each of gunicorn's processes: a thread from before they are forked off would be in none of them.
            "post_worker_init": lambda _: keeping_up(found).start(),
        }
    ).run()


def keeping_up(settings: Settings) -> Thread:
    """A thread that sees to what is due by itself; it ends with its process."""
    worker = partial(_until_empty, settings.home)
    return Thread(target=jobs.keep_up, args=(settings, worker, Event()), name="keeping up", daemon=True)


def _until_empty(home: Path) -> None:
    """A worker as a process of its own, so that no page waits for what it counts."""
    command = [sys.executable, "-m", "careloom", "worker", "--until-empty", "--home", str(home), "--json"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)  # noqa: S603
