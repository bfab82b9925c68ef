"""Learn careloom/connect/said/learned_weights.txt from labelled sentences.

    python -m training.needs MODEL_FOLDER [--without N/M] [--out FILE]

Needs numpy and scipy, which Careloom itself does without, and MODEL_FOLDER with model.safetensors (SHA-256 below) and
tokenizer.json of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0): its table of words lends weight to words that no labelled sentence has.
The same sentences give the same weights. `--without 2/5` leaves the third fifth out, to measure on it.
"""

import argparse
import hashlib
import json
import struct
import zlib
from base64 import b85encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize
from scipy.special import expit

from careloom.connect.said import learned
from careloom.connect.said.learned import Feature
from careloom.connect.said.need_phrases import table
from careloom.text.folding import fold
from careloom.text.language import language
from careloom.text.whoever import plain

HERE = Path(__file__).parent
FILES = (
    *sorted(HERE.glob("needs_*.txt")),
    *sorted((HERE.parent / "tests" / "connect").glob("needs_labelled*.txt")),
)
DOMAINS = tuple(sorted(table().usual))
CLASSES = tuple(f"{domain}{sign}" for domain in DOMAINS for sign in "+-")
VECTORS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# What five-fold cross-validation chose (decision 16).
RIDGE, ROUNDS, LIKELY = 0.3, 60, {"+": 0.2, "-": -0.2}
COMMON, DIMENSIONS, BLOCK, STEM = 1e-3, 300, 12, 5
SCALE, LEAST, LENT, PAIRS = 40, 5, 3_000, 4_000


@dataclass(frozen=True)
class Labelled:
    """A sentence: its language, its words as they are looked up, what it tells, and what is left open."""

    text: str
    words: tuple[str, ...]
    told: frozenset[str]
    left_open: frozenset[str]


def labelled(path: Path) -> Iterator[Labelled]:
    """The sentences of a file."""
    only = next(
        (
            line.split(":")[1].split()
            for line in path.read_text(encoding="utf-8").splitlines()
            if line.startswith("# Only:")
        ),
        DOMAINS,
    )
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or "|" not in line:
            continue
        text, _, labels = line.rpartition("|")
        told = frozenset(one for one in labels.split() if one[-1] in "+-")
        left = {one[:-1].rstrip("+-") + sign for one in labels.split() if one[-1] == "?" for sign in "+-"}
        left |= {f"{one[:-1]}-" for one in labels.split() if one[-1] == "~"}
        left |= {one + sign for one in DOMAINS if one not in only for sign in "+-"}
        yield Labelled(text, words(text), told, frozenset(left) - told)


def words(text: str) -> tuple[str, ...]:
    """The words of a sentence as the product looks them up."""
    spoken = language(text)
    folded = fold(plain(text, spoken, table().is_word).text)
    return tuple(learned.written(learned.WORD.findall(folded), spoken))


def without(share: str, sentences: Sequence[Labelled]) -> list[Labelled]:
    """The sentences less one share ("2/5": the third fifth), in blocks of neighbours."""
    place, _, parts = share.partition("/")
    gone = {one.text for number, one in enumerate(sentences) if number // BLOCK % int(parts) == int(place)}
    return [one for one in sentences if one.text not in gone]


def vectors(folder: Path) -> tuple[dict[str, int], Any]:
    """Words of letters alone and their vectors, of `DIMENSIONS` and about as long as 1."""
    raw = (folder / "model.safetensors").read_bytes()
    if hashlib.sha256(raw).hexdigest() != VECTORS:
        raise SystemExit("these are not the vectors that the weights were learned with")
    length = struct.unpack("<Q", raw[:8])[0]
    head = json.loads(raw[8 : 8 + length])["embeddings.word_embeddings.weight"]
    begin, end = head["data_offsets"]
    every = (
        np.frombuffer(raw[8 + length + begin : 8 + length + end], np.float32)
        .reshape(head["shape"])
        .astype(float)
    )
    known = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    names = [word for word in known if word.isascii() and word.isalpha() and len(word) > 1]
    chosen = every[[known[word] for word in names]]
    chosen = chosen / np.linalg.norm(chosen, axis=1, keepdims=True)
    chosen = chosen - chosen.mean(0)
    _, axes = np.linalg.eigh(np.cov(chosen.T))
    chosen = chosen @ axes[:, ::-1][:, :DIMENSIONS]
    return {word: number for number, word in enumerate(names)}, chosen / np.sqrt((chosen**2).sum(1).mean())


def fit(seen: Any, told: Any, counted: Any) -> Any:
    """Weights (a row a feature, the last for what always holds) of ridge logistic regressions, one a class."""
    turned, (many, classes) = seen.T.tocsr(), (seen.shape[1] + 1, told.shape[1])

    def loss(flat: Any) -> tuple[float, Any]:
        weights = flat.reshape(many, classes)
        sums = seen @ weights[:-1] + weights[-1]
        wrong = counted * (expit(sums) - told)
        slope = np.vstack([turned @ wrong + RIDGE * weights[:-1], wrong.sum(0)])
        return float(
            (counted * (np.logaddexp(0, sums) - told * sums)).sum() + RIDGE / 2 * (weights[:-1] ** 2).sum()
        ), slope.ravel()

    begin = np.zeros((many, classes))
    begin[-1] = -3
    return minimize(loss, begin.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x.reshape(
        many, classes
    )


def learn(
    sentences: Sequence[Labelled], known: Mapping[str, int], vector: Any
) -> tuple[dict[Feature, Any], Any]:
    """The weights of each feature for each class, and those that always hold."""
    often = Counter(word for one in sentences for word in set(one.words))
    every = sum(len(one.words) for one in sentences)
    lent = {word: vector[place] * COMMON / (COMMON + often[word] / every) for word, place in known.items()}
    told = np.array([[name in one.told for name in CLASSES] for one in sentences], float)
    counted = np.array([[name not in one.left_open for name in CLASSES] for one in sentences], float)
    kept = [tuple(word for word in one.words if often[word] > 1 or word in lent) for one in sentences]
    has = [learned.features(one) | {f"{word[:STEM]}~" for word in one if len(word) > STEM} for one in kept]
    twice = Counter(feature for one in has for feature in one)
    names = {
        feature: place
        for place, feature in enumerate(sorted((one for one, count in twice.items() if count > 1), key=str))
    }
    rows, columns = zip(
        *((row, names[one]) for row, every_one in enumerate(has) for one in every_one if one in names),
        strict=True,
    )
    own = sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(sentences), len(names)))
    nothing = np.zeros(DIMENSIONS)
    meant = sp.csr_matrix([sum((lent[word] for word in set(one) if word in lent), nothing) for one in kept])
    weights = fit(sp.hstack([own, meant]).tocsr(), told, counted)
    found = {name: weights[place] for name, place in names.items() if name[-1] != "~"}
    for word, one in lent.items():
        found[word] = found.get(word, 0) + one @ weights[len(names) : -1]
    for word in found:
        # What a word's beginning weighs is part of its own weight.
        if isinstance(word, str) and len(word) > STEM and f"{word[:STEM]}~" in names:
            found[word] = found[word] + weights[names[f"{word[:STEM]}~"]]
    return found, weights[-1]


