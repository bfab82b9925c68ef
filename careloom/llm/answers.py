"""Answers that were given before: the port to where they are kept, and the key they are kept under."""

import hashlib
from collections.abc import Sequence
from typing import Protocol

import orjson

from careloom.llm.port import Model, Prompt


class Answers(Protocol):
    """Where a model's answers are kept; the store implements it, encrypted."""

    def get(self, key: str) -> str | None:
        """The answer kept under `key`, or None."""
        ...

    def put(self, key: str, answer: str) -> None:
        """Keep `answer` under `key`; a second time is harmless."""
        ...


class Remembered:
    """Answers kept in this object alone: for tests, and where nothing should be kept longer."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        """The answer kept under `key`, or None."""
        return self._kept.get(key)

    def put(self, key: str, answer: str) -> None:
        """Keep `answer` under `key`."""
        self._kept[key] = answer


def key(task: str, version: str, prompt: Prompt, entries: Sequence[str], model: Model) -> str:
    """64 hex digits over the task, its prompt version, every word asked, the entries' ids and the weights.

    Any of them changed is another question. `entries` are the cited entries' ids, in any order.
    """
    asked = [task, version, prompt.messages, sorted(entries), model.name, model.sha256]
    return hashlib.sha256(orjson.dumps(asked)).hexdigest()
