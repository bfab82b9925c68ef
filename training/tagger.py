"""Learn careloom/privacy/words/tagger.txt from invented notes with marked identifiers.

    python -m training.tagger [--folds 4] [--out FILE]

An averaged perceptron over the features of `privacy/tagging.py`; the same notes give the same weights. `--folds N` writes nothing and tells what
each N-th part of the blind notes gets from weights that never saw it. Of `tests/privacy/blind` it reads the sets of `LEARNED`, never those of
`HELD_OUT`.
"""

import argparse
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from careloom.knowledge import load
from careloom.privacy import tagging
from careloom.privacy.scrub import told
from careloom.privacy.tagging import CLASSES, after_tags, features_of, marks_of, tokens_of
from tests.privacy.blind import LEARNED, Marked, marked, notes
from tests.privacy.notes import held_out, known, last, made, unseen
from training.drawn import Drawn

AS_OF = date(2026, 11, 30)
ROUNDS, SCALE, LEAST, SEEN = 6, 20, 6, 3
OF_KIND = {"name": "N", "geography": "G", "org": "G", "date": "D", "age": "D", "phone": "P", "fax": "P"}
WORD, DIGIT = re.compile(r"[^\W\d_]{3,}"), re.compile(r"\d")
LINES = Path(__file__).parent / "tagger_lines.txt"
DRAWS = "CCCCCllU"
OUT = Path(tagging.__file__).parent / "words" / "tagger.txt"


@dataclass(frozen=True)
class Example:
    """A note as features of its tokens (none of those that aren't asked about), their sorts and the classes that they ought to get."""

    features: list[list[int]]
    sorts: list[str]
    gold: list[int]


class Learner:
    """Features by number, and what each weighs for each class; sums are kept for the average."""

    def __init__(self) -> None:
        self.number: dict[str, int] = {}
        self.seen: list[int] = []
        self.weights = np.zeros((1 << 16, len(CLASSES)))
        self.sums = np.zeros((1 << 16, len(CLASSES)))
        self.steps = 1

    def of(self, feature: str) -> int:
        """The number of a feature."""
        found = self.number.setdefault(feature, len(self.number))
        if found == len(self.seen):
            self.seen.append(0)
            if found == len(self.weights):
                self.weights = np.concatenate((self.weights, np.zeros_like(self.weights)))
                self.sums = np.concatenate((self.sums, np.zeros_like(self.sums)))
        self.seen[found] += 1
        return found

    def learn(self, one: Example) -> None:
        """Go once through a note and put right what comes out wrong."""
        before = last = "^"
        for features, sort, gold in zip(one.features, one.sorts, one.gold, strict=True):
            if not features:
                before, last = last, CLASSES[gold]
                continue
            numbers = [*features, *(self.of(name) for name in after_tags(before, last, sort))]
            scores = self.weights[numbers].sum(axis=0)
            # An identifier that is missed costs more than a word that is taken.
            scores[0] += 1.5 if gold else 0.0
            best = int(scores.argmax())
            self.steps += 1
            if best != gold:
                self.weights[numbers, gold] += 1
                self.weights[numbers, best] -= 1
                self.sums[numbers, gold] += self.steps
                self.sums[numbers, best] -= self.steps
            before, last = last, CLASSES[best]

    def lines(self) -> Iterator[str]:
        """The averaged weights, as the file holds them."""
        means = np.rint((self.weights - self.sums / self.steps) * SCALE).astype(int)
        for feature, number in sorted(self.number.items()):
            if self.seen[number] < SEEN:
                continue
            told = [
                f"{name}{mean}"
                for name, mean in zip(CLASSES, means[number], strict=True)
                if abs(mean) >= LEAST
            ]
            if told:
                yield f"{feature}\t{' '.join(told)}"


