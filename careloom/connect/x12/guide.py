"""Guides: which segments, elements and codes an implementation guide has, in which order and how often.

The tables come from the package pyx12 (BSD licence), which holds HIPAA's guides of 004010 and 005010 as XML; those
that it lacks stand in `outlines/`. Nothing else of pyx12 is used. See docs/decisions/0013-x12-guides.md.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files

from lxml import etree

from careloom.connect.x12 import outline
from careloom.connect.x12.grammar import Child, Element, Guide, Loop, Use, qualifier

# Which table a transaction set, a guide (without its addenda) and, for 278, BHT-02 ask for.
TABLES: Mapping[tuple[str, str, str], str] = {
    ("270", "004010X092", ""): "270.4010.X092.A1.xml",
    ("271", "004010X092", ""): "271.4010.X092.A1.xml",
    ("276", "004010X093", ""): "276.4010.X093.A1.xml",
    ("277", "004010X093", ""): "277.4010.X093.A1.xml",
    ("278", "004010X094", "13"): "278.4010.X094.A1.xml",
    ("278", "004010X094", "11"): "278.4010.X094.27.A1.xml",
    ("834", "004010X095", ""): "834.4010.X095.A1.xml",
    ("835", "004010X091", ""): "835.4010.X091.A1.xml",
    ("837", "004010X096", ""): "837.4010.X096.A1.xml",
    ("837", "004010X097", ""): "837.4010.X097.A1.xml",
    ("837", "004010X098", ""): "837.4010.X098.A1.xml",
    ("277", "005010X212", ""): "277_005010X212.txt",
    ("277", "005010X214", ""): "277.5010.X214.xml",
    ("834", "005010X220", ""): "834.5010.X220.A1.xml",
    ("835", "005010X221", ""): "835.5010.X221.A1.xml",
    ("837", "005010X222", ""): "837.5010.X222.A1.xml",
    ("837", "005010X223", ""): "837Q3.I.5010.X223.A1.xml",
    ("270", "005010X279", ""): "270_005010X279.txt",
    ("271", "005010X279", ""): "271_005010X279.txt",
    ("276", "005010X212", ""): "276_005010X212.txt",
    ("278", "005010X217", "13"): "278_005010X217_request.txt",
    ("278", "005010X217", "01"): "278_005010X217_request.txt",
    ("278", "005010X217", "36"): "278_005010X217_request.txt",
    ("278", "005010X217", "11"): "278_005010X217_response.txt",
}
# Guides that are read although no table tells how they should be.
UNTABLED = frozenset({("278", "005010X216"), ("837", "005010X224")})
# What published examples (X12's own, of 277CA a state's) leave out, by guide, loop and segment, or element: no claim is less clear without.
OPTIONAL = frozenset(
    {
        "835 1000A PER",
        "837I 2300 CLM06",
        "837I 2300 CLM18",
        "837I 2320 DMG01",
        "837I 2320 DMG02",
        "277 2200C STC",
    }
)
# Any form of date is read where a guide allows one alone.
DATES = frozenset({"D8", "RD8"})
NUMBER = re.compile(r"\d+")


def base(guide: str) -> str:
    """A guide's name without its addenda: "005010X222A1" is "005010X222"."""
    return guide[:10]


def is_read(kind: str, guide: str) -> bool:
    """Whether a transaction set of this guide is read."""
    name = base(guide)
    return (kind, name) in UNTABLED or any(key[:2] == (kind, name) for key in TABLES)


def is_untabled(kind: str, guide: str) -> bool:
    """Whether no table tells how a transaction set of this guide, which is read, should be."""
    return (kind, base(guide)) in UNTABLED


def guide_of(kind: str, guide: str, purpose: str) -> Guide | None:
    """The table of a transaction set (ST-01), its guide and its purpose (BHT-02); None where there is none."""
    name = TABLES.get((kind, base(guide), purpose)) or TABLES.get((kind, base(guide), ""))
    return load(kind, name) if name else None


@lru_cache(maxsize=32)
def load(kind: str, name: str) -> Guide:
    """One table, read once a process."""
    if name.endswith(".txt"):
        folder = files("careloom.connect.x12").joinpath("outlines")
        shapes = outline.shapes(folder.joinpath("segments.txt").read_text("utf-8"), definitions())
        return outline.parse(folder.joinpath(name).read_text("utf-8"), shapes)
    root = etree.fromstring(files("pyx12").joinpath("map").joinpath(name).read_bytes())
    found = root.find(".//loop[@xid='ST_LOOP']")
    assert found is not None  # every table of pyx12 has one
    whole = _loop(found, "837I" if "X096" in name or "X223" in name else kind, ())
    return Guide(_with_events(whole) if name == "278.4010.X094.27.A1.xml" else whole)


