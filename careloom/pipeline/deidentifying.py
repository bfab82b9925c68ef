"""Deidentifying: texts and records that leave the chart without whom they are about, in a named mode, and what is left of the risk.

Takes    a patient or all of them, a mode (Safe Harbor or Expert Determination), and where that mode is asked for an expert's statement in force
Gives    texts and records without identifiers, how many people share what describes each (k-anonymity), and samples for a person to look through
Never    gives Expert Determination without a statement, counts a sample that nobody looked through, or says that a text identifies nobody
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from careloom.care.audited import Asked, AuditedEvent
from careloom.care.entry import Code, Entry, When
from careloom.care.record import PatientRecord
from careloom.errors import InputError
from careloom.knowledge.days import age_on
from careloom.pipeline.scrubbing import known_of
from careloom.privacy.dated import OLDEST
from careloom.privacy.known import Known
from careloom.privacy.modes import Mode, Statement, deidentified, must_hold, year_or_over
from careloom.privacy.risk import Described, Risk, risk_of, small_of
from careloom.privacy.scrub import Scrubbed, Spot
from careloom.privacy.spotting import spotter
from careloom.privacy.surrogates import Surrogates
from careloom.privacy.zips import zip3
from careloom.store.opening import Store
from careloom.study.statistics.estimate import Estimate
from careloom.study.statistics.proportions import Count, clopper_pearson

STATEMENT, EXPORTED, SAMPLE = "expert statement", "de-identified export", "residual sample"
# Who messages are about and who stands around them: their entries are not given out.
PEOPLE = frozenset(
    {
        "Patient",
        "RelatedPerson",
        "Practitioner",
        "PractitionerRole",
        "Organization",
        "Location",
        "CareTeam",
        "Coverage",
        "Consent",
    }
)
# Code systems that everybody has; a site's own codes may be numbers of people.
PUBLIC = (
    "http://loinc.org", "http://snomed.info/sct", "http://www.nlm.nih.gov/research/umls/rxnorm", "http://hl7.org/", "http://terminology.hl7.org/",
    "http://www.ama-assn.org/go/cpt", "http://unitsofmeasure.org", "urn:oid:2.16.840.1.113883.6.",
)  # fmt: skip
SNIPPET, MOST_SAMPLE = 320, 2_000
# What a number says that stands under such a name: an age, a ZIP code, somebody's number.
TELLS = re.compile(
    r"\b(?:age|edad|zip|postal|birth|mrn|record|number|no|num|id|identifier|phone|telephone|tel|fax|ssn|social security|account|policy|member|subscriber|licen[cs]e|serial|case|visit|encounter)\b",
    re.IGNORECASE,
)
NUMBER = re.compile(r"[-+<>=~ ]*\d{1,6}(?:[.,]\d+)?")
# A site's own words for a unit or category are longer than the field's.
SHORT = 16
ZIP = re.compile(r"\b(\d{5})(?:-?\d{4})?\s*(?:,\s*\w+\s*)?\Z")
Told = Callable[[str, int, int], None]


def _untold(_said: str, _done: int, _of: int) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """A piece of a de-identified text that a person looks through."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Residual:
    """What people found in samples: of `number` pieces `found` still held an identifier, with the exact interval; `bound` is the one-sided 95 % upper limit."""

    number: int
    found: int
    low: float
    high: float
    bound: float
    who: str
    at: datetime
    kinds: Mapping[str, int] = field(default_factory=dict)
    mode: str = ""


