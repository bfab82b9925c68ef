"""The report: the tally said in shares, with a verdict for each field of each source."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from careloom.care.arrived import Alike
from careloom.care.entry import UNNAMED_SOURCES
from careloom.readiness.counting import Cell
from careloom.readiness.dropped import Drop, drops
from careloom.readiness.fields import Field, asked_labs
from careloom.readiness.identifiers import ELSEWHERE, KINDS
from careloom.readiness.sameness import most
from careloom.readiness.tally import WHOLE, SourceCount, Tally

Verdict = Literal["good", "partly", "none", "not carried"]
# Ours, no standard: from these shares on a field counts as good, and above this one as doubtful.
KNOWN_OF, WHOLE_IN, CODED_IN, DOUBTFUL_IN = 0.9, 0.8, 0.8, 0.05
# What was rejected because nobody knew whom it was about, or because it contradicted who it said it was.
WAITING = ("UnknownPatient", "PatientMismatch", "NamesNobody")
MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CellReport:
    """One field in one source: shares from 0 to 1, delays in hours. `coded` is None where there is nothing to code."""

    verdict: Verdict
    patients: int
    share: float
    alone: int
    entries: int
    whole: float
    coded: float | None
    doubtful: float
    lacking: Mapping[str, int]
    doubts: Mapping[str, int]
    median_hours: float | None
    p95_hours: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReport:
    """One field over all sources and in each. `only` is the one source that has it, where there is just one."""

    name: str
    label: str
    group: str
    expected: str
    whole: CellReport
    sources: Mapping[str, CellReport]
    only: str
    without: str
    mend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """One source. `identifiers` counts patients by the letter of the Safe Harbor kind; `text_share` is free text."""

    name: str
    formats: tuple[str, ...]
    patients: int
    messages: int
    entries: int
    first: str
    last: str
    rhythm: str
    silent_since: str
    unnamed: bool
    rejected: Mapping[str, int]
    unknown: Mapping[str, int]
    statements: int
    again: int
    text_share: float
    identifiers: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole audit. `outside` patients have entries from another source than `main`; `across` statements had been
    made by another source already; `unmeasured` are measurements that a protocol asks for and nobody sends.
    """

    as_of: str
    patients: int
    main: str
    outside: int
    fields: tuple[FieldReport, ...]
    sources: tuple[SourceReport, ...]
    drops: tuple[Drop, ...]
    unmeasured: tuple[str, ...]
    across: int
    alike: tuple[Alike, ...]
    births: Mapping[str, int]
    waiting: Mapping[str, int]
    elsewhere: tuple[str, ...] = tuple(KINDS[kind] for kind in ELSEWHERE)


def report(tally: Tally, alike: Sequence[Alike] = (), main: str = "") -> Report:
    """The report of a tally. `main` names the site's own EHR; else it is the source that tells most of the pilot's fields."""
    of_source = _patients_by_source(tally.together)
    names = tuple(sorted(set(tally.sources) | set(of_source)))
    chosen = main or _main(tally, names)
    fields = tuple(_field(one, tally, names, of_source) for one in tally.fields)
    unmeasured = [
        lab.label
        for name in sorted(asked_labs(tally.knowledge))
        if not tally.labs[name] and (lab := tally.knowledge.labs.get(name))
    ]
    return Report(
        as_of=tally.as_of.isoformat(),
        patients=tally.patients,
        main=chosen,
        outside=sum(number for told, number in tally.together.items() if told - {chosen}),
        fields=fields,
        sources=tuple(_source(name, tally.sources[name], of_source[name], tally.as_of) for name in names),
        drops=drops(tally.days, tally.as_of, tally.parts),
        unmeasured=tuple(unmeasured) if tally.patients else (),
        across=tally.across,
        alike=tuple(sorted(alike, key=lambda pair: (pair.one, pair.other))),
        births=dict(tally.births),
        waiting={
            name: number
            for name in names
            if (number := sum(tally.sources[name].rejected[error] for error in WAITING))
        },
    )


def _patients_by_source(together: Mapping[frozenset[str], int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for sources, number in together.items():
        for source in sources:
            found[source] += number
    return found


def _main(tally: Tally, names: Sequence[str]) -> str:
    pilot = [one.name for one in tally.fields if one.group == "pilot"]
    told = {name: sum(tally.cells[name, field].patients for field in pilot) for name in names}
    return min(told, key=lambda name: (-told[name], name), default="")


def _field(one: Field, tally: Tally, names: Sequence[str], of_source: Mapping[str, int]) -> FieldReport:
    cells = {name: tally.cells[name, one.name] for name in names}
    having = [name for name in names if cells[name].patients]
    return FieldReport(
        name=one.name,
        label=one.label,
        group=one.group,
        expected=one.share,
        whole=_cell(one, tally.cells[WHOLE, one.name], tally.patients, carried=True),
        sources={
            name: _cell(one, cells[name], of_source[name], carried=_carries(one, tally.sources[name]))
            for name in names
        },
        only=having[0] if len(having) == 1 else "",
        without=one.without,
        mend=one.mend,
    )


def _carries(one: Field, source: SourceCount) -> bool:
    """Whether any format of a source has a place for the field; a format that is not known may have one."""
    formats = source.formats.keys() - {"unknown"}
    return not formats or bool(formats & one.carried.keys())


def _cell(one: Field, cell: Cell, patients: int, *, carried: bool) -> CellReport:
    share = _share(cell.patients, patients)
    whole, doubtful = _share(cell.whole, cell.entries), _share(cell.doubtful, cell.entries)
    coded = _share(cell.coded, cell.entries) if one.systems else None
    found: Verdict = "none" if carried else "not carried"
    if cell.patients:
        known = share >= KNOWN_OF or one.share == "some"
        fine = whole >= WHOLE_IN and (coded is None or coded >= CODED_IN) and doubtful <= DOUBTFUL_IN
        found = "good" if known and fine else "partly"
    return CellReport(
        verdict=found,
        patients=cell.patients,
        share=share,
        alone=cell.alone,
        entries=cell.entries,
        whole=whole,
        coded=coded,
        doubtful=doubtful,
        lacking=dict(most(cell.lacking, MOST_NAMED)),
        doubts=dict(most(cell.doubts, MOST_NAMED)),
        median_hours=cell.delays.hours(0.5),
        p95_hours=cell.delays.hours(0.95),
    )


def _source(name: str, count: SourceCount, patients: int, as_of: date) -> SourceReport:
    days = count.arrivals.days
    silent = count.arrivals.silent_since(as_of)
    statements = count.repeated.statements
    return SourceReport(
        name=name,
        formats=tuple(sorted(count.formats)),
        patients=patients,
        messages=count.arrivals.messages,
        entries=count.entries,
        first=days[0].isoformat() if days else "",
        last=days[-1].isoformat() if days else "",
        rhythm=count.arrivals.rhythm(),
        silent_since=silent.isoformat() if silent else "",
        unnamed=name in UNNAMED_SOURCES,
        rejected=dict(most(count.rejected, MOST_NAMED)),
        unknown=dict(most(count.unknown, MOST_NAMED)),
        statements=statements,
        again=count.repeated.again,
        text_share=_share(count.texts, count.told),
        identifiers=dict(sorted(count.identifiers.items())),
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
