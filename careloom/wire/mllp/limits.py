"""What one listener bears: sizes in bytes, times in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds of a listener.

    frame_bytes        a frame that is longer is refused
    held_bytes         what all unfinished frames may take in memory together
    connections        at one time; where all places are taken, a newcomer takes that of whoever is needed least:
    newcomer_seconds   somebody who never sent a message and was silent for so long, else
    known_seconds      somebody who did
    idle_seconds       without a byte, after which a connection is closed
    frame_seconds      without a byte inside a frame, after which its sender counts as gone
    slowest_seconds    that one frame may take in all
    first_seconds      before a connection's first message
    handshake_seconds  for TLS
    stray_bytes        between frames, after which whoever sends them speaks no MLLP
    """

    frame_bytes: int = 64 << 20
    held_bytes: int = 256 << 20
    connections: int = 256
    newcomer_seconds: float = 1.0
    known_seconds: float = 60.0
    idle_seconds: float = 3600.0
    frame_seconds: float = 60.0
    slowest_seconds: float = 900.0
    first_seconds: float = 600.0
    handshake_seconds: float = 15.0
    stray_bytes: int = 1 << 16
