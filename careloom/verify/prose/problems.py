"""Does the record have the diagnoses that a text has, in its sense, and of the patient?

Misses   a disease that neither knowledge names nor its ending shows; symptoms; a diagnosis told only by its drug
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from careloom.verify.case import Fault
from careloom.verify.contraries import differ, numbers_differ
from careloom.verify.lexicon import LEXICON
from careloom.verify.prose.held import Held, Thing
from careloom.verify.prose.line import Line

_MEANT = frozenset({"condition", "pregnancy", "history"})
_SILENT = frozenset({"allergies", "instructions"})
_ENDING = r"[a-z]{3,}(?:itis|osis|iasis|opathy|plegia|paresis|penia|emia|aemia|cytosis|carditis|oma|cardia|thorax|phobia|philia)"
_HEADS = (
    "disease|syndrome|disorder|cancer|carcinoma|infection|failure|fever|palsy|fibrillation|flutter|infarction|stroke|"
    "embolism|hernia|abscess|tumou?r|gravis|deficiency|dystrophy|tremor|angina|asthma|diabetes|insufficiency|dementia|"
    "depression|arrhythmia|hemorrhage|aneurysm|stenosis|regurgitation|torsion|rupture|perforation|obstruction|poisoning"
)
_NAMED = re.compile(
    rf"\b(?P<before>(?:[A-Za-z'’-]+\s+){{0,3}}?)(?P<head>{_ENDING}|{_HEADS})\b(?:\s+[A-Z]\b)?", re.IGNORECASE
)
_NO_DISEASE = "diagnosis prognosis hypnosis osmosis symptosis coma aroma home academia enemia trauma stoma"
_NONE = frozenset(_NO_DISEASE.split())
# No diagnosis without a word before them.
_ALONE_VAGUE = (
    "fever tremor hemorrhage obstruction deficiency insufficiency rupture perforation poisoning infection failure disease syndrome "
    "disorder stenosis regurgitation fibrillation torsion palsy dystrophy"
)
_VAGUE = frozenset(_ALONE_VAGUE.split())
# A sign of many diseases, unless a word before it makes it one of them.
_SYMPTOMS = frozenset({"fever", "tremor"})
_SYMPTOMS_OF = re.compile(
    r"\b(?:scarlet|rheumatic|typhoid|enteric|yellow|dengue|hay|q|valley|relapsing|spotted|mediterranean|puerperal|essential|intention)\b"
)
# Whatever stands right behind "diagnosed with" is a diagnosis, though nobody here has its name.
_DIAGNOSED = re.compile(
    r"\b(?:diagnosed (?:with|as(?: having)?)|diagnos[ei]s (?:of|is|was|:)|(?:working|final|primary) diagnosis:?)\s+(?:an? |the )?"
    r"(?P<what>[A-Za-z'’-]+(?:\s(?!(?:is|was|and|or|on|in|at|by|since|after|with|that|which|who|based|made|confirmed|for|from|of)\b)[A-Za-z'’-]+){0,3})",
    re.IGNORECASE,
)
_NO_NAME = frozenset(
    {
        "made",
        "confirmed",
        "likely",
        "unclear",
        "not",
        "in",
        "on",
        "by",
        "suspected",
        "based",
        "discussed",
        "this",
        "that",
        "it",
    }
)
# A diagnosis is told as one, not as what somebody complains of.
_STRONG = re.compile(
    r"\b(?:diagnos\w+(?: of| is| was|:)?(?: with)?|found to have|known to have|known|consistent with|attributed to|treated for|"
    r"admitted (?:with|for)|presents? with|follow-?up (?:of|for)|history of|impression:?|assessment:?)\W+(?:an?\W+|the\W+)?(?:[\w'’-]+\W+){0,3}?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    end: int
    concept: str


def problems(line: Line, held: Held) -> Iterator[Fault]:
    """Faults of diagnoses: another, one that the record denies, or one that it has and the text denies."""
    if line.kind in _SILENT or line.is_a_goal:
        return
    for mention in _mentions(line, held):
        said = line.says(mention.start, mention.end)
        named = line.text[mention.start : mention.end]
        if said == "open" or _is_aside(line, mention):
            continue
        having = [one for one in held.of("Condition") if _is_it(one, mention, line, held)]
        mine = [one for one in having if one.was]
        if said == "no":
            active = [one for one in mine if one.holds and not one.support.standing]
            if active and not any(not one.was and one.support.standing != "family" for one in having):
                yield _fault("negation", mention, named, active)
        elif said == "yes" and (rivals := _rivals(held, mention, mine)):
            yield _fault("named", mention, named, rivals)
        elif said == "yes" and not mine:
            yield from _unheard(line, held, mention, named, having)
        elif said == "yes" and (others := _contrary(line, mention, mine)):
            yield _fault("named", mention, named, others)


def _unheard(line: Line, held: Held, mention: _Mention, named: str, having: list[Thing]) -> Iterator[Fault]:
    """What is told of a diagnosis that the record doesn't have of the patient."""
    refuted = [one for one in having if one.entry.negated or one.support.standing == "void"]
    if refuted:
        yield _fault("negation", mention, named, refuted)
        return
    relatives = [
        one
        for one in held.of("FamilyMemberHistory", "Condition")
        if one.support.standing == "family" and _is_it(one, mention, line, held)
    ]
    if relatives or _in_family(held, mention, line):
        yield _fault("family", mention, named, relatives)
        return
    if _is_elsewhere(held, mention, line):
        return
    known = held.knowledge.conditions.get(mention.concept)
    if known is not None and known.group != "condition":
        return
    instead = [one for one in held.of("Condition") if one.holds and not held.is_told(one)]
    strong = bool(_STRONG.search(line.text[: mention.start]))
    if instead:
        yield _fault("named", mention, named, instead)
    elif strong or (mention.concept and held.knowledge.conditions.chronic(mention.concept)):
        yield Fault("unlisted", named, mention.start, mention.end)


