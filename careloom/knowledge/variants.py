"""Which variant of a drug a product is, where that makes another regimen of it: salt and release (drug_safety/variants.toml).

Misses   a release that only a brand's name tells (but for the few of the file); salts that the file lacks
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from careloom.care.record import Medication, PatientRecord
from careloom.knowledge.drugs import Ingredient

FILE = Path(__file__).parent / "drug_safety" / "variants.toml"


@dataclass(frozen=True, slots=True)
class Variant:
    """Salt and release ("extended", "plain") of a product, each "" where its name does not say."""

    salt: str = ""
    release: str = ""

    @property
    def words(self) -> str:
        """ "succinate, extended release"; what RxNorm calls a plain tablet is an immediate release one."""
        release = {"extended": "extended release", "plain": "immediate release"}.get(self.release, "")
        return ", ".join(filter(None, (self.salt, release)))

    def unlike(self, other: "Variant") -> bool:
        """Whether both say what they are, and it is not the same."""
        return bool(self.salt and other.salt and self.salt != other.salt) or bool(
            self.release and other.release and self.release != other.release
        )


@dataclass(frozen=True, slots=True)
class _Salt:
    drug: str
    name: str
    words: re.Pattern[str]
    release: str


@lru_cache(maxsize=4096)
def variant(text: str, drugs: tuple[str, ...]) -> Variant:
    """The variant that a product's name tells of, for the ingredients of these names."""
    releases, salts = _table()
    salt = next(
        (one for one in salts if drugs == (one.drug,) and one.words.search(text)), _Salt("", "", _NOTHING, "")
    )
    said = next((name for name, words in releases.items() if words.search(text)), "")
    return Variant(salt.name, "extended" if said == "extended" else salt.release or said)


@cache
def with_salts() -> frozenset[str]:
    """The drugs of which the file has salts or kinds."""
    return frozenset(one.drug for one in _table()[1])


def of_unknown_salt(drug: str) -> str:
    """What rules call a drug of which no source says the salt ("metoprolol of unknown salt")."""
    return f"{drug} of unknown salt"


def unsalted(one: Medication, record: PatientRecord) -> set[str]:
    """What rules call a drug that comes in several salts where none of its sources' names tells its salt or its release."""
    drug = one.ingredients[0] if len(one.ingredients) == 1 else ""
    if drug not in with_salts():
        return set()
    entries = [record.by_id[each] for each in one.entries if each in record.by_id]
    texts = [text for entry in entries for text in (entry.text, *(code.display for code in entry.codes))]
    silent = all(variant(text, (drug,)) == Variant() for text in texts)
    return {of_unknown_salt(drug)} if silent else set()


def names_of(drugs: Iterable[Ingredient]) -> tuple[str, ...]:
    """The names of ingredients, as `variant` takes them."""
    return tuple(drug.name for drug in drugs)


_NOTHING = re.compile(r"(?!)")


@cache
def _table() -> tuple[dict[str, re.Pattern[str]], tuple[_Salt, ...]]:
    data = tomllib.loads(FILE.read_text("utf-8"))
    releases = {name: re.compile(words, re.I) for name, words in data["release"].items()}
    salts = tuple(
        _Salt(one["drug"], one["name"], re.compile(one["words"], re.I), one.get("release", ""))
        for one in data["salt"]
    )
    return releases, salts
