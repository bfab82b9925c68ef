"""Training an adapter: the layers below computed once, the last ones learned step by step, with checkpoints from which it goes on."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any

import torch
from torch.nn import functional

from careloom.errors import ConfigError
from careloom.improve.lora.layers import Layer, Top, Turned, adapted
from careloom.improve.lora.packing import Pack
from careloom.improve.lora.recipe import Recipe
from careloom.improve.lora.weights import Weights

Step = Callable[[str, int, int], None]
BELOW, CHECKPOINT = "below.pt", "checkpoint.pt"
# Layers between two savings of what the layers below gave.
_SAVED_EVERY = 7
_CLIP = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """The loss (nats a word) at a step, of the training split since the look before (None at the start) and of the development split."""

    step: int
    train: float | None
    development: float


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of it: the best adapter's numbers by peft's names, every look, the steps done, and from which step it went on."""

    best: dict[str, torch.Tensor]
    looks: tuple[Look, ...]
    steps: int
    resumed: int

    @property
    def before(self) -> float:
        """The development split's loss without an adapter."""
        return self.looks[0].development

    @property
    def after(self) -> float:
        """The lowest that an adapter reached, or that of no adapter where none did."""
        return min(look.development for look in self.looks)

    @property
    def worse(self) -> bool:
        """Whether nothing that was trained is better on the development split than no adapter."""
        return not self.after < self.before


@dataclass(slots=True)
class _State:
    step: int
    looks: tuple[Look, ...]
    best: dict[str, torch.Tensor]
    since: float
    counted: int


def train(
    weights: Weights,
    recipe: Recipe,
    learned: Sequence[Pack],
    development: Sequence[Pack],
    folder: Path,
    *,
    step: Step = lambda _said, _done, _of: None,
) -> Trained:
    """Train, in `folder`, from the newest checkpoint there. The same recipe, packs and weights give the same adapter, interrupted or not.

    `step` hears what is done, how much, and of how much. Raises ConfigError where the disk is full: the newest checkpoint stays.
    """
    torch.manual_seed(recipe.seed)
    torch.use_deterministic_algorithms(True)
    first = weights.shape.layers - recipe.layers
    every = _below(weights, [*learned, *development], first, folder, step)
    ours, held = every[: len(learned)], every[len(learned) :]
    top = Top(weights, range(first, weights.shape.layers))
    trained = adapted(top, rank=recipe.rank, alpha=recipe.alpha, targets=recipe.targets)
    optimiser = torch.optim.AdamW(trained.values(), lr=recipe.rate, weight_decay=0.0)
    state = _resumed(folder, trained, optimiser)
    resumed = state.step if state else 0
    if state is None:
        told = Look(0, None, _loss_of(top, held, development))
        state = _State(0, (told,), _copied(trained), 0.0, 0)
    steps = recipe.epochs * len(learned)
    begun, from_step = monotonic(), state.step
    while state.step < steps and not _is_over(state.looks, recipe.patience):
        pack = _order(recipe.seed, state.step, len(learned))
        loss = _loss(top, ours[pack], learned[pack])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained.values(), _CLIP)
        optimiser.step()
        state.step += 1
        state.since, state.counted = state.since + loss.item(), state.counted + 1
        if state.step % recipe.look_every == 0 or state.step == steps:
            _look(state, _loss_of(top, held, development), trained)
        if state.step % recipe.checkpoint_every == 0 or state.step == steps:
            _save(folder / CHECKPOINT, _packed(state, trained, optimiser), state.step)
        each = (monotonic() - begun) / (state.step - from_step)
        step(_words(state, each * (steps - state.step)), state.step, steps)
    return Trained(state.best, state.looks, state.step, resumed)


def _words(state: _State, left: float) -> str:
    at = state.looks[-1].development
    return f"development loss {at:.3f}, at most {max(1, round(left / 60))} min left"


def _is_over(looks: Sequence[Look], patience: int) -> bool:
    best = min(range(len(looks)), key=lambda place: looks[place].development)
    return len(looks) - 1 - best >= patience


