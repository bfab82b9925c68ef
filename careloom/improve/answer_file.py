"""Answers to questions about invented people, kept in a file as they come, so that what was asked is not asked again after an interruption."""

import os
from pathlib import Path

import orjson

from careloom.errors import ConfigError


class AnswerFile:
    """Answers by their key (careloom.llm.answers), a line each; a half-written last line is no answer."""

    def __init__(self, path: Path) -> None:
        self._path, self._kept = path, dict[str, str]()
        try:
            written = path.read_bytes() if path.exists() else b""
            whole = written[: written.rfind(b"\n") + 1]
            for line in whole.splitlines():
                asked, answer = orjson.loads(line)
                self._kept[asked] = answer
            if whole != written:
                os.truncate(path, len(whole))
        except (OSError, ValueError):
            raise ConfigError(f"{path}: can't be read; take it away, and all is asked anew") from None

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: str) -> str | None:
        """The answer kept under `key`, or None."""
        return self._kept.get(key)

    def put(self, key: str, answer: str) -> None:
        """Keep `answer` under `key`. Raises ConfigError where the disk is full; what was kept before stays."""
        self._kept[key] = answer
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as file:
                file.write(orjson.dumps([key, answer]) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise ConfigError(
                f"{self._path}: an answer can't be kept: {error.strerror}. What was asked before is kept: "
                "run it again when there is room."
            ) from None
