"""Drugs: ingredients with their classes, and finding them in drug names and in prose."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from careloom.care.entry import RXNORM, Code
from careloom.errors import ConfigError
from careloom.knowledge.allergies import AllergyClasses, CrossReaction, load_allergies
from careloom.knowledge.labels import Labels
from careloom.knowledge.phrases import Phrases, Word, words
from careloom.knowledge.spelling import Spelling
from careloom.knowledge.tables import parts, rows
from careloom.knowledge.terms import Terms

DATA = Path(__file__).parent / "drug_safety"

_CUT = 4  # letters to which a label cuts a name
_DOSE = re.compile(r"\d+(mg|mcg|meq|iu|units|g)")
_PER = frozenset({"dl", "l", "ml"})  # what a laboratory value is given in, as "45 mcg/dL"
_LOCAL = re.compile(
    r"\b(?:cream|ointment|lotion|shampoo|gel|paste|foam|ophthalmic|nasal|nostrils?|eye drops?|(?:each|both|right|left|affected) eyes?|"
    r"topical|crema|pomada|gotas|flonase|nasacort|nasonex|rhinocort|omnaris|qnasl|xhance|pennsaid|salonpas)\b",
    re.IGNORECASE,
)
# A patch of these acts beneath it; others are taken up.
_PATCH = re.compile(r"\bpatch(?:es)?\b|\bparche", re.IGNORECASE)
_PATCHED = frozenset({"lidocaine", "diclofenac", "capsaicin", "menthol", "methyl salicylate"})
_SUPPLIES = re.compile(
    r"\b(?:strips?|lancets?|needles?|syringes?|meters?|sensors?|transmitters?|receivers?|devices?|gloves?|wipes?|swabs?|pads?|"
    r"dressings?|bandages?|gauze|catheters?|tubing|infusion sets?|reservoirs?|spacers?|peak flow|test kits?|underpads?|ostomy)\b",
    re.I,
)
_ALWAYS_LOCAL = re.compile(r"\b(?:otic|ear drops?|mouthwash|vaginal|intrauterine|iud)\b", re.IGNORECASE)
# Taken up into the body also from skin, eye or nose, so that their form makes no difference.
_TAKEN_UP = frozenset(
    {
        "androgen",
        "estrogen",
        "beta blocker",
        "nitrate",
        "opioid",
        "triptan",
        "ergot",
        "benzodiazepine",
        "desmopressin",
    }
    | {"glucose raiser", "anesthetic", "opioid antagonist"}
)


@dataclass(frozen=True, slots=True)
class Ingredient:
    """An active ingredient. `rxcui` is RxNorm's concept, or "" where we are not sure of it."""

    name: str
    rxcui: str
    classes: frozenset[str]
    brands: tuple[str, ...] = ()
    otc: bool = False


def terms(drug: Ingredient) -> frozenset[str]:
    """What a drug is called in the tables of interactions, limits and allergies: its name and classes."""
    return drug.classes | {drug.name}


@dataclass(frozen=True, slots=True)
class _Name:
    """What a name stands for; in prose some never count, some only in capitals, some only as a drug."""

    ingredients: tuple[Ingredient, ...]
    in_prose: bool = True
    shouted: bool = False
    substance: bool = False


@dataclass(frozen=True, slots=True)
class _Around:
    """Words around a name: context that makes a substance a drug, words that make it none, and salts."""

    before: frozenset[str]
    after: frozenset[str]
    never: frozenset[str]
    salts: frozenset[str]