def _fault(kind: str, mention: _Mention, named: str, things: list[Thing]) -> Fault:
    ids = tuple(one.entry.id for one in things)
    return Fault(kind, named, mention.start, mention.end, contradicts=True, evidence=ids)


def _mentions(line: Line, held: Held) -> Iterator[_Mention]:
    conditions = held.knowledge.conditions
    taken: list[tuple[int, int]] = []
    for start, end, concept in conditions.mentions(line.text):
        taken.append((start, end))
        known = conditions.by_concept[concept]
        if known.group in _MEANT:
            yield _Mention(start, end, concept)
    for found in _NAMED.finditer(line.text):
        head = found.span("head")
        if found["head"].lower() in _NONE or any(start < head[1] and head[0] < end for start, end in taken):
            continue
        begin = _begin(line, found)
        low = line.text[begin : found.end()].lower()
        if found["head"].lower() in _SYMPTOMS and not _SYMPTOMS_OF.search(low):
            continue
        if begin < head[0] or found["head"].lower() not in _VAGUE:
            taken.append((begin, found.end()))
            yield _Mention(begin, found.end(), "")
    for found in _DIAGNOSED.finditer(line.text):
        span = found.span("what")
        if any(start < span[1] and span[0] < end for start, end in taken) or not line.content(*span):
            continue
        if found["what"].split()[0].lower() not in _NO_NAME:
            yield _Mention(*span, "")


def _begin(line: Line, found: re.Match[str]) -> int:
    """Where a disease's name begins: with the words of weight that stand right before its head."""
    start = found.start("head")
    for word in reversed(list(re.finditer(r"[A-Za-z'’-]+", found["before"]))):
        if word.group().lower() in _STOPS or not line.content(found.start() + word.start(), start):
            break
        start = found.start() + word.start()
    return start


_NOT_OF_A_NAME = (
    "has had have with of for and or no a an the his her their is was diagnosed known found treated from since to on in "
    "causing developed having active possible new severe mild prior this showed shows revealed"
)
_STOPS = frozenset(_NOT_OF_A_NAME.split())