@dataclass(frozen=True)
class Deidentifying:
    """De-identification of one organisation. `record_of` gives a patient's record as of a day, without what is closed to whoever gives records away."""

    store: Store
    clock: Callable[[], datetime]
    record_of: Callable[[str, date], PatientRecord]
    third: bool = True

    @cached_property
    def _spot(self) -> Spot | None:
        return spotter() if self.third else None

    @property
    def has_third(self) -> bool:
        """Whether the third reader takes part."""
        return self._spot is not None

    @cached_property
    def _key(self) -> bytes:
        return bytes.fromhex(self.store.keys.index("surrogates", self.store.keys.organisation))

    # ── one text ────────────────────────────────────────────────────────────────────────────────

    def text(
        self, said: str, mode: Mode, as_of: date, *, patient: str | None = None, marks: bool = True
    ) -> Scrubbed:
        """A text in a mode; with a patient by what the record knows, and (`marks`) with the same mark for the same thing.

        Raises Refused for Expert Determination without a statement in force, or without a patient.
        """
        if mode is Mode.EXPERT:
            must_hold(self.statement(), as_of)
        known: tuple[Known, ...] = ()
        surrogates = None
        if patient is not None:
            known, surrogates = self._of(patient, self.record_of(patient, as_of))
        wants = marks or mode is Mode.EXPERT
        return deidentified(
            said, known, mode=mode, as_of=as_of, surrogates=surrogates if wants else None, spot=self._spot
        )

    def _of(self, patient: str, record: PatientRecord) -> tuple[tuple[Known, ...], Surrogates]:
        known = (known_of(self.store, patient, record),)
        return known, Surrogates(self._key, patient, known)

    # ── the expert's statement ──────────────────────────────────────────────────────────────────

    def statement(self) -> Statement | None:
        """The newest statement of an expert, or None. It stands in the audit log, whose chain shows a change."""
        events = self.store.audit.page(Asked(action=STATEMENT), 1)
        return _statement(events[0]) if events else None

    def record_statement(self, actor: str, said: Statement) -> None:
        """Append a statement. Raises InputError for one with parts missing, or that ends before it begins."""
        if missing := said.missing():
            raise InputError(f"the statement lacks: {', '.join(missing)}", where=missing[0])
        if said.until < said.on:
            raise InputError("the statement ends before it begins", where="until")
        self.store.audit.note(
            actor, STATEMENT, what="deidentification", why=json.dumps(asdict(said), default=str)
        )

    # ── records ─────────────────────────────────────────────────────────────────────────────────

    def people(self, actor: str, mode: Mode, as_of: date, told: Told = _untold) -> Iterator[dict[str, Any]]:
        """Every patient's record without identifiers, one after the other, in the order of their surrogate ids. Raises Refused as `text` does."""
        if mode is Mode.EXPERT:
            must_hold(self.statement(), as_of)
        ids = sorted(self.store.patients.all(), key=lambda one: Surrogates(self._key, one).id)
        for done, patient in enumerate(ids):
            told("", done, len(ids))
            self.store.audit.note(actor, EXPORTED, patient=patient, what=mode.value)
            yield self.person(patient, mode, as_of)
        told("", len(ids), len(ids))

    def person(self, patient: str, mode: Mode, as_of: date) -> dict[str, Any]:
        """One patient's record without identifiers: {"id", "mode", "sex", "born" or "age", "zip3", "entries": [...]}."""
        record = self.record_of(patient, as_of)
        known, surrogates = self._of(patient, record)
        writing = Writing(mode, as_of, known, surrogates, self._spot)
        described = self._described(patient, record, as_of)
        return {
            "id": surrogates.id,
            "mode": mode.value,
            "sex": described.sex,
            "born": described.born,
            "zip3": described.zip3,
            "entries": [writing.entry(one) for one in record.entries if one.kind not in PEOPLE],
        }

    def _described(self, patient: str, record: PatientRecord, as_of: date) -> Described:
        born = record.demographics.birth_date or ""
        age = age_on(as_of, born)
        over = year_or_over(age) if age is not None and age > OLDEST else ""
        addresses = [one for person in self.store.patients.persons(patient) for one in person.addresses]
        zips = [found.group(1) for one in addresses if (found := ZIP.search(one.strip()))]
        return Described(record.demographics.sex or "", over or born[:4], zip3(zips[-1]) if zips else "")

    # ── what is left of the risk ────────────────────────────────────────────────────────────────

    def risk(self, as_of: date, k: int, told: Told = _untold) -> Risk:
        """How many patients share sex, year of birth and ZIP3. Raises InputError for a k below 2."""
        return self.classes(as_of, k, told)[0]

    def classes(
        self, as_of: date, k: int, told: Told = _untold
    ) -> tuple[Risk, tuple[tuple[Described, int], ...]]:
        """As `risk`, with the classes under `k` and their people."""
        if k < 2:
            raise InputError("k is at least 2", where="k")
        ids = tuple(self.store.patients.all())
        people = []
        for done, patient in enumerate(ids):
            told("", done, len(ids))
            people.append(self._described(patient, self.record_of(patient, as_of), as_of))
        return risk_of(people, k), small_of(people, k)

    def sample(
        self, number: int, mode: Mode, as_of: date, chance: Callable[[int], int]
    ) -> tuple[Sampled, ...]:
        """So many pieces of patients' notes, drawn without putting back, as they look de-identified. `chance(n)` gives a whole number below n."""
        if not 1 <= number <= MOST_SAMPLE:
            raise InputError(f"a sample has 1 to {MOST_SAMPLE} pieces", where="number")
        if mode is Mode.EXPERT:
            must_hold(self.statement(), as_of)
        pieces: list[str] = []
        for patient in self.store.patients.all():
            record = self.record_of(patient, as_of)
            notes = [one for one in record.entries if one.kind == "DocumentReference" and one.text]
            if not notes:
                continue
            known, surrogates = self._of(patient, record)
            for note in notes:
                said = deidentified(
                    note.text, known, mode=mode, as_of=as_of, surrogates=surrogates, spot=self._spot
                ).text
                pieces += [said[at : at + SNIPPET] for at in range(0, len(said), SNIPPET)]
        drawn: list[Sampled] = []
        while pieces and len(drawn) < number:
            at = chance(len(pieces))
            pieces[at], pieces[-1] = pieces[-1], pieces[at]
            drawn.append(Sampled(len(drawn) + 1, pieces.pop()))
        return tuple(drawn)

    def judge(
        self,
        actor: str,
        number: int,
        found: int,
        kinds: Mapping[str, int] | None = None,
        sample: str = "",
        mode: str = "",
    ) -> Residual:
        """Append what a person found in a sample she looked through whole (by its kind, where she said it), and give the rate.

        Raises InputError for numbers that can't be.
        """
        if not 0 <= found <= number or not number:
            raise InputError(
                "of a sample that was looked through, none to all of its pieces held an identifier",
                where="found",
            )
        said = {"number": number, "found": found, "kinds": dict(kinds or {}), "sample": sample, "mode": mode}
        self.store.audit.note(actor, SAMPLE, what="deidentification", why=json.dumps(said))
        return replace(residual(number, found, actor, self.clock()), kinds=dict(kinds or {}), mode=mode)

    def judged(self) -> tuple[Residual, ...]:
        """What was found in samples, the newest first."""
        events = self.store.audit.page(Asked(action=SAMPLE), 50)
        said = [(json.loads(one.why), one) for one in events]
        return tuple(
            replace(
                residual(told["number"], told["found"], one.actor, one.at),
                kinds=told.get("kinds", {}),
                mode=told.get("mode", ""),
            )
            for told, one in said
        )


