"""Pharmacy labels that cut the names of a combination short ("AMOX-CLAV 875-125 MG TABLET"): which combination is meant."""

from collections.abc import Iterable, Iterator, Sequence

from careloom.knowledge.phrases import Word

# Fewer letters than this say nothing of a name.
_LETTERS = 3


class Labels:
    """The known combinations, each by the names of its ingredients."""

    def __init__(self, combinations: Iterable[Sequence[str]]) -> None:
        self._combinations = sorted({tuple(sorted(one)) for one in combinations if len(one) > 1})

    def meant(self, said: Sequence[Word], text: str) -> Iterator[str]:
        """The ingredients of each run of words that a hyphen or a slash joins and that begins the names of one known combination.

        Nothing where no combination or several fit, or where all words are short ("DR", "ER").
        """
        if "-" not in text and "/" not in text:
            return
        for run in _runs(said, text):
            fitting = [one for one in self._combinations if _fits(run, one)]
            if len(fitting) == 1:
                yield from fitting[0]


def _runs(said: Sequence[Word], text: str) -> Iterator[tuple[str, ...]]:
    run: list[Word] = []
    for word in said:
        if run and text[run[-1].end : word.start] in ("-", "/") and word.word.isalpha():
            run.append(word)
            continue
        if len(run) > 1:
            yield tuple(one.word for one in run)
        run = [word] if word.word.isalpha() and len(word.word) >= _LETTERS else []
    if len(run) > 1:
        yield tuple(one.word for one in run)


def _fits(run: Sequence[str], combination: Sequence[str]) -> bool:
    """Whether each word begins a word of another ingredient's name, and none is left over."""
    if len(run) != len(combination) or any(len(word) < _LETTERS for word in run):
        return False
    left = list(combination)
    for word in run:
        found = next((name for name in left if any(part.startswith(word) for part in name.split())), None)
        if found is None:
            return False
        left.remove(found)
    return True
