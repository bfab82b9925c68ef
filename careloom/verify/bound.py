"""Is what belongs together told together: a side with its organ, a relative with what is said of her, what has ended as ended?

Words that stand in different entries, or in different sentences of one note, may each be true and say together what nobody wrote.
"""

import re
from collections.abc import Iterator, Sequence

from careloom.verify.case import Case, apart
from careloom.verify.contraries import GROUPS
from careloom.verify.lexicon import LEXICON
from careloom.verify.parse import is_content, is_plain
from careloom.verify.support import Support
from careloom.verify.tokens import Sort

SIDES = {"left": "right", "right": "left", "bilateral": "left", "both": "left"}
_CEASED = re.compile(
    r"\b(?:quit|quits|stopped|ceased|former|ex|used to|gave up|had been|no longer)[\s-]+([^\W\d_]+)(?:\s+([^\W\d_]+))?",
    re.IGNORECASE,
)
_PAST = frozenset(
    {
        "quit",
        "stop",
        "stopp",
        "ceas",
        "former",
        "past",
        "previou",
        "previous",
        "history",
        "ex",
        "us",
        "gav",
        "gave",
    }
)
_LED_BY = 4
# What shows that a relative does something for the patient, or is only named.
_OF_PATIENT = re.compile(r"\b(?:her|him|them|patient)\b")
_NO_VERB = ("and ", "or ", ",", ".", ";", ":", "who ", "with ")
_OTHERS = frozenset(
    {
        "partner",
        "roommate",
        "boyfriend",
        "girlfriend",
        "neighbor",
        "friend",
        "grandson",
        "granddaughter",
        "law",
    }
)
_LETTERED = frozenset({"hepatitis", "vitamin", "influenza", "group", "type", "class", "stage", "grade"})
_ANY = LEXICON.status["active"] | LEXICON.status["confirmed"]
GROUP_OF = {word: group for group in GROUPS for word in group}
_CARE = frozenset({"proxy", "caregiver", "car", "key"})
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+|\s+and\s+(?=(?:they|she|he|the patient|patient)\b)")


def check_bound(case: Case) -> None:
    """Hold a side, a relative or what has ended against a statement that no single source says so."""
    keys = {token.key for token in case.parsed.tokens}
    alone = apart(case.entries)
    led = [one for one in alone if not one.kind and _is_led_by_kin(one.text)]
    if keys & SIDES.keys() or keys & LEXICON.kin or led:
        for clause in _clauses(case):
            words = [place for place in clause if _weighs(case, place)]
            _check_sides(case, clause, words, alone)
            _check_kin(case, clause, words, alone)
    _check_ceased(case)
    _check_letters(case)
    _check_contraries(case)
    _check_only_allergic(case)


def _clauses(case: Case) -> Iterator[range]:
    first = 0
    for last in case.ends:
        yield range(first, last)
        first = last


def _weighs(case: Case, place: int) -> bool:
    token = case.parsed.tokens[place]
    if case.is_free(place) or case.polarity.denied[place] or token.key in SIDES or token.key in LEXICON.kin:
        return False
    return is_content(token) and not is_plain(token) and token.key in case.says


def _check_sides(case: Case, clause: range, words: Sequence[int], alone: Sequence[Support]) -> None:
    for place in clause:
        side = case.parsed.tokens[place].key
        if side not in SIDES or case.is_free(place) or side not in case.says:
            continue
        nearest = next((one for one in words if one > place), words[-1] if words else None)
        if nearest is None:
            continue
        organ = case.parsed.tokens[nearest].key
        keys = {case.parsed.tokens[one].key for one in words}
        having = [one for one in alone if organ in one.says and SIDES.keys() & one.says]
        most = max((len(keys & one.says) for one in having), default=0)
        best = [one for one in having if len(keys & one.says) == most]
        if best and not any(_has_side(one, side, organ) for one in best):
            case.fault("word", place, contradicts=True)


def _has_side(support: Support, side: str, organ: str) -> bool:
    """Whether a source has the side, and beside the organ where it has the other side too."""
    if side not in support.says:
        return False
    if SIDES[side] not in support.says or not support.text:
        return True
    return (
        re.search(rf"\b{side}\W+(?:\w+\W+){{0,2}}{re.escape(organ[:4])}", support.text, re.IGNORECASE)
        is not None
    )


