"""Language models behind one port: embedded, OpenAI-compatible, scripted.

Takes    a Prompt (rules and examples first, then the question) and a bound on its tokens
Gives    an Answer with what it cost; `opened` gives a model, or none and why
Never    judges its own answer, keeps a text, or sends one where the site did not allow it
"""

from dataclasses import dataclass
from pathlib import Path

from careloom.errors import ConfigError
from careloom.llm import embedded, openai
from careloom.llm.answers import Answers, Remembered
from careloom.llm.embedded import Embedded
from careloom.llm.openai import Endpoint, OpenAI
from careloom.llm.port import Answer, Model, Prompt, Schema, Spend
from careloom.llm.scripted import Scripted

__all__ = [
    "Answer",
    "Answers",
    "Choice",
    "Embedded",
    "Endpoint",
    "Model",
    "OpenAI",
    "Opened",
    "Prompt",
    "Remembered",
    "Schema",
    "Scripted",
    "Spend",
    "opened",
]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which model a site wants: "none", "embedded", or the name of a model of `endpoint`."""

    name: str
    weights: Path
    endpoint: Endpoint | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A model ready to be asked, or None and, in `why`, a sentence for the operator."""

    model: Model | None
    why: str = ""


def opened(choice: Choice) -> Opened:
    """The chosen model; none, with the reason, where the embedded one can't run on this machine.

    Raises ConfigError for wrong weights, an endpoint that isn't set, or one that may not see patients' data.
    """
    if choice.name == "none":
        return Opened(None)
    if choice.name == "embedded":
        why = embedded.hindrance(choice.weights)
        if why:
            return Opened(None, f"{why} Drafts are written from templates alone.")
        return Opened(Embedded(choice.weights))
    if choice.endpoint is None or not choice.endpoint.url:
        raise ConfigError(f"CARELOOM_MODEL_URL is not set: the model {choice.name!r} has no endpoint")
    openai.refuse_unsafe(choice.endpoint)
    return Opened(OpenAI(choice.endpoint))
