"""A receiver in a process of its own (`unkind_peer.py`), and what came to it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path(__file__).with_name("unkind_peer.py")


@dataclass
class Receiver:
    port: int
    log: Path

    @property
    def controls(self) -> list[str]:
        """The control id of each message that came, in order."""
        return [line.split()[0] for line in self._lines()]

    @property
    def bodies(self) -> list[bytes]:
        return [bytes.fromhex(line.split()[1]) for line in self._lines()]

    def _lines(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


@contextmanager
def receiving(folder: Path, *plans: str, tls: tuple[Path, Path] | None = None) -> Iterator[Receiver]:
    """A receiver that answers as it is told until the block ends; with TLS by that certificate and key."""
    environ = dict(os.environ)
    if tls:
        environ |= {"CERTIFICATE": str(tls[0]), "KEY": str(tls[1])}
    log = folder / "received.txt"
    process = subprocess.Popen(
        [sys.executable, str(PROGRAM), str(log), *plans], stdout=subprocess.PIPE, text=True, env=environ
    )
    try:
        assert process.stdout is not None
        yield Receiver(int(process.stdout.readline()), log)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
