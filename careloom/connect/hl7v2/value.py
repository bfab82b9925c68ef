"""An OBX's value by its type (OBX-2), its unit and its range. Source: HL7 v2-to-FHIR, OBX[Observation]; HL7 v2.8.2, 2A."""

import re
from dataclasses import dataclass

from careloom.care.entry import Code, Range
from careloom.connect.hl7v2.coded import every
from careloom.connect.hl7v2.moments import clock
from careloom.connect.hl7v2.names import full_name, provider
from careloom.connect.hl7v2.segments import Composite, Segment
from careloom.connect.hl7v2.sent import Sent
from careloom.connect.hl7v2.units import unit_of, units

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")
# A figure that was typed as text: "> 60 mL/min/1.73m2", "<0.10", "7.1 %"; not "3 drinks a day".
TYPED = re.compile(
    r"\s*(<=|>=|<|>)?\s*([+-]?\d+(?:\.\d+)?)\s*(%|mm\s?Hg|[A-Za-zµμ\[\]]+/\S[\w/. {}\[\]]*)?\s*"
)
BOUND = r"[+-]?\d+(?:\.\d+)?"
BETWEEN = re.compile(rf"\s*({BOUND})\s*(?:-|–|to)\s*({BOUND})\s*")
BEYOND = re.compile(rf"\s*(<=|>=|<|>|≤|≥)\s*({BOUND})\s*")
COMPARATORS = frozenset({"<", ">", "<=", ">="})
CODED = frozenset({"CE", "CWE", "CNE", "CF", "IS", "ID"})
TEXT = frozenset({"ST", "TX", "FT", "VR", "GTS"})
TIMES = frozenset({"DT", "TS", "DTM"})
FILES = frozenset({"ED", "RP"})
# A text of several repetitions is a text of several lines; of these types each repetition is a value of its own.
REPEATING = frozenset({"NM", "SN", *CODED, "NR"})


@dataclass(frozen=True, slots=True)
class Value:
    """What an OBX says: the sender's digits or words, comparator, unit, and codes where the value is one."""

    value: str | None = None
    comparator: str = ""
    unit: str | None = None
    codes: tuple[Code, ...] = ()


def values(obx: Segment, sent: Sent) -> list[Value]:
    """The values of an OBX: one, or several where a number or a code repeats; none where OBX-5 is empty."""
    kind = obx.text(2).upper()
    if kind in TEXT or kind in ("", *FILES):
        said = "" if kind in FILES else obx.whole(5)
        return [_of_text(said, obx)] if said.strip() else []
    unit = units(obx, 6)
    if kind not in REPEATING:
        one = obx.one(5)
        found = _other(one, kind, obx, sent) if one else None
        return [Value(found)] if found else []
    if kind in CODED:
        return [Value(said.words, codes=said.codes) for said in every(obx, 5, sent.message.source)]
    return [_repeatable(one, kind, unit) for one in obx.all(5)]


def _repeatable(one: Composite, kind: str, unit: str | None) -> Value:
    if kind == "SN":
        return _structured(one, unit)
    if kind == "NR":
        return Value(f"{one[1]}-{one[2]}" if one[1] and one[2] else one[1] or one[2] or None, unit=unit)
    return _numeric(one[1], unit)


def _numeric(said: str, unit: str | None) -> Value:
    """An NM. What is no number all the same ("<5", "see note") is read as the text that it is."""
    if NUMBER.fullmatch(said):
        return Value(said, unit=unit)
    typed = TYPED.fullmatch(said)
    if typed is None:
        return Value(said or None, unit=unit if any(map(str.isdigit, said)) else None)
    return Value(typed[2], typed[1] or "", unit or typed[3])


def _structured(one: Composite, unit: str | None) -> Value:
    """An SN: "<5", "1:128", "100-200", "2+", "<>7"."""
    comparator, first, between, second = one[1], one[2], one[3], one[4]
    if not first:
        return Value("".join((comparator, first, between, second)) or None, unit=unit)
    if comparator == "<>":
        return Value(" ".join(part for part in (comparator, first, between, second) if part), unit=unit)
    known = comparator if comparator in COMPARATORS else ""
    if between in ("-", ":", "/", "+"):
        # A range or a ratio has no comparator of its own unless the sender gave one that means something.
        return Value(f"{known}{first}{between}{second}", unit=unit)
    return Value(first, known, unit)


def _of_text(said: str, obx: Segment) -> Value:
    """A text; a figure with OBX-6's unit, or with a comparator or unit of its own, is taken apart."""
    unit = units(obx, 6)
    typed = TYPED.fullmatch(said)
    if typed is not None and (typed[1] or typed[3] or unit):
        return Value(typed[2], typed[1] or "", typed[3] or unit)
    return Value(said, unit=unit)


def _other(one: Composite, kind: str, obx: Segment, sent: Sent) -> str | None:
    if kind in TIMES:
        found = sent.moment(one[1], obx, 5, one[2])
        return found.text if found else None
    if kind == "TM":
        return clock(one[1])
    if kind == "DR":
        both = (sent.moment(one[place], obx, 5) for place in (1, 2))
        return "/".join(found.text if found else "" for found in both)
    if kind == "CQ":
        unit = unit_of(one.inner(2))
        return f"{one[1]} {unit}" if unit else one[1]
    if kind in ("XPN", "PN"):
        return full_name(one)
    if kind in ("XCN", "CN"):
        return provider(one)
    if kind in ("XAD", "AD", "XON", "XTN", "TN", "CX", "EI", "SI", "CP", "MO", "PL", "NA", "MA"):
        return " ".join(said for place in range(1, len(one.parts) + 1) if (said := one[place]))
    known_shape = len(kind) <= 3 and kind.isascii() and kind.isalnum()
    sent.unknown[f"OBX-2 {kind}" if known_shape else "OBX-2 that is no type"] += 1
    return obx.whole(5)


def range_of(obx: Segment) -> Range | None:
    """The reference range: its text as the sender wrote it, and its bounds where these are plain."""
    said = obx.whole(7)
    if not said:
        return None
    plain = _without_unit(said, obx)
    if both := BETWEEN.fullmatch(plain):
        return Range(both[1], both[2], said)
    if one := BEYOND.fullmatch(plain):
        upper = one[1] in ("<", "<=", "≤")
        return Range(None if upper else one[2], one[2] if upper else None, said)
    return Range(None, None, said)


def _without_unit(said: str, obx: Segment) -> str:
    """A range without the unit behind it, where that is the value's own (OBX-6): of another unit's bounds nothing is known."""
    one = obx.one(6)
    for unit in (one[1], one[2], one[4], one[5]):
        if unit and said.casefold().endswith(unit.casefold()):
            return said[: -len(unit)]
    return said


def with_comparator(value: Value) -> str | None:
    """A component's value: its comparator stands before the digits."""
    return f"{value.comparator}{value.value}" if value.value is not None else None
