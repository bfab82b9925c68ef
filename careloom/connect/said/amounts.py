"""How much of a drug a note's sentence tells of, how often, and by which way; offsets are those of the sentence.

Misses   a sliding scale; a dose that another sentence changes
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from careloom.connect.said.saying import Line
from careloom.text.language import Language
from careloom.text.phrases import Phrases

PIECE = (
    r"(?:tablets?|tabs?|capsules?|caps?|pills?|puffs?|drops?|sprays?|patch(?:es)?|gumm(?:y|ies)|softgels?|lozenges?|"
    r"tabletas?|pastillas?|capsulas?|gotas?|inhalaciones|comprimidos?)"
)
UNIT = rf"(?:mg|mcg|µg|ug|g|grams?|ml|cc|units?|iu|meq|mmol|%|{PIECE}|teaspoons?|tsp|tablespoons?|scoops?|unidades|cucharadas?)"
MASS = r"(?:mg|mcg|µg|ug|g|grams?|units?|meq)"
NUMBER = (
    r"(?:\d+(?:[.,/]\d+)*(?:\s?(?:-|to|a)\s?\d+(?:[.,]\d+)?)?|one|two|three|four|half|una?|dos|tres|media)"
)
DOSE = re.compile(rf"(?<![\w.,/-])({NUMBER})\s?-?({UNIT})(?![\w])")
# "5 mg tablet, take 2 tablets", "500 mg, half a tablet": pieces behind their strength.
PIECES = re.compile(rf"(?<![\w.,/-])({NUMBER}|1/2)\s?(?:of an? |an? )?({PIECE})(?![\w])")
# Behind which pieces belong to something else: another dose, another clause.
MEANWHILE = re.compile(rf";|\d\s?{MASS}\b")
COUNTED = re.compile(PIECE)
# "20 mg was increased to 40 mg", "20 mg -> 40 mg", "100 mg daily, reports taking 50 mg": what holds is the last.
CHANGED = re.compile(
    rf"[^.;()]{{0,40}}?\btak(?:es|ing)\s+(?:only\s+)?(?P<taken>{NUMBER}\s?-?{MASS})(?![\w])|"
    rf"(?:\s*(?:->|=>|→)\s*|[^.;()]{{0,30}}?\b(?:increas|decreas|reduc|chang|rais|lower|titrat|adjust)\w*[^.;()]{{0,30}}?\sto\s+)"
    rf"(?P<dose>{NUMBER}\s?-?{UNIT})(?![\w])"
)
# "From 40 mg daily to 80 mg twice daily", "de 40 mg al dia a 80 mg": how it was taken before says nothing of now.
FROM_TO = re.compile(
    rf"[^.;()]{{0,30}}?\b(?:from|de|desde)\s+{NUMBER}(?:\s?-?{UNIT})?(?:\s[^.;()\d]{{0,30}}?)?\s(?:to|a)\s+(?P<dose>{NUMBER}\s?-?{UNIT})(?![\w])"
)
# "300 mg three times a day, up from 300 mg twice a day".
ONCE_WAS = re.compile(
    rf"\b(?:up |down |increased |decreased |reduced |changed )from\s+{NUMBER}\s?-?{UNIT}(?![\w])"
)
# "ibuprofen 600": a number right behind the drug is its strength, if nothing else follows it.
BARE = re.compile(
    r"\s(\d{1,4}(?:\.\d+)?)(?=$|[\s,.;)])(?!\s?(?:times?|days?|hours?|weeks?|months?|years?|am|pm|x|veces|dias|horas|%|/|(?:to|or|a|o)\s?\d|-\d))"
)
# Of a combination: "carbidopa-levodopa 25/100".
PAIR = re.compile(r"\s(\d{1,4}(?:\.\d+)?[/-]\d{1,4}(?:\.\d+)?)(?=$|[\s,.;)])")
ONE = frozenset({"1", "one", "una", "un"})
CLOSE = 40
# A strength stands right behind its drug ("metoprolol succinate ER 50 mg").
NEAR = 25
FAR = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where a drug stands, whether its name is sure, and that it is a combination; `limit` is where the next one begins."""

    start: int
    end: int
    limit: int
    sure: bool
    combined: bool


def dose(line: Line, drug: Place) -> tuple[int, int] | None:
    """Where the dose stands: behind the drug up to the next one, else right before it; the last where it was changed."""
    if (changed := FROM_TO.match(line.folded, drug.end, drug.limit)) is not None:
        return changed.span("dose")
    if drug.combined and (pair := PAIR.match(line.folded, drug.end)) is not None:
        return pair.span(1)
    found = DOSE.search(line.folded, drug.end, drug.limit)
    if found is not None and found.start() - drug.end <= CLOSE:
        changed = CHANGED.match(line.folded, found.end(), drug.limit)
        return found.span() if changed is None else changed.span("taken" if changed["taken"] else "dose")
    bare = BARE.match(line.folded, drug.end)
    if bare is not None and drug.sure:
        return bare.span(1)
    ahead = list(DOSE.finditer(line.folded, max(0, drug.start - 25), drug.start))
    if ahead and line.folded[ahead[-1].end() : drug.start].strip() in ("", "of", "de"):
        return ahead[-1].span()
    return None


def pieces(line: Line, drug: Place, strength: tuple[int, int]) -> tuple[int, int] | None:
    """Where the number of pieces stands behind a strength ("500 mg, 2 tablets"); None where the dose counts pieces itself."""
    if not 0 <= strength[0] - drug.end <= NEAR or COUNTED.search(line.folded, *strength):
        return None
    found = PIECES.search(line.folded, strength[1], min(drug.limit, strength[1] + FAR))
    if found is None or MEANWHILE.search(line.folded, strength[1], found.start()):
        return None
    return found.span()


def are_several(line: Line, place: tuple[int, int]) -> bool:
    """Whether pieces are more or fewer than one."""
    return line.folded[place[0] : place[1]].split()[0] not in ONE


def often(line: Line, drug: Place, phrases: Mapping[Language, Phrases[str]]) -> list[tuple[int, int, str]]:
    """Where it says how often, and the plain words for it; in place order, the longest at each place."""
    was = ONCE_WAS.search(line.folded, drug.end, drug.limit)
    until = was.start() if was and DOSE.search(line.folded, drug.end, was.start()) else drug.limit
    changed = FROM_TO.match(line.folded, drug.end, until)
    since = changed.start("dose") if changed else drug.end
    return _times(line, since, until, phrases) or _times(line, drug.end, until, phrases)


def _times(
    line: Line, since: int, until: int, phrases: Mapping[Language, Phrases[str]]
) -> list[tuple[int, int, str]]:
    chosen: list[tuple[int, int, str]] = []
    for found in phrases[line.language].find(line.folded[since:until]):
        start, end = since + found.start, since + found.end
        if not any(start < other[1] for other in chosen):
            chosen.append((start, end, found.meaning))
    return chosen[:3]


def route(line: Line, drug: Place, phrases: Mapping[Language, Phrases[str]]) -> tuple[int, int, str] | None:
    """Where it says by which way, and the plain word for it ("oral"): the first behind the drug."""
    for found in phrases[line.language].find(line.folded[drug.end : min(drug.limit, drug.end + 2 * FAR)]):
        return drug.end + found.start, drug.end + found.end, found.meaning
    return None
