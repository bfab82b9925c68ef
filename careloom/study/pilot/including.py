"""Including: whether a patient may be enrolled, rule by rule, from the record alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from careloom.care.pilot import Inclusion, PilotProtocol, Rule
from careloom.care.record import PatientRecord

# Kinds of entry that say that somebody is in a programme.
PROGRAMMES = ("EpisodeOfCare", "CarePlan", "CareTeam", "Coverage")


@dataclass(frozen=True, slots=True)
class Judged:
    """One rule of a record: whether it holds, and why as words without a value of the record."""

    inclusion: Inclusion
    holds: bool
    words: str


def judged(record: PatientRecord, protocol: PilotProtocol, as_of: date) -> tuple[Judged, ...]:
    """Every rule of the protocol with whether it holds. What the record doesn't say holds for nobody."""
    return tuple(_JUDGES[one.rule](record, one, as_of) for one in protocol.inclusion)


def _age(record: PatientRecord, one: Inclusion, as_of: date) -> Judged:
    years, asked = age(record, as_of), int(one.value)
    bound = "at least" if one.rule is Rule.AGE_FROM else "at most"
    if years is None:
        return Judged(one, False, "the record has no whole birth date")
    holds = years >= asked if one.rule is Rule.AGE_FROM else years <= asked
    return Judged(one, holds, f"{'is' if holds else 'is not'} {bound} {asked} years old")


def age(record: PatientRecord, as_of: date) -> int | None:
    """Whole years on a day; None where the record has no whole birth date."""
    return years(record.demographics.birth_date or "", as_of)


def years(birth: str, as_of: date) -> int | None:
    """The same of a birth date as it was said."""
    try:
        born = date.fromisoformat(birth)
    except ValueError:
        return None
    return as_of.year - born.year - ((as_of.month, as_of.day) < (born.month, born.day))


def _condition(record: PatientRecord, one: Inclusion, _: date) -> Judged:
    has = any(
        problem.concept == one.value and problem.status == "active" and not problem.doubtful
        for problem in record.problems
    )
    name = one.value.replace("_", " ")
    return Judged(
        one,
        has is (one.rule is Rule.CONDITION),
        f"{'has' if has else 'does not have'} an active problem “{name}”",
    )


def _drugs(record: PatientRecord, one: Inclusion, _: date) -> Judged:
    number = sum(drug.current for drug in record.medications)
    holds = number >= int(one.value)
    return Judged(one, holds, f"{'takes' if holds else 'does not take'} at least {one.value} drugs")


def _language(record: PatientRecord, one: Inclusion, _: date) -> Judged:
    said = (record.demographics.language or "").lower().partition("-")[0]
    if not said:
        return Judged(one, False, "the record says no language")
    holds = said == one.value.strip().lower().partition("-")[0]
    return Judged(one, holds, f"{'speaks' if holds else 'does not speak'} “{one.value}”")


def _programme(record: PatientRecord, one: Inclusion, _: date) -> Judged:
    wanted = one.value.strip().lower()
    holds = any(
        wanted in f"{entry.name} {entry.text}".lower()
        for entry in record.entries
        if entry.kind in PROGRAMMES and not entry.negated and entry.subject == "patient"
    )
    return Judged(one, holds, f"{'is' if holds else 'is not'} in a programme called “{one.value}”")


_JUDGES: Mapping[Rule, Callable[[PatientRecord, Inclusion, date], Judged]] = {
    Rule.AGE_FROM: _age,
    Rule.AGE_TO: _age,
    Rule.CONDITION: _condition,
    Rule.NOT_CONDITION: _condition,
    Rule.DRUGS_FROM: _drugs,
    Rule.LANGUAGE: _language,
    Rule.PROGRAMME: _programme,
}