def written(
    found: Mapping[Feature, Any], always: Any, names: frozenset[str], seen: frozenset[str]
) -> Iterator[str]:
    """The lines of the file: every word that was seen, of others and of pairs those that weigh most, and no word that is only a name."""
    words_ = {one for one in found if isinstance(one, str) and one not in names}
    left = {one for one in words_ if one in seen} | set(heaviest(found, words_ - seen, LENT))
    pairs = heaviest(found, (one for one in found if isinstance(one, tuple) and left.issuperset(one)), PAIRS)
    chosen = sorted((*left, *pairs), key=str)
    rounded = np.round(np.array([found[one] for one in chosen]) * SCALE)
    rounded[np.abs(rounded) < LEAST] = 0
    rounded = np.clip(rounded + learned.ZERO, 0, 255).astype(np.uint8)
    yield " ".join(
        f"{name}={round((LIKELY[name[-1]] - least) * SCALE)}"
        for name, least in zip(CLASSES, always, strict=True)
    )
    yield b85encode(zlib.compress(rounded.tobytes(), 9)).decode()
    yield from (one if isinstance(one, str) else " ".join(one) for one in chosen)


def heaviest(found: Mapping[Feature, Any], features: Iterable[Feature], many: int) -> list[Feature]:
    """So many features that weigh most for some class."""
    return sorted(features, key=lambda one: (-float(np.abs(found[one]).max()), str(one)))[:many]


def only_names(known: Mapping[str, int], vector: Any) -> frozenset[str]:
    """Words of the vectors' table that are likely names of persons, places or peoples, and so must weigh nothing."""
    table_ = (HERE / "names.txt").read_text(encoding="utf-8").splitlines()
    yes, no = ([word for word in line.split()[1:] if word in known] for line in table_[:2])
    seen = sp.csr_matrix(vector[[known[word] for word in (*yes, *no)]] * 3)
    told = np.array([[1.0]] * len(yes) + [[0.0]] * len(no))
    weights = fit(seen, told, np.ones_like(told))
    return frozenset(
        word
        for word, place in known.items()
        if float((vector[place] * 3 @ weights[:-1] + weights[-1])[0]) > -0.5
    )


def main() -> None:
    """The command."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("model", type=Path)
    asked.add_argument("--without", default="")
    asked.add_argument("--out", type=Path, default=learned.WEIGHTS)
    chosen = asked.parse_args()
    sentences = [one for path in FILES for one in labelled(path)]
    if chosen.without:
        sentences = without(chosen.without, sentences)
    known, vector = vectors(chosen.model)
    names = only_names(known, vector) - {word for one in sentences for word in one.words}
    names |= {word for word in known if learned.written([word], "en") != [word]}
    found, always = learn(sentences, known, vector)
    lines = list(written(found, always, names, frozenset(word for one in sentences for word in one.words)))
    chosen.out.write_text("\n".join(lines) + "\n", encoding="ascii")
    print(f"{len(sentences)} sentences, {len(lines) - 2} features")


if __name__ == "__main__":
    main()
