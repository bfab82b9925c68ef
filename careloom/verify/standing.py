"""Do status, direction, comparison and person agree? A resolved, refuted or family condition isn't the patient's."""

from decimal import Decimal

from careloom.verify.case import Case, Mention, telling
from careloom.verify.lexicon import LEXICON
from careloom.verify.parse import figure
from careloom.verify.series import is_told_by_figures
from careloom.verify.support import Support
from careloom.verify.tokens import Sort, Token

_PARTICLES = frozenset(
    {"follow", "set", "look", "mak", "make", "sign", "pick", "back", "bring", "com", "speak", "catch"}
)
_READINGS = frozenset(
    {
        "high",
        "low",
        "normal",
        "elevated",
        "raised",
        "reduced",
        "abnormal",
        "unremarkable",
        "normalized",
        "normalised",
        "critical",
    }
)
_OUTSIDE = frozenset({"outside", "outsid", "out"})
_STATUS = frozenset(word for words in LEXICON.status.values() for word in words)


def check_standing(case: Case) -> None:
    """Hold against a statement a status, direction, comparison or person that its sources don't have."""
    denied = case.polarity.denied
    for place, token in enumerate(case.parsed.tokens):
        if denied[place] or place in case.free:
            continue
        if is_direction(case, place):
            _direction(case, place, token)
        elif is_reading(token) and not _is_of_a_name(case, place):
            _reading(case, place, token)
        elif is_status(token) and not is_perfect(case, place) and not _is_of_a_name(case, place):
            _status(case, place, token)
    for place, side, number in case.limits:
        if not case.is_free(place) or not case.is_free(case.parsed.tokens.index(number)):
            _comparison(case, place, side, number)
    for mention in case.mentions:
        if telling(mention, case.parsed):
            _mention(case, mention)


def is_reading(token: Token) -> bool:
    """Whether a token says where in its range a value lies ("high", "low", "normal")."""
    return token.sort is Sort.WORD and token.text.lower() in _READINGS


def is_direction(case: Case, place: int) -> bool:
    """Whether a token says which way something moves."""
    token = case.parsed.tokens[place]
    if token.sort is not Sort.WORD or not _way(token):
        return False
    return not (token.key == "up" and place and case.parsed.tokens[place - 1].key in _PARTICLES)


def is_status(token: Token) -> bool:
    """Whether a token is a status word ("active", "resolved", "completed")."""
    return token.sort is Sort.WORD and token.text.lower() in LEXICON.polar and is_status_word(token.key)


def is_perfect(case: Case, place: int) -> bool:
    """Whether a "had" is that of "has had", which says that something is so since then."""
    found = case.parsed.tokens
    return found[place].key == "had" and place > 0 and found[place - 1].key in ("has", "have")


def is_status_word(key: str) -> bool:
    """Whether a stem is that of a status word."""
    return key in _STATUS


def _way(token: Token) -> str:
    if token.text.lower() not in LEXICON.polar:
        return ""
    return next((way for way, words in LEXICON.direction.items() if token.key in words), "")


def _reading(case: Case, place: int, token: Token) -> None:
    about = case.about(place)
    if (lies := _in_range(case, place)) is not None:
        if not any(support.reads & lies for support in about):
            case.fault("status", place, contradicts=True)
        return
    measured = [support for support in about if support.reads or support.measured]
    said = [support.reads for support in measured] or [support.says for support in (*about, *case.further)]
    said += [support.says for support in case.rule]
    if not any(token.key in words for words in said):
        case.fault("status", place, contradicts=bool(measured))


def of_ranges(case: Case) -> list[int]:
    """The places of each "normal" of a normal range or limit."""
    found = case.parsed.tokens
    return [
        place
        for place in range(len(found) - 1)
        if found[place].key == "normal" and found[place + 1].key in ("rang", "range", "limit")
    ]


def is_side(case: Case, place: int) -> bool:
    """Whether a token says above, below or outside."""
    found = case.parsed.tokens
    return place >= 0 and (
        found[place].key in _OUTSIDE or any(found[place].key in way for way in LEXICON.compare.values())
    )


def _in_range(case: Case, place: int) -> frozenset[str] | None:
    """What a value is that lies below, above or within "the normal range"; None where no such range is spoken of."""
    if place not in of_ranges(case):
        return None
    found = case.parsed.tokens
    before = {token.key for token in found[max(place - 3, 0) : place]}
    side = next((way for way, words in LEXICON.compare.items() if before & words), "")
    if before & _OUTSIDE:
        return frozenset({"high", "low"})
    return frozenset({{"above": "high", "below": "low"}.get(side, "normal")})


def _is_of_a_name(case: Case, place: int) -> bool:
    """Whether a status word is part of what a cited thing is called ("recurrent rectal polyp")."""
    mention = next((one for one in case.mentions if one.first <= place <= one.last), None)
    return mention is not None and mention.last > mention.first


