"""A folder for a gateway: each message is one file by its key, whole or not there, and never there twice.

`new` holds what waits; whoever takes a file moves it to `taken` beside it, by which a second delivery can't be.
"""

import os
from pathlib import Path

from careloom.errors import DeliveryError


def deposit(folder: Path, name: str, content: bytes) -> bool:
    """Put a file into `folder`/new and sync it; False where it is or was there. Raises DeliveryError where the disk says no."""
    try:
        new, taken = folder / "new", folder / "taken"
        for one in (folder.parent, folder, new, taken):
            one.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (new / name).exists() or (taken / name).exists():
            return False
        part = new / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        try:
            # A link appears whole or not at all, and fails where another process was first.
            os.link(part, new / name)
        except FileExistsError:
            return False
        finally:
            part.unlink()
        _sync(new)
    except OSError as error:
        raise DeliveryError(f"the outbox can't be written ({type(error).__name__})") from None
    return True


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