def example(learner: Learner, note: Marked) -> Example:
    """A note as numbers."""
    tokens = tokens_of(note.text)
    marks = marks_of(tokens, told(note.text, AS_OF))
    gold = [0] * len(tokens)
    for start, end, kind in note.gold:
        own = [place for place, one in enumerate(tokens) if one.start < end and one.end > start]
        said = note.text[start:end]
        for place in own:
            word = note.text[tokens[place].start : tokens[place].end]
            year = kind == "date" and (
                tagging.YEAR.fullmatch(word)
                or (len(word) == 2 and word.isdigit() and place == own[-1] and len(said) > 5)
            )
            if year:
                continue
            digits = any(letter.isdigit() for letter in said)
            name = OF_KIND.get(kind, "I" if digits or kind != "other" else "G")
            gold[place] = CLASSES.index(name)
    for place, mark in enumerate(marks):
        if mark != "-":
            gold[place] = CLASSES.index(mark)
        elif not tokens[place].sort[0].isalnum():
            gold[place] = 0
    features = [[learner.of(name) for name in one] for one in features_of(note.text, tokens, marks)]
    return Example(features, [one.sort for one in tokens], gold)


def varied(note: Marked, drawn: Drawn) -> Iterator[Marked]:
    """The note, and the same with other names, firms, towns and numbers: as it stands, in small letters and in capitals."""
    yield note
    for change in (None, str.lower, str.upper):
        other = swapped(note, drawn)
        yield other if change is None else Marked(_changed(other.text, change), other.gold)


def _changed(text: str, change: Callable[[str], str]) -> str:
    return "".join(new if len(new := change(letter)) == 1 else letter for letter in text)


def swapped(note: Marked, drawn: Drawn) -> Marked:
    """The note with other words and digits in its identifiers, in the same writing."""
    parts: list[str] = []
    gold = []
    at = size = 0
    for start, end, kind in note.gold:
        before, said = note.text[at:start], note.text[start:end]
        has_digit = any(letter.isdigit() for letter in said)
        if kind == "name":
            said = WORD.sub(lambda one: _as(one.group(), drawn.name()), said)
        elif kind in ("other", "org") and not has_digit and " " in said:
            said = _as(said, drawn.firm())
        elif kind == "geography" and not has_digit and drawn.chance.random() < 0.6:
            said = _as(said, drawn.town())
        elif kind not in ("date", "age", "geography") and has_digit:
            said = DIGIT.sub(lambda _: str(drawn.chance.randrange(10)), said)
        parts += (before, said)
        size += len(before)
        gold.append((size, size + len(said), kind))
        size += len(said)
        at = end
    return Marked("".join((*parts, note.text[at:])), tuple(gold))


def _as(word: str, new: str) -> str:
    """New words in the writing of the old ones."""
    if word.isupper():
        return new.upper()
    return new if word.islower() else re.sub(r"(?<![\w'])\w", lambda one: one.group().upper(), new)


def lines(drawn: Drawn) -> Iterator[Marked]:
    """The lines of `tagger_lines.txt`, drawn some times in each writing."""
    for template in LINES.read_text(encoding="utf-8").splitlines():
        if template and not template.startswith("#"):
            for written in DRAWS:
                yield marked(drawn.fill(template, written))


def prose() -> Iterator[Marked]:
    """What our own protocols say, in which nobody is named."""
    for text in sorted({rule.text for rule in load().protocols.all}):
        yield Marked(text, ())


def learned(blind: Sequence[Marked], others: Iterable[Marked]) -> list[str]:
    """The weights that these notes give."""
    drawn, learner = Drawn(5), Learner()
    examples = [example(learner, one) for note in blind for one in varied(note, drawn)]
    examples += [example(learner, one) for one in (*others, *lines(drawn), *prose())]
    for _ in range(ROUNDS):
        drawn.chance.shuffle(examples)
        for one in examples:
            learner.learn(one)
    return list(learner.lines())


def main() -> None:
    """Learn, or tell what parts get that weren't learned from."""
    given = argparse.ArgumentParser()
    given.add_argument("--folds", type=int, default=0)
    given.add_argument("--out", type=Path, default=OUT)
    asked = given.parse_args()
    blind = [note for name in LEARNED for note in notes(name)]
    others = [
        Marked(one.text, one.gold)
        for half in (known, held_out, unseen, last)
        for one in made(half.NOTES, half.POOLS, seed=3, each=1)
    ]
    if asked.folds:
        for fold in range(asked.folds):
            part = [note for place, note in enumerate(blind) if place % asked.folds != fold]
            asked.out.with_suffix(f".{fold}").write_text(
                "\n".join(learned(part, others)) + "\n", encoding="utf-8"
            )
        return
    asked.out.write_text("\n".join(learned(blind, others)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
