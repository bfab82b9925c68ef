"""Called: what was ticked and typed on the telephone, as the fields of a visit note.

Takes    a call, the day and time at which it began, and what it ends with
Gives    the fields of the kind, each line with nothing in it but what was ticked or typed and the name of what it is about
Never    says anything of what was not asked
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Literal

from careloom.care.call import NEEDS, TAKING, TEACH, WHY_NOT, Again, Call, Drug

# By the field of the note that doesn't fit, the part of the screen where it is mended.
PARTS: Mapping[str, str] = {
    "whom": "whom",
    "medicines": "drugs",
    "needs": "needs",
    "taught": "taught",
    "reported": "reported",
    "observed": "observed",
    "measured": "measured",
    "agreed": "steps",
    "question": "question",
    "minutes": "minutes",
    "attested": "minutes",
}
ATTESTED = "I_spent_these_minutes_on_this_contact"
_LETTERS = ("situation", "background", "assessment", "request")
Unreached = Literal["nobody_reached", "message_left", "wrong_number"]


def fields(call: Call, began: datetime) -> dict[str, str]:
    """The note's fields of a call that reached somebody."""
    given = {
        **_contact(call, began),
        "reached": "reached",
        "whom": call.of("whom"),
        "reported": _lines(_reported(call)),
        "medicines": _lines(filter(None, (taken(call, one) for one in call.sheet.drugs))),
        "observed": call.of("observed"),
        "measured": call.of("measured"),
        "needs": _lines(_needs(call)),
        "taught": _lines(_taught(call)),
        "agreed": _lines("; ".join(map(_plain, one)) for one in call.steps),
    }
    if call.of("asks"):
        given["question"] = _lines(f"{name.capitalize()}: {_one_line(call.of(name))}" for name in _LETTERS)
    if minutes := _one_line(call.of("minutes")) if call.of("attested") else "":
        given |= {"minutes": minutes, "attested": ATTESTED}
    return {name: text for name, text in given.items() if text}


def unreached(call: Call, began: datetime, how: Unreached, again: Again | None) -> dict[str, str]:
    """The note's fields of a call that reached nobody: no word of it but how it came, and the next try."""
    agreed = f"Call again; {again.owner}; {again.due.isoformat()}" if again else ""
    return {**_contact(call, began), "reached": how, **({"agreed": agreed} if agreed else {})}


def tasks(call: Call) -> int:
    """How many of the steps that were typed are whole, each with whose it is and a day, and so become tasks."""
    return sum(bool(what and owner and _is_a_day(due)) for what, owner, due in call.steps)


def wrong(call: Call) -> Iterator[tuple[str, str]]:
    """What is missing in what was ticked, by the part of the screen."""
    if not call.of("whom"):
        yield "whom", "Say with whom you spoke."
    for drug in call.sheet.drugs:
        state = call.of(f"drug:{drug.key}")
        if state == "differently" and not _how(call, drug):
            yield "drugs", f"{drug.name}: say how it is taken: how much, how often, or in words."
        if (
            state == "not_taking"
            and call.of(f"why:{drug.key}") == "other"
            and not call.of(f"words:{drug.key}")
        ):
            yield "drugs", f"{drug.name}: you chose another reason; say it in words."
    if tasks(call) < len(call.steps):
        yield "steps", "Each step has somebody whose it is and a day."
    if call.of("asks"):
        if not call.of("to"):
            yield "question", "Say whom you ask."
        if not all(_one_line(call.of(name)) for name in _LETTERS):
            yield "question", "Situation, background, assessment and request each take a line."
    if call.of("attested") and not call.of("minutes"):
        yield "minutes", "Say how many minutes you attest."


def _contact(call: Call, began: datetime) -> dict[str, str]:
    way = call.of("way") or "phone"
    return {"day": began.date().isoformat(), "start": f"{began:%H:%M}", "way": way}


def _reported(call: Call) -> Iterator[str]:
    for ask in call.sheet.asks:
        for line in _each(call.of(f"ask:{ask.key}")):
            yield f"About {ask.topic}: {line}"
    for line in _each(call.of("others")):
        yield f"Other medicines: {line}"
    for line in _each(call.of("reaction")):
        yield f"Reports a reaction: {line}"
    yield from _each(call.of("reported"))


def taken(call: Call, drug: Drug) -> str:
    """ "lisinopril: differently, 10 mg, once a day"; "" for one that was not asked about."""
    state = call.of(f"drug:{drug.key}")
    if not state:
        return ""
    why = call.of(f"why:{drug.key}")
    words = {
        "differently": _how(call, drug),
        "not_taking": ", ".join(
            filter(None, (WHY_NOT[why] if why and why != "other" else "", _words(call, drug)))
        ),
    }.get(state, _words(call, drug))
    return f"{drug.name}: {TAKING[state]}{f', {words}' if words else ''}"


def _how(call: Call, drug: Drug) -> str:
    parts = (call.of(f"{part}:{drug.key}") for part in ("dose", "often", "words"))
    return ", ".join(filter(None, map(_one_line, parts)))


def _words(call: Call, drug: Drug) -> str:
    return _one_line(call.of(f"words:{drug.key}"))


def _needs(call: Call) -> Iterator[str]:
    for need in call.sheet.needs:
        state, words = call.of(f"need:{need.domain}"), _one_line(call.of(f"about:{need.domain}"))
        if state:
            yield f"{need.name}: {NEEDS[state][0]}{f', {words}' if words else ''}"


def _taught(call: Call) -> Iterator[str]:
    for topic in call.sheet.topics:
        if state := call.of(f"teach:{topic.key}"):
            yield f"{topic.text.rstrip('.')}: {TEACH[state][1]}"


def _each(text: str) -> Iterator[str]:
    return (line for line in (" ".join(one.split()) for one in text.splitlines()) if line)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    """A part of a step: the mark that parts them can't stand in it."""
    return _one_line(text).replace(";", ",")


def _lines(found: Iterable[str]) -> str:
    return "\n".join(found)


def _is_a_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