def _with_events(loop: Loop) -> Loop:
    """The table of the older 278 response, mended: a subscriber who is the patient has events too (004010X094, 2000E)."""
    children = tuple(_with_events(child) if isinstance(child, Loop) else child for child in loop.children)
    if loop.id == "2000C":
        dependent = next(one for one in children if isinstance(one, Loop) and one.id == "2000D")
        children += tuple(one for one in dependent.children if one.id == "2000E")
        optional = tuple(replace(one, usage="S") if one.id == "2000E" else one for one in children)
        return replace(loop, children=optional)
    return replace(loop, children=children)


@lru_cache(maxsize=1)
def definitions() -> Mapping[str, Element]:
    """Every data element of the standard by its number: type and lengths."""
    root = etree.fromstring(files("pyx12").joinpath("map").joinpath("dataele.xml").read_bytes())
    found = [
        Element(
            one.get("ele_num", ""),
            one.get("data_type", "AN"),
            int(one.get("min_len", "1")),
            int(one.get("max_len", "1")),
        )
        for one in root
        if isinstance(one.tag, str)
    ]
    return {one.number: one for one in found}


def _told(node: etree._Element, name: str, default: str = "") -> str:
    """A property of a node, which the tables write as attribute or as child."""
    return (node.get(name) or node.findtext(name) or default).strip()


def _most(said: str) -> int:
    return int(said) if NUMBER.fullmatch(said) else 1_000_000


def _children(node: etree._Element, kind: str, place: tuple[int, ...]) -> Iterator[Child]:
    """The segments and loops of a loop; a wrapper's stand as if it were not there."""
    for child in node:
        if not isinstance(child.tag, str) or child.tag not in ("segment", "loop"):
            continue
        here = (*place, int(_told(child, "pos", "0")))
        if child.tag == "segment":
            if child.get("xid") not in ("ST", "SE"):
                yield _use(child, kind, node.get("xid", ""), here)
        elif child.get("type") == "wrapper":
            yield from _children(child, kind, here)
        else:
            yield _loop(child, kind, here)


def _loop(node: etree._Element, kind: str, place: tuple[int, ...]) -> Loop:
    inside = sorted(_children(node, kind, ()), key=lambda child: child.place)
    return Loop(
        id=node.get("xid", ""),
        usage=_told(node, "usage"),
        most=_most(_told(node, "repeat", "1")),
        place=place,
        children=tuple(inside),
    )


def _use(node: etree._Element, kind: str, loop: str, place: tuple[int, ...]) -> Use:
    name = node.get("xid", "")
    within = f"{kind} {loop}"
    elements = tuple(_element(one, within) for one in node if one.tag in ("element", "composite"))
    return Use(
        id=name,
        usage="S" if f"{within} {name}" in OPTIONAL else _told(node, "usage"),
        most=_most(_told(node, "max_use", "1")),
        place=place,
        elements=elements,
        notes=tuple(outline.note(one.text or "") for one in node.findall("syntax")),
        qualifier=qualifier(name, elements),
    )


def _element(node: etree._Element, within: str) -> Element:
    usage = "S" if f"{within} {node.get('xid')}" in OPTIONAL else _told(node, "usage")
    repeat = _most(_told(node, "repeat", "1"))
    if node.tag == "composite":
        parts = tuple(_element(one, within) for one in node.findall("element"))
        return Element(number=_told(node, "data_ele"), usage=usage, repeat=repeat, parts=parts)
    defined = definitions().get(_told(node, "data_ele"), Element())
    return replace(defined, usage=usage, repeat=repeat, codes=_codes(node, defined.number))


def _codes(node: etree._Element, number: str) -> frozenset[str]:
    """The codes that a guide allows; none where it leaves them to a list outside of it."""
    allowed = node.find("valid_codes")
    if allowed is None or allowed.get("external"):
        return frozenset()
    codes = frozenset(code.text or "" for code in allowed.findall("code"))
    if number == "1250" and codes & DATES:
        return codes | DATES
    # REF*87 names the guide, with its addenda or without.
    return codes | {base(code) for code in codes if "X0" in code}
