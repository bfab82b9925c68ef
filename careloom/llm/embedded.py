"""The embedded model: llama.cpp in this process, loaded once, its weights known by their hash.

llama.cpp opens a port on loopback with it; a key that nobody is told closes that door.
"""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import psutil

from careloom.errors import ConfigError, ModelError
from careloom.llm.fingerprint import NAME, SHA256, verified
from careloom.llm.port import Answer, Prompt, Schema, Spend
from careloom.llm.schemas import fitting, refuse_unsupported

MEMORY_NEEDED = 2_500_000_000
# Two slots, so that two tasks keep their own prompt prefix; tokens each slot may hold.
SLOTS = 2
CONTEXT = 3072
_COMPLAINTS = (b"llg error", b"conversion was incomplete", b"accepting any string")


def hindrance(path: Path, *, available: int | None = None) -> str:
    """Why the embedded model can't be used on this machine, in a sentence; "" where it can.

    `available` is the free memory in bytes, measured where it isn't given.
    """
    if not path.is_file():
        return f"The embedded model is not used: its weights are not at {path}."
    if available is None and _server.cache_info().currsize:
        return ""  # it is in memory already
    free = psutil.virtual_memory().available if available is None else available
    if free < MEMORY_NEEDED:
        return (
            f"The embedded model is not used: {free / 1e9:.1f} GB of memory are free, "
            f"{MEMORY_NEEDED / 1e9:.1f} GB are needed."
        )
    if find_spec("xllamacpp") is None:
        return "The embedded model is not used: the extra `embedded` is not installed."
    return ""


def identity(adapter: Path | None, sha256: str = SHA256) -> tuple[str, str]:
    """The name and the hash of the weights of this hash with an adapter, or without. Raises ConfigError where it can't be read."""
    if adapter is None:
        return NAME, sha256
    try:
        own = hashlib.sha256(adapter.read_bytes()).hexdigest()
    except OSError as error:
        raise ConfigError(f"{adapter}: the adapter can't be read: {error.strerror}") from None
    return known_with(own, sha256)


def known_with(adapter: str, sha256: str = SHA256) -> tuple[str, str]:
    """The name and the hash of the weights of this hash with the adapter of that hash."""
    return f"{NAME}+{adapter[:12]}", hashlib.sha256(f"{sha256}+{adapter}".encode()).hexdigest()


class Embedded:
    """Qwen2.5-Coder-1.5B-Instruct in this process, loaded at the first call; calls wait for each other. With an adapter it is another model."""

    def __init__(self, path: Path, *, sha256: str = SHA256, adapter: Path | None = None) -> None:
        """Verifies the weights at `path`. Raises ConfigError where they or the adapter are absent, or the weights are others."""
        if not path.is_file():
            raise ConfigError(f"{path}: no weights there")
        if not verified(path, sha256):
            raise ConfigError(f"{path}: these are not the weights that Careloom knows; fetch them again")
        self.name, self.sha256 = identity(adapter, sha256)
        self.spent = Spend()
        self._lock = Lock()
        self._path = path.resolve()
        self._adapter = adapter.resolve() if adapter else None

    def complete(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        schema: Schema | None = None,
        grammar: str | None = None,
    ) -> Answer:
        """The likeliest answer; see `Model.complete`. Raises ConfigError where llama.cpp can't load the weights."""
        if schema is not None:
            refuse_unsupported(schema)
            grammar = _grammar(schema)
        asked: dict[str, Any] = {
            "messages": prompt.messages,
            "max_tokens": max_tokens,
            "temperature": 0,
            "cache_prompt": True,
        }
        with self._lock:
            server = _server(self._path, self._adapter)
            if grammar is not None:
                _refuse_broken(server, grammar)
                asked["grammar"] = grammar
            try:
                answer = _answer(server.handle_chat_completions(asked))
                if schema is not None:
                    fitting(answer.text, schema)
            except ModelError:
                self.spent = self.spent.plus(None)
                raise
            self.spent = self.spent.plus(answer)
        return answer


def _answer(reply: Mapping[str, Any]) -> Answer:
    try:
        choice, usage = reply["choices"][0], reply["usage"]
        return Answer(
            text=choice["message"]["content"] or "",
            prompt_tokens=usage["prompt_tokens"],
            completion_tokens=usage["completion_tokens"],
            complete=choice["finish_reason"] == "stop",
        )
    except (KeyError, IndexError, TypeError):
        code = reply.get("error", {}).get("code", "no code")
        raise ModelError(f"the embedded model gave no answer ({code})", permanent=True) from None


def _quiet_threads() -> None:
    # Threads that spin while they wait halve the speed of everything else on a loaded machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "0")


@lru_cache(maxsize=1)
def _server(path: Path, adapter: Path | None) -> Any:
    return served(path, key=secrets.token_hex(32), slots=SLOTS, context=CONTEXT, adapter=adapter)


def served(path: Path, *, key: str, slots: int, context: int, adapter: Path | None = None) -> Any:
    """llama.cpp with these weights, and an adapter to them; each slot holds `context` tokens. Raises ConfigError where it can't load them."""
    _quiet_threads()
    try:
        import xllamacpp  # late: an extra, and its threads read the environment once
    except ImportError:
        raise ConfigError("the extra `embedded` is not installed") from None
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    if adapter is not None:
        params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(adapter), 1.0)]
    params.n_parallel = slots
    params.n_ctx = slots * context
    threads = max(1, min(8, len(os.sched_getaffinity(0))))
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.api_keys = [key]
    params.endpoint_slots = params.endpoint_props = params.endpoint_metrics = params.ui = False
    params.verbosity = 1
    params.warmup = params.fit_params = params.log_json = False
    params.cache_ram_mib = 0
    try:
        return xllamacpp.Server(params)
    except (RuntimeError, ValueError):
        what = "these weights" if adapter is None else f"these weights with the adapter {adapter.name}"
        raise ConfigError(f"{path}: llama.cpp can't load {what}") from None


def _grammar(schema: Schema) -> str:
    import xllamacpp  # late: see `_server`

    # By way of llguidance, which keeps patterns; the server's own conversion drops those it doesn't know.
    return str(xllamacpp.json_schema_to_grammar(dict(schema)))


@lru_cache(maxsize=64)
def _refuse_broken(server: Any, grammar: str) -> None:
    """Raises ValueError where llama.cpp would answer without keeping the grammar: it only prints a warning."""
    with _errors() as printed:
        reply = server.handle_completions({"prompt": ".", "n_predict": 0, "grammar": grammar})
    said = printed()
    if "error" in reply or any(complaint in said for complaint in _COMPLAINTS):
        raise ValueError("llama.cpp can't keep this grammar or schema")


@contextmanager
def _errors() -> Iterator[Any]:
    """What C code prints on standard error meanwhile: yields a function that returns it."""
    with tempfile.TemporaryFile() as file:
        kept = os.dup(2)
        os.dup2(file.fileno(), 2)
        said = b""

        def printed() -> bytes:
            return said

        try:
            yield printed
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            file.seek(0)
            said = file.read()
