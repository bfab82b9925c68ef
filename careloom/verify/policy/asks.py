"""Asks: what one criterion of a policy asks for, where every word of it is understood; else nothing.

Takes    a criterion's text, and knowledge
Gives    what is asked for (an age, a result, a diagnosis, drugs that were tried, …), with what its words leave open
Never    guesses: a word that no part of the reading has taken up leaves the criterion to a person
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from careloom.knowledge import Knowledge
from careloom.knowledge.labs import Lab
from careloom.verify.policy.spans import LIMIT, NUMBER, WORD, Taken, limits_of, whole_of

Kind = Literal["age", "result", "problem", "tried", "taken", "specialist", "visit"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that is asked for. `names` are concepts, measurements, drugs with their classes, or stems of specialties, of which
    each is needed where `every`; `codes` ICD-10-CM prefixes that stand for it too; `limits` comparisons in `unit`; `within` days
    before today, `lasting` days of treatment; `ways` how a drug was tried; `no` where it must not be so; `past` where a
    history is enough; `consulted` where a consultation is; `kept` words beside a concept that it doesn't have itself ("metastatic").
    """

    kind: Kind
    names: tuple[str, ...] = ()
    every: bool = False
    codes: tuple[str, ...] = ()
    limits: tuple[tuple[str, Decimal], ...] = ()
    unit: str = ""
    within: int | None = None
    lasting: int | None = None
    ways: frozenset[str] = frozenset()
    no: bool = False
    past: bool = False
    consulted: bool = False
    kept: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a criterion asks for: `every` one of `parts`, or any of them. Where it isn't `understood`, `parts` are what a person
    may want to see beside it.
    """

    parts: tuple[Ask, ...] = ()
    every: bool = True
    understood: bool = True


# No criterion that a rule understands is longer.
_LONGEST = 800
# Words that say only that something is to be shown, and of whom.
_FRAME = re.compile(
    r"(?:the|a|an|of|is|are|was|were|has|have|had|having|been|be|must|should|with|for|in|by|to|that|who|this|any|either|there|their|his|her|"
    r"members?|patients?|individuals?|beneficiary|beneficiaries|enrollees?|recipients?|persons?|people|document(?:ed|s|ation)?|confirm(?:ed|ation)|"
    r"record(?:s|ed)?|medical|charts?|provided|submitted|shows?|showing|evidence|current|currently|active|established|"
    r"diagnos(?:is|ed|es)|and|or|presence|as|following)\Z",
    re.IGNORECASE,
)
NO = re.compile(
    r"\b(?:does not have|do not have|has no|have no|is not|are not|must not(?: be| have)?|will not be|not be|not|no|without|absence of|never had)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:history of|prior|previous|past)\b", re.IGNORECASE)
_SPLITS = ((re.compile(r"\s*(?:;\s*and|,\s*and|;|\band\b)\s*", re.IGNORECASE), True),
           (re.compile(r"\s*(?:;\s*or|,\s*or|;|\bor\b)\s*", re.IGNORECASE), False))  # fmt: skip
_FROM = rf"{LIMIT}?\s*(?P<low>\d{{1,3}})(?P<plus>\s*\+)?(?:\s*(?:to|through|and|-|–)\s*(?P<high>\d{{1,3}}))?"
_SIDE = r"(?:\s*(?:,\s*)?(?:and|or)\s*(?P<side>older|above|over|greater|younger|below|under|less))?"
AGE = re.compile(
    rf"\b(?:aged?s?\s*(?:of\s*)?)?(?:between\s*)?{_FROM}\s*years?(?:\s*(?:of age|old))?{_SIDE}(?:\s*(?:of age|old))?|\b(?P<adult>adults?)\b",
    re.IGNORECASE,
)
# "Age 18 or older" needs no years.
_BARE_AGE = re.compile(
    rf"\b(?:aged?|ages)\s*(?:is\s*|of\s*|between\s*)?{_FROM}(?!\d|\s*(?:months?|weeks?|days?)){_SIDE}(?P<adult>\b\B)?",
    re.IGNORECASE,
)
_NOW = re.compile(r"\bat (?:the )?time of (?:the )?(?:request|application|submission)\b", re.IGNORECASE)
_DIRECT = {"older": ">=", "above": ">=", "over": ">=", "greater": ">="}
_CODE = re.compile(r"\b(?P<code>[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?)(?:\.?[xX*\-]+)?(?![\w.])")
# Words of a name that ask for more than the disease.
DEGREE = re.compile(
    r"\b(?:mild|moderate|severe|persistent|intermittent|uncontrolled|controlled|resistant|refractory|recurrent|metastatic|advanced|acute|chronic|early|late|"
    r"unstable|stable|primary|secondary|episodic|progressive|relapsing|complicated|g?[1-5][a-e]|i{1,3}[a-c]|iv[a-c]?)\b"
)
_ICD = re.compile(r"[\[(]?\s*(?:ICD-?10(?:-CM)?(?: codes?)?:?\s*)", re.IGNORECASE)
_TRIED = {
    "trial": r"trials?|tried|use of|used|treatment with|treated with|therapy with|step therapy|course of|taken|completed",
    "failure": r"failed|failures?|inadequate (?:response|control|relief)|insufficient (?:response|control)|lack of (?:response|efficacy|effect)"
    r"|inadequately controlled|suboptimal response|unsuccessful|ineffective",
    "intolerance": r"intoleran(?:ce|t)|unable to tolerate|cannot tolerate|adverse (?:reactions?|events?|effects?)|hypersensitivit(?:y|ies)|allerg(?:y|ic)",
    "contraindication": r"contraindicat(?:ions?|ed)",
}
_WAY = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in _TRIED.items()}
_TRIED_FRAME = re.compile(
    r"(?:one|at|least|response|adequate|history|previous|prior|past|therapy|treatment|drug|drugs|medications?|agents?|generic|documented|inhibitors?|from|on|after)\Z",
    re.IGNORECASE,
)
_UNLESS = re.compile(
    r"[(,]?\s*\bunless\s+(?:(?:there is|member has|patient has|a|an|or|both|all|are|is|clinically|significant|documented|contraindicat\w+|intolerant|"
    r"intolerance|not tolerated|adverse|effects?|events?|reactions?|experienced|to therapy)\b[\s,]*)+[)]?",
    re.IGNORECASE,
)
EXAMPLES = re.compile(r"\s*\((?:e\.g\.|eg|such as|i\.e\.|for example|refer to|see)\b[^()]*\)", re.IGNORECASE)
# Signs that a printed page has for others.
_PRINTED = {0x2010: "-", 0x2011: "-", 0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl"}
_FOOTNOTE = re.compile(r"\s*\[[A-Z0-9]{1,2}(?:\s*,\s*[A-Z0-9]{1,2})*\]")
_PERCENT = re.compile(r"(?<=\d)\s*per\s?cent\b", re.IGNORECASE)
_TAKEN = re.compile(
    r"\b(?:concomitantly (?:on|taking|receiving|using)|currently (?:taking|on|receiving|using|treated with)|is (?:taking|on|receiving|using)|taking|receiving|"
    r"concurrent(?:ly)? (?:use (?:of|with)|with)|concomitant(?:ly)? (?:use (?:of|with)|with)|(?:used )?in combination with|used with)\b",
    re.IGNORECASE,
)
_TAKEN_FRAME = re.compile(
    r"(?:another|other|requested|used|use|will|drug|drugs|medications?|therapy|treatment|combination)\Z",
    re.IGNORECASE,
)
_SEEN_BY = re.compile(
    r"\b(?:prescribed|ordered|requested|recommended|managed|prescription is)\s+by\b|\b(?:in )?consult(?:ation|ed)? (?:with|by)\b|\bunder the (?:care|supervision) of\b"
    r"|\b(?:evaluated|seen) by\b",
    re.IGNORECASE,
)
_SPECIALTY = re.compile(
    r"\b(?P<stem>(?:\w+olog|psychiatr|pediatr|paediatr|geriatr|physiatr|obstetr|allerg|immunolog))(?:ists?|icians?|ians?|y|ic)?\b|\binfectious disease\b",
    re.IGNORECASE,
)
_SPECIALIST_FRAME = re.compile(
    r"(?:specialists?|physicians?|providers?|drug|medication|requested|treating|prescriber|prescribed)\Z",
    re.IGNORECASE,
)
_VISIT = re.compile(
    r"\b(?:(?:office|clinic|face-to-face|in-person|follow-?up|outpatient)\s+)?(?P<what>visits?|encounters?|chart notes?|progress notes?|office notes?|clinical notes?|clinic notes?)\b",
    re.IGNORECASE,
)
_VALUE_FRAME = re.compile(
    r"(?:level|value|score|result|results|measurement|measured|laboratory|lab|test|baseline|recent|most|serum|plasma|fasting)\Z",
    re.IGNORECASE,
)

_LIMITED = re.compile(
    rf"\s*(?:\([^)]*\))?\s*(?:level|score|value)?\s*(?:of|is|was|:)?\s*(?:{LIMIT}|\d)", re.IGNORECASE
)


def asked(text: str, knowledge: Knowledge) -> Asked:
    """What a criterion asks for; parts joined by one word ("and", "or") count where each is understood."""
    if len(text) > _LONGEST:
        return Asked(understood=False)
    said = plain(EXAMPLES.sub("", text))
    if one := _one(said, knowledge):
        return Asked((one,))
    for splits, every in _SPLITS:
        pieces = [piece for piece in splits.split(said) if piece.strip()]
        found = [_one(piece, knowledge) for piece in pieces] if len(pieces) > 1 else []
        # "A and B or C" has two readings, and codes behind the last of several may be all theirs.
        if found and all(one and len(one.names) < 2 and not one.codes for one in found):
            return Asked(tuple(one for one in found if one), every)
    return Asked(tuple(_beside(plain(text), knowledge)), understood=False)


def plain(text: str) -> str:
    """A criterion's words with its signs and units as they are looked up, without the word that joins it to the next one."""
    text = text.translate(_PRINTED)
    said = " ".join(_FOOTNOTE.sub("", text).replace("≥", ">=").replace("≤", "<=").split())
    said = _PERCENT.sub("%", said).replace("mm Hg", "mmHg")
    return re.sub(r"[;,.]?\s*\b(?:and/or|and|or)\s*[;,.:]?$", "", said, flags=re.IGNORECASE).strip(" ;,.")


