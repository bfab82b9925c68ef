"""Outlines: guides written by hand, for those that pyx12 has no table of. `outlines/README.md` says how they are written."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from careloom.connect.x12.grammar import Child, Element, Guide, Loop, Note, Use, qualifier

ENDLESS = 1_000_000
# More elements than any segment has: those of a segment that is left open.
OPEN = tuple(Element() for _ in range(40))


@dataclass(frozen=True, slots=True)
class Shape:
    """What elements a segment has."""

    elements: tuple[Element, ...]
    notes: tuple[Note, ...]


@dataclass(slots=True)
class Draft:
    """A loop while its lines are read."""

    depth: int
    loop: Loop
    children: list[Child] = field(default_factory=list)

    def closed(self) -> Loop:
        """The loop with all that stands in it."""
        return replace(self.loop, children=tuple(self.children))


def parse(text: str, shapes: Mapping[str, Shape]) -> Guide:
    """A guide from its outline."""
    stack = [Draft(-1, Loop("", "R", 1, ()))]
    for line in text.splitlines():
        depth = (len(line) - len(line.lstrip(" "))) // 2
        while stack[-1].depth >= depth:
            _close(stack)
        words = line.split()
        beside = words[0] == "&"
        words = words[1:] if beside else words
        siblings = stack[-1].children
        place = siblings[-1].place if beside and siblings else (len(siblings) + 1,)
        if words[0] == "LOOP":
            stack.append(Draft(depth, Loop(words[1], words[2], _most(words[3]), place)))
        else:
            siblings.append(_use(words, shapes, place))
    while len(stack) > 1:
        _close(stack)
    return Guide(stack[0].closed())


def shapes(text: str, definitions: Mapping[str, Element]) -> dict[str, Shape]:
    """The elements of every segment, from `segments.txt`."""
    lines = [line.partition(" ") for line in text.splitlines() if line and line[0] not in "#="]
    coded = {
        name[1:]: replace(definitions.get(name[1:], Element(name[1:])), codes=frozenset(rest.split()))
        for name, _, rest in (line.partition(" ") for line in text.splitlines() if line.startswith("="))
    }
    definitions = {**definitions, **coded}
    composites = {
        name: _elements(rest.split(), definitions, {}) for name, _, rest in lines if _is_composite(name)
    }
    return {
        name: Shape(
            tuple(_elements(rest.partition("/")[0].split(), definitions, composites)),
            tuple(note(said) for said in rest.partition("/")[2].split()),
        )
        for name, _, rest in lines
        if not _is_composite(name)
    }


def note(said: str) -> Note:
    """A syntax note ("P0809")."""
    return Note(said[:1], tuple(int(said[at : at + 2]) for at in range(1, len(said), 2)))


def _is_composite(name: str) -> bool:
    return name[0] == "C" and name[1:].isdigit() and len(name) == 4


def _elements(
    words: list[str], definitions: Mapping[str, Element], composites: Mapping[str, tuple[Element, ...]]
) -> tuple[Element, ...]:
    found: list[Element] = []
    for word in words:
        if word == "*":
            return (*found, *OPEN)
        usage = "R" if word.endswith("!") else "S"
        number, _, codes = word.rstrip("!").partition("=")
        if number in composites:
            found.append(Element(number, usage=usage, repeat=ENDLESS, parts=composites[number]))
        else:
            defined = replace(definitions.get(number, Element(number)), usage=usage, repeat=ENDLESS)
            found.append(replace(defined, codes=frozenset(codes.split(","))) if codes else defined)
    return tuple(found)


def _use(words: list[str], shapes: Mapping[str, Shape], place: tuple[int, ...]) -> Use:
    name, usage, most, *told = words
    elements = list(shapes[name].elements)
    for one in told:
        number, _, codes = one.rstrip("!").partition("=")
        at = int(number) - 1
        codes_here = frozenset(codes.split(",")) if codes else elements[at].codes
        elements[at] = replace(elements[at], usage="R", codes=codes_here)
    found = tuple(elements)
    return Use(name, usage, _most(most), place, found, shapes[name].notes, qualifier(name, found))


def _close(stack: list[Draft]) -> None:
    done = stack.pop()
    stack[-1].children.append(done.closed())


def _most(said: str) -> int:
    return int(said) if said.isdigit() else ENDLESS
