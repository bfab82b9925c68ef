"""Problems: Condition, AllergyIntolerance, FamilyMemberHistory and Flag."""

from collections.abc import Iterator
from dataclasses import replace

from msgspec import field

from careloom.care.entry import Component, Entry, Period
from careloom.connect.fhir import measured
from careloom.connect.fhir.datatypes import (
    Annotation,
    Concept,
    Quantity,
    Reference,
    Resource,
    Wire,
    WirePeriod,
    WireRange,
)
from careloom.connect.fhir.meaning import required, texts
from careloom.connect.fhir.people import who
from careloom.connect.fhir.place import Place
from careloom.connect.fhir.words import (
    all_codes,
    amount,
    categories,
    codes,
    first_code,
    join,
    notes,
    span,
    words,
)
from careloom.knowledge.none_known import allergies_denied, substance_denied


class Condition(Resource, tag="Condition"):
    """A problem, a diagnosis or a health concern."""

    clinical_status: Concept | None = None
    verification_status: Concept | None = None
    category: list[Concept] = []
    severity: Concept | None = None
    code: Concept | None = None
    body_site: list[Concept] = []
    subject: Reference | None = None
    encounter: Reference | None = None
    onset_date_time: str | None = None
    onset_period: WirePeriod | None = None
    onset_age: Quantity | None = None
    onset_range: WireRange | None = None
    onset_string: str | None = None
    abatement_date_time: str | None = None
    abatement_period: WirePeriod | None = None
    abatement_age: Quantity | None = None
    abatement_range: WireRange | None = None
    abatement_string: str | None = None
    recorded_date: str | None = None
    recorder: Reference | None = None
    asserter: Reference | None = None
    note: list[Annotation] = []


class Reaction(Wire):
    """AllergyIntolerance.reaction."""

    substance: Concept | None = None
    manifestation: list[Concept] = []
    description: str | None = None
    severity: str | None = None


class AllergyIntolerance(Resource, tag="AllergyIntolerance"):
    """An allergy or intolerance, or that there is none."""

    clinical_status: Concept | None = None
    verification_status: Concept | None = None
    type: str | None = None
    category: list[str] = []
    criticality: str | None = None
    code: Concept | None = None
    subject: Reference | None = field(name="patient", default=None)
    encounter: Reference | None = None
    onset_date_time: str | None = None
    onset_period: WirePeriod | None = None
    onset_string: str | None = None
    recorded_date: str | None = None
    recorder: Reference | None = None
    asserter: Reference | None = None
    reaction: list[Reaction] = []
    note: list[Annotation] = []


class FamilyCondition(Wire):
    """FamilyMemberHistory.condition."""

    code: Concept | None = None
    onset_age: Quantity | None = None
    onset_string: str | None = None


class FamilyMemberHistory(Resource, tag="FamilyMemberHistory"):
    """What a relative has or had."""

    status: str | None = None
    subject: Reference | None = field(name="patient", default=None)
    date: str | None = None
    relationship: Concept | None = None
    condition: list[FamilyCondition] = []
    note: list[Annotation] = []


class Flag(Resource, tag="Flag"):
    """A warning that somebody set."""

    status: str | None = None
    category: list[Concept] = []
    code: Concept | None = None
    subject: Reference | None = None
    period: WirePeriod | None = None
    encounter: Reference | None = None
    author: Reference | None = None


