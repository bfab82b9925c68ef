"""Pairs of an HL7 v2 message and the FHIR that another converter made of it: what the FHIR holds, and what we hold of it.

A fact is a number, name, birth date, code, value, unit, time, flag or status of a clinical resource. It is *theirs* where
the message itself does not say it: a code that the converter made up and whatever hangs on it, another person's name
(CON-24, IN2-7), an order that it made of a vaccine's or an appointment's segment, the standing of a report that it made
of a file inside a result, of an observation that it made of a document's line (HL7's own map makes OBX of an MDM the
document), the end of a visit that is only expected.
"""

import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from careloom.care.entry import Entry, Message, Reading
from careloom.connect import hl7v2

Json = dict[str, Any]
LIMIT = 64 << 20
CODED_BY = {
    "Observation": "code", "Condition": "code", "Procedure": "code", "AllergyIntolerance": "code",
    "Immunization": "vaccineCode", "MedicationRequest": "medicationCodeableConcept",
    "MedicationDispense": "medicationCodeableConcept", "MedicationAdministration": "medicationCodeableConcept",
    "ServiceRequest": "code", "DiagnosticReport": "code", "Specimen": "type", "Encounter": "type",
    "Appointment": "serviceType", "Coverage": "type", "DocumentReference": "type", "RelatedPerson": "relationship",
}  # fmt: skip
TIMES = (
    "effectiveDateTime", "effectivePeriod", "onsetDateTime", "recordedDate", "performedDateTime", "performedPeriod",
    "occurrenceDateTime", "authoredOn", "period", "issued", "receivedTime", "start", "end", "created", "date",
)  # fmt: skip
INSIDE = (("collection", "collectedDateTime"), ("collection", "collectedPeriod"), ("context", "period"))
NUMBER = re.compile(r"\d+(?:\.\d+)?")
ROLES = ("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "http://terminology.hl7.org/CodeSystem/v2-0131")


@dataclass
class Tally:
    """Facts by class: how many there are, found, and theirs; the ones not found, for whoever asks."""

    all: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    theirs: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    def add(self, kind: str, what: str, *, found: bool, theirs: bool = False) -> None:
        """Count one fact; what we found is found, whoever says it."""
        self.all[kind] += 1
        self.found[kind] += found
        self.theirs[kind] += theirs and not found
        if not found and not theirs:
            self.missed.append(f"{kind}: {what}")

    @property
    def share(self) -> float:
        """Found, of all that the other converter's FHIR holds."""
        return self.found.total() / self.all.total()

    @property
    def share_of_said(self) -> float:
        """Found, of what the messages themselves say."""
        return self.found.total() / (self.all.total() - self.theirs.total())

    def __str__(self) -> str:
        rows = [
            f"{kind:<12} {self.found[kind]:>5} of {self.all[kind]:>5}, {self.theirs[kind]} theirs"
            for kind in self.all
        ]
        return "\n".join(
            [*rows, f"share {self.share:.4f}, of what the messages say {self.share_of_said:.4f}"]
        )


def read(data: bytes, zone: str) -> list[Reading]:
    """The readings of a message."""
    sent = Message(hashlib.sha256(data).hexdigest(), "pairs", "hl7v2", "message.hl7", zone)
    return list(hl7v2.read(sent, io.BytesIO(data), limit=LIMIT, options={}))


def compare(message: Path, expected: Path, zone: str, tally: Tally) -> None:
    """Count what the expected FHIR holds and what of it we hold."""
    data = message.read_bytes()
    readings = read(data, zone)
    text = data.decode("utf-8", errors="replace").replace("\\T\\", "&")
    bundle = json.loads(expected.read_text(encoding="utf-8-sig"), parse_float=str)
    seen = Seen(text, readings, [entry for one in readings for entry in one.entries])
    for one in bundle.get("entry", ()):
        resource = one["resource"]
        if resource["resourceType"] == "Patient":
            _person(resource, seen, tally)
        elif resource["resourceType"] in CODED_BY:
            _clinical(resource, seen, tally)


@dataclass
class Seen:
    """A message and what we read in it."""

    text: str
    readings: list[Reading]
    entries: list[Entry]

    def says(self, word: str) -> bool:
        """Whether the message holds a word."""
        return word in self.text

    def segments(self, name: str) -> str:
        """All segments of a name."""
        return "\n".join(line for line in re.split(r"[\r\n]+", self.text) if line.startswith(name))

    def are_lines(self, codes: list[str]) -> bool:
        """Whether OBX with these codes are text."""
        lines = [line for line in self.segments("OBX").split("\n") if any(code in line for code in codes)]
        return bool(lines) and all(line.split("|")[2] in ("TX", "FT", "ST") for line in lines)


def _person(resource: Json, seen: Seen, tally: Tally) -> None:
    numbers = {one.value for reading in seen.readings for one in reading.person.identifiers}
    numbers |= {one.identifier.value for reading in seen.readings for one in reading.merges}
    names = {
        word
        for reading in seen.readings
        for name in reading.person.names
        for word in (name.family, *name.given)
    }
    for one in resource.get("identifier", ()):
        if one.get("value"):
            tally.add("number", one["value"], found=one["value"] in numbers)
    own = seen.segments("PID")
    for name in resource.get("name", ()):
        words = [word for word in (name.get("family"), *name.get("given", ())) if word]
        theirs = not all(word in own for word in words)
        for word in words:
            tally.add("name", str(name), found=word in names, theirs=theirs)
    if born := resource.get("birthDate"):
        tally.add("birth date", born, found=any(one.person.birth_date == born for one in seen.readings))


def _clinical(resource: Json, seen: Seen, tally: Tally) -> None:
    kind = resource["resourceType"]
    main = list(_codings(resource.get(CODED_BY[kind])))
    same = [entry for entry in seen.entries if entry.kind == kind]
    mine = [entry for entry in same if not main or set(main) & {code.code for code in entry.codes}]
    if not mine:
        mine = [entry for entry in seen.entries if set(main) & {code.code for code in entry.codes}]
    made_up = bool(main) and not any(seen.says(code) for code in main) and kind != "RelatedPerson"
    label = f"{kind} {main}"
    for code in main:
        found = any(code == one.code for entry in mine for one in entry.codes)
        tally.add("code", label, found=found, theirs=made_up)
    if kind != "Coverage" and (status := resource.get("status")):
        theirs = made_up or _standing_is_theirs(kind, main, seen)
        found = any(entry.status == status for entry in mine)
        tally.add(
            "status", f"{label} {status} {[one.status for one in mine][:3]}", found=found, theirs=theirs
        )
    held = {time for entry in seen.entries for time in _held(entry)}
    for name, time in _times(resource):
        # A visit's end that no PV1-45 states is only expected (PV2-9), or was taken back (A25).
        theirs = made_up or (kind == "Encounter" and name == "period.end")
        tally.add("time", f"{label} {name} {time}", found=_instant(time) in held, theirs=theirs)
    for code in _codings(resource.get("interpretation")):
        found = any(code in (entry.interpretation or "").split("; ") for entry in mine)
        tally.add("flag", f"{label} {code}", found=found, theirs=made_up)
    parts = [(entry.value, entry.unit, entry.value_codes) for entry in mine]
    parts += [(part.value, part.unit, part.value_codes) for entry in mine for part in entry.components]
    notes = [entry.text for entry in seen.entries if entry.kind == "DocumentReference"]
    for sort, value in _values(resource):
        found = _has(sort, value, parts, notes)
        tally.add("unit" if sort == "unit" else "value", f"{label} {value}", found=found, theirs=made_up)


def _standing_is_theirs(kind: str, main: list[str], seen: Seen) -> bool:
    """A status that no segment has: of an order made of an RXA or a SCH, of a report made of an ED or RP, of a note's line."""
    if kind == "Observation":
        return (
            "MDM^" in seen.text
            and all(code in seen.segments("OBX") for code in main)
            and seen.are_lines(main)
        )
    if kind == "ServiceRequest":
        return not any(code in seen.segments("OBR") + seen.segments("RF1") for code in main)
    if kind == "DiagnosticReport":
        return not any(code in seen.segments("OBR") for code in main)
    return False


def _codings(concept: Any) -> Iterator[str]:
    for one in concept if isinstance(concept, list) else [concept or {}]:
        yield from (coding["code"] for coding in one.get("coding", ()) if coding.get("code"))


def _times(resource: Json) -> Iterator[tuple[str, str]]:
    said = [(name, resource.get(name)) for name in TIMES]
    said += [(name, (resource.get(outer) or {}).get(name)) for outer, name in INSIDE]
    for name, value in said:
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, dict):
            yield from ((f"{name}.{end}", value[end]) for end in ("start", "end") if value.get(end))