def _look(state: _State, development: float, trained: dict[str, Any]) -> None:
    if development < min(look.development for look in state.looks):
        state.best = _copied(trained)
    state.looks = (*state.looks, Look(state.step, state.since / state.counted, development))
    state.since, state.counted = 0.0, 0


def _order(seed: int, step: int, packs: int) -> int:
    """Which pack comes at a step: another order each time through."""
    chance = torch.Generator().manual_seed(seed + step // packs)
    return int(torch.randperm(packs, generator=chance)[step % packs])


def _loss(top: Top, hidden: torch.Tensor, pack: Pack) -> torch.Tensor:
    return functional.cross_entropy(top(hidden, pack.places, pack.mask, pack.at), pack.said)


def _loss_of(top: Top, hidden: Sequence[torch.Tensor], packs: Sequence[Pack]) -> float:
    """The mean loss of a word over packs."""
    total, words = 0.0, 0
    with torch.no_grad():
        for one, pack in zip(hidden, packs, strict=True):
            total += _loss(top, one, pack).item() * len(pack.said)
            words += len(pack.said)
    return total / words if words else inf


def _below(
    weights: Weights, packs: Sequence[Pack], layers: int, folder: Path, step: Step
) -> list[torch.Tensor]:
    """What the layers below give for each pack, a layer at a time; what is done is saved now and then."""
    done, hidden = 0, []
    if kept := _load(folder / BELOW):
        done, hidden = kept["layers"], kept["hidden"]
    else:
        hidden = [weights.rows("token_embd.weight", pack.words) for pack in packs]
    with torch.no_grad():
        for number in range(done, layers):
            step("the layers below", number, layers)
            layer = Layer(weights, number)
            hidden = [
                layer(one, Turned(pack.places, weights.shape), pack.mask)
                for one, pack in zip(hidden, packs, strict=True)
            ]
            if (number + 1) % _SAVED_EVERY == 0 or number + 1 == layers:
                _save(folder / BELOW, {"layers": number + 1, "hidden": hidden}, 0)
    return hidden


def _copied(trained: dict[str, Any]) -> dict[str, torch.Tensor]:
    return {name: one.detach().clone() for name, one in trained.items()}


def _packed(state: _State, trained: dict[str, Any], optimiser: torch.optim.Optimizer) -> dict[str, Any]:
    return {
        "step": state.step,
        "looks": [(look.step, look.train, look.development) for look in state.looks],
        "best": state.best,
        "since": (state.since, state.counted),
        "now": _copied(trained),
        "optimiser": optimiser.state_dict(),
    }


def _resumed(folder: Path, trained: dict[str, Any], optimiser: torch.optim.Optimizer) -> _State | None:
    kept = _load(folder / CHECKPOINT)
    if kept is None:
        return None
    with torch.no_grad():
        for name, one in trained.items():
            one.copy_(kept["now"][name])
    optimiser.load_state_dict(kept["optimiser"])
    looks = tuple(Look(*look) for look in kept["looks"])
    return _State(kept["step"], looks, kept["best"], *kept["since"])


def _load(path: Path) -> dict[str, Any] | None:
    """What was saved; None where nothing was, or where it can't be read, so that it is made anew."""
    try:
        found = torch.load(path, weights_only=True)
        return found if isinstance(found, dict) else None
    except Exception:  # a broken file breaks in as many ways as there are bytes
        return None


def _save(path: Path, what: dict[str, Any], step: int) -> None:
    """Writes it whole or not at all; what was saved before stays until then."""
    half = path.with_name(f"{path.name}.{os.getpid()}.part")
    written = BytesIO()
    torch.save(what, written)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with half.open("wb") as file:
            file.write(written.getbuffer())
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        kept = " What was saved before is kept: run it again when there is room." if path.exists() else ""
        raise ConfigError(
            f"{path}: step {step} can't be saved: {error.strerror or 'the disk is full'}.{kept}"
        ) from None
    finally:
        with suppress(OSError):
            half.unlink(missing_ok=True)
