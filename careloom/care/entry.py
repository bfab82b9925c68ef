"""Entries: sourced statements about one patient, and what they are made of.

Readers make them, the store keeps them, everything later cites them by id. An entry says what the
source said in the source's own digits; nothing here is normalised.
"""

import calendar
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from careloom.care.elsewhere import Named, Withdrawal
from careloom.errors import InputError

ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
# ICD-10 of the WHO, from which ICD-10-CM takes its categories; US senders of HL7 v2 name it ("I10") and mean ICD-10-CM.
ICD10_WHO = "http://hl7.org/fhir/sid/icd-10"
# The Gravity Project's categories of social needs, in HL7's SDOH Clinical Care guide (STU 2.3, 2025).
GRAVITY = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
LOINC = "http://loinc.org"
NDC = "http://hl7.org/fhir/sid/ndc"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"

Subject = Literal["patient", "family", "other"]


@dataclass(frozen=True, slots=True)
class Code:
    """A code with the system (a FHIR URI such as `LOINC`) that gives it meaning."""

    system: str
    code: str
    display: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """A time as the source wrote it, and the span of UTC instants that it can mean.

    `text` keeps the source's precision ("2026-03", "20261009"); `earliest` and `latest` (inclusive)
    bound it; `zone_assumed` says that the source gave no offset and its settings' zone was taken.
    """

    text: str
    earliest: datetime
    latest: datetime
    zone: str | None = None
    zone_assumed: bool = False

    @property
    def day(self) -> date:
        """The calendar day on which it starts, in the source's own zone."""
        zone = ZoneInfo(self.zone) if self.zone and "/" in self.zone else None
        if self.zone_assumed and zone:
            return self.earliest.astimezone(zone).date()
        if len(self.text) >= 10 and self.text[4] == "-":
            return date.fromisoformat(self.text[:10])
        return self.earliest.date()


LEAP_SECOND = re.compile(r"(T\d\d:\d\d):60")


@lru_cache(maxsize=16_384)
def when(text: str, zone: str = "UTC") -> When:
    """A FHIR `date`, `dateTime` or `instant` as a `When`; `zone` (IANA) is used where no offset stands.

    Raises InputError for anything else, including the year 0000.
    """
    try:
        if len(text) >= 16:
            # FHIR allows a leap second, Python doesn't: it counts as the second before.
            instant = datetime.fromisoformat(LEAP_SECOND.sub(r"\1:59", text))
            if instant.tzinfo is not None:
                exact = instant.astimezone(UTC)
                return When(text, exact, exact, text[-6:] if text[-1] != "Z" else "UTC")
            exact = instant.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
            return When(text, exact, exact, zone, zone_assumed=True)
        parts = [int(part) for part in text.split("-")]
        if len(text) not in (4, 7, 10) or not 1 <= parts[0] <= 9998:
            raise ValueError
        year, month, day = (*parts, 1, 1)[:3]
        last_month = parts[1] if len(parts) > 1 else 12
        last_day = parts[2] if len(parts) > 2 else calendar.monthrange(year, last_month)[1]
        tz = ZoneInfo(zone)
        start = datetime(year, month, day, tzinfo=tz).astimezone(UTC)
        end = datetime(year, last_month, last_day, tzinfo=tz) + timedelta(days=1, microseconds=-1)
        return When(text, start, end.astimezone(UTC), zone, zone_assumed=True)
    except (ValueError, OverflowError):
        raise InputError("not a date or time that FHIR allows") from None


@dataclass(frozen=True, slots=True)
class Period:
    """From and to, either of them unknown. A single point in time is a start without an end."""

    start: When | None = None
    end: When | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """A reference range in the value's unit, with the source's own digits."""

    low: str | None = None
    high: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a compound observation (systolic and diastolic, the answers of a questionnaire)."""

    codes: tuple[Code, ...]
    text: str = ""
    value: str | None = None
    unit: str | None = None
    value_codes: tuple[Code, ...] = ()
    interpretation: str | None = None


@dataclass(frozen=True, slots=True)
class Dosage:
    """How a drug is to be taken, in the source's words and, where it gave them, in parts.

    `dose` holds number and unit ("500 mg"), `frequency` words or a FHIR timing ("twice daily").
    """

    text: str = ""
    dose: str = ""
    route: str = ""
    frequency: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an entry comes from: `message` is the SHA-256 of its bytes, `where` the place inside it (a FHIR path,
    "row 7", "characters 120-161"), `system` the name under which the site knows the sender. Of what a sender keeps up
    to date `resource` is its address there ("Condition/5"), `updated` its last change.
    """

    message: str
    where: str
    system: str
    resource: str = ""
    updated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One sourced statement about one patient.

    kind          FHIR resource type (Condition, Observation, MedicationRequest, …)
    codes         of the thing itself, each with its system
    text          the source's words for it: CodeableConcept.text, or the whole text of a note
    category      FHIR category codes ("laboratory", "vital-signs", "social-history", "sdoh", …)
    value, unit   the source's digits or words; the unit is UCUM where the source had UCUM
    value_codes   where the value is itself a code
    status        FHIR's word: clinicalStatus for Condition and AllergyIntolerance, else `status`
    certainty     FHIR's verificationStatus ("confirmed", "refuted", …), or "" where there is none
    negated       the source says that it is not so
    subject       whom it is about: the patient, a relative, somebody else
    effective     when it happened or holds; `recorded` when somebody wrote it down
    detail        what only this kind has, as text; the keys are listed in DETAIL
    references    ids of entries of the same message that this one points to
    elements      what a quality measure asks of the source's own elements beside all this, as the source coded it, by name; a
                  code is "system|code" (connect/fhir/measured.py says which)
    also          further sources that said the very same thing (filled by `record`), and
    same_as       the ids under which those said it
    """

    id: str
    kind: str
    source: Source
    codes: tuple[Code, ...] = ()
    text: str = ""
    category: tuple[str, ...] = ()
    value: str | None = None
    unit: str | None = None
    comparator: str = ""
    value_codes: tuple[Code, ...] = ()
    interpretation: str | None = None
    range: Range | None = None
    components: tuple[Component, ...] = ()
    dosage: Dosage | None = None
    effective: Period = Period()
    recorded: When | None = None
    status: str | None = None
    certainty: str = ""
    negated: bool = False
    subject: Subject = "patient"
    detail: Mapping[str, str] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    elements: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    also: tuple[Source, ...] = ()
    same_as: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The best human name: the source's text, else the first display, else the first code."""
        if self.text and self.kind != "DocumentReference":
            return self.text
        for code in self.codes:
            if code.display:
                return code.display
        return self.codes[0].code if self.codes else self.kind

    @property
    def happened(self) -> When | None:
        """When it happened, else when it was recorded."""
        return self.effective.start or self.recorded or self.effective.end

    @property
    def dated(self) -> str:
        """Its day as far as its source wrote one ("2026-11-25", "2026-11"); "" for none."""
        return self.happened.text[:10] if self.happened else ""


