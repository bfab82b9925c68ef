"""Reports of the desk as they are set on paper: the data audit, how far readers agree, a patient's accounting of disclosures.

Each holds the words of its page, in the reader's language; a table's row of one cell is a heading over those that follow.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from django.utils.translation import get_language, gettext

from careloom.web.present.agreement import Page
from careloom.web.present.audit import Left
from careloom.web.present.pdf import PAGES
from careloom.web.present.readiness import VERDICTS, Audit

# A table of more columns lies across the sheet.
UPRIGHT = 7


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `sentences` where its columns hold words rather than numbers."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    sentences: bool = False

    def labelled(self) -> list[list[tuple[str, str]]]:
        """The rows, each cell with its column's head: on a narrow page it stands before the cell."""
        return [list(zip(self.head, row, strict=False)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart: the SVG, what it shows in words for whoever doesn't see it, its caption, and its name."""

    svg: str
    words: str
    caption: str
    name: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a report: paragraphs, pictures, tables, and items with what stands in bold before them."""

    title: str
    paragraphs: Sequence[str] = ()
    tables: Sequence[Table] = ()
    items: Sequence[tuple[str, str]] = field(default=())
    pictures: Sequence[Picture] = ()


@dataclass(frozen=True, slots=True)
class Accounting:
    """A patient's accounting of disclosures from one day to another, and beside it what is no part of it."""

    patient: str
    name: str
    practice: str
    since: str
    until: str
    counted: Sequence[Left]
    part2: Sequence[Left]
    left_out: Sequence[Left]


def of_audit(shown: Audit) -> dict[str, object]:
    """The data audit: the words of web/readiness_printed.html."""
    rows: list[tuple[str, ...]] = []
    for title, fields in shown.groups:
        rows.append((str(title),))
        for one in fields:
            cells = (f"{cell.mark.shape} {cell.said} {cell.moved}".strip() for cell in one.cells)
            rows.append((one.label, *cells))
    head = (gettext("Field"), gettext("All"), *shown.names)
    legend = "; ".join(f"{one.shape} {one.word}: {one.why}" for one in VERDICTS.values())
    only = (
        (gettext("One source alone has: {only}.").format(only=shown.only),)
        if shown.only and len(shown.names) > 1
        else ()
    )
    parts = (
        Part("", tables=(Table(head, rows),), paragraphs=(f"{legend}.",)),
        Part(
            gettext("What lacks, and what would mend it"),
            items=[(f"{one.label}.", f"{one.without} {one.mend}") for one in shown.lacking],
        ),
        Part(
            gettext("Sources"),
            only,
            items=[
                (one.name, " · ".join((*one.facts, *(f"■ {risk}" for risk in one.risks))))
                for one in shown.sources
            ],
        ),
        Part(gettext("Who is who"), (" · ".join(shown.identity),)),
        Part(
            gettext("What de-identification would need"),
            items=[("", one) for one in shown.identifiers],
        ),
    )
    lead = (shown.counted, *(f"▲ {one}" for one in shown.alarms), *(f"▼ {one}" for one in shown.losses))
    title = gettext("Data audit: {title}").format(title=shown.title)
    return report(title, lead, parts, flipped=len(head) > UPRIGHT)


def of_agreement(shown: Page) -> dict[str, object]:
    """How far two readers agree: the numbers of web/agreement.html."""
    few = gettext("fewer than {fewest} pairs: no number is said").format(fewest=shown.fewest)
    head = (
        gettext("Which"),
        gettext("Pairs"),
        gettext("Same"),
        gettext("Kappa (95 %)"),
        gettext("AC1"),
        gettext("Said by the first / the second"),
    )
    parts = [
        Part(
            part.title,
            tables=(
                Table(
                    head,
                    [
                        (one.what, few, "", "", "", "")
                        if one.few
                        else (
                            one.what,
                            str(one.number),
                            one.observed,
                            _kappa(one.kappa, one.interval),
                            one.ac1,
                            one.said,
                        )
                        for one in part.rows
                    ],
                    sentences=True,
                ),
            ),
        )
        for part in shown.parts
    ]
    nothing = () if parts else (gettext("In this time nothing was read a second time and compared."),)
    between = gettext("{first} to {last}").format(first=shown.first, last=shown.last)
    title = gettext("How far two readers agree")
    return report(
        f"{title}: {gettext('yours')}" if shown.own else title, (between, shown.words, *nothing), parts
    )


def of_disclosures(shown: Accounting) -> dict[str, object]:
    """The accounting that a patient may ask for: what web/disclosures.html prints."""
    nothing = gettext("Nothing that the accounting must hold was written down in this time.")
    parts = [_accounted(gettext("To others, without an authorization"), shown.counted, nothing)]
    if shown.part2:
        parts.append(
            _accounted(gettext("From a substance-use programme, in the last three years"), shown.part2, "")
        )
    law = gettext("{since} to {until} (45 CFR 164.528; 42 CFR 2.25)").format(
        since=shown.since, until=shown.until
    )
    title = gettext("Accounting of disclosures: {name}").format(name=shown.name)
    return report(title, (" · ".join(filter(None, (shown.practice, law))),), parts)


def of_case(title: str, lead: Sequence[str], parts: Sequence[Part]) -> dict[str, object]:
    """The case of one activity that is worth drafting: what web/ranking_case.html prints."""
    return report(title, lead, parts)


def _accounted(title: str, rows: Sequence[Left], nothing: str) -> Part:
    if not rows:
        return Part(title, (nothing,))
    head = (gettext("Day"), gettext("To whom"), gettext("What"), gettext("What for"), gettext("Ground"))
    told = [(one.on, one.to, one.what, one.why, f"{one.ground} ({one.source})") for one in rows]
    return Part(title, tables=(Table(head, told, sentences=True),))


def _kappa(kappa: str, interval: str) -> str:
    return f"{kappa} ({interval})" if interval else kappa


def report(
    title: str, lead: Iterable[str], parts: Iterable[Part], *, flipped: bool = False
) -> dict[str, object]:
    """What the PDF of a report holds: its title, the sentences in front, and its parts; `flipped` lies across the sheet."""
    language = (get_language() or "en")[:2]
    pages: Mapping[str, tuple[str, str]] = PAGES
    return {
        "title": title,
        "lang": language,
        "pages": pages[language],
        "lead": list(lead),
        "parts": [asdict(one) for one in parts if one.paragraphs or one.tables or one.items],
        "flipped": flipped,
    }
