"""The data audit as a page: a matrix of fields and sources, one field in sentences, the sources, and the risks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from careloom.pipeline.auditing import Audited
from careloom.readiness import Field, Report
from careloom.readiness.report import CellReport, FieldReport, SourceReport
from careloom.readiness.words import (
    cell_words,
    change_words,
    drop_words,
    identifier_words,
    mend_words,
    percent,
    without_words,
)
from careloom.web.present.words import Mark, brief, count, listed, moment, source_name, spoken
from careloom.web.saying import later

VERDICTS: Mapping[str, Mark] = {
    "good": Mark(
        "●",
        later("good"),
        "ok",
        later("90 in 100 patients (where each should have it), whole, coded and plausible"),
    ),
    "partly": Mark(
        "◐", later("partly"), "look", later("for too few patients, or with parts or codes lacking")
    ),
    "none": Mark("○", later("none"), "plain", later("it has a place for it, and nothing came")),
    "not carried": Mark(
        "–", later("no place"), "plain", later("nothing that is read of the source's format tells it")
    ),
}
GROUPS = {"pilot": later("What the pilot needs first"), "plan": later("What the care plan needs besides")}
# Width of a cell's bar, as it is drawn.
BAR = 40
MOST_PAIRS = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix: a mark, the share in words, and how long its bar is; `moved` against the last run."""

    mark: Mark
    said: str
    bar: int
    source: str = ""
    moved: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One field of the matrix."""

    name: str
    label: str
    cells: tuple[Cell, ...]
    only: str


@dataclass(frozen=True, slots=True)
class Detail:
    """One field in sentences."""

    name: str
    label: str
    without: str
    mend: str
    whole: str
    sources: tuple[tuple[str, Mark, str], ...]
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source as it is told on the page."""

    name: str
    facts: tuple[str, ...]
    risks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything the page shows."""

    title: str
    counted: str
    alarms: tuple[str, ...]
    losses: tuple[str, ...]
    names: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    lacking: tuple[Detail, ...]
    sources: tuple[SourceRow, ...]
    identity: tuple[str, ...]
    alike: tuple[str, ...]
    identifiers: tuple[str, ...]
    unmeasured: str
    only: str
    bar: int = BAR


def audit(found: Audited, fields: Sequence[Field], now: datetime) -> Audit:
    """The page of a run."""
    report = found.report
    defined = {one.name: one for one in fields}
    shown = [one for one in report.fields if one.name in defined]
    good = sum(one.whole.verdict == "good" for one in shown)
    before = (
        gettext(" Compared with the run of {when}.").format(when=moment(found.before, now))
        if found.before
        else gettext(" It is the first run.")
    )
    outside = gettext("{outside} of {many} have data from outside {source}").format(
        outside=report.outside, many=count(report.patients, "patient"), source=source_name(report.main)
    )
    return Audit(
        title=gettext("{good} of {number} fields are good; {good2} lack something").format(
            good=good, number=len(shown), good2=len(shown) - good
        ),
        counted=gettext("Counted {when}, as of {as_of}. {outside}.{before}").format(
            when=moment(found.at, now), as_of=report.as_of, outside=outside, before=before
        ),
        alarms=_alarms(report),
        losses=tuple(change_words(one) for one in found.changes if one.lost)[:8],
        names=tuple(source_name(one.name) for one in report.sources),
        groups=tuple(
            (title, tuple(_row(one, found) for one in shown if one.group == group))
            for group, title in GROUPS.items()
        ),
        lacking=tuple(detail(one, defined[one.name], found) for one in shown if one.whole.verdict != "good"),
        sources=tuple(_source(one) for one in report.sources),
        identity=_identity(report),
        alike=tuple(
            gettext("{one} and {other}: {why}").format(one=one.one[:8], other=one.other[:8], why=one.why)
            for one in report.alike[:MOST_PAIRS]
        ),
        identifiers=_identifiers(report),
        unmeasured=listed(list(report.unmeasured)),
        only=listed([f"{one.label} ({source_name(one.only)})" for one in shown if one.only]),
    )


def detail(field: FieldReport, definition: Field, found: Audited) -> Detail:
    """One field: what can't be done without it, what mends it, and each source in a sentence."""
    report = found.report
    only = (
        gettext(" Only {source} has it.").format(source=source_name(field.only))
        if field.only and len(report.sources) > 1
        else ""
    )
    return Detail(
        name=field.name,
        label=field.label,
        without=without_words(field),
        mend=spoken(mend_words(field, definition, report.sources, report.main)),
        whole=cell_words(field.whole, field.expected) + only,
        sources=tuple(
            (source_name(name), VERDICTS[cell.verdict], cell_words(cell, field.expected))
            for name, cell in field.sources.items()
        ),
        changes=tuple(change_words(one) for one in found.changes if one.field == field.name),
    )