def _one(said: str, knowledge: Knowledge) -> Ask | None:
    """The one thing that a text asks for, None where a word of it stays over."""
    for read in (tried, _specialist, _taken, aged, _result, _visit, _problem):
        if found := read(said, knowledge):
            return found
    return None


def only_frame(taken: Taken, *further: re.Pattern[str]) -> bool:
    """Whether nothing is left of a text but words that say whom and that it is to be shown."""
    return all(_FRAME.match(word) or any(one.match(word) for one in further) for word in taken.left())


def _negated(taken: Taken) -> bool:
    return taken.take(NO) is not None


def aged(said: str, knowledge: Knowledge) -> Ask | None:
    """An age; None where a word of the text stays over."""
    del knowledge
    taken = Taken(said)
    taken.take(_NOW)
    found = taken.take(AGE) or taken.take(_BARE_AGE)
    if found is None or not only_frame(taken, re.compile(r"aged?\Z", re.IGNORECASE)):
        return None
    if found["adult"]:
        return Ask("age", limits=((">=", Decimal(18)),))
    low, side = Decimal(found["low"]), (found["side"] or "").lower()
    sign = _DIRECT.get(side, "<=" if side else ">=" if found["plus"] else "")
    if found["high"]:
        return Ask("age", limits=((">=", low), ("<=", Decimal(found["high"]))))
    sign = sign or whole_of(found)
    return Ask("age", limits=((sign, low),)) if sign else None


