"""careloom keys: the keys that seal a home's data; rotate them, make new ones, prove that everything opens."""

from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console

from careloom.cli.frame import DefaultGroup, careloom_command, open_pipeline, progress_of, show, start
from careloom.errors import ConfigError
from careloom.pipeline import Pipeline
from careloom.privacy import keyring
from careloom.privacy.crypto import Key
from careloom.privacy.custody import Custody, new_key
from careloom.privacy.keyring import DATA, Stored, StoredMaster
from careloom.privacy.rotating import rotate

# So many faults are named; all are counted.
NAMED = 20


@click.group(
    "keys", cls=DefaultGroup, short_help="The keys that seal a home's data: list, rotate, new, verify."
)
def command() -> None:
    """The home's keyring (docs/keys.md)."""


@careloom_command("list", short_help="Each key, its age, and what it still seals.")
def list_command() -> None:
    """List master keys and data keys: id, age, where they are kept, and what each data key still seals."""
    pipeline = open_pipeline()
    stored = keyring.read(pipeline.settings.home)
    held = pipeline.store.sealed.by_key()
    masters: list[dict[str, Any]] = []
    keys = _keys(pipeline, stored, held)
    if stored is not None:
        here = {one.id for one in Custody.of(pipeline.settings).masters(pipeline.settings.home)}
        masters = [_master(one, here) for one in stored.masters]

    def words(console: Console) -> None:
        if stored is None:
            console.print(
                "This home has no keyring yet: its master keys seal by themselves. careloom keys rotate gives it one."
            )
        for one in masters:
            console.print(
                f"master {one['id']}: in the {one['kept']}, since {one['since']}"
                + ("" if one["here"] else ", not here"),
                soft_wrap=True,
            )
        for one in keys:
            used = ", ".join(f"{number} {what}" for what, number in one["seals"].items()) or "nothing"
            writes = ", seals what is new" if one["writes"] else ""
            console.print(
                f"data key {one['id']}: {one['use']}, made {one['made'] or 'before the keyring'}"
                f" ({one['age_days']} days){writes}; seals {used}",
                soft_wrap=True,
            )

    show({"keyring": stored is not None, "masters": masters, "keys": keys}, words=words)


@careloom_command("make", short_help="A fresh master key, for a setting.")
def make() -> None:
    """Print a fresh master key, to put in front of CARELOOM_ENCRYPTION_KEY; nothing is changed."""
    fresh = new_key()
    show({"key": fresh}, words=lambda console: console.print(fresh, soft_wrap=True))


@careloom_command("rotate", short_help="Put a new master key in place; nothing stops.")
@click.option("--shut-out", is_flag=True, help="No other master key opens the keyring any more.")
def rotate_command(shut_out: bool) -> None:
    """Wrap the data keys with the new master key. With a key file the new one is made here; a setting names it first.

    A home older than the keyring gets one, with a fresh data key for new rows. Web processes and workers go on.
    """
    pipeline = open_pipeline()
    settings = pipeline.settings
    sealed = pipeline.store.sealed.by_key()
    done = rotate(
        settings.home,
        Custody.of(settings),
        datetime.now(UTC),
        shut_out=shut_out,
        has_sealed=lambda secret: Key(secret, settings.organisation).id.hex() in sealed,
    )
    pipeline.store.audit.note("operator", "keys rotate", what=f"master {done.master.id}")
    answer = {
        "master": done.master.id,
        "kept": done.master.origin,
        "also_open": [{"id": one.id, "kept": one.origin} for one in done.others],
        "taken_over": done.taken_over,
    }

    def words(console: Console) -> None:
        console.print(f"The master key {done.master.id} ({done.master.origin}) opens the keyring now.")
        if done.taken_over:
            console.print(
                f"{done.taken_over} master keys that had sealed rows by themselves became data keys; new rows get a fresh one."
            )
        for one in done.others:
            console.print(
                f"The master key {one.id} ({one.origin}) goes on to open it, for processes that still have it: "
                "take it out of the setting, then careloom keys rotate --shut-out",
                soft_wrap=True,
            )

    show(answer, words=words)


@careloom_command("new", short_help="A new data key for what is sealed from now on.")
def new() -> None:
    """Make a new data key; running processes go over to it by themselves. `careloom keys` tells what the old ones still seal."""
    settings = start()
    made = keyring.add_data_key(settings.home, Custody.of(settings), datetime.now(UTC))
    pipeline = open_pipeline()
    pipeline.store.audit.note("operator", "keys new", what=f"data key {made}")
    show(
        {"key": made},
        words=lambda console: console.print(f"The data key {made} seals what is new from now on."),
    )


@careloom_command("verify", short_help="Does everything sealed open, each in its place?")
@click.option("--whole", is_flag=True, help="Read every message to its end and compare it with its hash.")
def verify(whole: bool) -> None:
    """Open every sealed column and file in its place, and walk the audit chain. Exits 78 where anything does not open."""
    pipeline = open_pipeline()
    with progress_of("Opening") as told:
        opened = pipeline.store.sealed.open_all(told, whole=whole)
    chain = pipeline.store.audit.verify()
    answer = {
        "ok": not opened.faults and chain["ok"],
        "opened": dict(opened.values),
        "faults": len(opened.faults),
        "first_faults": opened.faults[:NAMED],
        "audit": chain["ok"],
    }

    def words(console: Console) -> None:
        for what, number in opened.values.items():
            console.print(f"{number} {what} opened")
        console.print("The audit chain is whole." if chain["ok"] else "The audit chain is broken.")
        for one in opened.faults[:NAMED]:
            console.print(f"does not open: {one}", soft_wrap=True)

    show(answer, words=words)
    if not answer["ok"]:
        raise ConfigError(
            f"{len(opened.faults)} sealed values do not open"
            if opened.faults
            else "the audit chain is broken"
        )


def _master(one: StoredMaster, here: set[str]) -> dict[str, Any]:
    return {"id": one.id, "kept": one.origin, "since": one.since, "here": one.id in here or bool(one.wrapped)}


def _keys(pipeline: Pipeline, stored: Stored | None, held: Any) -> list[dict[str, Any]]:
    """The data keys, the newest first, each with what it seals."""
    keys = pipeline.store.keys
    about = {one.id: one for one in stored.keys} if stored else {}
    return [_key(key, about, held, writes=key.id == keys.writing.id) for key in keys.all]


def _key(key: Key, about: Any, held: Any, *, writes: bool) -> dict[str, Any]:
    said = about.get(keyring.secret_id(key.secret))
    made = said.made if said else ""
    age = (datetime.now(UTC) - datetime.fromisoformat(made)).days if made else None
    use = {"data": "sealing", "index": "finding", "both": "sealing and finding"}[said.use if said else "both"]
    return {
        "id": said.id if said else key.id.hex(),
        "beside_values": key.id.hex(),
        "use": use,
        "made": made,
        "age_days": age,
        "writes": writes,
        "seals": dict(held.get(key.id.hex(), {})) if not said or said.use in (DATA, keyring.BOTH) else {},
    }


for _one in (list_command, make, rotate_command, new, verify):
    command.add_command(_one)
