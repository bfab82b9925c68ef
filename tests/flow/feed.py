"""A hospital's feed: files of HL7 v2 messages through the door."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

from careloom.pipeline import Pipeline
from careloom.pipeline.report import Report

Sends = Callable[..., Report]


def feed(desk: Pipeline, folder: Path) -> Sends:
    """Sends a file of messages, from the hospital called harbor where no other source is said; gives the report."""
    numbers = count()

    def send(*messages: bytes, source: str | None = "harbor", name: str = ".hl7") -> Report:
        file = folder / f"feed-{next(numbers)}{name}"
        file.write_bytes(b"".join(messages))
        return desk.connect([file], source=source)

    return send
