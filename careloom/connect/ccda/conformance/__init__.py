"""Conformance: where a document breaks what C-CDA requires (SHALL), by template.

Takes    a ClinicalDocument
Gives    faults, each rule once with its first place and how many more there are; none means that no rule that is known here
         objected, not that the document is valid
Never    keeps a statement from being read, quotes the document, or asks for what the guide only recommends

Source   HL7 C-CDA R2.1 (2015, errata to 2021) and R1.1; templates.csv has a line per template (rule.py says how to read it),
         values.toml the codes. A template of R1.1 has no edition: it is held to what both editions require
Misses   what needs a whole code system; DICOM's and CDA's order of elements; rules on templates of other guides
"""

import csv
import re
import tomllib
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from careloom.care.entry import Rejection
from careloom.connect.ccda.conformance import datatypes, header, rule, schema, vocabulary
from careloom.connect.ccda.conformance.rule import C_CDA, Rule
from careloom.connect.ccda.element import V3, Element, attribute, every, is_null, name, one, xpath

HERE = Path(__file__).parent
SECTIONS = C_CDA + "22.2."
MOST_FAULTS = 200


@dataclass(frozen=True, slots=True)
class Bound:
    """What a coded element of a template may hold.

    `form` says that its code must be one that its code system can have, `unit` that its unit must be UCUM; `only` is
    "old" or "new" where it binds templates without, or with, an edition alone.
    """

    path: tuple[str, ...]
    name: str
    codes: frozenset[str] = frozenset()
    systems: frozenset[str] = frozenset()
    pattern: re.Pattern[str] | None = None
    form: bool = False
    unit: bool = False
    only: str = ""


@dataclass(frozen=True, slots=True)
class Required:
    """What is known of a template: its name, its rules by edition, those of R1.1, and the codes of its elements."""

    name: str
    editions: Mapping[str, tuple[Rule, ...]]
    old: tuple[Rule, ...]
    bounds: tuple[Bound, ...]


def faults(root: Element) -> tuple[Rejection, ...]:
    """Where the document breaks its guide: class ConformanceFault, the first place of each rule, and how many more."""
    found: dict[str, list[Element]] = {}
    for reason, element in _broken(root):
        found.setdefault(reason, []).append(element)
    told = [_fault(reason, elements) for reason, elements in found.items()]
    if len(told) > MOST_FAULTS:
        rest = Rejection(
            "/ClinicalDocument", f"breaks {len(told) - MOST_FAULTS} more rules", "ConformanceFault"
        )
        told[MOST_FAULTS:] = [rest]
    return tuple(told)


def times(root: Element, zone: str, told: Container[str]) -> tuple[Rejection, ...]:
    """Times that are none, at places that were not `told` already: the reader tells those that it needs."""
    wrong = [
        element
        for element in datatypes.outside_narrative(root)
        if schema.has_no_time(element, zone) and f"{xpath(element)}/@value" not in told
    ]
    return (_fault("a time that HL7 does not allow", wrong),) if wrong else ()


def _fault(reason: str, elements: list[Element]) -> Rejection:
    more = f" (and at {len(elements) - 1} more places)" if len(elements) > 1 else ""
    return Rejection(xpath(elements[0]), f"{reason}{more}", "ConformanceFault")


def _broken(root: Element) -> Iterator[tuple[str, Element]]:
    yield from header.broken(root)
    yield from datatypes.broken(root)
    yield from _unnamed(root)
    known = required()
    for element, stated in _stated(root):
        for root_of, editions in stated.items():
            template = known.get(root_of)
            if template is not None:
                yield from _checked(element, root_of, template, editions)
        if name(element) == "section" and any(root_of.startswith(SECTIONS) for root_of in stated):
            coded = one(element, "code")
            if attribute(coded, "code") and attribute(coded, "codeSystem") != rule.SYSTEMS["LOINC"]:
                yield "the code of a section is not of LOINC", element


def _unnamed(root: Element) -> Iterator[tuple[str, Element]]:
    """Sections with the code of one of C-CDA's that say nowhere which template they follow."""
    for section in root.iter(V3 + "section"):
        code = one(section, "code")
        if one(section, "templateId") is None and attribute(code, "code") in coded_sections():
            yield "a section of C-CDA has no templateId", section


