"""Making an adapter: from a training set and a recipe to a GGUF file, with what it came to; refuses before it begins what it can't end."""

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import psutil

from careloom.draft.kind import Task
from careloom.errors import ConfigError
from careloom.improve.cleared import Cleared
from careloom.improve.lora.export import write
from careloom.improve.lora.layers import LINEAR, PERMUTED
from careloom.improve.lora.packing import Pack, packs
from careloom.improve.lora.recipe import Recipe
from careloom.improve.lora.training import Look, train
from careloom.improve.lora.weights import LLAMA, Weights
from careloom.improve.training_set import Pair
from careloom.llm import Prompt
from careloom.llm.tokens import Tokens, tokens_of

Step = Callable[[str, int, int], None]
TaskOf = Callable[[Pair], Task]
# Fewer examples teach nothing that could be measured.
FEWEST = 8
# What PyTorch and its libraries take beside the numbers.
_LIBRARIES = 700_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An adapter: its file, and its identity and what it was made from, each by its hash; the looks at its development split."""

    file: str
    sha256: str
    weights: str
    set: str
    recipe: Mapping[str, object]
    tasks: tuple[str, ...]
    examples: int
    development: int
    looks: tuple[Look, ...]
    steps: int
    resumed: int
    worse: bool


def identity(recipe: Recipe, version: str, weights: str) -> str:
    """64 hex digits over what makes an adapter before it is trained: the recipe, the set and the weights."""
    return hashlib.sha256(
        orjson.dumps([recipe.said, version, weights], option=orjson.OPT_SORT_KEYS)
    ).hexdigest()


def make(
    path: Path,
    sha256: str,
    cleared: Cleared,
    recipe: Recipe,
    folder: Path,
    task_of: TaskOf,
    *,
    step: Step = lambda _said, _done, _of: None,
    available: int | None = None,
    free: int | None = None,
) -> Made:
    """Train an adapter for the weights at `path`, which have this hash, below `folder`; what was begun there before goes on.

    Only the training split is learned from, the development split decides when it stops, and nothing reads the test split. Raises
    ConfigError, before it begins, for a recipe that doesn't fit the weights, too few examples, and too little memory (`available`
    bytes) or disk (`free`); and on the way where the disk is full.
    """
    weights, found = Weights(path), cleared.found
    refuse_unfit(recipe, weights)
    learned, held = found.of("train"), found.of("development")
    for words, some in (("training", learned), ("development", held)):
        if len(some) < FEWEST:
            raise ConfigError(
                f"the set has {len(some)} examples in its {words} split; at least {FEWEST} are needed"
            )
    step("the words", 0, len(learned) + len(held))
    with tokens_of(path) as tokens:
        ours, theirs = (_packs(some, tokens, recipe, weights, task_of) for some in (learned, held))
    own = folder / identity(recipe, found.version, sha256)[:16]
    refuse_too_little(weights, recipe, [*ours, *theirs], own, available=available, free=free)
    trained = train(weights, recipe, ours, theirs, own, step=step)
    out = own / "adapter.gguf"
    told = {"set": found.version, "weights": sha256, "recipe": orjson.dumps(recipe.said).decode()}
    digest = write(out, trained.best, architecture=weights.shape.architecture, alpha=recipe.alpha, told=told)
    return Made(
        file=str(out),
        sha256=digest,
        weights=sha256,
        set=found.version,
        recipe=recipe.said,
        tasks=tuple(sorted({one.task for one in learned})),
        examples=len(learned),
        development=len(held),
        looks=trained.looks,
        steps=trained.steps,
        resumed=trained.resumed,
        worse=trained.worse,
    )


def refuse_unfit(recipe: Recipe, weights: Weights) -> None:
    """Nothing where a recipe fits the weights; raises ConfigError saying what of it doesn't."""
    if recipe.layers > weights.shape.layers:
        raise ConfigError(
            f"the recipe trains {recipe.layers} layers; the weights have {weights.shape.layers}"
        )
    if unknown := [one for one in recipe.targets if one not in LINEAR]:
        raise ConfigError(f"the recipe's target {unknown[0]!r} is none of {', '.join(LINEAR)}")
    if not recipe.targets:
        raise ConfigError("the recipe has no targets")
    turned = [one for one in recipe.targets if one in PERMUTED]
    if turned and weights.shape.architecture == LLAMA:
        raise ConfigError(
            f"the rows of {turned[0]} stand in another order in llama-type files: leave it alone"
        )


def refuse_too_little(
    weights: Weights,
    recipe: Recipe,
    every: Sequence[Pack],
    folder: Path,
    *,
    available: int | None = None,
    free: int | None = None,
) -> None:
    """Nothing where memory and disk will do; raises ConfigError with what there is and what is needed, in GB."""
    shape = weights.shape
    below = sum(len(pack.words) for pack in every) * shape.width * 4
    largest = max(len(pack.words) for pack in every)
    # What a step keeps of each layer until it has been learned from; then the scores of every word behind the answers.
    step = largest * (recipe.layers * (6 * shape.width + 4 * shape.inner) + shape.heads * largest) * 4
    scores = 3 * max(len(pack.said) for pack in every) * (weights.head_bytes // shape.width)
    # To unpack the table from numbers to words takes some times its size for a moment.
    head = 4 * weights.head_bytes
    memory = _LIBRARIES + recipe.layers * shape.layer_bytes + head + 2 * below + step + scores
    there = psutil.virtual_memory().available if available is None else available
    if there < memory:
        raise ConfigError(f"{there / 1e9:.1f} GB of memory are free; this recipe needs {memory / 1e9:.1f} GB")
    disk = (
        2 * below + 12 * recipe.layers * recipe.rank * len(recipe.targets) * (shape.width + shape.inner) * 4
    )
    folder.mkdir(parents=True, exist_ok=True)
    room = shutil.disk_usage(folder).free if free is None else free
    if room < disk:
        raise ConfigError(
            f"{folder}: {room / 1e9:.2f} GB of the disk are free; this recipe needs {disk / 1e9:.2f} GB"
        )


def _packs(
    some: Sequence[Pair], tokens: Tokens, recipe: Recipe, weights: Weights, task_of: TaskOf
) -> list[Pack]:
    found: list[Pack] = []
    for task in sorted({one.task for one in some}):
        examples = []
        for one in some:
            if one.task == task:
                known = task_of(one)
                asked = tokens.asked(Prompt(known.rules, one.asked, known.shots))
                examples.append((asked, (*tokens.said(one.said), weights.shape.end)))
        found += packs(examples, recipe.together)
    return found
