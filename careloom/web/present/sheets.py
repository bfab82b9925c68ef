"""What stands on paper: a document's parts, lines and footnotes, before they are set as HTML or PDF."""

from collections.abc import Sequence
from dataclasses import dataclass

from careloom.web.present.kinds import Named, Told
from careloom.web.present.plan import FindingRow


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line with the numbers of its footnotes; `state` says where it is not signed."""

    text: str
    notes: tuple[int, ...]
    state: str

    @property
    def marks(self) -> str:
        """The numbers of its footnotes, runs of them as "3–6"."""
        return runs(self.notes)


@dataclass(frozen=True, slots=True)
class Row:
    """One line; or several that the same person does by the same day, `who` then said once before them."""

    lines: tuple[PrintedLine, ...]
    who: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the printed document; `tail` names its lines among the top three and counts what is folded."""

    title: str
    rows: tuple[Row, ...]
    tail: str = ""

    @property
    def lines(self) -> tuple[PrintedLine, ...]:
        """All its lines."""
        return tuple(line for row in self.rows for line in row.lines)


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: one cited entry or one guideline."""

    number: int
    words: str


@dataclass(frozen=True, slots=True)
class Source:
    """The footnotes of one source."""

    name: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole printed document."""

    kind: Named
    given: tuple[Told, ...]
    status: str
    filed: bool
    drafted: str
    printed: str
    signed: str
    top: tuple[PrintedLine, ...]
    top_words: str
    parts: tuple[Part, ...]
    more: str
    findings: tuple[FindingRow, ...]
    more_findings: str
    coverage: str
    left_out: str
    sources: tuple[Source, ...]
    label: str

    @property
    def notes(self) -> tuple[Note, ...]:
        """All footnotes in their order."""
        return tuple(note for source in self.sources for note in source.notes)


def runs(numbers: Sequence[int]) -> str:
    """Numbers in their order, three or more in a row as "3–6"."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    said = [f"{run[0]}–{run[-1]}" if len(run) > 2 else ",".join(map(str, run)) for run in found]
    return ",".join(said)
