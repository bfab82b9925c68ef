"""XML elements: children by name, attributes, types, templates, and an element's XPath."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element

V3 = "{urn:hl7-org:v3}"
SDTC = "{urn:hl7-org:sdtc}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


@lru_cache(maxsize=4_096)
def _qualified(name: str) -> str:
    """ "sdtc:birthTime" and "code" with their namespaces."""
    return SDTC + name[5:] if name.startswith("sdtc:") else V3 + name


def one(element: Element | None, *names: str) -> Element | None:
    """The first child of that name, then its first child of the next name, …; None where one is missing."""
    for name in names:
        if element is None:
            return None
        element = next(element.iterchildren(_qualified(name)), None)
    return element


def every(element: Element | None, *names: str) -> Iterator[Element]:
    """The children of those names (each of all parents where several names are given, as in a path)."""
    if element is None:
        return
    first, *rest = names
    for child in element.iterchildren(_qualified(first)):
        if rest:
            yield from every(child, *rest)
        else:
            yield child


def attribute(element: Element | None, name: str) -> str:
    """An attribute without the spaces around it; "" where there is none."""
    if element is None:
        return ""
    found = element.get(name)
    return found.strip() if found else ""


def value(element: Element | None, *names: str) -> str:
    """The attribute `value` of the element that the names lead to."""
    return attribute(one(element, *names), "value")


def said(element: Element | None) -> str:
    """The text inside an element, its spaces single."""
    return " ".join("".join(map(str, element.itertext(etree.Element))).split()) if element is not None else ""


def name(element: Element) -> str:
    """An element's name without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def type_of(element: Element | None) -> str:
    """The datatype that xsi:type names, without its prefix."""
    return attribute(element, XSI_TYPE).rpartition(":")[2]


def is_null(element: Element | None) -> bool:
    """Whether an element is missing or says by nullFlavor that there is nothing."""
    return element is None or element.get("nullFlavor") is not None


def templates(element: Element) -> tuple[str, ...]:
    """The roots of an element's templateIds, in their order, each once."""
    return tuple(dict.fromkeys(attribute(one, "root") for one in every(element, "templateId")))


def xpath(element: Element) -> str:
    """Where an element stands: "/ClinicalDocument/component/structuredBody/component[4]/section/entry[2]/act".

    A number stands where the parent has several children of that name.
    """
    steps: list[str] = []
    here: Element | None = element
    while here is not None:
        steps.append(_step(here))
        here = here.getparent()
    return "/" + "/".join(reversed(steps))


def paths_below(parent: Element, path: str) -> dict[Element, str]:
    """The XPaths of all children of an element that stands at `path`."""
    children = list(parent.iterchildren(etree.Element))
    counts = Counter(child.tag for child in children)
    seen: Counter[object] = Counter()
    found = {}
    for child in children:
        seen[child.tag] += 1
        number = f"[{seen[child.tag]}]" if counts[child.tag] > 1 else ""
        found[child] = f"{path}/{name(child)}{number}"
    return found


def _step(element: Element) -> str:
    before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
    alone = before == 0 and next(element.itersiblings(element.tag), None) is None
    named = name(element)
    return named if alone else f"{named}[{before + 1}]"