def entry_id(message: str, where: str, kind: str, ordinal: int = 0) -> str:
    """The id of an entry: 32 hex digits over (message SHA-256, place, kind, ordinal), never its content."""
    said = f"{message}\x1f{where}\x1f{kind}\x1f{ordinal}".encode()
    return hashlib.sha256(said).hexdigest()[:32]


# Of messages whose sender nobody named: what is called so may be several systems.
UNNAMED_SOURCES = ("fhir", "hl7v2", "pharmacy_claims", "notes", "x12", "unknown")


# The source of what people of the site enter themselves (a consent on paper).
RECORDED_HERE = "this_site"
# The source of what patients write back.
REPLIES = "replies"


@dataclass(frozen=True, slots=True)
class Message:
    """Bytes from another system, already stored: what a reader is told about them.

    `sha256` is over the bytes as received (after .gz is opened), `source` the site's name for the
    sender, `zone` (IANA) what its times mean where they carry no offset, `name` the file's name.
    """

    sha256: str
    source: str
    format: str
    name: str = ""
    zone: str = "UTC"
    received: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A part of a message that could not be read: kept, counted, named, and open to a replay."""

    where: str
    reason: str
    error: str = "InputError"


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the entries of one section of a document.

    Each of its `entries` was `read` (it gave entries of ours), was `unknown` (kept, not understood), was `rejected`,
    or only points at others (`pointers`).
    """

    entries: int = 0
    read: int = 0
    unknown: int = 0
    rejected: int = 0
    pointers: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in (a part of) a message about one person.

    `person` identifies whom; entries are about that person alone. `unknown` counts resource types,
    segments or columns that were kept with the message but not understood; `looked_up` those that only
    name people, places and drugs for the entries (Practitioner, Organization, Medication, …); `named` keeps those
    of them that later messages may refer to, and `withdrawn` what the sender has deleted; `sections` says what became
    of the entries of each section of a document; `merges` are further numbers that the sender says are this person's,
    `unlinks` numbers that it says are somebody else's.
    A reading without entries may be about nobody: its person is then empty. One that does not `found` is about
    somebody whom we know already, or about nobody for certain: who it is was itself read off an image.
    """

    person: "Person"
    entries: tuple[Entry, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    unknown: Mapping[str, int] = field(default_factory=dict)
    looked_up: Mapping[str, int] = field(default_factory=dict)
    named: tuple[Named, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()
    founds: bool = True
    sections: Mapping[str, Tally] = field(default_factory=dict)
    merges: tuple["Merge", ...] = ()
    unlinks: tuple["Merge", ...] = ()


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier with its assigning system, e.g. a hospital's MRN namespace."""

    system: str
    value: str


@dataclass(frozen=True, slots=True)
class Merge:
    """A number of somebody whom the sender says to be the reading's person (HL7's merge), and where it says so.

    One that `renames` is a former number of the person's own; with a merge both numbers are of somebody who came before.
    One that is a `link` stands beside a full description of the person, who may be new. The number that `stays` is the one in
    use from then on; else that is the person's own, and the merge's is a former one.
    """

    identifier: Identifier
    where: str
    renames: bool = False
    link: bool = False
    stays: bool = False


@dataclass(frozen=True, slots=True)
class HumanName:
    """A person's name as one source writes it."""

    family: str = ""
    given: tuple[str, ...] = ()
    suffix: str = ""
    text: str = ""

    @property
    def full(self) -> str:
        """Given names, family name and suffix in reading order."""
        return " ".join((*self.given, self.family, self.suffix)).strip() or self.text


@dataclass(frozen=True, slots=True)
class Person:
    """What one message says of who its subject is; used to find or to found a patient.

    `identifiers` always hold at least one; a FHIR server's own id is given as the system
    "urn:careloom:source:<source name>" with value "Patient/<id>". `uses` says of telecoms what they are for, where the source
    does, in FHIR's words whatever the format: ContactPoint.use (mobile, home, work, temp, old), else its system where that is no
    telephone or e-mail (fax, pager).
    """

    identifiers: tuple[Identifier, ...] = ()
    names: tuple[HumanName, ...] = ()
    birth_date: str | None = None
    sex: str | None = None
    addresses: tuple[str, ...] = ()
    telecoms: tuple[str, ...] = ()
    deceased: str | None = None
    uses: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A patient of ours and what one message said of who they are; a patient may appear many times."""

    patient: str
    person: Person
