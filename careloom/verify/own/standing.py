"""Statuses and directions in a person's sentence: which a source says in other words, and which are no statuses there."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from careloom.knowledge.matters import load_matters
from careloom.text.folding import fold
from careloom.verify.case import Fault
from careloom.verify.lexicon import LEXICON
from careloom.verify.measures import Value
from careloom.verify.own.open import frames, states
from careloom.verify.own.told import Told
from careloom.verify.own.words import word_is_told
from careloom.verify.parse import figure
from careloom.verify.standing import is_reading
from careloom.verify.tokens import Sort

_WAYS = {
    "better": frozenset({"down", "better", "improv", "resolv", "heal", "less", "clear", "gon"}),
    "worse": frozenset({"wors", "more", "deteriorat", "increas"}),
}
_KEPT = frozenset({"Appointment", "Task", "ServiceRequest"})
# Which way is for the better, by words of a result's name.
_FOR_THE_BETTER = {
    "down": frozenset(
        {"pressur", "pressure", "pain", "copd", "mmrc", "dyspnea", "tim", "depression", "anxiety"}
    ),
    "up": frozenset({"control", "moca", "katz", "fev1", "saturation", "mini"}),
}
_LOW_GFR = 60
_MANNER = frozenset(
    {
        "up",
        "down",
        "over",
        "lost",
        "gain",
        "grew",
        "grow",
        "steady",
        "climb",
        "climbed",
        "drop",
        "dropp",
        "flat",
        "stabl",
        "stable",
        "constant",
    }
)
_HIGH = ("hyper", "elevat", "rais", "high")
_LOW = ("hypo", "deficien", "low", "decreas", "reduc")
_MOVING = frozenset(
    {
        "is",
        "are",
        "was",
        "were",
        "gone",
        "went",
        "go",
        "com",
        "came",
        "come",
        "trend",
        "creep",
        "wa",
        "has",
        "ha",
        "and",
        "get",
        "got",
        "mov",
    }
)


def status_is_told(told: Told, fault: Fault) -> bool:
    """Whether a status, direction or reading is so in other words, or is none in this sentence."""
    place = told.at.get(fault.start)
    if place is None:
        return False
    token = told.case.parsed.tokens[place]
    low = token.text.lower()
    if token.sort is Sort.DRUG and told.has("reaction") and _is_only_allergic(told, token.key):
        return True
    if (
        any(place in range(one.first, one.last + 1) for one in told.case.mentions)
        and low not in LEXICON.polar
    ):
        about = told.case.about(place)
        if any(one.standing == "void" for one in about):
            return False
        guess = any(one.standing == "guess" for one in about)
        unsure = told.has("hedge") or bool(told.case.parsed.polarity.cues and told.has("sure"))
        return unsure if guess else told.is_over
    if low in frames()["weak"]:
        about = told.case.about(place)
        if any(one.standing == "void" for one in about):
            return False  # What was refuted never was.
        linked = (
            *about,
            *(one for one in told.case.further if any(one.rests_on & each.rests_on for each in about)),
        )
        if any(token.key in one.denies for one in linked) and not told.is_over:
            return False
        if low in ("kept", "met", "done", "had", "missed", "received", "given", "seen") and any(
            one.kind in _KEPT for one in about
        ):
            return False
        over = told.is_over or any(not one.kind for one in about)
        return over or not any(one.standing == "past" for one in about)
    if low == "more" and place and told.case.parsed.tokens[place - 1].key == "no":
        return _is_the_most(told, place)
    if _is_of_another_name(told, place):
        return True
    if (
        is_reading(token)
        and token.key in LEXICON.range["low"]
        and any(_is_low_gfr(value) for one in told.case.about(place) for value in one.values)
    ):
        return True
    way = next((way for way, words in LEXICON.direction.items() if token.key in words), "")
    if way:
        return _goes_so(told, place, way)
    for lies, starts in (("high", _HIGH), ("low", _LOW)):
        if (
            is_reading(token)
            and token.key in LEXICON.range[lies]
            and not any(
                one.measured and one.reads and lies not in one.reads for one in told.case.about(place)
            )
        ):
            return any(word.startswith(starts) for word in told.case.says)
    return False


def _is_of_another_name(told: Told, place: int) -> bool:
    """Whether a status is that of another thing that its part of the sentence names ("Sumatriptan for migraine was stopped")."""
    key, here = told.case.parsed.tokens[place].key, set(told.clause(place))
    named = (one for one in told.case.mentions if one.first in here and one.first < place)
    return any(key in support.says and support.kind for one in named for support in one.supports)


def _is_the_most(told: Told, place: int) -> bool:
    """Whether the number of "no more than two" is a cited one."""
    number = next((one for one in told.case.parsed.tokens[place:] if one.sort is Sort.NUMBER), None)
    held = (amount for one in told.case.entries for amount, _ in one.quantities)
    return number is not None and figure(number.key) in held


def _is_only_allergic(told: Told, drug: str) -> bool:
    holding = [one for one in told.case.entries if drug in one.drugs]
    return bool(holding) and all(one.kind == "AllergyIntolerance" for one in holding)


def _goes_so(told: Told, place: int, way: str) -> bool:
    """Whether a way is that of a word of the sources, or no way at all: "picked up", "lost a brother", "a steady support"."""
    case, token = told.case, told.case.parsed.tokens[place]
    trends = [one for one in case.further if one.moves]
    if (by_figures := _way_of_figures(told)) and way in ("up", "down"):
        return by_figures == way
    near = told.retold(place)
    if token.key in case.denies and token.key not in _MANNER:
        return False
    if not trends and any(LEXICON.direction[way] & words for words in near):
        return True
    if way in ("better", "worse") and by_figures and (best := _better_way(told)):
        return (by_figures == best) == (way == "better")
    if way in ("better", "worse"):
        if any(one.moves and one.better for one in trends):
            better = {
                (one.moves[0] == one.better)
                for one in trends
                if one.moves and one.better and one.moves[0] != "flat"
            }
            return better == {way == "better"}
        other = _WAYS["worse" if way == "better" else "better"]
        return not trends and any(_WAYS[way] & words and not other & words for words in near)
    if trends:
        return any(one.moves and one.moves[0] == way for one in trends) and not any(
            one.moves and one.moves[0] in ("up", "down") and one.moves[0] != way for one in trends
        )
    if case.parsed.tokens[place + 1 : place + 2] and case.parsed.tokens[place + 1].key in states():
        return word_is_told(told, Fault("word", "", case.parsed.tokens[place + 1].start, 0))
    measured = any(one.measured or one.values for one in case.about(place))
    if measured and way in ("up", "down") and (_is_beyond(told, place, way) or _reads_so(told, place, way)):
        return True
    if token.key in ("up", "down", "over"):
        before = case.parsed.tokens[place - 1].key if place else ""
        return not measured or before not in _MOVING
    return token.key in _MANNER and not measured and not any(one.measured for one in case.entries)


def _is_beyond(told: Told, place: int, way: str) -> bool:
    """Whether the number behind a way lies on that side of another cited one: "falls to 104/58 on standing"."""
    tokens = told.case.parsed.tokens
    number = next((one.key for one in tokens[place + 1 :] if one.sort is Sort.NUMBER), "")
    said = number.split("/")[0]
    pairs = (digits for one in told.case.entries if one.kind == "Observation" for digits, _ in one.quantities)
    others = [
        float(digits.split("/")[0])
        for digits in pairs
        if ("/" in digits) == ("/" in number) and digits != number
    ]
    if not said.replace(".", "").isdigit() or not others:
        return False
    return any(other > float(said) if way == "down" else other < float(said) for other in others)


def _reads_so(told: Told, place: int, way: str) -> bool:
    """Whether the one result that a way is said of lies on that side of its range ("come down to 118", which is low)."""
    measured = [one for one in told.case.about(place) if one.measured]
    return len(measured) == 1 and {"down": "low", "up": "high"}[way] in measured[0].reads


def _way_of_figures(told: Told) -> str:
    """Which way two results went, of which a sentence has both figures; "" where it hasn't, or they are of one day."""
    said = [figure(token.key) for token in told.case.parsed.tokens if token.sort is Sort.NUMBER]
    measured = [one for one in told.case.entries if one.kind == "Observation" and one.dates]
    held = {
        (min(one.dates), Decimal(number.split("/")[0]))
        for one in measured
        for number, _ in one.quantities
        if number in said and number.replace(".", "").replace("/", "").isdigit()
    }
    days = sorted(held)
    if len(days) < 2 or days[0][0] == days[-1][0] or days[0][1] == days[-1][1]:
        return ""
    return "up" if days[-1][1] > days[0][1] else "down"


def another_code_status(told: Told) -> Iterator[Fault]:
    """A resuscitation status that is contrary to all that is cited of it."""
    case, matters = told.case, load_matters()
    matter = next((one for one in matters.all if one.name == "code_status"), None)
    folded = fold(case.parsed.text)
    if matter is None or not matter.hint.search(folded) or not case.today:
        return
    said = matter.said(folded)
    stated = (
        list(matters.stated(matter, matters.among(case.cited), date.fromisoformat(max(case.today))))
        if said
        else []
    )
    if stated and all(matter.are_contrary(one.value, said) for one in stated):
        text = case.parsed.text
        yield Fault("result", matter.label(said), 0, len(text), True, tuple(one.entry.id for one in stated))


def _better_way(told: Told) -> str:
    """Which way is for the better of the one kind of cited result that no measurement of ours is."""
    said = frozenset().union(*(one.says for one in told.case.entries if one.kind == "Observation"))
    ways = {way for way, words in _FOR_THE_BETTER.items() if words & said}
    return ways.pop() if len(ways) == 1 else ""


def _is_low_gfr(value: Value) -> bool:
    return value.lab is not None and value.lab.concept == "egfr" and value.amount < _LOW_GFR