def residual(number: int, found: int, who: str, at: datetime) -> Residual:
    """The rate's exact interval (Clopper & Pearson 1934), and the one-sided 95 % upper limit, which at nothing found is 1 - 0.05^(1/n), about 3/n."""
    both, one_sided = clopper_pearson(Count(found, number)), clopper_pearson(Count(found, number), 0.90)
    if not isinstance(both, Estimate) or not isinstance(one_sided, Estimate):
        raise InputError("a sample of nothing says nothing", where="number")
    return Residual(number, found, both.low, both.high, one_sided.high, who, at)


@dataclass(frozen=True)
class Writing:
    """Writes one patient's entries without identifiers."""

    mode: Mode
    as_of: date
    known: tuple[Known, ...]
    surrogates: Surrogates
    spot: Spot | None
    _told: dict[str, str] = field(default_factory=dict)

    def entry(self, one: Entry) -> dict[str, Any]:
        """An entry: what was said, when as far as the mode allows, and neither its source nor its own id."""
        return {
            "id": self.surrogates.mark("other", one.id).removeprefix("other "),
            "kind": one.kind,
            "codes": self._codes(one.codes),
            "text": self._said(one.text),
            "category": [self._word(word) for word in one.category],
            "value": self._value(one.value, f"{one.text[:SNIPPET]} {_called(one.codes)}"),
            "unit": self._word(one.unit),
            "interpretation": self._word(one.interpretation),
            "components": [
                {
                    "codes": self._codes(part.codes),
                    "value": self._value(part.value, f"{part.text} {_called(part.codes)}"),
                    "unit": self._word(part.unit),
                }
                for part in one.components
            ],
            "dosage": self._said(one.dosage.text) if one.dosage else "",
            "when": self._when(one.happened),
            "status": one.status,
            "certainty": one.certainty,
            "negated": one.negated,
            "subject": one.subject,
        }

    def _codes(self, codes: Sequence[Code]) -> list[dict[str, Any]]:
        """Codes of public systems; what a sender wrote as their display is read as any other text."""
        return [
            {**asdict(code), "display": self._said(code.display or "")}
            for code in codes
            if code.system.startswith(PUBLIC)
        ]

    def _value(self, said: str | None, name: str) -> str | None:
        """A value; a number is read with its name where that tells of an age, a place or somebody's number ("Age: 93", "ZIP code: 02118")."""
        if said is None or not NUMBER.fullmatch(said):
            return said if said is None else self._said(said)
        told = TELLS.search(name)
        return self._said(f"{told.group()}: {said}").rpartition(": ")[2] if told else said

    def _word(self, said: str | None) -> str | None:
        """A unit, category or flag: read where it is longer than the field's own or the record knows it."""
        if not said or (len(said) <= SHORT and not any(True for one in self.known for _ in one.find(said))):
            return said
        return self._said(said)

    def _said(self, text: str) -> str:
        if not text:
            return ""
        if text not in self._told:
            self._told[text] = deidentified(
                text, self.known, mode=self.mode, as_of=self.as_of, surrogates=self.surrogates, spot=self.spot
            ).text
        return self._told[text]

    def _when(self, when: When | None) -> str:
        if when is None:
            return ""
        day = when.day
        if self.as_of.year - day.year > OLDEST:
            return ""
        if self.mode is Mode.SAFE_HARBOR:
            return str(day.year)
        return (day + timedelta(days=self.surrogates.shift)).isoformat()


def _statement(event: AuditedEvent) -> Statement:
    said = json.loads(event.why)
    on, until = date.fromisoformat(said.pop("on")), date.fromisoformat(said.pop("until"))
    return Statement(on=on, until=until, **said)


def _called(codes: Sequence[Code]) -> str:
    return " ".join(code.display or "" for code in codes)
