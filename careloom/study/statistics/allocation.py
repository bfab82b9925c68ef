"""Allocation: who gets what by chance, from a sealed seed: by case in permuted blocks, or by provider in steps.

Takes    the seed (at least 16 bytes that nobody who enrols has seen) and what the locked protocol says of arms, blocks and steps
Gives    the arm of the n-th case of a stratum, the step of each provider, and a commitment that proves afterwards which seed it was
Never    needs what was allocated before, or lets the next allocation be computed without the seed

Source   permuted blocks of random sizes: Matts & Lachin 1988, Control Clin Trials 9:327-344; why concealed: Schulz & Grimes 2002,
         Lancet 359:614-618; stepped wedge: Hussey & Hughes 2007, Contemp Clin Trials 28:182-191
Misses   somebody who sees all arms of a stratum and knows the block sizes can foresee the last ones of a block: sizes stay sealed with the seed
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from careloom.errors import InputError
from careloom.study.statistics.chance import number_below, shuffled

SEED_BYTES = 16
ARMS = ("usual", "draft")


@dataclass(frozen=True, slots=True)
class Blocks:
    """The arms, equally often in each block, and the sizes of which each block has one by chance (multiples of the number of arms)."""

    arms: tuple[str, ...] = ARMS
    sizes: tuple[int, ...] = (2, 4, 6)

    def __post_init__(self) -> None:
        if len(self.arms) < 2 or len(set(self.arms)) != len(self.arms):
            raise InputError("allocation needs two or more different arms", "arms")
        if not self.sizes or any(size < 1 or size % len(self.arms) for size in self.sizes):
            raise InputError(
                f"each block size is a multiple of {len(self.arms)}, the number of arms", "sizes"
            )


@dataclass(frozen=True, slots=True)
class Place:
    """One allocation: the arm, in which block of its stratum (from 0), and where in the block (from 0)."""

    arm: str
    block: int
    position: int


def commitment(seed: bytes) -> str:
    """What the locked protocol prints of the seed: SHA-256 in hex, from which nobody computes it, and by which anybody checks it later."""
    _checked(seed)
    return hashlib.sha256(b"careloom allocation\0" + seed).hexdigest()


def allocated(seed: bytes, blocks: Blocks, stratum: Sequence[str], number: int) -> Place:
    """The place of the `number`-th case (from 0) of a stratum (such as site and provider), whatever happened in other strata."""
    _checked(seed)
    if number < 0:
        raise ValueError("cases are counted from 0")
    block, start = 0, 0
    while True:
        arms = _block(seed, blocks, stratum, block)
        if number < start + len(arms):
            return Place(arms[number - start], block, number - start)
        block, start = block + 1, start + len(arms)


def sequence(seed: bytes, blocks: Blocks, stratum: Sequence[str], count: int) -> tuple[str, ...]:
    """The first `count` arms of a stratum: for the report, and for whoever checks a finished pilot against its commitment."""
    _checked(seed)
    found: list[str] = []
    block = 0
    while len(found) < count:
        found.extend(_block(seed, blocks, stratum, block))
        block += 1
    return tuple(found[:count])


def waiting_list(seed: bytes, providers: Sequence[str]) -> dict[str, Literal["now", "later"]]:
    """Which providers begin now and which wait: half each; of an odd number a coin says which half is larger. Their order doesn't matter."""
    order = _ordered(seed, "waiting list", providers, 2)
    half = len(order) // 2 + (number_below(seed, ("waiting list", "odd"), 2) if len(order) % 2 else 0)
    return {name: "now" if place < half else "later" for place, name in enumerate(order)}


def stepped_wedge(seed: bytes, providers: Sequence[str], steps: int) -> dict[str, int]:
    """The step (1 to `steps`) from which each provider works with drafts; as even as can be, chance says which steps have one more."""
    if not 2 <= steps <= len(set(providers)):
        raise InputError(
            f"{len(set(providers))} providers can't be spread over {steps} steps, two or more with one provider each",
            "steps",
        )
    order = _ordered(seed, "stepped wedge", providers, steps)
    each, more = divmod(len(order), steps)
    larger = set(shuffled(seed, ("stepped wedge", "larger"), range(1, steps + 1))[:more])
    places = [step for step in range(1, steps + 1) for _ in range(each + (step in larger))]
    return dict(zip(order, places, strict=True))


def exposed(step: int, period: int) -> bool:
    """Whether a provider of this step works with drafts in this period (0: before the first step, nobody does)."""
    return period >= step


def balance(rows: Iterable[tuple[str, str]]) -> Mapping[str, Mapping[str, int]]:
    """How often each arm came in each stratum, from rows of (stratum, arm)."""
    found: dict[str, Counter[str]] = {}
    for stratum, arm in rows:
        found.setdefault(stratum, Counter())[arm] += 1
    return found


def _block(seed: bytes, blocks: Blocks, stratum: Sequence[str], block: int) -> tuple[str, ...]:
    words = ("block", str(len(stratum)), *stratum, str(block))
    size = blocks.sizes[number_below(seed, ("size", *words), len(blocks.sizes))]
    return shuffled(seed, ("order", *words), blocks.arms * (size // len(blocks.arms)))


def _ordered(seed: bytes, words: str, providers: Sequence[str], need: int) -> tuple[str, ...]:
    _checked(seed)
    if len(set(providers)) != len(providers):
        raise InputError("a provider is named twice", "providers")
    if len(providers) < need:
        raise InputError(f"chance needs {need} providers or more", "providers")
    return shuffled(seed, (words,), sorted(providers))


def _checked(seed: bytes) -> None:
    if len(seed) < SEED_BYTES:
        raise InputError(
            f"the seed has fewer than {SEED_BYTES} bytes: it could be guessed from its commitment", "seed"
        )
