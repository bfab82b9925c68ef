"""The two ways in which a text or a record loses what identifies: Safe Harbor, and Expert Determination.

Safe Harbor   45 CFR 164.514(b)(2): its 18 identifiers go; of days the year stays, of ages over 89 "90 or over", of ZIP codes three digits where over 20,000 people live
Expert        45 CFR 164.514(b)(1): the same identifiers go, and each patient's days move by one number of days, so that intervals stay; an expert has said that the risk
              is very small. Without that statement (`Statement`) the mode is refused
Never         gives a day, an age over 89 or a whole ZIP code in Safe Harbor; says of a text that it identifies nobody
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from careloom.errors import Refused
from careloom.privacy.dated import OLDEST, read_day
from careloom.privacy.kinds import Span
from careloom.privacy.known import Known
from careloom.privacy.scrub import WORDS, Scrubbed, Spot, spans_of, written
from careloom.privacy.surrogates import Surrogates
from careloom.privacy.zips import zip3

OVER = "90 or over"
ZIP = re.compile(r"\d{5}(?:-?\d{4})?")
YEAR_BEHIND = re.compile(r"[\s,./'’-]{0,3}(?:de\s+|del\s+|of\s+)?((?:19|20)\d\d|\d\d)(?!\d)", re.IGNORECASE)
AGE = re.compile(
    r"(?:9\d|1[0-2]\d)|[^\W\d_].*(?:ninet|hundred|novent|cien|nonagen|centen|90).*|(?:ninet|hundred|novent|cien|nonagen|centen|90).*",
    re.IGNORECASE,
)


class Mode(StrEnum):
    """How identifiers are taken out."""

    SAFE_HARBOR = "safe-harbor"
    EXPERT = "expert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What an expert determined (45 CFR 164.514(b)(1)): who, with what knowledge, when, until when it holds, what of, by which methods, with which result; where the paper lies."""

    expert: str
    qualification: str
    on: date
    until: date
    covers: str
    methods: str
    result: str
    document: str = ""

    def missing(self) -> tuple[str, ...]:
        """The parts that nobody filled."""
        parts = ("expert", "qualification", "covers", "methods", "result")
        return tuple(one for one in parts if not getattr(self, one).strip())


def must_hold(statement: Statement | None, as_of: date) -> Statement:
    """The statement, where it holds on that day. Raises Refused: without an expert's statement there is no Expert Determination."""
    if statement is None:
        raise Refused(
            "no expert's statement is recorded: `careloom deidentify statement` records one; --mode safe-harbor needs none"
        )
    if not statement.on <= as_of <= statement.until:
        raise Refused(
            f"the expert's statement holds from {statement.on} until {statement.until}: record a newer one, or use --mode safe-harbor"
        )
    return statement


def deidentified(
    text: str,
    known: Iterable[Known] = (),
    *,
    mode: Mode,
    as_of: date,
    surrogates: Surrogates | None = None,
    spot: Spot | None = None,
) -> Scrubbed:
    """The text without identifiers, in one of the modes. With `surrogates` the same thing has the same mark; Expert Determination needs them.

    Raises Refused where that mode has none. That an expert's statement holds its caller has asked (`must_hold`).
    """
    if mode is Mode.EXPERT and surrogates is None:
        raise Refused("days can't be moved without a key and a patient: name the patient")
    spans = spans_of(text, known, as_of=as_of, spot=spot)
    if surrogates is not None:
        spans = _whole_names(text, spans)
    if mode is Mode.EXPERT and surrogates is not None:
        spans = _with_years(text, spans)
        return written(text, spans, _expert(surrogates, as_of))
    return written(text, spans, _harbor(surrogates))


def year_or_over(age: int | None) -> str:
    """An age in years as Safe Harbor has it."""
    return "" if age is None else OVER if age > OLDEST else str(age)


def _harbor(surrogates: Surrogates | None) -> Callable[[Span, str], str]:
    def put(span: Span, said: str) -> str:
        if span.kind == "date" and AGE.fullmatch(said.strip()):
            return f"[{OVER}]"
        if span.kind == "geography" and ZIP.fullmatch(said):
            return f"[ZIP {zip3(said)}]"
        if surrogates is not None and span.kind != "date":
            return f"[{surrogates.mark(span.kind, said)}]"
        return f"[{WORDS.get(span.kind, span.kind)}]"

    return put


def _expert(surrogates: Surrogates, as_of: date) -> Callable[[Span, str], str]:
    harbor = _harbor(surrogates)

    def put(span: Span, said: str) -> str:
        if span.kind == "date" and not AGE.fullmatch(said.strip()):
            day, precision = read_day(said, as_of)
            if day is None or as_of.year - day.year > OLDEST:
                return "[date]"
            moved = day + timedelta(days=surrogates.shift)
            # A month or a day without a year keeps what it had.
            return {
                "day": moved.isoformat(),
                "month": moved.isoformat()[:7],
                "year": moved.isoformat()[:4],
            }.get(precision, moved.strftime("%m-%d"))
        return harbor(span, said)

    return put


def _whole_names(text: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Parts of one name that stand side by side are one, so that they have one mark."""
    found: list[Span] = []
    for span in spans:
        last = found[-1] if found else None
        if last and last.kind == span.kind == "name" and not text[last.end : span.start].strip(" ,.-'’\t"):
            found[-1] = Span(last.start, span.end, "name")
        else:
            found.append(span)
    return tuple(found)


def _with_years(text: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Days with the year that stands behind or before them, which a shift needs."""
    found: list[Span] = []
    for place, span in enumerate(spans):
        if span.kind == "date" and not AGE.fullmatch(text[span.start : span.end].strip()):
            begin, end = span.start, span.end
            after = spans[place + 1].start if place + 1 < len(spans) else len(text)
            before = re.search(r"(?<!\d)(?:19|20)\d\d\Z", text[:begin])
            behind = YEAR_BEHIND.match(text, end)
            if before and (text[begin] in "-/." or text[begin:end].isdigit()):
                begin -= 4
            elif behind and behind.end() <= after and (text[end - 1] in "/-." or len(behind.group(1)) == 4):
                end = behind.end()
            found.append(Span(begin, end, "date"))
        else:
            found.append(span)
    return tuple(found)