def _result(said: str, knowledge: Knowledge) -> Ask | None:
    taken = Taken(said)
    within = taken.within()
    lab = _measurement(taken, knowledge)
    if lab is None:
        return None
    # "Body mass index (BMI) …"
    again = _measurement(taken, knowledge)
    if again is not None and again is not lab:
        return None
    limits, unit = limits_of(taken, lab)
    if not only_frame(taken, _VALUE_FRAME) or (not limits and within is None):
        return None
    return Ask("result", (lab.concept,), limits=limits, unit=unit, within=within)


def _measurement(taken: Taken, knowledge: Knowledge) -> Lab | None:
    """The measurement that a text names by the longest name of it, which is taken."""
    words = [(one.start(), one.end()) for one in WORD.finditer(taken.text)]
    for length in range(min(7, len(words)), 0, -1):
        for first in range(len(words) - length + 1):
            start, end = words[first][0], words[first + length - 1][1]
            lab = knowledge.labs.find((), taken.text[start:end]) if taken.is_free(start, end) else None
            if lab is not None and taken.text[start:end].casefold().strip() not in ("score", "level"):
                taken.mark(start, end)
                return lab
    return None


def tried(said: str, knowledge: Knowledge) -> Ask | None:
    """Drugs that were to be tried, failed or not borne; None where a word of the text stays over."""
    taken = Taken(said)
    ways: set[str] = set()
    if unless := taken.take(_UNLESS):
        borne = re.search(r"toler|adverse", unless.group(), re.IGNORECASE)
        ways |= {"contraindication", "intolerance"} if borne else {"contraindication"}
    # A time within which it was tried is more than a trial's length; fills aren't asked for it here.
    if taken.within() is not None:
        return None
    lasting = taken.lasting()
    for name, words in _WAY.items():
        while taken.take(words):
            ways.add(name)
    drugs = _drugs(taken, knowledge)
    if not ways or not drugs or not only_frame(taken, _TRIED_FRAME):
        return None
    every = _joined(said, drugs)
    if every is None or taken.has(NO):
        return None
    return Ask(
        "tried", tuple(name for _, _, name in drugs), every=every, lasting=lasting, ways=frozenset(ways)
    )


