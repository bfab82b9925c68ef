"""Rules of a template in one line of text each, and whether an element keeps them.

code               exactly one child of that name          id+              at least one
effectiveTime/low  inside a child that is there            ?a/b             the same, where a is optional
-a/b               none inside a                           value:CD         exactly one, of that xsi:type
@classCode=OBS     an attribute and its values (A|B)       a@unit           an attribute inside a
statusCode=active  the code of a child (A|B), its system   code#LOINC       its code system (an OID, A|B)
entryRelationship[SUBJ]{observation!ROOT:EDITION}+         at least one that holds such a statement
!entry{act!ROOT}   at least one entry that holds one of those, unless the section has a nullFlavor
section{ROOT}      the body has a section of that template
^rule              a rule that R2.1 added: nothing that states no edition is held to it
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from careloom.connect.ccda.conformance import vocabulary
from careloom.connect.ccda.element import Element, attribute, every, one, type_of

C_CDA = "2.16.840.1.113883.10.20."
SYSTEMS = {"LOINC": "2.16.840.1.113883.6.1", "SNOMED": "2.16.840.1.113883.6.96"}
HELD = re.compile(r"(\w+)(?:\[(\w+)\])?\{([^}]*)\}(\+?)")
Keeps: TypeAlias = Callable[[Element], bool]


@dataclass(frozen=True, slots=True)
class Template:
    """A template by its root, and the edition from which on it counts ("" for any)."""

    root: str
    edition: str = ""

    def is_of(self, element: Element) -> bool:
        """Whether an element says that it follows this template, in this edition or a later one."""
        return any(
            attribute(each, "root") == self.root and attribute(each, "extension") >= self.edition
            for each in every(element, "templateId")
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """What a template requires: in words, whether an element keeps it, and whether it is about the shape alone."""

    words: str
    keeps: Keeps = field(compare=False)
    shape: bool = False


def read(line: str, *, editions: bool = True) -> tuple[Rule, ...]:
    """The rules that a line of text holds. Without `editions`, those of R1.1: templates count by their root alone.

    Raises ValueError for what is no rule.
    """
    words = (word for word in line.split() if editions or not word.startswith("^"))
    return tuple(_rule(word.removeprefix("^"), editions=editions) for word in words)


def _rule(word: str, *, editions: bool) -> Rule:
    if word.startswith("section{"):
        return _section(word[8:-1], editions=editions)
    if word.startswith("!entry{"):
        return _entries(word[7:-1], editions=editions)
    if found := HELD.fullmatch(word.removeprefix("?")):
        return _holds(found, editions=editions, optional=word.startswith("?"))
    if found := re.fullmatch(r"(\w+)\[(\w+)\](\+?)", word):
        return _typed_child(found[1], found[2], many=bool(found[3]))
    if found := re.fullmatch(r"(\w+):(\w+)(\+?)", word):
        return _value_type(found[1], found[2], many=bool(found[3]))
    if found := re.fullmatch(r"\??([\w:/]*)@(\w+)(?:=(.+))?", word):
        return _attribute(found[1], found[2], tuple(found[3].split("|")) if found[3] else ())
    if found := re.fullmatch(r"\??([\w:/]+)#(.+)", word):
        return _system(found[1], tuple(SYSTEMS.get(oid, oid) for oid in found[2].split("|")))
    if found := re.fullmatch(r"\??([\w:/]+)=(.+)", word):
        return _coded(found[1], tuple(found[2].split("|")))
    if found := re.fullmatch(r"([?-]?)([\w:/]+)(\+?)", word):
        return _count(found[2], none=found[1] == "-", many=bool(found[3]))
    raise ValueError(word)


def _follow(element: Element, path: str) -> Iterator[Element]:
    """The elements that a path leads to; the element itself for none."""
    steps = [step for step in path.split("/") if step]
    if steps:
        yield from every(element, *steps)
    else:
        yield element


def _count(path: str, *, none: bool, many: bool) -> Rule:
    parent, _, last = path.rpartition("/")

    def keeps(element: Element) -> bool:
        counts = [sum(1 for _ in every(each, last)) for each in _follow(element, parent)]
        if not counts:
            return True
        if none:
            return 0 in counts
        return any(count >= 1 for count in counts) if many else 1 in counts

    how = "no" if none else "at least one" if many else "exactly one"
    return Rule(f"requires {how} {path}", keeps, shape=True)


def _typed_child(child: str, kind: str, *, many: bool) -> Rule:
    def keeps(element: Element) -> bool:
        count = sum(1 for each in every(element, child) if attribute(each, "typeCode") == kind)
        return count >= 1 if many else count == 1

    return Rule(f"requires {'at least' if many else 'exactly'} one {child} of type {kind}", keeps)


def _value_type(child: str, kind: str, *, many: bool) -> Rule:
    def keeps(element: Element) -> bool:
        count = sum(1 for each in every(element, child) if type_of(each) == kind)
        return count >= 1 if many else count == 1

    return Rule(f"requires a {child} of type {kind}", keeps)


def _attribute(path: str, named: str, values: tuple[str, ...]) -> Rule:
    def keeps(element: Element) -> bool:
        found = list(_follow(element, path))
        if not found:
            return True
        given = [attribute(each, named) for each in found]
        return any(each in values if values else each for each in given)

    what = f"{path}/@{named}".removeprefix("/")
    return Rule(f"requires {what}" + (f" to be {' or '.join(values)}" if values else ""), keeps)


def _coded(path: str, codes: tuple[str, ...]) -> Rule:
    def keeps(element: Element) -> bool:
        found = list(_follow(element, path))
        return not found or any(attribute(each, "code") in codes and _of_its_system(each) for each in found)

    return Rule(f"requires {path} to be {' or '.join(codes)}", keeps)


def _of_its_system(coded: Element) -> bool:
    """Whether a code that the guide fixes names the system that it is of, if any."""
    system = attribute(coded, "codeSystem")
    return not system or vocabulary.system_of(attribute(coded, "code")) in ("", system)


def _system(path: str, oids: tuple[str, ...]) -> Rule:
    def keeps(element: Element) -> bool:
        found = [each for each in _follow(element, path) if attribute(each, "code")]
        return not found or any(attribute(each, "codeSystem") in oids for each in found)

    return Rule(f"requires {path} to be of code system {' or '.join(oids)}", keeps)


def template(text: str, *, editions: bool) -> Template:
    """A template from "~22.4.4:2015-08-01", with ~ for the roots of C-CDA."""
    root, _, edition = text.partition(":")
    return Template(root.replace("~", C_CDA), edition if editions else "")


def _held(text: str, *, editions: bool) -> tuple[str, tuple[Template, ...]]:
    """ "act!ROOT|ROOT": the class of the statement and its templates."""
    kind, _, roots = text.partition("!")
    return kind, tuple(template(each, editions=editions) for each in roots.split("|"))


def _holds(found: re.Match[str], *, editions: bool, optional: bool) -> Rule:
    holder, kind, many = found[1], found[2] or "", bool(found[4])
    inner, wanted = _held(found[3], editions=editions)

    def keeps(element: Element) -> bool:
        holders = [each for each in every(element, holder) if not kind or attribute(each, "typeCode") == kind]
        if not holders:
            return optional
        count = sum(
            1
            for each in holders
            if (statement := one(each, inner)) is not None
            and any(one_of.is_of(statement) for one_of in wanted)
        )
        return count >= 1 if many else count == 1

    roots = " or ".join(each.root for each in wanted)
    typed = f" of type {kind}" if kind else ""
    return Rule(
        f"requires {'at least' if many else 'exactly'} one {holder}{typed} with {inner} {roots}", keeps
    )


def _entries(text: str, *, editions: bool) -> Rule:
    wanted = [_held(each, editions=editions) for each in text.split("|")]

    def keeps(section: Element) -> bool:
        if section.get("nullFlavor") is not None:
            return True
        return any(
            (statement := one(entry, kind)) is not None and any(each.is_of(statement) for each in templates)
            for entry in every(section, "entry")
            for kind, templates in wanted
        )

    roots = " or ".join(each.root for _, templates in wanted for each in templates)
    return Rule(f"requires an entry of template {roots}, or a nullFlavor", keeps)


def _section(text: str, *, editions: bool) -> Rule:
    wanted = [template(each, editions=editions) for each in text.split("|")]

    def keeps(document: Element) -> bool:
        sections = every(document, "component", "structuredBody", "component", "section")
        return any(each.is_of(section) for section in sections for each in wanted)

    roots = " or ".join(each.root for each in wanted)
    return Rule(f"requires a section of template {roots}", keeps)
