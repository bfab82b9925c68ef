"""Segments, their fields, repetitions and components, as text without escapes; absent and null both read as ""."""

from collections.abc import Iterator

from careloom.connect.hl7v2.delimiters import NULL, Delimiters

NO_PARTS: list[str] = []


class Composite:
    """One repetition of a field. `it[3]` is its third component, `it.sub(4, 2)` a subcomponent."""

    __slots__ = ("delimiters", "parts")

    def __init__(self, parts: list[str], delimiters: Delimiters) -> None:
        self.parts = parts
        self.delimiters = delimiters

    def __getitem__(self, number: int) -> str:
        if number > len(self.parts):
            return ""
        said = self.parts[number - 1]
        return self.delimiters.plain(said).strip() if said else ""

    def __bool__(self) -> bool:
        return any(part and part != NULL for part in self.parts)

    def sub(self, number: int, place: int) -> str:
        """The subcomponent at `place` of the component `number`."""
        if number > len(self.parts):
            return ""
        said = self.parts[number - 1]
        if not said:
            return ""
        if not self.delimiters.sub or self.delimiters.sub not in said:
            return self.delimiters.plain(said).strip() if place == 1 else ""
        parts = said.split(self.delimiters.sub)
        return self.delimiters.plain(parts[place - 1]).strip() if place <= len(parts) else ""

    def inner(self, number: int) -> "Composite":
        """A component whose own components are written as subcomponents (the units of a CQ, the name of an NDL)."""
        said = self.parts[number - 1] if number <= len(self.parts) else ""
        sub = self.delimiters.sub
        return Composite(said.split(sub) if sub else [said], self.delimiters)


class Segment:
    """One segment: its name, its place in the message ("OBX[2]"), its raw fields, and the comments (NTE) under it.

    `used` says that it gave an entry or something to one; what stays unused is counted as not understood. `open` says
    that the file ends in it, so that its last field may be cut short.
    """

    __slots__ = ("delimiters", "fields", "name", "notes", "number", "open", "used", "where")

    def __init__(self, name: str, fields: list[str], delimiters: Delimiters, number: int) -> None:
        self.name = name
        self.fields = fields
        self.delimiters = delimiters
        self.number = number
        self.where = ""
        self.notes: list[Segment] = []
        self.used = False
        self.open = False

    def raw(self, number: int) -> str:
        """A field as it came; "" where it is absent or null."""
        if number >= len(self.fields):
            return ""
        said = self.fields[number]
        return "" if said == NULL else said

    def text(self, number: int, component: int = 1) -> str:
        """A component of a field's first repetition."""
        said = self.raw(number)
        if not said:
            return ""
        marks = self.delimiters
        if marks.repetition and marks.repetition in said:
            said = said.split(marks.repetition, 1)[0]
        if marks.component and marks.component in said:
            parts = said.split(marks.component, component)
            said = parts[component - 1] if component <= len(parts) else ""
        elif component > 1:
            return ""
        return marks.plain(said).strip()

    def whole(self, number: int) -> str:
        """All of a field as one text, its repetitions as lines: for ST, TX and FT, which have no components."""
        said = self.raw(number)
        if not said:
            return ""
        marks = self.delimiters
        lines = said.split(marks.repetition) if marks.repetition else [said]
        return "\n".join(map(marks.plain, lines)).strip("\n")

    def one(self, number: int) -> Composite:
        """The first repetition of a field."""
        said = self.raw(number)
        if not said:
            return Composite(NO_PARTS, self.delimiters)
        marks = self.delimiters
        if marks.repetition and marks.repetition in said:
            said = said.split(marks.repetition, 1)[0]
        return Composite(marks.parts(said), marks)

    def all(self, number: int) -> Iterator[Composite]:
        """The repetitions of a field that say something."""
        said = self.raw(number)
        if not said:
            return
        marks = self.delimiters
        for one in said.split(marks.repetition) if marks.repetition else [said]:
            found = Composite(marks.parts(one), marks)
            if found:
                yield found

    def __len__(self) -> int:
        return len(self.fields)
