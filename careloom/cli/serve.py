"""careloom serve: the web page."""

import sys

import click
from gunicorn.app.base import BaseApplication
from gunicorn.util import import_app

from careloom.cli.frame import careloom_command, start


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
    """Serve the review desk until stopped."""
    start()
    click.echo(f"Careloom on http://{bind}:{port} (stop with Ctrl-C)", err=True)
    sys.argv = ["careloom"]
    Server(
        {"bind": f"{bind}:{port}", "workers": workers, "threads": 4, "loglevel": "warning", "accesslog": None}
    ).run()
