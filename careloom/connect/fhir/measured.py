"""What quality measures ask of FHIR's own elements, beside what an entry says for people: `Entry.elements`.

Source: QI-Core 4.1.1 and 6.0.0 (extensions notDoneReason, recorded, doNotPerform); FHIR R4.
"""

from collections.abc import Iterable, Sequence

from careloom.connect.fhir.datatypes import (
    Coding,
    Concept,
    DosageInstruction,
    Dose,
    Extension,
    Quantity,
    Reference,
    Resource,
    WirePeriod,
    WireRange,
)
from careloom.connect.fhir.words import digits, unit

Elements = dict[str, tuple[str, ...]]
QICORE = "http://hl7.org/fhir/us/qicore/StructureDefinition/qicore-"
DO_NOT_PERFORM = f"{QICORE}doNotPerform"


def elements(it: Resource, **parts: Sequence[str]) -> Elements:
    """The parts that have something to say, with the resource's own id and the profiles that it claims."""
    found = {key.rstrip("_"): tuple(said) for key, said in parts.items() if said}
    if it.id:
        found["id"] = (it.id,)
    if it.meta and it.meta.profile:
        found["profile"] = tuple(one.partition("|")[0].rpartition("/")[2] for one in it.meta.profile)
    return found


def coded(*concepts: Concept | None) -> list[str]:
    """The codes of concepts, each as "system|code"."""
    return [code for one in concepts if one for coding in one.coding if (code := coding_code(coding))]


def coding_code(coding: Coding | None) -> str:
    """A coding as "system|code"; "" where it has no code."""
    return f"{coding.system or ''}|{coding.code}" if coding and coding.code else ""


def one_code(coding: Coding | None) -> list[str]:
    """A coding as a list of none or one."""
    return [said] if (said := coding_code(coding)) else []


def ids(*references: Reference | None) -> list[str]:
    """The ids at the ends of references ("Encounter/5" → "5")."""
    said = [(one.reference or "").partition("/_history/")[0] for one in references if one]
    return [one.rpartition("/")[2].removeprefix("#") for one in said if one]


def not_done_reasons(extensions: Iterable[Extension]) -> list[str]:
    """Why something was not done (QI-Core)."""
    return coded(*(one.value_codeable_concept for one in extensions if one.url == f"{QICORE}notDoneReason"))


def recorded(extensions: Iterable[Extension]) -> list[str]:
    """When it was recorded that something was done, or not (QI-Core)."""
    return [
        one.value_date_time for one in extensions if one.url == f"{QICORE}recorded" and one.value_date_time
    ]


def forbidden(extensions: Iterable[Extension]) -> bool:
    """Whether an order says that it is not to be done (QI-Core)."""
    return any(one.url == DO_NOT_PERFORM and one.value_boolean for one in extensions)


def spans(period: WirePeriod | None) -> list[str]:
    """That a time was given as a period, whose end may be open."""
    return ["period"] if period else []


def number(quantity: Quantity | None) -> list[str]:
    """A quantity's digits and unit; nothing where it has no number."""
    said = digits(quantity.value) if quantity else None
    return [said, unit(quantity) or ""] if said else []


def ages(between: WireRange | None) -> list[str]:
    """A range of ages: low, its unit, high, its unit."""
    low, high = (number(between.low), number(between.high)) if between else ([], [])
    return [*low, *high] if low and high else []


def taking(instructions: Sequence[DosageInstruction]) -> Elements:
    """How the only dosage instruction of an order says to take it; of several nothing."""
    if len(instructions) != 1:
        return {}
    one = instructions[0]
    doses = [one.dose_and_rate] if isinstance(one.dose_and_rate, Dose) else one.dose_and_rate
    given = doses[0] if len(doses) == 1 else Dose()
    high = given.dose_range.high if given.dose_range else None
    repeat = one.timing.repeat if one.timing else None
    found = {"dose": number(given.dose_quantity) or number(high)}
    if repeat is not None:
        found["often"] = [said] if (said := digits(repeat.frequency_max) or digits(repeat.frequency)) else []
        length = digits(repeat.period)
        found["every"] = [length, repeat.period_unit or ""] if length else []
        found["clock"] = repeat.time_of_day
        bounds = repeat.bounds_period or WirePeriod()
        found["bounds_start"] = [bounds.start] if bounds.start else []
        found["bounds_end"] = [bounds.end] if bounds.end else []
        found["bounds"] = spans(repeat.bounds_period)
    return {key: tuple(said) for key, said in found.items() if said}