class Drugs:
    """Every ingredient that is known, by name, brand, code and class. Made by `load_drugs`."""

    def __init__(
        self,
        ingredients: Mapping[str, Ingredient],
        names: Iterable[tuple[str, _Name]],
        class_words: Iterable[tuple[str, str]],
        around: _Around,
        allergies: AllergyClasses,
        terms: Terms,
    ) -> None:
        self._terms = terms
        self._ingredients = ingredients
        every = tuple(names)
        self._names = Phrases(every)
        self._spelling = Spelling((phrase, name.ingredients) for phrase, name in every)
        self._labels = Labels(tuple(drug.name for drug in name.ingredients) for _, name in every)
        self._class_words = Phrases(class_words)
        self._around = around
        self._allergies = allergies
        self._by_code = {drug.rxcui: drug for drug in ingredients.values() if drug.rxcui}
        by_class: dict[str, list[Ingredient]] = {}
        for drug in ingredients.values():
            for kind in drug.classes:
                by_class.setdefault(kind, []).append(drug)
        self._by_class = {kind: tuple(found) for kind, found in by_class.items()}

    def all(self) -> tuple[Ingredient, ...]:
        """Every ingredient, in the order of the table."""
        return tuple(self._ingredients.values())

    def named(self, name: str) -> Ingredient | None:
        """The ingredient of exactly this name (as `Ingredient.name`), or None."""
        return self._ingredients.get(name.lower())

    def class_members(self, name: str) -> tuple[Ingredient, ...]:
        """The ingredients of a class, by the class's own name ("ace inhibitor"); () when unknown."""
        return self._by_class.get(name, ())

    def classes(self) -> frozenset[str]:
        """Every class that an ingredient has."""
        return frozenset(self._by_class)

    def find(self, text: str, codes: Sequence[Code] = ()) -> tuple[Ingredient, ...]:
        """The ingredients that a drug's text names, in its order; () when none is known.

        `text` is a product or order text ("24 HR metoprolol succinate 100 MG Extended Release Oral Tablet
        [Toprol]"): salts and forms are skipped, brands are opened into their ingredients. Where the text
        gives nothing, the displays of `codes` are read, then RxNorm ingredient codes are looked up, then RxNorm codes
        and NDCs in the site's own releases.
        """
        found = self._named_in(text)
        for code in codes if not found else ():
            found = self._named_in(code.display)
            if not found and code.system == RXNORM and code.code in self._by_code:
                found = (self._by_code[code.code],)
            found = found or self._looked_up(code)
            if found:
                break
        return found

    def _looked_up(self, code: Code) -> tuple[Ingredient, ...]:
        """The ingredients that a release gives for a code; () where it gives one that isn't in our table."""
        told = self._terms.ingredients(code.system, code.code)
        known = [self._by_code.get(one.code) or self._ingredients.get(one.display.lower()) for one in told]
        return tuple(drug for drug in known if drug) if all(known) else ()

    def _named_in(self, text: str) -> tuple[Ingredient, ...]:
        said = words(text)
        found: dict[str, Ingredient] = {}
        salts_until = 0
        for start, after, name in self._names.scan(said):
            if start < salts_until and all(word.word in self._around.salts for word in said[start:after]):
                continue
            if self._is_no_drug(said, after, text):
                continue
            found.update((drug.name, drug) for drug in name.ingredients)
            found.update((drug.name, drug) for drug in self._cut_short(said, start, after, text))
            salts_until = after
            while salts_until < len(said) and said[salts_until].word in self._around.salts:
                if text[said[salts_until - 1].end : said[salts_until].start].strip():
                    break
                salts_until += 1
        for cut in self._labels.meant(said, text):
            found.setdefault(cut, self._ingredients[cut])
        # "Lantus insulin pen" names one drug, and then what kind of drug it is.
        return tuple(
            drug
            for drug in found.values()
            if not any(drug.name in other.classes for other in found.values() if other is not drug)
        )

    def _cut_short(self, said: Sequence[Word], start: int, after: int, text: str) -> Iterator[Ingredient]:
        """Ingredients that a label joins to a known name and cuts short ("AMOXICILLIN-CLAV 875-125"), where only one fits."""
        beside = [(after - 1, after, after), (start - 1, start, start - 1)]
        for one, other, place in beside:
            if one < 0 or other >= len(said) or text[said[one].end : said[other].start] not in ("-", "/"):
                continue
            word = said[place].word
            fitting = [drug for name, drug in self._ingredients.items() if name.startswith(word)]
            if len(word) >= _CUT and word.isalpha() and len(fitting) == 1:
                yield fitting[0]

    def wholly(self, text: str, besides: re.Pattern[str]) -> tuple[Ingredient, ...]:
        """As `find`, where each word of the text is part of a known name, a salt, or a word that `besides` matches; else ()."""
        said = words(text)
        named = {place for start, after, _ in self._names.scan(said) for place in range(start, after)}
        for place, word in enumerate(said):
            if (
                place not in named
                and word.word not in self._around.salts
                and not besides.fullmatch(word.word)
            ):
                return ()
        return self._named_in(text)

    def nearly(self, text: str) -> tuple[str, tuple[Ingredient, ...]]:
        """The known name that a drug's text misspells in one letter, with its ingredients; ("", ()) where there is none.

        For a text in which `find` knows nothing: two drugs whose names are alike are both known.
        """
        meant = [found for word in words(text) if (found := self._spelling.meant(word.word))]
        drugs = {drug.name: drug for _, named in meant for drug in named}
        return " and ".join(name for name, _ in meant), tuple(drugs.values())

    def mentions(self, text: str) -> list[tuple[int, int, Ingredient]]:
        """Ingredients that prose names, as (start, end, ingredient) in code points, in order.

        A combination product gives one item per ingredient with the same span. Not a drug: body chemistry
        ("potassium 4.1", "iron deficiency", "insulin resistance"), and names that are also a person's
        name. Classes ("a statin") are `class_mentions`.
        """
        if not self._names.may_stand_in(text):
            return []
        said = words(text)
        found = []
        for start, after, name in self._names.scan(said):
            begins, ends = said[start].start, said[after - 1].end
            if not name.in_prose or (name.shouted and not text[begins:ends].isupper()):
                continue
            if self._is_no_drug(said, after, text) or self._is_salt(said, start, text):
                continue
            if name.substance and not self._meant_as_drug(said, start, after):
                continue
            found += [(begins, ends, drug) for drug in name.ingredients]
        return found

    def class_mentions(self, text: str) -> list[tuple[int, int, str]]:
        """Classes that prose names ("NSAIDs", "blood thinner"), as (start, end, class) in code points."""
        said = words(text)
        return [
            (said[start].start, said[after - 1].end, kind)
            for start, after, kind in self._class_words.scan(said)
            if not self._is_no_drug(said, after, text)
        ]

    def allergy_classes(self, text: str) -> tuple[str, ...]:
        """The drug-allergy classes that a substance belongs to ("Penicillin V" → "penicillins").

        Foods, pollens, latex and other things that are no drug give ().
        """
        direct = self._allergies.named(text)
        through = [kind for drug in self._named_in(text) for kind in self.allergy_classes_of(drug)]
        return tuple(dict.fromkeys((*direct, *through)))

    def allergy_classes_of(self, drug: Ingredient) -> tuple[str, ...]:
        """The drug-allergy classes of an ingredient."""
        return self._allergies.holding(terms(drug))

    def cross_reaction(self, allergy: str, drug: Ingredient) -> CrossReaction | None:
        """What is known of giving `drug` to somebody allergic to the class `allergy`, or None."""
        return self._allergies.cross(allergy, terms(drug))

    def _is_no_drug(self, said: Sequence[Word], after: int, text: str) -> bool:
        """Whether the words just before `after` are the start of "insulin resistance", "iron studies", …."""
        if after >= len(said) or said[after].word not in self._around.never:
            return False
        return text[said[after - 1].end : said[after].start] in (" ", "-")

    def _is_salt(self, said: Sequence[Word], start: int, text: str) -> bool:
        """Whether the word at `start` is a salt of the drug before it ("losartan potassium")."""
        if not start or said[start].word not in self._around.salts:
            return False
        before = said[start - 1]
        if text[before.end : said[start].start].strip():
            return False
        return any(after == 1 for _, after, _ in self._names.scan((before,)))

    def _meant_as_drug(self, said: Sequence[Word], start: int, after: int) -> bool:
        following = [word.word for word in said[after : after + 3]]
        if len(following) == 3 and following[2] in _PER:
            return False
        if any(word in self._around.after or _DOSE.fullmatch(word) for word in following[:2]):
            return True
        return start > 0 and said[start - 1].word in self._around.before


