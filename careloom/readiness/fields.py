"""The fields of fields.toml: what a care plan needs to know, and the signs by which an entry tells it."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from careloom.care.detail import DETAIL
from careloom.care.entry import ICD10, ICD10_WHO, LOINC, NDC, RXNORM, SNOMED, Entry, Person
from careloom.errors import ConfigError
from careloom.knowledge import Knowledge

FILE = Path(__file__).with_name("fields.toml")
SYSTEMS: Mapping[str, str] = {
    "icd10": ICD10,
    "snomed": SNOMED,
    "loinc": LOINC,
    "rxnorm": RXNORM,
    "ndc": NDC,
    "cvx": "http://hl7.org/fhir/sid/cvx",
    "cpt": "http://www.ama-assn.org/go/cpt",
    "hcpcs": "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "icd10pcs": "http://www.cms.gov/Medicare/Coding/ICD10",
}

# US senders of HL7 v2 name the WHO's ICD-10 and mean ICD-10-CM; HCPCS is written with both schemes.
_ALSO = {"icd10": (ICD10_WHO,), "hcpcs": ("http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",)}

_NAMES: Mapping[str, str] = {
    system: name for name, first in SYSTEMS.items() for system in (first, *_ALSO.get(name, ()))
}


def _measured_in(entry: Entry) -> bool:
    """A number has a unit; a word needs none."""
    values = [(entry.value, entry.unit), *((part.value, part.unit) for part in entry.components)]
    return all(unit for value, unit in values if value and value.strip("<>= ")[:1].isdigit())


# What an entry must hold to be of use, by the name of the part.
PARTS: Mapping[str, Callable[[Entry], bool]] = {
    "code": lambda entry: bool(entry.codes),
    "date": lambda entry: entry.happened is not None,
    "status": lambda entry: bool(entry.status),
    "value": lambda entry: bool(entry.value or entry.value_codes or entry.components),
    "unit": _measured_in,
    "range": lambda entry: entry.range is not None,
    "text": lambda entry: bool(entry.text),
    "dose": lambda entry: bool(entry.dosage and (entry.dosage.dose or entry.dosage.text)),
    "frequency": lambda entry: bool(entry.dosage and (entry.dosage.frequency or entry.dosage.text)),
}
PERSON: Mapping[str, Callable[[Person], bool]] = {
    "name": lambda person: any(name.full for name in person.names),
    "birth_date": lambda person: len(person.birth_date or "") == 10,
    "sex": lambda person: person.sex in ("female", "male", "other"),
    "address": lambda person: bool(person.addresses),
    "telecom": lambda person: bool(person.telecoms),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What shows a field; all that is given must hold. `labs`, `seen` and `matter` are looked up in knowledge."""

    kind: str = ""
    category: str = ""
    klass: str = ""
    has: str = ""
    subject: str = ""
    code: tuple[str, str] | None = None
    labs: frozenset[str] = frozenset()
    seen: str = ""
    matter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that a care plan needs to know; fields.toml says what each part means."""

    name: str
    label: str
    group: Literal["pilot", "plan"]
    share: Literal["everyone", "some"]
    signs: tuple[Sign, ...] = ()
    systems: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    ahead: bool = False
    event: Literal["effective", "recorded"] = "effective"
    without: str
    mend: str
    carried: Mapping[str, str]

    def lacks(self, entry: Entry) -> tuple[str, ...]:
        """The required parts that an entry does not have."""
        return tuple(part for part in self.parts if not _has(part, entry))

    def coded(self, entry: Entry) -> bool:
        """Whether it bears a code of a standard system: its own, or that of its answer."""
        return any(code.system in self.systems for code in (*entry.codes, *entry.value_codes))

    def spoken(self, entry: Entry) -> frozenset[str]:
        """The standard systems of its codes, by our names of them."""
        told = {code.system for code in (*entry.codes, *entry.value_codes)} & self.systems
        return frozenset(_NAMES[system] for system in told if system in _NAMES)


def _has(part: str, entry: Entry) -> bool:
    known = PARTS.get(part)
    if known is not None:
        return known(entry)
    return bool(entry.detail.get(part) or (part == "service" and entry.codes))


class Lens:
    """Fields seen through knowledge: tells which fields each entry of a patient shows."""

    def __init__(self, fields: Sequence[Field], knowledge: Knowledge) -> None:
        self.fields = tuple(fields)
        self.knowledge = knowledge
        asked = {sign.matter for field in fields for sign in field.signs if sign.matter}
        self._matters = tuple(matter for matter in knowledge.matters.all if matter.name in asked)

    def shown(self, entries: Sequence[Entry], as_of: date) -> list[tuple[Entry, tuple[Field, ...]]]:
        """Each entry with the fields that it shows, in order."""
        seen = self._seen(entries)
        matters = self._stated(entries, as_of)
        return [
            (entry, self._fields(entry, seen.get(entry.id, ()), matters.get(entry.id, ())))
            for entry in entries
        ]

    def labs(self, entry: Entry) -> frozenset[str]:
        """The measurements that an entry holds, by concept."""
        if entry.kind != "Observation":
            return frozenset()
        parts = [(entry.codes, entry.text), *((part.codes, "") for part in entry.components)]
        return frozenset(
            lab.concept for codes, text in parts if (lab := self.knowledge.labs.find(codes, text))
        )

    def _fields(self, entry: Entry, seen: Sequence[str], matters: Sequence[str]) -> tuple[Field, ...]:
        labs = self.labs(entry)
        return tuple(
            field
            for field in self.fields
            if any(_shows(sign, entry, labs, seen, matters) for sign in field.signs)
        )

    def _seen(self, entries: Sequence[Entry]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, shows in self.knowledge.sightings.among(entries).items():
            for entry in shows:
                found.setdefault(entry.id, []).append(name)
        return found

    def _stated(self, entries: Sequence[Entry], as_of: date) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        may_tell = self.knowledge.matters.among(entries)
        for matter in self._matters:
            for said in self.knowledge.matters.stated(matter, may_tell, as_of):
                found.setdefault(said.entry.id, []).append(matter.name)
        return found


def _shows(
    sign: Sign, entry: Entry, labs: frozenset[str], seen: Sequence[str], matters: Sequence[str]
) -> bool:
    if entry.status == "entered-in-error" or entry.certainty == "entered-in-error":
        return False
    if entry.subject != (sign.subject or "patient") and entry.kind != "FamilyMemberHistory":
        return False
    return (
        (not sign.kind or entry.kind == sign.kind)
        and (not sign.category or sign.category in entry.category)
        and (not sign.klass or entry.detail.get("class", "").lower() == sign.klass)
        and (not sign.has or bool(entry.detail.get(sign.has)))
        and (sign.code is None or any((code.system, code.code) == sign.code for code in entry.codes))
        and (not sign.labs or bool(sign.labs & labs))
        and (not sign.seen or sign.seen in seen)
        and (not sign.matter or sign.matter in matters)
    )


def asked_labs(knowledge: Knowledge) -> frozenset[str]:
    """The measurements that a protocol's or a gap's lines ask for, by concept."""
    lines = [term for rule in knowledge.protocols.all for term in (*rule.when, *rule.unless)]
    lines += [term for gap in knowledge.gaps.all for term in gap.look_for]
    return frozenset(name for term in lines if term.kind in ("lab", "trend") for name in term.names)


def load_fields(knowledge: Knowledge) -> tuple[Field, ...]:
    """The fields in the order of fields.toml. Raises ConfigError naming the field and what nothing knows."""
    rows = tomllib.loads(FILE.read_text("utf-8"))
    asked = asked_labs(knowledge)
    return tuple(_field(name, row, knowledge, asked) for name, row in rows.items())


def _field(name: str, row: Mapping[str, Any], knowledge: Knowledge, asked: frozenset[str]) -> Field:
    given = dict(row)
    signs = tuple(_sign(name, sign, knowledge, asked) for sign in given.pop("signs", ()))
    named = given.pop("systems", ())
    systems = frozenset(uri for system in named for uri in (SYSTEMS[system], *_ALSO.get(system, ())))
    parts, person = tuple(given.pop("parts", ())), tuple(given.pop("person", ()))
    for part in parts:
        _known(name, part, PARTS.keys() | DETAIL.keys())
    for part in person:
        _known(name, part, PERSON.keys())
    return Field(name=name, signs=signs, systems=systems, parts=parts, person=person, **given)


def _sign(name: str, sign: Mapping[str, str], knowledge: Knowledge, asked: frozenset[str]) -> Sign:
    given = dict(sign)
    lab, code = given.pop("lab", ""), given.pop("code", "")
    if "has" in given:
        _known(name, given["has"], DETAIL.keys())
    for concept in lab.split() if lab != "protocols" else ():
        _known(name, concept, knowledge.labs.by_concept.keys())
    if "matter" in given:
        _known(name, given["matter"], {matter.name for matter in knowledge.matters.all})
    if "seen" in given:
        _known(name, given["seen"], knowledge.sightings.by_name.keys())
    system, _, value = code.partition(":")
    return Sign(
        kind=given.get("kind", ""),
        category=given.get("category", ""),
        klass=given.get("class", ""),
        has=given.get("has", ""),
        subject=given.get("subject", ""),
        code=(SYSTEMS[system], value) if code else None,
        labs=asked if lab == "protocols" else frozenset(lab.split()),
        seen=given.get("seen", ""),
        matter=given.get("matter", ""),
    )


def _known(field: str, word: str, known: Any) -> None:
    if word not in known:
        raise ConfigError(f"fields.toml: {field}: nothing knows {word!r}")
