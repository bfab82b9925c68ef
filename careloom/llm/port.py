"""The port to a language model: what every adapter takes and gives, and what an answer must obey."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from careloom.privacy.scrub import Scrubbed

Schema = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked.

    `rules` and `shots` (question and answer pairs) are the same for every call of a task and come first,
    so that a model's prompt cache serves them; `ask` is this call's own part. `clean` is that part as scrubbing left it, where
    it was scrubbed.
    """

    rules: str
    ask: str
    shots: tuple[tuple[str, str], ...] = ()
    clean: Scrubbed | None = None

    @property
    def is_clean(self) -> bool:
        """Whether this call's own part was scrubbed, and nothing was found in it."""
        return self.clean is not None and not self.clean.spans and self.clean.text == self.ask

    @property
    def messages(self) -> list[dict[str, str]]:
        """The chat messages in order, as every OpenAI-compatible server takes them."""
        turns = [{"role": "system", "content": self.rules}]
        for question, answer in self.shots:
            turns.append({"role": "user", "content": question})
            turns.append({"role": "assistant", "content": answer})
        return [*turns, {"role": "user", "content": self.ask}]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said. `complete` is False where it ran into max_tokens, `refused` where its endpoint says that it declined; `cost` is in US dollars."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    complete: bool = True
    cost: float = 0.0
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Spend:
    """What a model has cost so far: calls answered, calls failed, tokens in and out, US dollars."""

    calls: int = 0
    failed: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0

    def plus(self, answer: Answer | None) -> "Spend":
        """This and one more call; None for a call that failed."""
        if answer is None:
            return Spend(self.calls, self.failed + 1, self.prompt_tokens, self.completion_tokens, self.cost)
        return Spend(
            self.calls + 1,
            self.failed,
            self.prompt_tokens + answer.prompt_tokens,
            self.completion_tokens + answer.completion_tokens,
            self.cost + answer.cost,
        )


class Model(Protocol):
    """A language model. `sha256` is the hash of its weights, "" where only an endpoint's name is known."""

    @property
    def name(self) -> str:
        """The name that a document's label carries."""
        ...

    @property
    def sha256(self) -> str:
        """The hash of the weights, 64 hex digits, or "" behind an endpoint."""
        ...

    @property
    def spent(self) -> Spend:
        """What this process has spent on it so far."""
        ...

    def complete(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        schema: Schema | None = None,
        grammar: str | None = None,
    ) -> Answer:
        """The model's answer, as deterministic as the model allows.

        With a JSON `schema` the answer is JSON that fits it. `grammar` (GBNF) is kept by the embedded model
        and is a wish elsewhere: whoever asks verifies the answer. Raises ValueError for a schema or grammar
        that can't be kept (a mistake of ours), ModelError where the model fails, Refused where the text may
        not leave the building.
        """
        ...
