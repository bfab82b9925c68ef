"""Packs: some examples of one task behind the words that all its questions begin with, which are computed once for all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

Words = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """Words (their numbers), the place of each, who may see whom, behind which the answers' words are learned, and which those are."""

    words: torch.Tensor
    places: torch.Tensor
    mask: torch.Tensor
    at: torch.Tensor
    said: torch.Tensor


def packs(examples: Sequence[tuple[Words, Words]], most: int) -> Iterator[Pack]:
    """Examples (a question's words, its answer's words) of one task, so many in a pack, in their order."""
    shared = _shared([asked for asked, _ in examples])
    for first in range(0, len(examples), most):
        yield _pack(shared, [(asked[len(shared) :], said) for asked, said in examples[first : first + most]])


def _shared(questions: Sequence[Words]) -> Words:
    """What all questions begin with; each keeps a word of its own."""
    one, other = min(questions), max(questions)
    length = 0
    while length < min(len(one), len(other)) - 1 and one[length] == other[length]:
        length += 1
    return one[: min(length, min(map(len, questions)) - 1)]


def _pack(shared: Words, some: Sequence[tuple[Words, Words]]) -> Pack:
    words, places = list(shared), list(range(len(shared)))
    whose = [0] * len(shared)
    at: list[int] = []
    said: list[int] = []
    for number, (asked, answer) in enumerate(some, 1):
        first = len(words) + len(asked) - 1
        at += range(first, first + len(answer))
        said += answer
        own = (*asked, *answer[:-1])
        places += range(len(shared), len(shared) + len(own))
        words += own
        whose += [number] * len(own)
    owner = torch.tensor(whose)
    order = torch.arange(len(words))
    mask = (order[:, None] >= order) & ((owner[:, None] == owner) | (owner == 0))
    return Pack(torch.tensor(words), torch.tensor(places), mask, torch.tensor(at), torch.tensor(said))