def _alarms(report: Report) -> tuple[str, ...]:
    labels = {one.name: one.label for one in report.fields}
    said = [drop_words(one, labels.get(one.field, one.field), _day(one.since)) for one in report.drops]
    said += [
        gettext("{source} has sent nothing since {more}.").format(
            source=one.name.upper(), more=_day(date.fromisoformat(one.silent_since))
        )
        for one in report.sources
        if one.silent_since
    ]
    return tuple(said)


def _row(field: FieldReport, found: Audited) -> Row:
    moved = {one.source: one.now - one.before for one in found.changes if one.field == field.name}
    cells = [("", field.whole), *field.sources.items()]
    return Row(
        name=field.name,
        label=field.label,
        cells=tuple(
            _cell(cell, source_name(name) if name else gettext("All"), moved.get(name, 0.0))
            for name, cell in cells
        ),
        only=source_name(field.only) if field.only else "",
    )


def _cell(cell: CellReport, source: str, moved: float) -> Cell:
    mark = VERDICTS[cell.verdict]
    said = percent(cell.share) if cell.patients else mark.word
    change = f"{'▲' if moved > 0 else '▼'} {abs(round(moved * 100))}" if moved else ""
    return Cell(mark, said, max(round(cell.share * BAR), 1) if cell.patients else 0, source, change)


def _source(one: SourceReport) -> SourceRow:
    facts = [
        f"{count(one.messages, 'message')} ({', '.join(name.replace('_', ' ') for name in one.formats)})",
        count(one.patients, "patient"),
        count(one.entries, "entry", "entries"),
    ]
    if one.first:
        facts.append(
            gettext("{rhythm}, {first} to {last}").format(rhythm=one.rhythm, first=one.first, last=one.last)
            if one.first != one.last
            else f"{one.rhythm}, {one.first}"
        )
    if one.statements:
        facts.append(gettext("{percent} said again").format(percent=percent(one.again / one.statements)))
        facts.append(gettext("{percent} with free text").format(percent=percent(one.text_share)))
    risks = [
        gettext("not understood: {name} × {number}").format(name=name, number=number)
        for name, number in one.unknown.items()
    ]
    risks += [
        gettext("rejected: {why} × {number}").format(why=spoken_error(name), number=number)
        for name, number in one.rejected.items()
    ]
    if one.unnamed:
        risks.append(
            gettext("nobody named this source: several systems may hide behind it (connect with --source)")
        )
    return SourceRow(source_name(one.name), tuple(facts), tuple(risks))


def spoken_error(name: str) -> str:
    """A class of our errors in a reader's words."""
    known = {
        "UnknownPatient": gettext("nobody known"),
        "PatientMismatch": gettext("contradicts who it says it is"),
        "NamesNobody": gettext("nobody named for certain"),
        "UnknownReference": gettext("refers to what was not sent"),
        "InputError": "unreadable",
    }
    return known.get(name, name)


def _identity(report: Report) -> tuple[str, ...]:
    said = [
        gettext("{many} with a birth date {how}").format(many=count(number, "patient"), how=how)
        for how, number in report.births.items()
    ]
    said += [
        gettext("{many} of {source} wait for a person who is known").format(
            many=count(number, "part"), source=source_name(name)
        )
        for name, number in report.waiting.items()
    ]
    said.append(
        gettext("{many} that another source had made already").format(many=count(report.across, "statement"))
    )
    said.append(
        gettext("{many} of patients alike and not merged").format(many=count(len(report.alike), "pair"))
    )
    return tuple(said)


def _identifiers(report: Report) -> tuple[str, ...]:
    return tuple(
        gettext("{source}: {numbers}; {percent} of entries with free text").format(
            source=source_name(one.name),
            numbers=identifier_words(one.identifiers),
            percent=percent(one.text_share),
        )
        for one in report.sources
        if one.identifiers
    )


def _day(day: date) -> str:
    return brief(day)
