"""A site's own command that wraps and unwraps a key, so that AWS KMS, Vault, an HSM or anything with a command line fits.

`COMMAND wrap` reads 32 bytes and writes what hides them; `COMMAND unwrap` reads that and writes the 32 bytes. Both ways
the bytes are base64 on standard input and output (docs/keys.md has examples). It runs without a shell and without our settings.
"""

import base64
import binascii
import os
import select
import shlex
import signal
import subprocess
import time
from contextlib import suppress

from careloom.errors import ConfigError
from careloom.privacy.crypto import KEY_BYTES
from careloom.privacy.custody import Custody, Master

# What a key service may answer to `wrap` (bytes).
MOST = 16_384


def wrap(custody: Custody, master: Master) -> str:
    """What the command makes of a master key (base64). Raises ConfigError, also where it doesn't unwrap it again."""
    wrapped = _asked(custody, "wrap", master.secret)
    if not 0 < len(wrapped) <= MOST or wrapped == master.secret:
        raise ConfigError("the key command's answer to wrap is no wrapped key")
    found = base64.b64encode(wrapped).decode()
    if unwrap(custody, found, master.id).secret != master.secret:
        raise ConfigError("the key command does not unwrap what it wrapped")
    return found


def unwrap(custody: Custody, wrapped: str, master_id: str) -> Master:
    """The master key that the command wrapped. Raises ConfigError where it fails, is slow or answers with another key."""
    secret = _asked(custody, "unwrap", base64.b64decode(wrapped))
    master = Master(secret, "command")
    if len(secret) != KEY_BYTES or master.id != master_id:
        raise ConfigError("the key command's answer to unwrap is not the key that was wrapped")
    return master


def _asked(custody: Custody, verb: str, given: bytes) -> bytes:
    """Run the command; its answer. Nothing that it writes is repeated: it may hold a key."""
    try:
        command = [*shlex.split(custody.command), verb]
        process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: value for name, value in os.environ.items() if not name.startswith("CARELOOM_")},
            start_new_session=True,  # so that what it started ends with it
        )
    except (OSError, ValueError) as error:
        raise ConfigError(f"the key command can't be run ({type(error).__name__})") from None
    with process:
        try:
            said = _answer(process, base64.b64encode(given) + b"\n", custody.seconds)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    if process.returncode:
        raise ConfigError(f"the key command failed at {verb} (exit {process.returncode})")
    try:
        return base64.b64decode(said.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise ConfigError(f"the key command's answer to {verb} is not base64") from None


def _answer(process: "subprocess.Popen[bytes]", question: bytes, seconds: float) -> bytes:
    """What the process writes until it ends. Raises ConfigError where that takes too long or grows too large."""
    assert process.stdin is not None and process.stdout is not None
    with suppress(BrokenPipeError):
        process.stdin.write(question)
        process.stdin.close()
    said, until = bytearray(), time.monotonic() + seconds
    while select.select([process.stdout], [], [], max(0.0, until - time.monotonic()))[0]:
        piece = os.read(process.stdout.fileno(), MOST)
        said += piece
        if len(said) > 2 * MOST:
            raise ConfigError("the key command answers with more than a key")
        if not piece:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, until - time.monotonic()))
                return bytes(said)
            break
    raise ConfigError(f"the key command gave no answer in {seconds:g} seconds")
