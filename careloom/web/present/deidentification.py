"""De-identification in the reader's language: the classes of people, the expert's statement, samples and what was found in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from careloom.errors import InputError
from careloom.pipeline.deidentifying import Residual
from careloom.pipeline.residue import KINDS as ALL
from careloom.pipeline.residue import Counted, Drawn, InHand
from careloom.privacy.modes import OVER, Mode, Statement
from careloom.privacy.risk import Described, Risk
from careloom.study.drawing import as_svg, over
from careloom.web.present.words import moment, sex
from careloom.web.saying import later

KINDS: Mapping[str, str] = {
    "name": later("a name"),
    "date": later("a day, or an age over 89"),
    "geography": later("a place or address"),
    "phone": later("a phone or fax number"),
    "email": later("an e-mail address"),
    "ssn": later("a social security number"),
    "mrn": later("a record number"),
    "health_plan": later("a plan number"),
    "account": later("an account number"),
    "licence": later("a licence number"),
    "vehicle": later("a vehicle"),
    "device": later("a device"),
    "url": later("a web address"),
    "ip": later("an IP address"),
    "other": later("something else that tells who it is"),
}
MODES: Mapping[Mode, str] = {
    Mode.SAFE_HARBOR: later("Safe Harbor"),
    Mode.EXPERT: later("Expert Determination"),
}
PARTS: Mapping[str, str] = {
    "expert": later("who determined it"),
    "qualification": later("by what knowledge"),
    "covers": later("what data it covers"),
    "methods": later("by which methods"),
    "result": later("with which result"),
}
UNDER, ENOUGH = "#8a5a00", "#0b6b6b"
BARS = ("1", "2", "3-4", "5-10", "11-19", "20-49", "50+")
FROM = (1, 2, 3, 5, 11, 20, 50)


@dataclass(frozen=True, slots=True)
class Shown:
    """A count in words."""

    at: str
    who: str
    risk: Risk
    share: str
    highest: str
    average: str
    small: tuple[tuple[str, str, str, int], ...]
    sizes: tuple[tuple[int, int, int], ...]
    alt: str


def counted(one: Counted, people: Mapping[str, str], now: datetime) -> Shown:
    """A count in words."""
    risk = one.risk
    return Shown(
        at=moment(one.at, now),
        who=people.get(one.who, one.who),
        risk=risk,
        share=_percent(risk.share_under),
        highest=_percent(risk.highest),
        average=_percent(risk.average),
        small=tuple((*_described(each), number) for each, number in one.small),
        sizes=tuple((size, number, size * number) for size, number in risk.sizes.items()),
        alt=gettext(
            "People by the size of their class: {under} of {people} stand in classes under {k}."
        ).format(under=risk.under, people=risk.people, k=risk.k),
    )


def _described(one: Described) -> tuple[str, str, str]:
    unknown = gettext("not known")
    return (
        sex(one.sex) if one.sex else unknown,
        gettext("90 or over") if one.born == OVER else one.born or unknown,
        one.zip3 or unknown,
    )


@dataclass(frozen=True, slots=True)
class Stated:
    """The newest statement: its parts, and whether it holds today."""

    said: Statement | None
    holds: bool
    ended: bool
    days: int


def statement(said: Statement | None, today: date) -> Stated:
    """The newest statement, as it stands today."""
    if said is None:
        return Stated(None, holds=False, ended=False, days=0)
    return Stated(said, said.on <= today <= said.until, today > said.until, (said.until - today).days)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sample that waits: its pieces with what somebody has said of each ("" for nothing yet)."""

    id: str
    mode: str
    third: bool
    at: str
    pieces: tuple[tuple[int, str, str], ...]


def drawn(one: Drawn, typed: Mapping[int, str], now: datetime) -> Waiting:
    """A sample with what was ticked before it was refused."""
    pieces = tuple((each.number, each.text, typed.get(each.number, "")) for each in one.pieces)
    return Waiting(one.id, str(MODES[one.mode]), one.third, moment(one.at, now), pieces)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a sample."""

    at: str
    who: str
    mode: str
    number: int
    found: int
    rate: str
    interval: str
    bound: str
    kinds: str


def found(one: Residual, people: Mapping[str, str], now: datetime) -> Found:
    """What was found in a sample, with its exact interval."""
    kinds = [f"{KINDS[kind]} ({number})" for kind, number in sorted(one.kinds.items()) if kind in KINDS]
    return Found(
        at=moment(one.at, now),
        who=people.get(one.who, one.who),
        mode=str(MODES[Mode(one.mode)]) if one.mode else "",
        number=one.number,
        found=one.found,
        rate=_percent(one.found / one.number),
        interval=gettext("{low} to {high}").format(low=_percent(one.low), high=_percent(one.high)),
        bound=_percent(one.bound),
        kinds=", ".join(kinds),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What a worker has in hand, in words: a sign, its colour, what it is, and what to do."""

    mark: str
    sign: str
    said: str
    advice: str


