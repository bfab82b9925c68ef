"""Tokens: a prompt and an answer as the numbers of the words that llama.cpp itself makes of them, with the model's own template."""

import json
import secrets
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from careloom.errors import ConfigError
from careloom.llm.embedded import served
from careloom.llm.port import Prompt

_CONTEXT = 64


class Tokens:
    """What llama.cpp reads; made by `tokens_of`."""

    def __init__(self, address: str, key: str) -> None:
        self._address, self._key = address, key

    def asked(self, prompt: Prompt) -> tuple[int, ...]:
        """A prompt's tokens, up to where the answer begins."""
        return self._tokens(self._ask("apply-template", {"messages": prompt.messages})["prompt"])

    def said(self, answer: str) -> tuple[int, ...]:
        """An answer's tokens, without the one that ends it."""
        return self._tokens(answer)

    def _tokens(self, text: str) -> tuple[int, ...]:
        asked = {"content": text, "add_special": False, "parse_special": True}
        return tuple(self._ask("tokenize", asked)["tokens"])

    def _ask(self, what: str, asked: Mapping[str, Any]) -> Any:
        request = urllib.request.Request(  # noqa: S310  # our own process, on loopback
            f"{self._address}/{what}",
            json.dumps(asked).encode(),
            {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as reply:
            return json.load(reply)


@contextmanager
def tokens_of(weights: Path) -> Iterator[Tokens]:
    """The tokens of a model while this lasts. Raises ConfigError where llama.cpp can't load the weights."""
    key = secrets.token_hex(32)
    server = served(weights, key=key, slots=1, context=_CONTEXT)
    try:
        yield Tokens(server.listening_address, key)
    except OSError as error:
        raise ConfigError(f"{weights}: llama.cpp does not tell its tokens ({type(error).__name__})") from None
    finally:
        del server