def _check_kin(case: Case, clause: range, words: Sequence[int], alone: Sequence[Support]) -> None:
    kin = [
        place for place in clause if case.parsed.tokens[place].key in LEXICON.kin and not case.is_free(place)
    ]
    if kin:
        theirs = [one for one in alone if all(case.parsed.tokens[place].key in one.says for place in kin)]
        said = frozenset().union(*(one.says for one in theirs))
        if theirs and any(case.parsed.tokens[place].key not in said for place in words):
            case.fault("family", kin[0], contradicts=True)
    elif not any(token.key in LEXICON.kin or token.text.lower() in _OTHERS for token in case.parsed.tokens):
        # What a note is called ("home health note") says nothing of anybody's health.
        titled = frozenset().union(*(one.names for one in case.entries if one.kind == "DocumentReference"))
        for place in words:
            if case.parsed.tokens[place].key in _CARE | titled:
                continue
            saying = [one for one in alone if case.parsed.tokens[place].key in one.says]
            if saying and all(_is_of_kin(one, case.parsed.tokens[place].key) for one in saying):
                case.fault("family", place, contradicts=True)


def _is_of_kin(support: Support, key: str) -> bool:
    """Whether all sentences of a note that have a word begin with a relative."""
    sentences = (
        part
        for part in _SENTENCE.split(support.text)
        if re.search(rf"\b{re.escape(key[:5])}", part, re.IGNORECASE)
    )
    return all(led := [_is_led_by_kin(sentence) for sentence in sentences]) and bool(led)


def _is_led_by_kin(text: str) -> bool:
    """Whether a sentence of a note begins with a relative ("Her brother has …")."""
    said = text.lower().replace("’s", "").replace("'s", "")
    first = re.findall(r"[^\W\d_]+", said)[:_LED_BY]
    at = next(
        (place for place, word in enumerate(first) if word in LEXICON.kin or word in _OTHERS), len(first)
    )
    if at >= _LED_BY - 1 or not first[at + 1 :]:
        return False
    told = re.split(rf"\b{first[at]}\b", said, maxsplit=1)[1].lstrip()
    return not _OF_PATIENT.search(told) and not told.startswith(_NO_VERB)


def _check_letters(case: Case) -> None:
    """The letter of "hepatitis A", which is a word of its own everywhere else."""
    found = case.parsed.tokens
    for place in range(1, len(found)):
        letter = found[place].text
        if letter != "A" or case.is_free(place):
            continue
        if (kind := found[place - 1].text.lower()) in _LETTERED:
            said = re.compile(rf"\b{kind}\W+(?:\w+\W+)?{letter}\b", re.IGNORECASE)
            if not any(said.search(one.text) for one in case.entries):
                case.fault("word", place, contradicts=found[place - 1].key in case.says)


def _check_contraries(case: Case) -> None:
    """A kind that knowledge counts among the names of what is cited, where the source itself has the contrary one."""
    for place, token in enumerate(case.parsed.tokens):
        group = GROUP_OF.get(token.key)
        if group is None or case.is_free(place) or case.polarity.denied[place]:
            continue
        holding = [one for one in case.entries if token.key in one.says]
        if holding and all(token.key not in one.own and group & one.own for one in holding):
            case.fault("word", place, contradicts=True)


def _check_only_allergic(case: Case) -> None:
    """A drug told as taken of which the sources have an allergy and nothing else."""
    if case.guidance is not None:
        return
    keys = {token.key for token in case.parsed.tokens}
    for place, token in enumerate(case.parsed.tokens):
        if token.sort is not Sort.DRUG or case.polarity.denied[place]:
            continue
        holding = [one for one in case.entries if token.key in one.drugs]
        said = frozenset().union(*(one.says - one.names for one in holding))
        reaction = (said - LEXICON.small - LEXICON.plain - _ANY) | LEXICON.kind["AllergyIntolerance"]
        if holding and all(one.kind == "AllergyIntolerance" for one in holding) and not keys & reaction:
            case.fault("status", place, contradicts=True)


def _check_ceased(case: Case) -> None:
    """What a source tells as given up ("quit smoking in 2015") and a sentence as so."""
    ended = {
        word.lower()[:4]
        for support in case.entries
        if not support.measured and support.kind in ("", "DocumentReference", "Observation")
        for found in _CEASED.findall(support.text)
        for word in found
        if len(word) > 3
    }
    if not ended or any(token.key in _PAST for token in case.parsed.tokens):
        return
    for place, token in enumerate(case.parsed.tokens):
        if token.sort is Sort.WORD and len(token.key) > 3 and token.key[:4] in ended and _weighs(case, place):
            case.fault("status", place, contradicts=True)