def _stated(root: Element) -> Iterator[tuple[Element, dict[str, set[str]]]]:
    """The elements that follow templates, with the editions of each."""
    found: dict[Element, dict[str, set[str]]] = {}
    for each in root.iter(V3 + "templateId"):
        holder = each.getparent()
        if holder is not None:
            found.setdefault(holder, {}).setdefault(attribute(each, "root"), set()).add(
                attribute(each, "extension")
            )
    yield from found.items()


def _checked(
    element: Element, root: str, template: Required, editions: set[str]
) -> Iterator[tuple[str, Element]]:
    label = f"{template.name} ({root})".strip() if template.name else f"template {root}"
    for one_of in _rules(template, editions):
        if not one_of.keeps(element):
            yield f"{label}: {one_of.words}", element
    for bound in template.bounds:
        if bound.only and bound.only != ("old" if editions == {""} else "new"):
            continue
        for coded in every(element, *bound.path):
            if not is_null(coded) and not _within(coded, bound):
                yield f"{label}: {'/'.join(bound.path)} is none of {bound.name}", coded


def _rules(template: Required, editions: set[str]) -> tuple[Rule, ...]:
    """The rules of the editions that an element states; of none, those of R1.1; of one not known, what all say of its shape."""
    known = [template.editions[edition] for edition in sorted(editions) if edition in template.editions]
    if known:
        return tuple(dict.fromkeys(each for rules in known for each in rules))
    return template.old if editions == {""} else tuple(each for each in template.old if each.shape)


def _within(coded: Element, bound: Bound) -> bool:
    code, system = attribute(coded, "code"), attribute(coded, "codeSystem")
    if bound.unit:
        return vocabulary.is_unit(attribute(coded, "unit") or "1")
    if bound.form:
        return not code or system not in vocabulary.FORMS or vocabulary.FORMS[system](code)
    if bound.codes and code not in bound.codes:
        return False
    if bound.systems and system not in bound.systems:
        return False
    return bound.pattern is None or bound.pattern.fullmatch(code) is not None


@lru_cache(maxsize=1)
def coded_sections() -> frozenset[str]:
    """The codes by which C-CDA knows its sections."""
    fixed = (
        rule_of.words
        for root, template in required().items()
        if root.startswith(SECTIONS)
        for rule_of in template.old
    )
    return frozenset(
        words.removeprefix("requires code to be ")
        for words in fixed
        if words.startswith("requires code to be ")
    )


@lru_cache(maxsize=1)
def required() -> Mapping[str, Required]:
    """What is required of each template, by its root."""
    bounds: dict[str, list[Bound]] = {}
    for row in tomllib.loads((HERE / "values.toml").read_text("utf-8"))["bound"]:
        bounds.setdefault(row["template"].replace("~", C_CDA), []).append(_bound(row))
    lines: dict[str, dict[str, str]] = {}
    names: dict[str, str] = {}
    with (HERE / "templates.csv").open(encoding="utf-8", newline="") as table:
        for root, edition, named, text in csv.reader(table, delimiter=";"):
            full = root.replace("~", C_CDA)
            lines.setdefault(full, {})[edition] = text
            names[full] = named
    return {
        root: Required(
            name=names.get(root, ""),
            editions={edition: rule.read(text) for edition, text in lines.get(root, {}).items()},
            old=_old(lines.get(root, {})),
            bounds=tuple(bounds.get(root, ())),
        )
        for root in lines.keys() | bounds.keys()
    }


def _bound(row: Mapping[str, object]) -> Bound:
    codes, systems, pattern = row.get("codes", ()), row.get("systems", ()), row.get("pattern")
    assert isinstance(codes, list | tuple) and isinstance(systems, list | tuple)
    return Bound(
        tuple(str(row["path"]).split("/")),
        str(row["name"]),
        frozenset(map(str, codes)),
        frozenset(map(str, systems)),
        re.compile(str(pattern)) if pattern else None,
        form=row.get("form") is True,
        unit=row.get("unit") is True,
        only=str(row.get("only", "")),
    )


def _old(editions: Mapping[str, str]) -> tuple[Rule, ...]:
    """The rules of a template without an edition: its own, else those of the first edition that R1.1 had too."""
    return rule.read(editions.get("", editions[min(editions)]), editions=False) if editions else ()