def is_local(text: str, drug: Ingredient | None = None) -> bool:
    """Whether a drug's text says that it acts where it is put (cream, eye drops, nasal spray, lidocaine patch, …).

    Not so for drugs that are taken up anyway (nitroglycerin ointment, timolol eye drops, testosterone gel), nor for
    what is inhaled.
    """
    always, local, patch = _put(text)
    if drug and patch and drug.name in _PATCHED:
        return True
    return always or (local and not (drug and drug.classes & _TAKEN_UP))


# Each rule of drugs asks it of the same few texts.
@lru_cache(maxsize=1024)
def _put(text: str) -> tuple[bool, bool, bool]:
    return bool(_ALWAYS_LOCAL.search(text)), bool(_LOCAL.search(text)), bool(_PATCH.search(text))


def is_supply(text: str) -> bool:
    """Whether a text names what a pharmacy hands out besides drugs ("test strips", "pen needles", "glucose sensor")."""
    return bool(_SUPPLIES.search(text))


def load_drugs(folder: Path = DATA, terms: Terms | None = None, others: Iterable[str] = ()) -> Drugs:
    """The drugs of drugs.csv, products.csv and classes.toml in `folder`, and `others` that only a pack names.

    Raises ConfigError where a row names an unknown ingredient or says an ingredient twice.
    """
    tables = tomllib.loads((folder / "classes.toml").read_text(encoding="utf-8"))
    substances = tables["substances"]
    known = _Ingredients(tables["implies"], frozenset(substances["names"]), frozenset(substances["always"]))
    for row in rows(folder / "drugs.csv"):
        known.add(row)
    for row in rows(folder / "products.csv"):
        known.add_product(row["brand"], row["ingredients"])
    for name in others:
        known.add_other(name)
    around = _Around(
        frozenset(substances["context_before"]),
        frozenset(substances["context_after"]),
        frozenset(substances["not_after"]),
        frozenset(substances["salts"]),
    )
    spoken = [(word, kind) for kind, said in tables["words"].items() for word in said]
    return Drugs(
        known.found, known.names, spoken, around, load_allergies(folder / "allergies.toml"), terms or Terms()
    )


