"""Cache: knowledge as it was compiled, kept under the hash of everything that it was made from.

Takes    folders that may hold it, the key, and what stands for the parts that belong to this process (open releases)
Gives    what was kept under that very key; None where there is none that can be trusted
Never    runs what stands in the file (only our own nouns are made, by setting their fields), reads one that somebody else may
         write, or fails: without a cache, or where it can't be written, knowledge is compiled
"""

import contextlib
import dataclasses
import gc
import hashlib
import io
import os
import pickle
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

NAME = f"compiled-{sys.implementation.cache_tag}.bin"
_MAGIC = b"careloom knowledge 1"
_OURS = ("careloom.knowledge", "careloom.care")
# What our nouns are made of besides each other.
_PLAIN = frozenset({("decimal", "Decimal"), ("fractions", "Fraction"), ("datetime", "date")})
_setters: dict[type, tuple[Callable[[object, object], None], ...]] = {}


def kept(folders: Iterable[Path], key: str, apart: object) -> Any | None:
    """What one of the folders holds under `key`, with `apart` in its place; None where none does."""
    for folder in folders:
        body = _body(folder / NAME, key)
        if body is not None:
            with contextlib.suppress(Exception), _without_gc():
                return _Reader(io.BytesIO(body), apart).load()
    return None


def keep(folders: Sequence[Path], key: str, what: object, apart: object) -> Path | None:
    """Write it to the first folder that takes it; where it stands now. None where nothing can be written."""
    out = io.BytesIO()
    try:
        _Writer(out, apart).dump(what)
    except (pickle.PicklingError, TypeError, AttributeError):
        return None
    digest = hashlib.sha256(out.getvalue()).hexdigest().encode()
    for folder in folders:
        try:
            if not folder.is_dir():
                folder.mkdir()  # never a home that isn't there
            handle, new = tempfile.mkstemp(prefix=NAME, dir=folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(b"\n".join((_MAGIC, key.encode(), digest, out.getvalue())))
                Path(new).replace(folder / NAME)
            except OSError:
                Path(new).unlink(missing_ok=True)
                raise
        except OSError:
            continue
        return folder / NAME
    return None


def sources(*folders: Path) -> str:
    """A hash of the code that compiles knowledge, and of the Python that runs it: other code, another form."""
    digest = hashlib.sha256(sys.version.encode())
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def made(kind: type, *values: object) -> object:
    """A frozen noun with these fields. For the cache alone: nothing is checked or called."""
    setters = _setters.get(kind)
    if setters is None:
        setters = tuple(getattr(kind, field.name).__set__ for field in dataclasses.fields(kind))
        _setters[kind] = setters
    noun: object = object.__new__(kind)
    for put, value in zip(setters, values, strict=True):
        put(noun, value)
    return noun


def _body(path: Path, key: str) -> bytes | None:
    """The bytes kept under `key`, where nobody but us (or the superuser) can have written them, and they are whole."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(handle, "rb") as file:
            about = os.fstat(handle)
            if hasattr(os, "geteuid") and about.st_uid not in (os.geteuid(), 0):
                return None
            if not stat.S_ISREG(about.st_mode) or about.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                return None
            magic, found, digest, body = file.read().split(b"\n", 3)
    except (OSError, ValueError):
        return None
    whole = (magic, found, digest) == (_MAGIC, key.encode(), hashlib.sha256(body).hexdigest().encode())
    return body if whole else None


class _Writer(pickle.Pickler):
    """Frozen nouns as their fields: read back five times faster than as dataclasses pickle themselves."""

    def __init__(self, out: io.BytesIO, apart: object) -> None:
        super().__init__(out, 5)
        self._apart = apart

    def persistent_id(self, one: object) -> str | None:
        return "apart" if one is self._apart else None

    def reducer_override(self, one: object) -> Any:
        kind = type(one)
        if dataclasses.is_dataclass(kind) and "__slots__" in kind.__dict__:
            return made, (kind, *(getattr(one, field.name) for field in dataclasses.fields(kind)))
        return NotImplemented


class _Reader(pickle.Unpickler):
    """Reads our own nouns and nothing else."""

    def __init__(self, body: io.BytesIO, apart: object) -> None:
        super().__init__(body)
        self._apart = apart

    def persistent_load(self, said: object) -> object:
        if said != "apart":
            raise pickle.UnpicklingError("something else stands apart")
        return self._apart

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == (__name__, made.__name__):
            return made
        ours = any(module == one or module.startswith(f"{one}.") for one in _OURS)
        if "." in name or not (ours or (module, name) in _PLAIN):
            raise pickle.UnpicklingError("this is no noun of ours")
        found = super().find_class(module, name)
        if ours and not (isinstance(found, type) and found.__module__ == module):
            raise pickle.UnpicklingError("this is no noun of ours")
        return found


@contextlib.contextmanager
def _without_gc() -> Iterator[None]:
    """Thirty thousand new things that all stay: looking for rubbish among them would take as long as reading them."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
