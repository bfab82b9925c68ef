"""Amounts and observed values (PQ, IVL_PQ, INT, REAL, RTO, CD, ST, ED, BL, TS) with the source's own digits."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

from careloom.care.entry import Code, Range
from careloom.connect.ccda import concept
from careloom.connect.ccda.concept import ABSENT, text_of
from careloom.connect.ccda.element import Element, attribute, every, one, said, type_of
from careloom.connect.typed import figure
from careloom.text.markup import plain

NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
# A UCUM unit that only annotates ("{tbl}", "1") gives way to its words.
ANNOTATION = re.compile(r"\{(.*)\}|1")
MARKUP = frozenset({"text/html", "text/xhtml", "application/xhtml+xml"})
TEXTS = frozenset({"", "text/plain", "text/markdown", *MARKUP})


@dataclass(frozen=True, slots=True)
class Value:
    """What was observed: digits or words, unit, comparator, codes, and why there is nothing."""

    value: str | None = None
    unit: str | None = None
    comparator: str = ""
    codes: tuple[Code, ...] = ()
    absent: str = ""


def digits(element: Element | None) -> str:
    """A number as the source wrote it; "" where there is none or where it is no number."""
    found = attribute(element, "value")
    return found if NUMBER.fullmatch(found) else ""


def unit(element: Element | None) -> str:
    """The unit of a PQ (UCUM), else the words of a translation."""
    if element is None:
        return ""
    found = attribute(element, "unit")
    if found:
        return found
    other = one(element, "translation")
    return said(one(other, "originalText")) or attribute(other, "displayName") or attribute(other, "code")


def amount(element: Element | None) -> str:
    """Number and unit in words ("500 mg", "2 tablets"); "" where there is no number."""
    number = digits(element) or digits(one(element, "center"))
    if not number:
        return span(element)
    named = unit(element)
    if found := ANNOTATION.fullmatch(named):
        named = found[1] or ""
    return f"{number} {named}".strip()


def span(element: Element | None) -> str:
    """An interval in words: "1-2 mg", ">=5 mg", "<=10 mg"."""
    low, high = _bound(element, "low"), _bound(element, "high")
    if low and high:
        first, _, unit_of_low = low.partition(" ")
        return f"{first}-{high}" if high.endswith(unit_of_low) else f"{low} - {high}"
    return f">={low}" if low else f"<={high}" if high else ""


def _bound(element: Element | None, side: str) -> str:
    bound = one(element, side)
    return amount(bound) if digits(bound) else ""


def ratio(element: Element | None) -> str:
    """A ratio in words: "1:128", "10 mL per 1 h"."""
    above, below = amount(one(element, "numerator")), amount(one(element, "denominator"))
    if not (above and below):
        return above
    plain_numbers = " " not in above and " " not in below
    return f"{above}:{below}" if plain_numbers else f"{above} per {below.removeprefix('1 ')}"


def observed(element: Element | None, ids: Mapping[str, Element], unit_of_range: str = "") -> Value:
    """The value of an observation, by its xsi:type, else by what it carries."""
    if element is None:
        return Value()
    kind = type_of(element) or _guessed(element)
    why = ABSENT.get(attribute(element, "nullFlavor"), "")
    if kind in ("CD", "CE", "CV", "CO", "CS", "SC"):
        coded = concept.read(element, ids)
        return Value(coded.words or None, codes=coded.codes, absent="" if coded.words else why)
    if kind in ("ST", "ED", "ON", "TN", "EN"):
        return _worded(element, ids, unit_of_range, why)
    if kind == "BL":
        return Value(attribute(element, "value") or None, absent=why)
    if kind in ("TS", "IVL_TS"):
        return _timed(element, why)
    if kind.startswith("RTO"):
        return Value(ratio(element) or None, absent=why)
    if kind.startswith("IVL") and not digits(element):
        return _interval(element, why)
    return _measured(element, ids, why)


def _guessed(element: Element) -> str:
    """The type of a value that names none."""
    if attribute(element, "code") or one(element, "translation") is not None:
        return "CD"
    if one(element, "low") is not None or one(element, "high") is not None:
        return "IVL_PQ"
    return "PQ" if digits(element) else "ST"


def _measured(element: Element, ids: Mapping[str, Element], why: str) -> Value:
    """A PQ, INT or REAL; one without a number gives the number of its translation, else its words."""
    number = digits(element)
    if number:
        return Value(number, unit(element) or None, absent=why)
    for other in every(element, "translation"):
        if digits(other):
            named = said(one(other, "originalText")) or attribute(other, "code")
            return Value(digits(other), named or None, absent=why)
    words = text_of(one(element, "originalText"), ids) or said(element) or attribute(element, "value")
    return Value(
        words or None, attribute(element, "unit") or None if words else None, absent="" if words else why
    )


def _interval(element: Element, why: str) -> Value:
    low, high = one(element, "low"), one(element, "high")
    named = unit(low) or unit(high)
    if digits(low) and digits(high):
        return Value(f"{digits(low)}-{digits(high)}", named or None)
    if digits(low):
        return Value(digits(low), named or None, ">" if _is_open(low) else ">=")
    if digits(high):
        return Value(digits(high), named or None, "<" if _is_open(high) else "<=")
    return Value(absent=why)


def _is_open(bound: Element | None) -> bool:
    return attribute(bound, "inclusive") == "false"


def _worded(element: Element, ids: Mapping[str, Element], unit_of_range: str, why: str) -> Value:
    words = embedded(element) or text_of(element, ids)
    if not words:
        # Some senders write <value xsi:type="ST" value="…"/>.
        words = attribute(element, "value") or attribute(element, "displayName")
    found = figure(words, unit_of_range)
    if found is None:
        return Value(words or None, absent="" if words else why)
    return Value(found.digits, found.unit or None, found.comparator)


def embedded(element: Element) -> str:
    """The text of an ED that is base64; "" where it is none, or is no text."""
    if attribute(element, "representation") != "B64":
        return ""
    kind = attribute(element, "mediaType").partition(";")[0].lower()
    if kind not in TEXTS:
        return ""
    try:
        text = base64.b64decode("".join((element.text or "").split()), validate=True).decode("utf-8-sig")
    except (binascii.Error, ValueError):
        return ""
    return "" if "\x00" in text else plain(text) if kind in MARKUP else text


def _timed(element: Element, why: str) -> Value:
    """A time in ISO form, with the precision that it has."""
    point = attribute(element, "value")
    if point:
        return Value(iso(point), absent=why)
    low, high = attribute(one(element, "low"), "value"), attribute(one(element, "high"), "value")
    said_both = "/".join((iso(low), iso(high))) if low or high else None
    return Value(said_both, absent=why)


def iso(text: str) -> str:
    """ "20150622" as "2015-06-22"; what is no such time stays as it is."""
    found = re.fullmatch(r"(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\.\d+)?([+-]\d{4})?", text)
    if found is None:
        return text
    date = "-".join(part for part in found.group(1, 2, 3) if part)
    if not found[4]:
        return date
    clock = ":".join(part for part in (found[4], found[5] or "00", found[6]) if part)
    offset = f"{found[8][:3]}:{found[8][3:]}" if found[8] else ""
    return f"{date}T{clock}{found[7] or ''}{offset}"


def reference_range(observation: Element, ids: Mapping[str, Element]) -> tuple[Range | None, str]:
    """The normal range of an observation and its unit: the one marked N, else the first that is not marked otherwise."""
    ranges = list(every(observation, "referenceRange", "observationRange"))
    normal = [each for each in ranges if attribute(one(each, "interpretationCode"), "code") == "N"]
    open_ = [each for each in ranges if one(each, "interpretationCode") is None]
    chosen = next(iter((*normal, *open_, *ranges)), None)
    if chosen is None:
        return None, ""
    bounds = one(chosen, "value")
    low, high = digits(one(bounds, "low")), digits(one(bounds, "high"))
    text = text_of(one(chosen, "text"), ids) or (text_of(bounds, ids) if not (low or high) else "")
    named = unit(one(bounds, "low")) or unit(one(bounds, "high"))
    return (Range(low or None, high or None, text) if low or high or text else None), named