def _held(entry: Entry) -> Iterator[object]:
    for when in (entry.effective.start, entry.effective.end, entry.recorded):
        if when is not None:
            yield from (when.earliest, when.text)
    yield from (entry.detail[key] for key in ("abatement", "due") if key in entry.detail)


def _instant(text: str) -> object:
    if len(text) < 16:
        return text
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def _values(resource: Json) -> Iterator[tuple[str, str]]:
    for part in (resource, *resource.get("component", ())):
        quantity = part.get("valueQuantity", {})
        numbers = [quantity.get("value")]
        numbers += [part.get("valueRange", {}).get(end, {}).get("value") for end in ("low", "high")]
        numbers += [
            part.get("valueRatio", {}).get(end, {}).get("value") for end in ("numerator", "denominator")
        ]
        yield from (("number", str(one)) for one in numbers if one is not None)
        if unit := [quantity[key] for key in ("code", "unit") if quantity.get(key)]:
            yield "unit", "|".join(unit)
        yield from (("coded", code) for code in _codings(part.get("valueCodeableConcept")))
        times = [part.get("valueDateTime"), *part.get("valuePeriod", {}).values()]
        yield from (("time", one) for one in times if isinstance(one, str))
        yield from (("text", part[key]) for key in ("valueString", "valueTime") if part.get(key))