def condition(it: Condition, at: Place) -> Entry:
    """A problem: refuted ones are negated, ones entered in error say so in status and certainty."""
    code = required(it.code, "code", at)
    certainty = first_code(it.verification_status) or ""
    began = at.at(it.onset_date_time, it.onset_period, "onset")
    ended = at.at(it.abatement_date_time, it.abatement_period, "abatement")
    end = ended.end or ended.start
    return Entry(
        id=at.id,
        kind="Condition",
        source=at.source,
        codes=codes(code),
        text=code.text or "",
        category=categories(it.category),
        effective=Period(began.start, end),
        recorded=at.when(it.recorded_date, "recordedDate"),
        status=_status(it.clinical_status, certainty),
        certainty=certainty,
        negated=certainty == "refuted",
        detail=texts(
            severity=words(it.severity),
            body_site=join(words(site) for site in it.body_site),
            onset=amount(it.onset_age) or span(it.onset_range) or it.onset_string,
            abatement=(end.text if end else "")
            or amount(it.abatement_age)
            or span(it.abatement_range)
            or it.abatement_string,
            author=who(it.asserter or it.recorder, at),
            note=notes(it.note),
        ),
        references=at.to(it.encounter),
        elements=measured.elements(
            it,
            clinical=[first_code(it.clinical_status) or ""] if it.clinical_status else [],
            onset_age=measured.number(it.onset_age),
            onset_range=measured.ages(it.onset_range),
            abatement=measured.spans(it.abatement_period),
            abatement_age=measured.number(it.abatement_age),
            abatement_range=measured.ages(it.abatement_range),
            encounter=measured.ids(it.encounter),
        ),
    )


def allergy(it: AllergyIntolerance, at: Place) -> Entry:
    """An allergy or intolerance. "No known allergy" is a negated entry: it never stands for a substance."""
    named = it.code or next((one.substance for one in it.reaction if one.substance), None)
    substance = required(named, "code", at)
    certainty = first_code(it.verification_status) or ""
    entry = Entry(
        id=at.id,
        kind="AllergyIntolerance",
        source=at.source,
        codes=codes(substance),
        text=substance.text or "",
        category=tuple(it.category),
        effective=at.at(it.onset_date_time, it.onset_period, "onset"),
        recorded=at.when(it.recorded_date, "recordedDate"),
        status=_status(it.clinical_status, certainty),
        certainty=certainty,
        negated=certainty == "refuted",
        detail=texts(
            allergy_type=it.type,
            criticality=it.criticality,
            reaction=join(_manifestations(it)),
            severity=join(one.severity for one in it.reaction),
            onset=it.onset_string,
            author=who(it.asserter or it.recorder, at),
            note=notes(it.note),
        ),
        references=at.to(it.encounter),
        elements=measured.elements(
            it,
            clinical=[first_code(it.clinical_status) or ""] if it.clinical_status else [],
            period=measured.spans(it.onset_period),
        ),
    )
    return replace(entry, negated=True) if allergies_denied(entry) or substance_denied(entry) else entry


def family(it: FamilyMemberHistory, at: Place) -> Entry:
    """What a relative has: each condition is a code of the entry and a component with its onset."""
    relation = required(it.relationship, "relationship", at)
    return Entry(
        id=at.id,
        kind="FamilyMemberHistory",
        source=at.source,
        codes=all_codes(one.code for one in it.condition),
        text=f"{words(relation)}: {join(words(one.code) for one in it.condition) or notes(it.note)}".rstrip(
            ": "
        ),
        components=tuple(
            Component(
                codes(one.code), text=words(one.code), value=amount(one.onset_age) or one.onset_string or None
            )
            for one in it.condition
        ),
        recorded=at.when(it.date, "date"),
        status=it.status,
        subject="family",
        detail=texts(
            relation=words(relation),
            note=notes(it.note),
        ),
    )


def flag(it: Flag, at: Place) -> Entry:
    """A warning, with the period in which it holds."""
    code = required(it.code, "code", at)
    return Entry(
        id=at.id,
        kind="Flag",
        source=at.source,
        codes=codes(code),
        text=code.text or "",
        category=categories(it.category),
        effective=at.period(it.period, "period"),
        status=it.status,
        detail=texts(author=who(it.author, at)),
        references=at.to(it.encounter),
    )


def _status(clinical: Concept | None, certainty: str) -> str | None:
    return "entered-in-error" if certainty == "entered-in-error" else first_code(clinical)


def _manifestations(it: AllergyIntolerance) -> Iterator[str]:
    for reaction in it.reaction:
        said = [words(one) for one in reaction.manifestation]
        yield from said or [reaction.description or ""]