WAITS = timedelta(minutes=10)
# By what was asked for: while it waits, while a worker does it, when it was given up.
STATES: Mapping[tuple[str, str], str] = {
    ("counting", "waiting"): later("A count waits for a worker since {at}."),
    ("counting", "running"): later("A worker counts since {at}."),
    ("counting", "dead"): later(
        "The count asked for last was given up at {at} after {tries} tries ({error})."
    ),
    ("drawing", "waiting"): later("A sample waits to be drawn by a worker since {at}."),
    ("drawing", "running"): later("A worker draws a sample since {at}."),
    ("drawing", "dead"): later(
        "The sample asked for last was given up at {at} after {tries} tries ({error})."
    ),
}
WHY: Mapping[str, str] = {
    "InputError": later("There are no notes to draw from yet: have sources connected first."),
    "Refused": later("Expert Determination needs an expert's statement in force: record one, or draw in Safe Harbor."),
    "ConfigError": later("A file of the site can't be read or written: tell whoever runs it; `careloom doctor` names the file."),
}  # fmt: skip

OTHERWISE = later("Ask again; if it fails again, whoever runs the site finds it with `careloom dead`.")


def asked(one: InHand, now: datetime) -> Asked:
    """What a worker has in hand, and what to do where it doesn't come to an end."""
    said = str(STATES[one.what, one.state]).format(at=moment(one.at, now), tries=one.tries, error=one.error)
    if one.state == "dead":
        return Asked("act", "■", said, str(WHY.get(one.error, OTHERWISE)))
    if one.tries:
        failed = gettext("It failed {tries} times ({error}) and is tried again by itself.")
        return Asked("look", "▲", said, failed.format(tries=one.tries, error=one.error))
    if one.state == "waiting" and now - one.at > WAITS:
        idle = gettext("No worker has taken it: whoever runs the site starts one with `careloom worker`.")
        return Asked("look", "▲", said, idle)
    return Asked("plain", "…", said, gettext("Load this page again in a while."))


def unstated(error: InputError) -> str:
    """Why a statement wasn't recorded."""
    if error.where == "until":
        return gettext("The statement ends before it begins.")
    return gettext("The statement lacks {part}.").format(part=PARTS.get(error.where or "", ""))


def unjudged(error: InputError) -> str:
    """Why what was ticked wasn't taken."""
    if error.where and error.where.isdecimal():
        return gettext("Piece {number}: tick that nothing is left, or what is left and its kind.").format(
            number=error.where
        )
    return gettext("Another sample was drawn meanwhile, or this one was looked through already.")


def picture(risk: Risk) -> str:
    """How many people stand in classes of which size, those under k in another colour and marked by a word."""
    import altair as alt

    held: dict[tuple[int, bool], int] = {}
    for size, number in risk.sizes.items():
        place = max(at for at, least in enumerate(FROM) if size >= least)
        held[place, size < risk.k] = held.get((place, size < risk.k), 0) + size * number
    under, enough = gettext("under {k}").format(k=risk.k), gettext("{k} or more").format(k=risk.k)
    rows: list[dict[str, Any]] = [
        {"size": BARS[place], "people": people, "word": under if small else enough}
        for (place, small), people in sorted(held.items())
    ]
    x = alt.X("size:N", sort=list(BARS), title=gettext("People in the class"), axis=alt.Axis(labelAngle=0))
    y = alt.Y("people:Q", title=gettext("People"), axis=alt.Axis(format="d", tickMinStep=1))
    colour = alt.Color("word:N", title=None, scale=alt.Scale(domain=[under, enough], range=[UNDER, ENOUGH]))
    return as_svg(
        over(rows).mark_bar(size=28).encode(x=x, y=y, color=colour).properties(width=360, height=160)
    )


def _percent(share: float) -> str:
    return f"{share:.1%}" if share >= 0.0995 or not share else f"{share:.2%}"


assert set(KINDS) == set(ALL)
