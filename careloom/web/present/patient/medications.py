"""The medicines as all sources together tell them: what, how, who ordered it, the last fill, and what is in doubt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from careloom.care.entry import Entry
from careloom.care.record import Medication, PatientRecord
from careloom.web.present.evidence import taken
from careloom.web.present.patient.said import Said, moment_of, said
from careloom.web.present.patient.year import Strip, fills
from careloom.web.present.recorded import recorded
from careloom.web.present.settling import Disagreement, Stands, stands, to_settle
from careloom.web.present.told import Pieces
from careloom.web.present.words import Mark, day, source_name
from careloom.web.saying import later

# What a nurse must look at has a mark of its own; none of them says whether somebody takes the drug.
STATES: Mapping[str, Mark] = {
    "taking_as_reported": Mark("●", later("taken, as reported"), "plain"),
    "prescribed_and_filled": Mark("✓", later("prescribed and filled"), "ok"),
    "prescribed_no_fill_seen": Mark("■", later("prescribed, no recent fill seen"), "look"),
    "filled_not_listed": Mark("■", later("filled, on no list"), "look"),
    "on_hold": Mark("■", later("on hold"), "look"),
    "stopped": Mark("○", later("stopped"), "plain"),
    "dose_in_conflict": Mark("▲", later("doses in conflict"), "look"),
}
_DOUBTS = frozenset(
    {
        "medication_list",
        "dose",
        "dose_without_unit",
        "implausible_dose",
        "medication_status",
        "no_fill",
        "ingredient_twice",
        "two_strengths",
        "allergy_against_drug",
    }
)


@dataclass(frozen=True, slots=True)
class Row:
    """A medicine: `doses` as each source says them, `fills` the picture of its year."""

    name: str
    mark: Mark
    otc: bool
    doses: tuple[str, ...]
    prescriber: str
    last_fill: str
    why: Pieces
    doubts: tuple[Pieces, ...]
    fills: Strip | None
    said: Said | None
    open: tuple[Disagreement, ...] = ()
    settled: tuple[Stands, ...] = ()


@dataclass(frozen=True, slots=True)
class Medicines:
    """Those that count as taken now, and those that don't; `doubtful` is how many of the first are in doubt."""

    now: tuple[Row, ...]
    past: tuple[Row, ...]
    doubtful: int


def medicines(record: PatientRecord) -> Medicines:
    """The medicines, what is in doubt first."""
    rows = [(one.current, _row(one, record)) for one in record.medications]
    now = sorted((row for current, row in rows if current), key=lambda row: not row.doubts)
    return Medicines(
        tuple(now),
        tuple(row for current, row in rows if not current),
        sum(bool(row.doubts) for row in now),
    )


def _row(one: Medication, record: PatientRecord) -> Row:
    entries = [record.by_id[cited] for cited in one.entries if cited in record.by_id]
    supplied = _supplied(one, entries, record)
    return Row(
        name=one.name,
        mark=STATES[one.state],
        otc=one.over_the_counter,
        doses=_doses(one, record),
        prescriber=_prescriber([*entries, *supplied]),
        last_fill=day(one.last_fill)[:10] if one.last_fill else "",
        why=recorded(one.why),
        doubts=_doubts(one, record),
        fills=fills(supplied, record),
        said=said(one.entries, record),
        open=to_settle(one.entries, "drug", record),
        settled=stands(one.entries, record),
    )


def _doses(one: Medication, record: PatientRecord) -> tuple[str, ...]:
    """The regimens in parts; where the record gives none, the doses in their sources' words."""
    if one.regimens:
        return tuple(f"{taken(way)} ({_whose(way.entries, record)})" for way in one.regimens)
    return tuple(f"{words} ({_whose(entries, record)})" for words, entries in one.doses)


def _whose(entries: Sequence[str], record: PatientRecord) -> str:
    systems = (source_name(record.by_id[one].source.system) for one in entries if one in record.by_id)
    return ", ".join(dict.fromkeys(systems)) or gettext("source not stated")


def _doubts(one: Medication, record: PatientRecord) -> tuple[Pieces, ...]:
    mine = set(one.entries)
    names = {name.casefold() for name in (one.name, *one.ingredients)}
    told = [
        recorded(found.why)
        for found in record.conflicts
        if found.kind in _DOUBTS and found.about.casefold() in names and mine.intersection(found.entries)
    ]
    told += [recorded(way.doubt) for way in one.regimens if way.doubt]
    return tuple(dict.fromkeys(told))


def _supplied(one: Medication, entries: Sequence[Entry], record: PatientRecord) -> list[Entry]:
    """Every fill of the drug: those that its codes and words name as its cited ones do."""
    cited = [entry for entry in entries if entry.kind == "MedicationDispense"]
    codes = {(code.system, code.code) for entry in cited for code in entry.codes}
    words = {entry.name.casefold() for entry in cited}
    return [
        entry
        for entry in record.entries
        if entry.kind == "MedicationDispense"
        and not entry.negated
        and entry.status in ("completed", None, "")
        and (
            entry.id in one.entries
            or entry.name.casefold() in words
            or any((code.system, code.code) in codes for code in entry.codes)
        )
    ]


def _prescriber(entries: Sequence[Entry]) -> str:
    told = [entry for entry in entries if entry.detail.get("prescriber")]
    return max(told, key=moment_of).detail["prescriber"] if told else ""