def _has(sort: str, value: str, parts: list[tuple[Any, ...]], notes: list[str]) -> bool:
    if sort == "number":
        return any(float(value) in map(float, NUMBER.findall(said or "")) for said, _, _ in parts)
    if sort == "unit":
        return any(unit in value.split("|") for _, unit, _ in parts)
    if sort == "coded":
        return any(value == code.code for _, _, codes in parts for code in codes)
    if sort == "time":
        return any(_instant(value) in map(_instant, (said or "").split("/")) for said, _, _ in parts)
    bare = re.sub(r"[:\s]", "", value)
    return any(bare in re.sub(r"[:\s]", "", text) for text in [*(said or "" for said, _, _ in parts), *notes])


def made_up(reading: Reading, text: str) -> Iterator[str]:
    """Codes, values and times of ours that the message does not hold, but for what HL7's own maps put in their place."""
    plain = re.sub(r"\\[A-Z.]\w*\\", "", text)
    digits = re.sub(r"\D", "", text)
    for entry in reading.entries:
        codes = [*entry.codes, *entry.value_codes]
        codes += [code for part in entry.components for code in (*part.codes, *part.value_codes)]
        for code in codes:
            mapped = code.system in ROLES or (code.code == "75320-2" and "PD1" in text)
            if code.code not in text and code.code not in plain and not mapped:
                yield f"{entry.source.where} {entry.kind} code {code.code}"
        for value in (entry.value, *(part.value for part in entry.components)):
            for number in NUMBER.findall(value or "") if entry.kind != "Consent" else ():
                if number not in text and re.sub(r"\D", "", number) not in digits:
                    yield f"{entry.source.where} {entry.kind} value {number}"
        # The end of what lasts so many minutes is computed, as HL7's maps have it.
        ends = () if entry.kind in ("Procedure", "Appointment") else (entry.effective.end,)
        for when in (entry.effective.start, entry.recorded, *ends):
            if when is not None and re.sub(r"\D", "", when.text[:19]) not in digits:
                yield f"{entry.source.where} {entry.kind} time {when.text}"