def _taken(said: str, knowledge: Knowledge) -> Ask | None:
    taken = Taken(said)
    if taken.take(_TAKEN) is None:
        return None
    drugs = _drugs(taken, knowledge)
    no = _negated(taken)
    if not drugs or not only_frame(taken, _TAKEN_FRAME):
        return None
    every = _joined(said, drugs)
    # "Not A and B" says neither that both are wrong nor that one is.
    if every is None or (no and every):
        return None
    return Ask("taken", tuple(name for _, _, name in drugs), every=every, no=no)


def _drugs(taken: Taken, knowledge: Knowledge) -> list[tuple[int, int, str]]:
    """The drugs and classes that a text names, in their order, which are taken; of names inside each other the longest."""
    found = [(start, end, drug.name) for start, end, drug in knowledge.drugs.mentions(taken.text)]
    found += list(knowledge.drugs.class_mentions(taken.text))
    kept: list[tuple[int, int, str]] = []
    for start, end, name in sorted(found, key=lambda one: (one[0] - one[1], one[0])):
        if taken.is_free(start, end):
            taken.mark(start, end)
            kept.append((start, end, name))
    return sorted(kept)


def _joined(said: str, drugs: Sequence[tuple[int, int, str]]) -> bool | None:
    """Whether each of several is needed ("a, b and c"), or any ("a or b"); None where both words join them."""
    between = " ".join(said[one[1] : other[0]] for one, other in pairwise(drugs)).lower()
    words = set(re.findall(r"\b(?:and|or)\b", between))
    if len(words) > 1 or (len(drugs) > 1 and not words):
        return None
    return words == {"and"}


def _specialist(said: str, knowledge: Knowledge) -> Ask | None:
    del knowledge
    taken = Taken(said)
    ways = []
    while found := taken.take(_SEEN_BY):
        ways.append(found.group().lower())
    stems = []
    while found := taken.take(_SPECIALTY):
        stems.append((found["stem"] or found.group()).lower())
    if not ways or not stems or not only_frame(taken, _SPECIALIST_FRAME):
        return None
    consulted = any("consult" in way or "seen" in way or "evaluated" in way or "under" in way for way in ways)
    return Ask("specialist", tuple(stems), consulted=consulted)


def _visit(said: str, knowledge: Knowledge) -> Ask | None:
    del knowledge
    taken = Taken(said)
    within = taken.within()
    found = taken.take(_VISIT)
    if found is None or within is None or not only_frame(taken):
        return None
    return Ask("visit", ("note" if "note" in found["what"].lower() else "visit",), within=within)


def _problem(said: str, knowledge: Knowledge) -> Ask | None:
    taken = Taken(said)
    found_in = knowledge.conditions.mentions(said)
    for start, end, _ in found_in:
        taken.mark(start, end)
    codes = []
    if taken.take(_ICD):
        while found := taken.take(_CODE):
            codes.append(found["code"].replace(".", ""))
    told = [said[start:end] for start, end, _ in found_in]
    past = taken.take(_PAST) is not None or any(_PAST.search(one) for one in told)
    no = _negated(taken)
    is_plain = only_frame(taken)
    # "Moderate to severe asthma (ICD-10 J45.4, J45.5)": the codes say which.
    if (
        not (is_plain or (codes and only_frame(taken, DEGREE)))
        or not (found_in or codes)
        or taken.has(NUMBER)
    ):
        return None
    every = _joined(said, found_in)
    if every and codes:
        return None
    # "No A and B" says neither that both are wrong nor that one is; a "no" behind the first name is that of another.
    if every is None or (no and (every or (found_in and NO.search(said[found_in[0][1] :])))):
        return None
    names = tuple(concept for _, _, concept in found_in)
    kept = tuple(
        (name, word)
        for name, words in zip(names, told, strict=True)
        for word in DEGREE.findall(words.lower())
        if word not in knowledge.conditions.label(name).lower().split()
    )
    if not is_plain:
        names, kept = (), ()
    return Ask("problem", names, every=every, codes=tuple(codes), no=no, past=past, kept=kept)


def _beside(said: str, knowledge: Knowledge) -> Iterator[Ask]:
    """What of a criterion that isn't understood as a whole can still be looked up: its newest result, its diagnoses."""
    looked = Taken(said)
    lab = _measurement(looked, knowledge)
    if lab is not None and _LIMITED.match(said, max(looked.places) + 1):
        yield Ask("result", (lab.concept,))
    seen: set[str] = set()
    for _, _, concept in knowledge.conditions.mentions(said):
        if concept not in seen:
            seen.add(concept)
            yield Ask("problem", (concept,))
    for _, _, name in _drugs(Taken(said), knowledge):
        for way in ("trial", "intolerance"):
            yield Ask("tried", (name,), ways=frozenset({way}))
