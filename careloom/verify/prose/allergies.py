"""Does the record have the allergies that a text has, and none that it denies?

Misses   a reaction in other words; foods by their kinds; "intolerance" for "allergy"
"""

import re
from collections.abc import Iterator, Sequence

from careloom.knowledge.none_known import allergies_denied
from careloom.verify.case import Fault
from careloom.verify.lexicon import LEXICON
from careloom.verify.prose.held import Held, Thing
from careloom.verify.prose.line import Line

_NONE = re.compile(
    r"\b(?:no (?:known )?(?:drug |medication |food |environmental )?allerg\w*|nk[dmf]?a\b|denies (?:any )?(?:known )?(?:drug |medication |food )?allerg\w*|"
    r"(?:drug |medication )?allergies:? (?:none|nil|no|nk[dmf]?a)\b|without (?:known )?(?:drug )?allerg\w*|not allergic to any\w*)",
    re.I,
)
_TO = re.compile(
    r"\b(?:allergic to|allerg(?:y|ies) to|(?:drug |medication |food )?allerg(?:y|ies)(?: list)?(?::| include| are)|allergic reaction to|anaphyla\w+ (?:to|from|with|after))\s+(?P<what>[^.;]+)",
    re.I,
)
_OF = re.compile(r"\b(?P<what>[A-Za-z]+) allergy\b", re.I)
_TOLERATES = re.compile(
    r"\b(?:tolerat\w+|not allergic to|no allergy to|no allergies to|not have an allergy to)\s+(?P<what>[^.;]+)",
    re.I,
)
_CUT = re.compile(
    r"\b(?:which|that|who|since|with|but|causing|as a|in \d|on \d|for which|when|well|without)\b", re.I
)


def allergies(line: Line, held: Held) -> Iterator[Fault]:
    """Faults of allergies: denied where there is one, told where there is none, or to something else."""
    known = [one for one in held.of("AllergyIntolerance") if one.was and not allergies_denied(one.entry)]
    active = [one for one in known if one.holds]
    denying = [one for one in held.things if allergies_denied(one.entry) and one.entry.status != "inactive"]
    if "differ" in line.keys:
        return  # Who lists what is told of a dispute, and nothing is said of the patient.
    if (found := _NONE.search(line.text)) and not re.search(
        r"\bto\s+\w", line.text[found.end() : found.end() + 12]
    ):
        told = [one for one in active if _is_of_sort(one, found.group(), held)]
        if told:
            yield _fault("negation", found.group(), found.span(), told)
        return
    if found := _TOLERATES.search(line.text):
        named = [one for one in active if _names(one, _head(found["what"]), held)]
        if named:
            yield _fault("negation", found["what"].strip(), found.span("what"), named)
        return
    found = _TO.search(line.text) or _OF.search(line.text)
    if found and line.says(*found.span("what")) == "yes":
        yield from _told(line, held, found, known, denying)


def _told(
    line: Line, held: Held, found: re.Match[str], known: Sequence[Thing], denying: Sequence[Thing]
) -> Iterator[Fault]:
    start = found.start("what")
    listed = re.sub(r"\([^()]*\)", lambda inside: " " * len(inside.group()), _head(found["what"]))
    for part in re.finditer(r"[^,/]+?(?=,|/|\band\b|\bor\b|$)", listed):
        what = re.sub(r"^\W*(?:and|or|the|a|an)\b", "", part.group()).strip()
        if not line.content(start + part.start(), start + part.end()) or any(
            _names(one, what, held) for one in known
        ):
            continue
        span = (start + part.start(), start + part.end())
        left_out = [one for one in known if one.holds and not held.is_told(one)]
        if denying or left_out:
            yield _fault("named", what, span, [*left_out, *denying])
        elif what:
            yield Fault("unlisted", what, *span)


def _head(what: str) -> str:
    cut = _CUT.search(what)
    return what[: cut.start()] if cut else what


def _names(thing: Thing, what: str, held: Held) -> bool:
    """Whether a text names what somebody is allergic to: its drug, its class or its words."""
    drugs = held.knowledge.drugs
    named = {drug.name for drug in drugs.find(what)}
    if named & thing.support.drugs:
        return True
    if (
        named
        and thing.support.drugs
        and not _is_a_class(what, held)
        and not _is_a_class(thing.entry.name, held)
    ):
        return False
    if set(drugs.allergy_classes(what)) & set(drugs.allergy_classes(thing.entry.name)):
        return True
    said = {token.key for token in held.index.parse(what).tokens} - LEXICON.small
    return bool(said & (thing.core | thing.support.names))


def _is_a_class(what: str, held: Held) -> bool:
    """Whether a substance's name stands for its class ("penicillin", "sulfa")."""
    word = what.strip().lower().removesuffix("s")
    return any(word[:5] == kind[:5] for kind in held.knowledge.drugs.allergy_classes(what))


def _is_of_sort(thing: Thing, said: str, held: Held) -> bool:
    """Whether an allergy is of the sort that is denied: "no known drug allergies" says nothing of peanuts."""
    low = said.lower()
    if "drug" in low or "medic" in low or "nkda" in low or "nkma" in low:
        name = thing.entry.name
        return "medication" in thing.entry.category or bool(
            held.knowledge.drugs.find(name) or held.knowledge.drugs.allergy_classes(name)
        )
    if "food" in low or "nkfa" in low:
        return "food" in thing.entry.category
    return True


def _fault(kind: str, words: str, span: tuple[int, int], things: Sequence[Thing]) -> Fault:
    return Fault(kind, words, *span, contradicts=True, evidence=tuple(one.entry.id for one in things))