def _is_aside(line: Line, mention: _Mention) -> bool:
    """Whether a name is of something else than a diagnosis: a drug's purpose, a test, a plan, an anniversary."""
    after = line.text[mention.end : mention.end + 25].lower()
    before = line.text[max(mention.start - 30, 0) : mention.start].lower()
    return bool(
        re.match(
            r"[\s-]+(?:screen|prevention|risk|panel|test|clinic|education|vaccine|medic|prophyla|action plan|diary|specialist)",
            after,
        )
        or re.search(
            r"\b(?:risk of|risk for|prevent|avoid|screen\w* for|rule out|exclude|in case of|signs? of|detection of|"
            r"(?:ultrasound|test|scan|evaluat\w+|referral|vaccin\w+|x-ray|study|look\w*) for)\W+(?:[\w-]+\W+){0,2}$",
            before,
        )
    )


def _is_it(thing: Thing, mention: _Mention, line: Line, held: Held) -> bool:
    conditions = held.knowledge.conditions
    if mention.concept:
        if thing.concepts:
            return any(
                conditions.is_a(one, mention.concept) or conditions.is_a(mention.concept, one)
                for one in thing.concepts
            )
        return _shares(thing, mention, line)
    return _shares(thing, mention, line)


def _shares(thing: Thing, mention: _Mention, line: Line) -> bool:
    """Whether one name is a part of the other."""
    said = line.content(mention.start, mention.end) - LEXICON.small - _GENERAL
    return bool(said) and (said <= thing.words or thing.core <= said)


def _contrary(line: Line, mention: _Mention, having: list[Thing]) -> list[Thing]:
    """The entries of a diagnosis, where all of them are of another kind, stage or part than the text says."""
    start = max(
        (stop.end() for stop in re.finditer(r"[,.;:]|\b(?:and|with|or)\b", line.text[: mention.start])),
        default=0,
    )
    words = list(re.finditer(r"\S+", line.text[start : mention.start]))[-3:]
    begin = start + words[0].start() if words else mention.start
    following = re.match(
        r"(?:[\s-]+(?:of the |of )?(?:stage |type |class )?[\w-]+){0,2}", line.text[mention.end :]
    )
    end = mention.end + (following.end() if following else 0)
    said = line.content(begin, end)
    apart = [
        one for one in having if differ(said, one.own) or numbers_differ(line.text[begin:end], one.named)
    ]
    return apart if len(apart) == len(having) else []


_GENERAL = frozenset({"diseas", "syndrom", "disorder", "acut", "chronic", "infection", "sever", "mild"})


def _in_family(held: Held, mention: _Mention, line: Line) -> bool:
    said = line.content(mention.start, mention.end)
    return any(one.support.standing == "family" and said and said <= one.words for one in held.things)


def _is_elsewhere(held: Held, mention: _Mention, line: Line) -> bool:
    """Whether any other entry of the patient tells of it: a procedure's reason, a report, an encounter, a drug's purpose."""
    said = line.content(mention.start, mention.end) - _GENERAL
    return any(
        one.was
        and (
            said <= one.words
            or (mention.concept and mention.concept in held.knowledge.conditions.mentioned(_told(one)))
        )
        for one in held.things
        if one.entry.kind != "FamilyMemberHistory"
    )


def _told(thing: Thing) -> str:
    entry = thing.entry
    return " . ".join(
        (entry.name, entry.value or "", *entry.detail.values(), *(code.display for code in entry.value_codes))
    )


def _rivals(held: Held, mention: _Mention, mine: list[Thing]) -> list[Thing]:
    """The diagnoses that nobody has beside what the text says, where the record has not that one itself."""
    conditions = held.knowledge.conditions
    if any(conditions.is_a(one, mention.concept) for thing in mine for one in thing.concepts):
        return []
    return [one for one in held.of("Condition") if one.holds and _excludes(one, mention, held)]


def _excludes(thing: Thing, mention: _Mention, held: Held) -> bool:
    """Whether somebody who has one has not the other: types of one disease, stages of one."""
    conditions = held.knowledge.conditions
    pairs = conditions.excluding
    for one in thing.concepts if mention.concept else ():
        if (one, mention.concept) in pairs or (mention.concept, one) in pairs:
            return True
        known, other = conditions.by_concept.get(one), conditions.by_concept.get(mention.concept)
        if (
            known
            and other
            and known.counts_as
            and known.counts_as == other.counts_as
            and one != mention.concept
        ):
            return True
    return False
