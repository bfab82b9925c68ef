"""Is what a sentence counts as many as it says: "two admissions this year", "three of her drugs", "seen in the ED twice"?"""

from collections.abc import Callable, Iterable, Iterator

from careloom.care.entry import Entry
from careloom.verify.case import Case
from careloom.verify.parse import frequencies
from careloom.verify.spans import covers
from careloom.verify.tokens import Sort, Token

_TIMES = frozenset({"tim", "time", "occasion"})
_WORDS_OF_COUNT = frozenset({"once", "twice", "thrice"})
_REACH = 4
# What narrows a count to a reason ("two admissions for pneumonia"), so that the record may have more.
_FOR = frozenset({"for", "with", "becaus", "because", "du", "due", "after"})
_EVERY = frozenset({"every", "each", "per", "a"})


def _is_stay(entry: Entry) -> bool:
    return entry.kind == "Encounter" and "inpatient" in entry.detail.get("class", "")


def _is_emergency(entry: Entry) -> bool:
    return entry.kind == "Encounter" and "emergency" in entry.detail.get("class", "")


def _of(*kinds: str) -> Callable[[Entry], bool]:
    return lambda entry: entry.kind in kinds and entry.subject == "patient" and not entry.negated


# What a word counts, by its stem; the first word of a sentence's part that stands here decides.
_COUNTED: dict[str, Callable[[Entry], bool]] = {
    **dict.fromkeys(
        (
            "admission",
            "admit",
            "hospitalization",
            "hospitaliz",
            "hospitalisation",
            "hospitalis",
            "inpatient",
            "stay",
        ),
        _is_stay,
    ),
    "emergency": _is_emergency,
    **dict.fromkeys(("visit", "encounter", "appointment", "saw", "seen"), _of("Encounter", "Appointment")),
    **dict.fromkeys(
        ("result", "measurement", "test", "valu", "value", "reading", "pressur", "pressure"),
        _of("Observation"),
    ),
    **dict.fromkeys(
        ("medication", "medicine", "medicin", "drug", "prescription"),
        _of("MedicationRequest", "MedicationStatement"),
    ),
    **dict.fromkeys(("fill", "refill"), _of("MedicationDispense")),
    **dict.fromkeys(("allergy",), _of("AllergyIntolerance")),
    **dict.fromkeys(("condition", "problem", "diagnosis", "diagnos"), _of("Condition")),
    **dict.fromkeys(("procedur", "procedure", "surgery", "operation"), _of("Procedure")),
    **dict.fromkeys(("vaccin", "vaccine", "vaccination", "immunization", "shot"), _of("Immunization")),
}
# What happens on a day, and is counted over the whole record where a sentence says in which time.
_HAPPENS = (_is_stay, _is_emergency)


def count_is_right(case: Case, place: int, token: Token) -> bool | None:
    """Whether a bare number is that of the cited things which the words beside it count; None where it counts none of them."""
    if token.sort is Sort.WORD and (place or token.key != "one"):
        return None
    if (
        token.unit
        or "." in token.key
        or "/" in token.key
        or any(one is token for one, _ in frequencies(case.parsed.tokens))
    ):
        return None
    counts = _counted(case, place, token)
    cited = [entry for entry in case.cited if counts and counts(entry)]
    number = 1 if token.key == "one" else int(token.key) if token.key.isdigit() else None
    if counts is None or not cited or number is None:
        return None
    windows = list(_windows(case))
    windows += [f"{one.key}-01-01..{one.key}-12-31" for one in case.parsed.tokens if _is_year(one)]
    if len({entry.id for entry in cited}) != number or not all(_in_all(entry, windows) for entry in cited):
        return False
    narrowed = any(one.key in _FOR for one in case.parsed.tokens) or _before(case, place) == "last"
    if counts not in _HAPPENS or not windows or narrowed:
        return True
    return len({_day(entry) for entry in case.record if counts(entry) and _in_all(entry, windows)}) <= number


def _counted(case: Case, place: int, token: Token) -> Callable[[Entry], bool] | None:
    found = case.parsed.tokens
    after = found[place + 1 : place + 1 + _REACH]
    if token.text.lower() in _WORDS_OF_COUNT or (after and after[0].key in _TIMES):
        here: Iterable[Token] = (*reversed(found[:place]), *after)
        if any(one.key in _EVERY for one in after[:2]):
            return None
    else:
        here = after
    for one in here:
        if one.sort in (Sort.NUMBER, Sort.STOP) or (one.sort is Sort.DATE and here is after):
            return None
        if one.sort is Sort.WORD and one.key in _COUNTED:
            return _COUNTED[one.key]
        if one.sort is Sort.WORD and (kinds := case.class_at(found.index(one))):
            ids = {entry for support in case.entries if kinds & support.kinds for entry in support.rests_on}
            return lambda entry: entry.id in ids and entry.kind.startswith("Medication")
    return None


def _before(case: Case, place: int) -> str:
    return case.parsed.tokens[place - 1].key if place else ""


def _windows(case: Case) -> Iterator[str]:
    """The times that a sentence gives, "since" a time up to today."""
    for place, token in enumerate(case.parsed.tokens):
        if token.sort is Sort.DATE and not token.unit and not token.key.startswith("--"):
            if (joint := _until(case, place)) is not None:
                yield joint
                return
            whole = token.key if ".." in token.key else f"{token.key}..{token.key}"
            since = _before(case, place) in ("since", "sinc")
            yield f"{whole.partition('|')[0].partition('..')[0]}..{max(case.today)}" if since else whole


def _until(case: Case, place: int) -> str | None:
    """The whole time of "between February and April", from the first of its two dates on."""
    found = case.parsed.tokens
    last = found[place + 2] if place + 2 < len(found) else None
    if _before(case, place) not in ("between", "from") or last is None or last.sort is not Sort.DATE:
        return None
    first = found[place].key.partition("|")[0].partition("..")[0]
    whole = last.key.partition("|")[0]
    return f"{first}..{whole.partition('..')[2] or whole}"


def _is_year(token: Token) -> bool:
    return (
        token.sort is Sort.NUMBER and not token.unit and len(token.key) == 4 and token.key[:2] in ("19", "20")
    )


def _day(entry: Entry) -> str:
    return entry.happened.day.isoformat() if entry.happened else entry.id


def _in_all(entry: Entry, windows: list[str]) -> bool:
    return entry.happened is not None and all(covers(window, _day(entry)) for window in windows)
