"""careloom listen: take HL7 v2 messages over MLLP.

This process takes messages and acknowledges what is durable; a second one, which it starts, reads them into the store.
"""

import asyncio
import os
import resource
import select
import signal
import ssl
import sys
from pathlib import Path

import click
import structlog

from careloom.care.system import SourceSystem
from careloom.cli.frame import careloom_command, open_pipeline, show, start
from careloom.errors import ConfigError
from careloom.pipeline import listening
from careloom.pipeline.following import Following
from careloom.pipeline.systems import source_systems
from careloom.privacy.custody import Custody
from careloom.settings import Settings
from careloom.store.database import is_durable
from careloom.store.opening import open_store

# Others go first: acknowledgements are waited for, reading is not.
NICE = 5
# How long a reader may take to end with the message that it is at, and to be started again (seconds).
LEAVE = 20.0
AGAIN = 1.0
AGAIN_AT_MOST = 60.0
OTHER_FILES = 64

log = structlog.get_logger(__name__)
certificate = click.Path(path_type=Path, exists=True, dir_okay=False)


@careloom_command("listen", short_help="Take HL7 v2 messages over MLLP.")
@click.option("--port", default=2575, show_default=True, help="Also the name of the listener's journal.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--source", default="", metavar="NAME", help="The name under which the site knows the sender.")
@click.option("--tls-cert", type=certificate, help="Our certificate with its chain (PEM).")
@click.option("--tls-key", type=certificate, help="Its private key (PEM).")
@click.option(
    "--tls-clients", type=certificate, help="Take only senders whom one of these authorities certifies (PEM)."
)
@click.option(
    "--drain", is_flag=True, help="Open no port: read what a listener left in its journal, and stop."
)
@click.option("--follow", is_flag=True, hidden=True, help="Read the journal while its listener lives.")
def command(
    port: int,
    host: str,
    source: str,
    tls_cert: Path | None,
    tls_key: Path | None,
    tls_clients: Path | None,
    drain: bool,
    follow: bool,
) -> None:
    """Acknowledge what is durably stored, and read it into the store in order, until stopped.

    AA: stored. AE: stored, and listed by `careloom rejected` with what is wrong. AR: not taken; send it again.
    """
    if drain or follow:
        _read(str(port), follow=follow)
        return
    tls = _tls(tls_cert, tls_key, tls_clients)
    found = start()
    if not is_durable():
        raise ConfigError("a listener needs a database that keeps what it commits: CARELOOM_SYNCHRONOUS=FULL")
    _listen(found, host, port, source, tls)


def _listen(found: Settings, host: str, port: int, source: str, tls: ssl.SSLContext | None) -> None:
    system = source_systems(found.sources or found.home / "sources.toml").get(
        source, SourceSystem(name=source)
    )
    store = open_store(home=found.home, organisation=found.organisation, custody=Custody.of(found))

    def ready(bound: int) -> None:
        click.echo(
            f"Careloom listens on {host}:{bound}, MLLP{' over TLS' if tls else ''} (stop with Ctrl-C)",
            err=True,
        )

    _raise_file_limit(found.listen_connections)

    async def run() -> None:
        stop = asyncio.Event()
        for one in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(one, stop.set)
        reader = asyncio.create_task(_keep_reading(str(port)))
        try:
            await listener.run(host, port, stop=stop, ready=ready, tls=tls)
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)

    with store.journals.write(str(port)) as journal:
        listener = listening.listener(journal, system, listening.limits(found))
        asyncio.run(run())
    show(
        {
            "kept": listener.count["kept"],
            "faulty": listener.count["faulty"],
            "refused": listener.count["refused"],
        }
    )


def _raise_file_limit(connections: int) -> None:
    """Each connection is an open file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OTHER_FILES
    if soft < wanted:
        if hard != resource.RLIM_INFINITY and hard < wanted:
            raise ConfigError(
                f"CARELOOM_LISTEN_CONNECTIONS is more than this machine allows ({hard} open files)"
            )
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def _keep_reading(journal: str) -> None:
    """Run the journal's reader, and start it again where it dies; a listener goes on without it."""
    pause = AGAIN
    while True:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "careloom", "listen", "--port", journal, "--follow"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            code = await process.wait()
            log.error("the journal's reader ended and is started again", code=code)
            await asyncio.sleep(pause)
            pause = min(AGAIN_AT_MOST, pause * 2)
        finally:
            if process.returncode is None:
                await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Close the reader's input, at which it ends with the message that it is at."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), LEAVE)
    except TimeoutError:
        process.kill()
        await process.wait()


def _read(journal: str, *, follow: bool) -> None:
    """Read a journal into the store: what it holds, or with `follow` what comes, until the input ends."""
    if follow:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the listener's; it says when to stop
        os.nice(NICE)
    following = Following(open_pipeline())
    reader = following.now.journal_reader(journal, alone=not follow)
    if follow:
        reader.follow(_input_ended, lambda: following.follow().intake)
    else:
        reader.until_empty()
        show({name: reader.counts[name] for name in ("messages", "entries", "duplicates", "rejected")})


def _input_ended(seconds: float) -> bool:
    """Wait so long; whether standard input ended meanwhile: whoever started this process is gone or wants it to stop."""
    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    return bool(ready)


def _tls(cert: Path | None, key: Path | None, clients: Path | None) -> ssl.SSLContext | None:
    if cert is None:
        if key or clients:
            raise click.UsageError("--tls-key and --tls-clients go with --tls-cert")
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(cert, key)
        if clients is not None:
            context.load_verify_locations(clients)
            context.verify_mode = ssl.CERT_REQUIRED
    except (ssl.SSLError, OSError) as error:
        raise ConfigError(f"the certificate or its key can't be used ({type(error).__name__})") from None
    return context
