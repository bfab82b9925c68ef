"""The recipe of an adapter: all numbers that decide what training makes of a set."""

import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, get_type_hints

from careloom.errors import ConfigError

FILE = Path(__file__).parent / "recipe.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How an adapter is trained.

    rank, alpha        the adapter's size and scale (alpha / rank); targets: which tensors of a layer it changes
    layers             how many of the last layers learn
    rate               AdamW's learning rate; `together` examples share a step; `epochs` times through the set at most
    checkpoint_every   steps between two checkpoints; look_every between two looks at the development split
    patience           looks without a gain after which it stops
    """

    rank: int
    alpha: int
    layers: int
    targets: tuple[str, ...]
    rate: float
    together: int
    epochs: int
    checkpoint_every: int
    look_every: int
    patience: int
    seed: int

    @property
    def said(self) -> dict[str, Any]:
        """All of it, as JSON takes it."""
        return {**asdict(self), "targets": list(self.targets)}


def read(path: Path = FILE) -> Recipe:
    """The recipe of a TOML file. Raises ConfigError naming what is missing or no number that can be trained with."""
    try:
        said = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        raise ConfigError(f"{path}: is no recipe that can be read") from None
    said["targets"] = tuple(said.get("targets", ()))
    for name, hint in get_type_hints(Recipe).items():
        value = said.get(name)
        right = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
        whole = hint is not int or isinstance(value, int)
        if name != "targets" and not (right and whole):
            raise ConfigError(f"{path}: {name} must be a {'whole ' if hint is int else ''}number above 0")
    if unknown := set(said) - set(get_type_hints(Recipe)):
        raise ConfigError(f"{path}: {min(unknown)} is no part of a recipe")
    return Recipe(**said)
