"""The nouns of an implementation guide: guide, loop, use of a segment, element, syntax note."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Element:
    """A data element where a guide uses it.

    `number` is X12's data element, `kind` its type (AN, ID, DT, TM, R, N0 …), `usage` R, S or N; `codes` are those that
    the guide allows (none: any); `parts` the components of a composite.
    """

    number: str = ""
    kind: str = "AN"
    low: int = 1
    high: int = 1_000_000
    usage: str = "S"
    repeat: int = 1
    codes: frozenset[str] = frozenset()
    parts: tuple["Element", ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A syntax note: P paired, R required, E exclusion, C conditional, L list conditional; and the elements it is about."""

    kind: str
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """A segment where a guide uses it; `qualifier` are the element, component and codes that tell it from other uses."""

    id: str
    usage: str
    most: int
    place: tuple[int, ...]
    elements: tuple[Element, ...] = ()
    notes: tuple[Note, ...] = ()
    qualifier: tuple[int, int, frozenset[str]] | None = None


@dataclass(frozen=True)
class Loop:
    """A loop; its first child is the segment that begins it. Children of one place come in any order."""

    id: str
    usage: str
    most: int
    place: tuple[int, ...]
    children: "tuple[Child, ...]" = ()

    @property
    def first(self) -> Use | None:
        """The segment that begins it."""
        one = self.children[0] if self.children else None
        return one if isinstance(one, Use) else None

    @cached_property
    def begun(self) -> "Mapping[str, tuple[int, ...]]":
        """For each segment id the children that it is or begins, in order."""
        found: dict[str, list[int]] = {}
        for index, child in enumerate(self.children):
            use = child if isinstance(child, Use) else child.first
            if use is not None:
                found.setdefault(use.id, []).append(index)
        return {name: tuple(indices) for name, indices in found.items()}

    @cached_property
    def needed(self) -> tuple[int, ...]:
        """The children that must be there."""
        return tuple(index for index, child in enumerate(self.children) if child.usage == "R")


Child = Use | Loop


@dataclass(frozen=True)
class Guide:
    """A whole guide: its outermost loop, and the ids of every segment in it."""

    root: Loop
    ids: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Find the ids."""
        object.__setattr__(self, "ids", frozenset(_ids(self.root)))


def _ids(loop: Loop) -> set[str]:
    found: set[str] = set()
    for child in loop.children:
        found |= {child.id} if isinstance(child, Use) else _ids(child)
    return found


def qualifier(name: str, elements: tuple[Element, ...]) -> tuple[int, int, frozenset[str]] | None:
    """Which element (and component) tells uses of one segment apart, and by which codes."""
    if name == "HL":
        return (3, 0, elements[2].codes) if len(elements) > 2 and elements[2].codes else None
    first = elements[0] if elements else Element()
    if first.parts:
        return (1, 1, first.parts[0].codes) if first.parts[0].codes else None
    return (1, 0, first.codes) if first.codes and first.usage == "R" and first.kind == "ID" else None
