"""Results: each measurement in its own unit with its last two values, its range, and how it moved."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext

from careloom.care.entry import LOINC, Entry
from careloom.care.record import PatientRecord
from careloom.web.present.patient.said import moment_of
from careloom.web.present.sparkline import Sparkline, drawn, range_words
from careloom.web.present.words import INTERPRETATIONS, day, source_name, unit
from careloom.web.saying import later

GROUPS: Mapping[str, str] = {
    "laboratory": later("Laboratory"),
    "vital-signs": later("Vital signs"),
    "": later("Other measurements"),
}
# Answers and circumstances stand under needs, notes and the timeline.
_NOT_MEASURED = frozenset({"survey", "social-history", "sdoh"})
_NORMAL = frozenset({"", "N", "NEG"})
COLUMNS = 6
OLDER = 24


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a result, as its source gives it."""

    words: str
    day: str
    flag: str
    source: str
    entry: str


@dataclass(frozen=True, slots=True)
class Result:
    """A measurement: its newest value first, `line` where at least two are numbers; `more` are older values that aren't shown."""

    label: str
    unit: str
    last: Value
    before: Value | None
    range: str
    line: Sparkline | None
    values: tuple[Value, ...]
    more: int
    key: str

    def on(self, day: str) -> Value | None:
        """The newest value of a day."""
        return next((one for one in self.values if one.day == day), None)


@dataclass(frozen=True, slots=True)
class Group:
    """Results of one kind; `days` are the newest days on which there are some, `table` a row of values for each result."""

    title: str
    rows: tuple[Result, ...]
    days: tuple[str, ...]
    table: tuple[tuple[Result, tuple[Value | None, ...]], ...]


def results(record: PatientRecord) -> tuple[Group, ...]:
    """The results by kind, what is out of its range first, then the newest."""
    found: dict[tuple[str, ...], list[Entry]] = {}
    for entry in record.entries:
        for value in _measured(entry):
            found.setdefault(_key(value), []).append(value)
    groups: dict[str, list[tuple[bool, float, Result]]] = {group: [] for group in GROUPS}
    for key, entries in found.items():
        entries.sort(key=moment_of)
        newest = entries[-1]
        abnormal = (newest.interpretation or "") not in _NORMAL
        groups[_group(newest)].append((not abnormal, -moment_of(newest), _result("|".join(key), entries)))
    return tuple(
        _grouped(GROUPS[group], [row for *_, row in sorted(rows, key=lambda one: one[:2])])
        for group, rows in groups.items()
        if rows
    )


def _grouped(title: str, rows: Sequence[Result]) -> Group:
    days = sorted({value.day for row in rows for value in row.values if value.day != "no date"}, reverse=True)
    shown = tuple(days[:COLUMNS])
    table = tuple((row, tuple(row.on(one) for one in shown)) for row in rows)
    return Group(title, tuple(rows), shown, tuple(line for line in table if any(line[1])))


def _measured(entry: Entry) -> Iterator[Entry]:
    """An observation as values: each of its parts as one of its own."""
    if entry.kind != "Observation" or entry.subject != "patient" or entry.negated:
        return
    if _NOT_MEASURED.intersection(entry.category) or entry.detail.get("domain"):
        return
    if entry.value is not None or entry.value_codes:
        yield entry
    for part in entry.components:
        if part.value is not None:
            yield replace(
                entry,
                codes=part.codes,
                text=part.text,
                value=part.value,
                unit=part.unit,
                comparator="",
                value_codes=(),
                interpretation=part.interpretation,
                range=None,
                components=(),
            )


def _key(entry: Entry) -> tuple[str, ...]:
    """What may stand in one line: one code, and one unit; what was measured by another method is another result."""
    loinc = next((code.code for code in entry.codes if code.system == LOINC), "")
    return (loinc or entry.name.casefold(), unit(entry.unit).strip())


def _group(entry: Entry) -> str:
    return next((name for name in GROUPS if name in entry.category), "")


def _result(key: str, entries: Sequence[Entry]) -> Result:
    newest_first = list(reversed(entries))
    values = tuple(map(_value, newest_first))
    newest = newest_first[0]
    return Result(
        label=newest.name,
        unit=unit(newest.unit).strip(),
        last=values[0],
        before=values[1] if len(values) > 1 else None,
        range=next((words for one in newest_first if (words := range_words(one))), ""),
        line=drawn(newest.name, newest.name, entries[-OLDER:]),
        values=values[:OLDER],
        more=max(len(values) - OLDER, 0),
        key=key,
    )


def _value(entry: Entry) -> Value:
    coded = ", ".join(code.display or code.code for code in entry.value_codes)
    words = f"{entry.comparator}{entry.value}{unit(entry.unit)}" if entry.value is not None else coded
    flag = INTERPRETATIONS.get(entry.interpretation or "", entry.interpretation or "")
    return Value(
        words=words,
        day=day(entry.happened)[:10] if entry.happened else gettext("no date"),
        flag="" if flag == "normal" else flag,
        source=source_name(entry.source.system),
        entry=entry.id,
    )