class _Ingredients:
    """Ingredients and their names, while the tables are read."""

    def __init__(
        self, implies: Mapping[str, Sequence[str]], substances: frozenset[str], always: frozenset[str]
    ) -> None:
        self.found: dict[str, Ingredient] = {}
        self.names: list[tuple[str, _Name]] = []
        self._implies = implies
        self._substances = substances
        self._always = always
        self._closed: dict[str, frozenset[str]] = {}

    def add(self, row: Mapping[str, str]) -> None:
        """Take one row of drugs.csv."""
        name = row["name"]
        if name in self.found:
            raise ConfigError(f"drugs.csv names {name} twice")
        brands = parts(row["brands"])
        plain = tuple(brand.lstrip("~^") for brand in brands)
        drug = Ingredient(name, row["rxcui"], self._closure(row["classes"]), plain, row["otc"] == "y")
        self.found[name] = drug
        usual = _Name((drug,))
        substance = name in self._substances
        for phrase in (name, *parts(row["also"]), *brands):
            ambiguous = substance and phrase not in self._always and phrase not in brands
            if ambiguous or phrase[0] in "~^":
                said = _Name((drug,), phrase[0] != "~", phrase[0] == "^", ambiguous)
                self.names.append((phrase.lstrip("~^"), said))
            else:
                self.names.append((phrase, usual))

    def add_other(self, name: str) -> None:
        """Take an ingredient that only a pack names: it counts in a drug's text, never in prose, where it may be any word."""
        self.found[name] = Ingredient(name, "", frozenset())
        self.names.append((name, _Name((self.found[name],), in_prose=False)))

    def add_product(self, brand: str, ingredients: str) -> None:
        """Take one row of products.csv: a brand that holds several ingredients."""
        try:
            drugs = tuple(self.found[name] for name in parts(ingredients))
        except KeyError as unknown:
            raise ConfigError(f"products.csv: {brand} holds an unknown ingredient {unknown}") from None
        self.names.append((brand.lstrip("~"), _Name(drugs, not brand.startswith("~"))))

    def _closure(self, cell: str) -> frozenset[str]:
        if cell not in self._closed:
            classes: set[str] = set()
            waiting = list(parts(cell))
            while waiting:
                kind = waiting.pop()
                if kind not in classes:
                    classes.add(kind)
                    waiting += self._implies.get(kind, ())
            self._closed[cell] = frozenset(classes)
        return self._closed[cell]
