"""The report in sentences, and as JSON and back."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from careloom.readiness.changes import Change
from careloom.readiness.dropped import Drop
from careloom.readiness.fields import Field
from careloom.readiness.identifiers import KINDS
from careloom.readiness.report import CellReport, FieldReport, Report, SourceReport

# Whom to ask, by format: what mends a field that a format has a place for.
MENDERS: Mapping[str, str] = {
    "fhir": "the vendor's profile",
    "hl7v2": "the feed",
    "ccda": "the document's export",
    "x12": "the payer's feed",
    "pharmacy_claims": "the mapping",
    "table": "the mapping",
    "notes": "the notes",
    "scan": "the papers, or better the data behind them",
}


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain JSON."""
    found: dict[str, Any] = msgspec.to_builtins(report)
    return found


def from_json(stored: Mapping[str, Any]) -> Report | None:
    """A report that was stored; None for one of an earlier version, which is not compared with."""
    try:
        return msgspec.convert(stored, Report)
    except msgspec.ValidationError:
        return None


def drop_words(drop: Drop, label: str, day: str) -> str:
    """ "RIVERSIDE_EHR no longer sends allergies since 27 Nov: 0 of 25 messages, 210 of 230 before." """
    verb = "no longer sends" if drop.kind == "gone" else "sends far less often"
    (now, of_now), (before, of_before) = drop.now, drop.before
    counted = f"{now} of {of_now} messages, {before} of {of_before} before"
    what = f"the {drop.part.replace('_', ' ')} of {label}" if drop.part else label
    return f"{drop.source.upper()} {verb} {what} since {day}: {counted}."


def change_words(change: Change) -> str:
    """ "Allergies in riverside_ehr: 92 of 100 patients in the run before (92 %), 40 of 110 now (36 %)." """
    where = f" in {change.source}" if change.source else ""
    first = change.label.split(" ")[0]
    name = change.label[:1].upper() + change.label[1:] if first.islower() else change.label
    (had, of_them), (has, of_all) = change.had, change.has
    return (
        f"{name}{where}: {had} of {of_them} patients in the run before ({percent(change.before)}), "
        f"{has} of {of_all} now ({percent(change.now)})."
    )


def without_words(field: FieldReport) -> str:
    """What a nurse can't do without the field."""
    return f"Without it a nurse can't {field.without}."


def mend_words(field: FieldReport, definition: Field, sources: Sequence[SourceReport], main: str) -> str:
    """What would mend it, and whom to ask: "" where it is good.

    Asked are the sources that tell it in part and the site's own EHR; where neither has a place for it, all that have.
    """
    if field.whole.verdict == "good":
        return ""
    lacking = [one for one in sources if field.sources[one.name].verdict in ("partly", "none")]
    first = [one for one in lacking if one.name == main or field.sources[one.name].patients]
    asked = [_place(one, definition) for one in first or lacking]
    if asked:
        return f"Ask for {field.mend}: {', '.join(asked)}."
    return f"No source here has a place for it. Ask for {field.mend}, from a source that has."


def _place(source: SourceReport, definition: Field) -> str:
    """ "riverside_ehr (the vendor's profile: AllergyIntolerance)"."""
    formats = [one for one in source.formats if one in definition.carried]
    places = [f"{MENDERS.get(name, 'the feed')}: {definition.carried[name]}" for name in formats]
    return f"{source.name} ({'; '.join(places)})" if places else source.name


def cell_words(cell: CellReport, expected: str) -> str:
    """What is counted of a cell, in words."""
    if cell.verdict == "not carried":
        return "Nothing that is read of its format tells this."
    if not cell.patients:
        return "Nothing of it came."
    said = [f"{cell.patients} patient{'' if cell.patients == 1 else 's'}"]
    if expected == "everyone":
        said[0] += f" ({percent(cell.share)})"
    said.append(f"{percent(cell.whole)} with all required parts")
    if cell.lacking:
        said.append(
            "lacking " + ", ".join(f"{part.replace('_', ' ')} ({n})" for part, n in cell.lacking.items())
        )
    if cell.coded is not None:
        said.append(f"{percent(cell.coded)} with a standard code")
    if cell.doubts:
        said.append(", ".join(f"{why} ({n})" for why, n in cell.doubts.items()))
    if cell.median_hours is not None:
        said.append(
            f"the newest was {delay(cell.median_hours)} old when it came (95 in 100 at most {delay(cell.p95_hours)})"
        )
    if cell.alone:
        said.append(f"only here for {cell.alone}")
    return "; ".join(said) + "."


def identifier_words(letters: Mapping[str, int]) -> str:
    """The Safe Harbor kinds that occur, in words."""
    return ", ".join(KINDS[letter] for letter in letters)


def percent(share: float) -> str:
    """A share in whole percent; never 100 % or 0 % where it is not."""
    whole = round(share * 100)
    if (whole == 100 and share < 1) or (whole == 0 and share > 0):
        return "over 99 %" if whole else "under 1 %"
    return f"{whole} %"


def delay(hours: float | None) -> str:
    """A delay in the unit that a person would say it in."""
    if hours is None:
        return ""
    if hours < 1:
        return f"{round(hours * 60)} min"
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"