def _direction(case: Case, place: int, token: Token) -> None:
    about = case.about(place)
    trends = [
        support
        for support in case.further
        if support.moves and any(support.rests_on & one.rests_on for one in about)
    ]
    way = _way(token)
    if any(_goes(support, way, case) for support in trends):
        return
    others = (support for support in case.everything if not support.moves)
    if any(token.key in support.says for support in others) and not trends:
        return
    case.fault("status", place, contradicts=bool(trends))


def _goes(support: Support, way: str, case: Case) -> bool:
    """Whether a trend goes that way; a small change does where its figures are told."""
    if support.moves is None:
        return False
    if way in ("better", "worse"):
        if not support.better or support.moves[0] == "flat":
            return False
        return (support.moves[0] == support.better) == (way == "better")
    if support.moves[0] == way:
        return True
    goes_so = support.steps and support.moves[1] != support.moves[2] and support.rose == (way == "up")
    return bool(goes_so) and way in ("up", "down") and is_told_by_figures(support, case.parsed)


def _status(case: Case, place: int, token: Token) -> None:
    about = case.about(place)
    linked = [support for support in case.further if any(support.rests_on & one.rests_on for one in about)]
    ruled_out = any(token.key in support.rules_out for support in linked) and not case.tells_of_source(place)
    if ruled_out or not any(token.key in support.says for support in (*about, *linked, *case.rule)):
        case.fault("status", place, contradicts=bool(about))


def _comparison(case: Case, place: int, side: str, number: Token) -> None:
    number = _end_of_range(case, side, number)
    wanted = (side, figure(number.key), number.unit)
    opposite = ("below" if side == "above" else "above", *wanted[1:])
    if any(wanted in support.compared for support in case.everything):
        return
    if any(case.parsed.tokens[place].key in support.signs for support in case.entries):
        return
    before = [
        token
        for token in case.parsed.tokens[:place]
        if token.sort is Sort.NUMBER and token.unit == number.unit and "/" not in token.key
    ]
    limits_of_rule = case.guidance.support.compared if case.guidance else frozenset()
    known = {(limit[0], limit[2]) for limit in limits_of_rule}
    if any(opposite in support.compared for support in case.everything) or (side, number.unit) in known:
        case.fault("status", place, contradicts=True)
    elif (lies := _measured_lies(case, place, side, number)) is not None:
        if not lies:
            case.fault("status", place, contradicts=True)
    elif not before or "/" in number.key:
        case.fault("status", place)
    elif not _lies(Decimal(before[-1].key), side, Decimal(number.key)):
        case.fault("status", place, contradicts=True)


def _measured_lies(case: Case, place: int, side: str, number: Token) -> bool | None:
    """Whether the newest value that a comparison is about lies on that side; None where nothing measured is cited."""
    about = [support for support in case.about(place) if support.values and support.dates]
    newest = max((max(support.dates) for support in about), default="")
    said = [
        lies
        for support in about
        if newest in support.dates
        for value in support.values
        if (lies := value.lies(side, number.key, number.unit)) is not None
    ]
    return all(said) if said else None


def _lies(value: Decimal, side: str, limit: Decimal) -> bool:
    return value > limit if side == "above" else value < limit


def _end_of_range(case: Case, side: str, number: Token) -> Token:
    """Of "above 4.0 to 5.6" the upper end, of "below" the lower."""
    at = case.parsed.tokens.index(number)
    following = case.parsed.tokens[at + 1 : at + 3]
    if (
        side == "above"
        and len(following) == 2
        and following[0].key == "to"
        and following[1].sort is Sort.NUMBER
    ):
        return following[1]
    return number if number.unit or len(following) < 2 else number._replace(unit=following[1].unit)


def _mention(case: Case, mention: Mention) -> None:
    """What a name stands for must still be so, or the sentence must say that it no longer is."""
    fitting = [support for support in mention.supports if _is_named(support, mention)]
    standings = {support.standing for support in fitting}
    if not fitting or "" in standings:
        return
    holds = [support for support in case.further if any(support.rests_on & one.rests_on for one in fitting)]
    keys = {token.key for token in case.parsed.tokens}
    denied = any(case.polarity.denied[mention.first : mention.last + 1])
    if standings == {"family"}:
        if not keys & LEXICON.kin:
            case.fault("family", mention.first, contradicts=True)
    elif standings == {"guess"}:
        if not denied and not keys & LEXICON.guess_words:
            case.fault("status", mention.first, contradicts=True)
    elif "past" in standings and any("activ" in support.says and support.rules_out for support in holds):
        return
    elif standings == {"past"} and "diagnos" in keys and "was" in keys:
        return  # It was, whatever became of it.
    elif not denied and not keys & (
        LEXICON.void_words if standings == {"void"} else LEXICON.past_words | LEXICON.void_words
    ):
        case.fault("status", mention.first, contradicts=True)


def _is_named(support: Support, mention: Mention) -> bool:
    """Whether the words are enough of its name to speak of it."""
    if mention.words & support.drugs or len(mention.words & support.names) > 2:
        return True
    return any(title and title - LEXICON.guess_words <= mention.words for title in support.titles)
