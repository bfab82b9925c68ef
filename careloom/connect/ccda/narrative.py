"""Narrative: a section's text as words, and the parts of it that entries point at.

Source   HL7 CDA R2, 4.3.5 (narrative block): content that is marked as deleted is not shown
"""

import re
from collections.abc import Iterator

from lxml import etree

from careloom.connect.ccda.element import Element, name

BLOCKS = frozenset(
    [
        "paragraph",
        "list",
        "item",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "caption",
        "br",
        "title",
        "text",
        "footnote",
    ]
)
CELLS = frozenset({"td", "th"})
SILENT = frozenset({"renderMultiMedia", "colgroup", "col"})
SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")
WORD = re.compile(r"\w+")
# A longer name is told by its first words.
MOST_WORDS = 8
# The parts of a narrative that are read as one line each.
LINES = ("tr", "item", "paragraph")
# What an empty mark stands in: <td><content ID="a"/>Hives</td>.
MARKED = (*CELLS, *LINES)


def ids(root: Element) -> dict[str, Element]:
    """The parts of the document's narrative by their ID; the first of several that share one."""
    found: dict[str, Element] = {}
    for element in root.iter(etree.Element):
        marked = element.get("ID")
        if marked:
            found.setdefault(marked, element)
    return found


def plain(element: Element | None) -> str:
    """What a reader of a narrative would see: one line a block, single spaces, no empty lines."""
    if element is None:
        return ""
    lines = (SPACES.sub(" ", line).strip() for line in "".join(_parts(element)).split("\n"))
    return "\n".join(line for line in lines if line)


def line(element: Element | None) -> str:
    """The same on one line."""
    return plain(element).replace("\n", " ")


def shown(element: Element) -> str:
    """What a part that is pointed at says, on one line. An empty mark stands for its cell, else for its line or row."""
    if any(str(part).strip() for part in element.itertext(etree.Element)):
        return line(element)
    for above in element.iterancestors():
        if name(above) in MARKED and (said := line(above)):
            return said
        if name(above) in ("tr", "list", "text"):
            break
    return ""


def _parts(element: Element) -> Iterator[str]:
    if element.get("revised") == "delete":
        return
    if element.text:
        yield element.text.replace("\n", " ")
    for child in element:
        named = name(child)
        if named not in SILENT:
            edge = "\n" if named in BLOCKS else " " if named in CELLS else ""
            yield edge
            yield from _parts(child)
            yield "\n" if named in BLOCKS else edge
        if child.tail:
            yield child.tail.replace("\n", " ")


def unspoken(text: Element, spoken: frozenset[str], names: frozenset[str]) -> str:
    """What a section's text says that its entries don't: its lines to which none points and that name none of them.

    `spoken` are the IDs that entries point at, `names` the entries' names, as `key` has them. A table's head, a caption
    and a line that only holds other lines say nothing by themselves.
    """
    kept = [said for element in _lines(text) if (said := _own(element, spoken, names))]
    loose = SPACES.sub(" ", "".join(_loose(text, spoken))).strip()
    if loose and not _names(loose, names):
        kept.insert(0, loose)
    return "\n".join(kept)


def _lines(text: Element) -> Iterator[Element]:
    for element in text.iter(etree.Element):
        if name(element) not in LINES or any(name(above) == "thead" for above in element.iterancestors()):
            continue
        if not any(name(inside) in LINES for inside in element.iterdescendants(etree.Element)):
            yield element


def _own(element: Element, spoken: frozenset[str], names: frozenset[str]) -> str:
    around = [element, *element.iterancestors(), *element.iterdescendants(etree.Element)]
    if any(one.get("ID") in spoken for one in around if name(one) != "text"):
        return ""
    if name(element) == "tr" and all(name(cell) == "th" for cell in element):
        return ""
    said = line(element)
    return "" if not any(sign.isalnum() for sign in said) or _names(said, names) else said


def _names(said: str, names: frozenset[str]) -> bool:
    """Whether a line says one of the names, as whole words."""
    words = WORD.findall(said.lower())
    return any(
        " ".join(words[start:end]) in names
        for start in range(len(words))
        for end in range(start + 1, min(start + MOST_WORDS, len(words)) + 1)
    )


def key(name: str) -> str:
    """A name as it is looked for in a text: its first words, in lower case."""
    return " ".join(WORD.findall(name.lower())[:MOST_WORDS])


def _loose(text: Element, spoken: frozenset[str]) -> Iterator[str]:
    """The text that stands in no table, list or paragraph, without what an entry points at."""
    yield (text.text or "").replace("\n", " ")
    for child in text:
        if name(child) in ("content", "linkHtml", "sub", "sup"):
            marked = any(one.get("ID") in spoken for one in child.iter(etree.Element))
            yield "" if marked else line(child)
        elif name(child) == "br":
            yield " "
        yield (child.tail or "").replace("\n", " ")
