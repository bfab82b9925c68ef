"""careloom doctor: is this installation well?"""

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
from rich.console import Console

from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.errors import CareloomError, ConfigError
from careloom.pipeline import Pipeline
from careloom.pipeline.ehr.destinations import in_words, is_well
from careloom.pipeline.stopping import read as read_stops
from careloom.privacy import keyring
from careloom.store import Store


@careloom_command("doctor", short_help="Is this installation well?")
def command() -> None:
    """Look at Python, memory, the home, the database, the knowledge and the model; say what to mend."""
    rows: list[tuple[str, bool, str]] = [
        ("Python", sys.version_info >= (3, 11), sys.version.split()[0]),
        ("SQLite", sqlite3.sqlite_version_info >= (3, 37), sqlite3.sqlite_version),
        ("scans", True, "read by Tesseract" if shutil.which("tesseract") else "Tesseract is not installed"),
        ("memory", True, f"{psutil.virtual_memory().available / 1e9:.1f} GB free"),
    ]
    try:
        pipeline = open_pipeline()
        home = pipeline.settings.home
        key = home / "key"
        rows += [
            ("home", os.access(home, os.W_OK), str(home)),
            ("key file", not key.exists() or key.stat().st_mode & 0o077 == 0, "only its owner may read it"),
            ("keyring", True, _keyring(home)),
            ("database", True, f"{pipeline.store.messages.count()} messages"),
            *_listeners(pipeline.store),
            *_webhooks(pipeline.store),
            *_destinations(pipeline),
            _stopped(pipeline.store),
            ("knowledge", not pipeline.knowledge.problems, f"version {pipeline.knowledge.version[:12]}"),
            ("audit log", bool(pipeline.store.audit.verify()["ok"]), "chain verified"),
            (
                "model",
                _model_ready(pipeline.settings.model, pipeline.settings.model_weights),
                pipeline.settings.model,
            ),
        ]
    except CareloomError as error:
        rows.append(("home", False, f"{type(error).__name__}: {error}"))

    def words(console: Console) -> None:
        for name, well, said in rows:
            console.print(f"{'✓' if well else '✗'} {name}: {said}", soft_wrap=True)

    show({"checks": [{"name": name, "ok": well, "detail": said} for name, well, said in rows]}, words=words)
    if not all(well for name, well, _ in rows if name != "model"):
        raise ConfigError("something above needs mending")


def _stopped(store: Store) -> tuple[str, bool, str]:
    """Whether something is stopped, or what is stopped can't be read."""
    found = read_stops(store, held=False)
    if found.unread:
        return ("stopped", False, "what is stopped can't be read: nothing is drafted, signed, filed or sent")
    every = ", ".join(f"{scope} {name}".strip() for scope, name in sorted(found.held))
    return ("stopped", not found.held, every or "nothing")


def _keyring(home: Path) -> str:
    stored = keyring.read(home)
    if stored is None:
        return "none yet: careloom keys rotate gives this home one (docs/keys.md)"
    return f"{len(stored.keys)} data keys, which {len(stored.masters)} master keys open"


def _listeners(store: Store) -> Iterator[tuple[str, bool, str]]:
    """A row for each listener's journal: what it took and nobody has read yet, and whether somebody will."""
    for one in store.journals.unread():
        waiting = f"{one.messages} messages wait to be read"
        how = "it is running" if one.listening else "it is not running"
        if one.messages and not one.listening:
            how += f"; read them with: careloom listen --port {one.name} --drain"
        if one.damaged:
            how += f"; {one.damaged} files of its journal are damaged and set aside"
        well = not one.damaged and (one.listening or not one.messages)
        yield (f"listener {one.name}", well, f"{waiting}, {how}")
    if again := store.receipts.numbers_used_again():
        yield ("control ids", True, f"{again} came with more than one message; all of these are kept")


def _webhooks(store: Store) -> Iterator[tuple[str, bool, str]]:
    """A row for each webhook: whether it is told, what waits for it and what could not be told."""
    for one in store.webhooks.all():
        said = "off" if one.off else f"takes nothing since {one.failing:%Y-%m-%d}" if one.failing else "told"
        well = one.off is None and one.failing is None and not one.dead
        yield (f"webhook {one.name}", well, f"{said}; {one.waiting} wait, {one.dead} could not be told")


def _destinations(pipeline: Pipeline) -> Iterator[tuple[str, bool, str]]:
    """A row for each system that is written to, asked now: nothing is written, and nothing said of a patient."""
    found, now = pipeline.destinations, pipeline.clock()
    for one in found.all():
        answer = found.ask(one.system)
        yield (f"writes to {one.system}", is_well(one, answer, now), "; ".join(in_words(one, answer, now)))


def _model_ready(model: str, weights: Path) -> bool:
    return model != "embedded" or weights.exists()
