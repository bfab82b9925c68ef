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

# Where the adapter lies that came with Careloom, if one did.
ADAPTERS = Path(__file__).parent / "adapters"

__all__ = [
    "ADAPTERS",
    "Answer",
    "Answers",
    "Embedded",
    "Endpoint",
    "Model",
    "OpenAI",
    "Opened",
    "Options",
    "Prompt",
    "Remembered",
    "Schema",
    "Scripted",
    "Spend",
    "adapter_of",
    "known_as",
    "must_scrub",
    "opened",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a site's settings say of models: where the embedded one's weights lie, its adapter ("" for the one that came with
    Careloom, "none", or a file), and its endpoint.

    See `Endpoint` for the terms; `name` is the endpoint's own name for the model.
    """

    weights: Path
    adapter: str = ""
    url: str = ""
    key: str = ""
    name: str = ""
    timeout: float = 60.0
    retries: int = 2
    concurrency: int = 4
    may_receive_phi: bool = False
    deidentified: bool = False
    price_in: float = 0.0
    price_out: float = 0.0


@dataclass(frozen=True, slots=True)
class Opened:
    """A model ready to be asked, or None and, in `why`, a sentence for the operator."""

    model: Model | None
    why: str = ""


def adapter_of(said: str) -> Path | None:
    """The adapter's file by the site's setting; None where there is to be none, or none came with Careloom."""
    if said == "none":
        return None
    if said:
        return Path(said).expanduser()
    return next(iter(sorted(ADAPTERS.glob("*.gguf"))), None)


def known_as(name: str, options: Options) -> tuple[str, str]:
    """The name and the hash of weights under which a model's table is kept, without opening it."""
    if name == "embedded":
        return embedded.identity(adapter_of(options.adapter))
    return (options.name, "") if name == "openai" else (name, "")


def must_scrub(model: Model | None) -> bool:
    """Whether a model may be asked only what was scrubbed (`Prompt.clean`)."""
    return isinstance(model, OpenAI) and model.deidentified


def opened(name: str, options: Options) -> Opened:
    """The model of a name: "none", "embedded", "openai" (the endpoint's default), or a model of the endpoint.

    Where the embedded one can't run on this machine there is none, with the reason. Raises ConfigError for
    wrong weights, an endpoint that isn't set, or one that may not see patients' data.
    """
    if name == "none":
        return Opened(None)
    if name == "embedded":
        why = embedded.hindrance(options.weights)
        if why:
            return Opened(None, f"{why} Drafts are written from templates alone.")
        return Opened(Embedded(options.weights, adapter=adapter_of(options.adapter)))
    endpoint = Endpoint(
        url=options.url,
        model=options.name if name == "openai" else name,
        key=options.key,
        timeout=options.timeout,
        retries=options.retries,
        concurrency=options.concurrency,
        may_receive_phi=options.may_receive_phi,
        deidentified=options.deidentified,
        price_in=options.price_in,
        price_out=options.price_out,
    )
    if not endpoint.url:
        raise ConfigError(f"CARELOOM_MODEL_URL is not set: the model {name!r} has no endpoint")
    openai.refuse_unsafe(endpoint)
    return Opened(OpenAI(endpoint))
