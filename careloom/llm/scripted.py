"""A model for tests: answers by rule, counts words as tokens, and keeps the same contract as the real ones."""

from collections.abc import Callable
from threading import Lock

from careloom.errors import ModelError
from careloom.llm.port import Answer, Prompt, Schema, Spend
from careloom.llm.schemas import fitting, refuse_unsupported


class Scripted:
    """Says what `reply` makes of each prompt; `asked` keeps the prompts in order."""

    name = "scripted"
    sha256 = "0" * 64

    def __init__(self, reply: Callable[[Prompt], str]) -> None:
        self._reply = reply
        self._lock = Lock()
        self.asked: list[Prompt] = []
        self.spent = Spend()

    def complete(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        schema: Schema | None = None,
        grammar: str | None = None,
    ) -> Answer:
        """The rule's answer, cut at `max_tokens` words."""
        del grammar  # a rule keeps its own form
        if schema is not None:
            refuse_unsupported(schema)
        with self._lock:
            self.asked.append(prompt)
        try:
            words = self._reply(prompt).split(" ")
            text = " ".join(words[:max_tokens])
            if schema is not None:
                fitting(text, schema)
        except ModelError:
            self._count(None)
            raise
        sent = sum(len(turn["content"].split()) for turn in prompt.messages)
        answer = Answer(text, sent, len(text.split()), complete=len(words) <= max_tokens)
        self._count(answer)
        return answer

    def _count(self, answer: Answer | None) -> None:
        with self._lock:
            self.spent = self.spent.plus(answer)
