"""Under way: how far a long run is, in a small file, for whoever looks from elsewhere; left behind by a run that was killed."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import orjson

Step = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What runs (`what`), what it does, how much is done of how much (0 where nobody knows), and when it was last heard of (ISO, UTC)."""

    what: str
    said: str
    done: int
    of: int
    at: str


@contextmanager
def told(path: Path, what: str, step: Step, clock: Callable[[], datetime]) -> Iterator[Step]:
    """A `step` that also keeps in the file how far it is; the file is gone when the run ends well, and stays when it doesn't."""

    def heard(said: str, done: int, of: int) -> None:
        step(said, done, of)
        half = path.with_name(f"{path.name}.{os.getpid()}.part")
        # Where the disk is full it is the run itself that says so, at what it can't do without.
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            one = UnderWay(what, said, done, of, clock().isoformat(timespec="seconds"))
            half.write_bytes(orjson.dumps(asdict(one)))
            half.replace(path)

    yield heard
    with suppress(OSError):
        path.unlink(missing_ok=True)


def read(path: Path) -> UnderWay | None:
    """What runs, or was cut off; None where nothing does."""
    try:
        return UnderWay(**orjson.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
