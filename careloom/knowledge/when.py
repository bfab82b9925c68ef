"""The lines that rules are written in ("lab: egfr < 45 mL/min/{1.73_m2} within 12 months"), read into terms.

A line is `kind: words`. Before it may stand `no` (it must not hold) or `each` (one sentence for each match).

    problem: heart_failure | hfref          an active problem is one of these, or a kind of it; or the newest score
                                            of a scale shows it (labs.toml, `shows`)
    lab: hba1c >= 7 % within 12 months      the newest usable value; without a comparison: there is one
    lab: egfr < 60 … twice 90 days apart    two values, the newest among them, so far apart, and none against it
    drug: metformin | sglt2 inhibitor       a current drug has this ingredient or class
    drug: metoprolol of unknown salt        it comes in several (variants.toml), and no source says in which
    medication: prescribed_no_fill_seen     a drug in this state
    allergy: penicillins                    an active allergy to this substance or class; `*` for any
    age: >= 65  /  age: 40 to 75            whole years; never true where the birth date is unknown
    need: transport | food                  an open social need; `*` for any
    gap: hba1c                              the record lacks it
    trend: egfr falling strong              the record's trend
    conflict: dose                          sources disagree
    seen: retinal_exam within 12 months     an entry that seen.toml describes, of the past
    booked: nephrology                      an appointment of that kind that lies ahead
    result: critical | implausible          a newest result beyond the critical or the plausible limits
    person: deceased | interpreter | other_language | female | male | anybody
    person: listed_problems                 the record has an active problem
    history: tia | prior_stroke             a problem of the present or the past (a problem list's "history of" too)
    matter: code_status=dnr                 the newest statement of a matter of matters.toml has this value
    lapsed: p2y12 inhibitor within 12 months   a drug of these that is stopped, or of which no fill is seen
    onset: myocardial_infarction within 12 months   a problem, over or not, that began in that time
    noted: head_injury                      a fresh note tells of it as there now (noted.py)
    score: stroke_risk >= 2                 what the record holds of a score of scores.toml comes to this
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

KINDS = (
    "problem", "lab", "drug", "medication", "allergy", "age", "need", "gap", "trend", "conflict", "seen",
    "booked", "result", "person", "history", "matter", "score", "lapsed", "onset", "noted",
)  # fmt: skip
_LINE = re.compile(r"^(?:(no|each) )?([a-z]+): *(.+)$")
_LAB = re.compile(
    r"^(?P<name>\w+)(?: (?P<comparator><=|>=|<|>|=) (?P<value>[\d.]+)(?: (?P<unit>(?!within\b|twice\b)\S+))?)?"
    r"(?: within (?P<count>\d+) (?P<span>days?|months?))?(?: twice (?P<apart>\d+) days apart)?$"
)
_SPAN = re.compile(r"^(?P<names>.+?)(?: within (?P<count>\d+) (?P<span>days?|months?))?$")
_AGE = re.compile(r"^(?:(?P<comparator><=|>=|<|>|=) (?P<value>\d+)|(?P<low>\d+) to (?P<high>\d+))$")
_SCORE = re.compile(r"^(?P<name>\w+) (?P<comparator><=|>=|<|>|=) (?P<value>\d+)$")
_TREND = re.compile(r"^(?P<name>\w+)(?: (?P<direction>rising|falling|steady))?(?P<strong> strong)?$")


@dataclass(frozen=True, slots=True)
class Limit:
    """A comparison: comparator, value and unit as the line wrote them."""

    comparator: str
    value: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One line. `names` are its alternatives; `months` or `days` the age that a match may have."""

    line: str
    kind: str
    names: tuple[str, ...] = ()
    no: bool = False
    each: bool = False
    limit: Limit | None = None
    months: int | None = None
    days: int | None = None
    apart: int | None = None
    low: int | None = None
    high: int | None = None
    direction: str = ""
    strong: bool = False

    def __hash__(self) -> int:
        # Terms are looked up all the time, and few differ in anything but their line.
        return hash(self.line)


# Many rules have the same line; they share what was read of it.
@cache
def read(line: str) -> Term:
    """The term of a line. Raises ValueError saying what is wrong with it."""
    found = _LINE.match(line.strip())
    if not found:
        raise ValueError(f"{line!r} is not of the form 'kind: words'")
    before, kind, rest = found.groups()
    if kind not in KINDS:
        raise ValueError(f"{line!r}: there is no kind {kind!r} (known: {', '.join(KINDS)})")
    parts = {"lab": _lab, "age": _age, "trend": _trend, "score": _score}.get(kind, _named)(rest.strip(), line)
    return Term(line=line, kind=kind, no=before == "no", each=before == "each", **parts)  # type: ignore[arg-type]


def _named(rest: str, line: str) -> dict[str, object]:
    found = _SPAN.match(rest)
    if not found:
        raise ValueError(f"{line!r} names nothing")
    names = tuple(name.strip() for name in found["names"].split("|"))
    if not all(names):
        raise ValueError(f"{line!r} has an empty alternative")
    return {"names": names, **_span(found)}


def _span(found: re.Match[str]) -> dict[str, object]:
    if not found["count"]:
        return {}
    return {"months" if found["span"].startswith("month") else "days": int(found["count"])}


def _lab(rest: str, line: str) -> dict[str, object]:
    found = _LAB.match(rest)
    if not found:
        raise ValueError(f"{line!r}: write 'lab: name', then maybe '< 45 unit', 'within 12 months'")
    limit = None
    if found["comparator"]:
        limit = Limit(found["comparator"], Decimal(found["value"]), found["unit"] or "")
    apart = int(found["apart"]) if found["apart"] else None
    return {"names": (found["name"],), "limit": limit, "apart": apart, **_span(found)}


def _age(rest: str, line: str) -> dict[str, object]:
    found = _AGE.match(rest)
    if not found:
        raise ValueError(f"{line!r}: write 'age: >= 65' or 'age: 40 to 75'")
    if found["low"]:
        return {"low": int(found["low"]), "high": int(found["high"])}
    return {"limit": Limit(found["comparator"], Decimal(found["value"]))}


def _score(rest: str, line: str) -> dict[str, object]:
    found = _SCORE.match(rest)
    if not found:
        raise ValueError(f"{line!r}: write 'score: name >= 2'")
    return {"names": (found["name"],), "limit": Limit(found["comparator"], Decimal(found["value"]))}


def _trend(rest: str, line: str) -> dict[str, object]:
    found = _TREND.match(rest)
    if not found:
        raise ValueError(f"{line!r}: write 'trend: name', then maybe 'falling', 'strong'")
    return {"names": (found["name"],), "direction": found["direction"] or "", "strong": bool(found["strong"])}
