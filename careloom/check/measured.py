"""What the record's newest results say of kidney function and potassium, for the rule of kidney dosing.

Source   Cockcroft & Gault, Nephron 1976;16:31-41; CKD-EPI creatinine 2021 (Inker et al., N Engl J Med 2021;385:1737-1749); the label of apixaban
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.knowledge import Knowledge
from careloom.knowledge.days import ADULT, age_on
from careloom.knowledge.labs import Lab, number
from careloom.knowledge.renal import apixaban_criteria, ckd_epi_2021, cockcroft_gault

_RECENT = timedelta(days=366)
# Either lowers apixaban on dialysis.
_OLD, _LIGHT = 80, 60
_FINAL = frozenset({"final", "amended", "corrected", "preliminary", "unknown", None})


@dataclass(frozen=True, slots=True)
class Result:
    """A result in its measure's canonical unit, the words that tell it, and the entries it rests on."""

    value: float
    said: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kidney:
    """What is known by measure (the names that `Limit.measure` uses); `missing` says why others aren't."""

    known: dict[str, Result]
    missing: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Point:
    entry: Entry
    day: date
    value: Decimal
    written: str


def kidney(record: PatientRecord, knowledge: Knowledge) -> Kidney:
    """eGFR (reported, else by CKD-EPI 2021), creatinine clearance (Cockcroft-Gault, actual weight), potassium, and dialysis (1).

    Only plausible results of the last 12 months before the record's date count. Clearance takes the newest
    creatinine and weight; both equations are for adults of known age and sex.
    """
    found, passed = _newest(record, knowledge, ("egfr", "creatinine", "weight", "potassium"))
    egfr, creatinine, weight, potassium = (
        found.get(one) for one in ("egfr", "creatinine", "weight", "potassium")
    )
    age, sex = age_on(record.as_of, (record.demographics.birth_date or "")[:10]), record.demographics.sex
    known: dict[str, Result] = {}
    missing: dict[str, str] = {}
    if potassium:
        known["potassium"] = Result(*_of(potassium, "potassium"), (potassium.entry.id,))
    else:
        missing["potassium"] = f"no potassium of the last 12 months{passed.get('potassium', '')}"
    if egfr and not (creatinine and creatinine.day > egfr.day):
        known["egfr"] = Result(*_of(egfr, "eGFR"), (egfr.entry.id,))
    lacking = _lacking(creatinine, age, sex, passed.get("creatinine", ""))
    if creatinine and age is not None and sex in ("female", "male") and not lacking:
        _computed(known, creatinine, weight, age, sex)
        if weight:
            count = apixaban_criteria(age, float(weight.value), float(creatinine.value))
            said = f"{count} of 3 hold (age {age}, weight {weight.written}, creatinine {creatinine.written})"
            known["apixaban criteria"] = Result(count, said, (creatinine.entry.id, weight.entry.id))
        else:
            lacking = f"no weight of the last 12 months{passed.get('weight', '')}"
    if "egfr" not in known:
        missing["egfr"] = lacking
    for measure in ("crcl", "apixaban criteria"):
        if measure not in known:
            none = f"no creatinine of the last 12 months{passed.get('creatinine', '')}"
            missing[measure] = none if egfr and not creatinine else lacking
    on_dialysis = [one for one in record.problems if one.status == "active" and one.concept == "dialysis"]
    if on_dialysis and not on_dialysis[0].doubtful:
        known["dialysis"] = Result(1, on_dialysis[0].name, on_dialysis[0].entries)
        _dialysed(known, missing, weight, age, passed.get("weight", ""))
    return Kidney(known, missing)


def _dialysed(
    known: dict[str, Result], missing: dict[str, str], weight: _Point | None, age: int | None, passed: str
) -> None:
    """How many of the two that lower apixaban on dialysis hold: age at least 80 years, weight at most 60 kg (FDA label, section 8.6)."""
    name, entries = known["dialysis"].said, known["dialysis"].entries
    old = age is not None and age >= _OLD
    if weight:
        count = int(old) + (float(weight.value) <= _LIGHT)
        said = f"{name}, {'an unknown age' if age is None else f'age {age}'} and a weight of {weight.written}"
        known["dialysis criteria"] = Result(count, said, (*entries, weight.entry.id))
    elif old:
        known["dialysis criteria"] = Result(1, f"{name} and age {age}", entries)
    else:
        missing["dialysis criteria"] = f"no weight of the last 12 months{passed}"


def _computed(
    known: dict[str, Result], creatinine: _Point, weight: _Point | None, age: int, sex: str
) -> None:
    scr = float(creatinine.value)
    if "egfr" not in known:
        value = ckd_epi_2021(scr, age, sex)
        said = f"eGFR {value:.0f} mL/min/1.73 m2 (CKD-EPI 2021 from creatinine {creatinine.written})"
        known["egfr"] = Result(value, said, (creatinine.entry.id,))
    if weight:
        value = cockcroft_gault(age, float(weight.value), scr, sex)
        said = (
            f"creatinine clearance {value:.0f} mL/min (Cockcroft-Gault: age {age}, actual weight {weight.written}, "
            f"creatinine {creatinine.written})"
        )
        known["crcl"] = Result(value, said, (creatinine.entry.id, weight.entry.id))


def _lacking(creatinine: _Point | None, age: int | None, sex: str | None, passed: str) -> str:
    if creatinine is None:
        return f"no creatinine or eGFR of the last 12 months{passed}"
    if age is None or sex not in ("female", "male"):
        return "age or sex is not known"
    return "the equations are for adults" if age < ADULT else ""


def _newest(
    record: PatientRecord, knowledge: Knowledge, concepts: Sequence[str]
) -> tuple[dict[str, _Point], dict[str, str]]:
    """The newest usable result of each concept, in the canonical unit, and why the newest of those that aren't was passed over."""
    found: dict[str, _Point] = {}
    passed: dict[str, tuple[date, str]] = {}
    for entry in record.entries:
        if (
            entry.kind != "Observation"
            or entry.subject != "patient"
            or entry.negated
            or entry.status not in _FINAL
        ):
            continue
        lab = knowledge.labs.find(entry.codes, entry.text)
        if lab is None or lab.concept not in concepts or entry.happened is None:
            continue
        day, value = entry.happened.day, lab.canonical(entry.value, entry.unit)
        if day > record.as_of:
            continue
        if why := _unusable(entry, lab, day, record.as_of):
            passed[lab.concept] = max(passed.get(lab.concept, (day, why)), (day, why))
        elif value is not None and (lab.concept not in found or day >= found[lab.concept].day):
            unit = knowledge.labs.plain(entry.unit or lab.unit)
            # A ratio such as the INR has no unit.
            written = " ".join(f"{entry.comparator}{_short(entry.value)} {unit} of {day.isoformat()}".split())
            found[lab.concept] = _Point(entry, day, value + _beyond(entry.comparator), written)
    return found, {concept: f" ({why})" for concept, (_, why) in passed.items()}


def _unusable(entry: Entry, lab: Lab, day: date, as_of: date) -> str:
    """Why a result can't be counted with, "" where it can."""
    if day < as_of - _RECENT:
        return f"the last is of {day.isoformat()}"
    if number(entry.value) is None:
        return f"that of {day.isoformat()} is no number"
    if lab.canonical(entry.value, entry.unit) is None:
        return f"that of {day.isoformat()} has {'a unit that is not its own' if entry.unit else 'no unit'}"
    return (
        ""
        if lab.plausible(entry.value, entry.unit)
        else f"that of {day.isoformat()} is beyond what is plausible"
    )


def _short(digits: str | None) -> str:
    """The source's digits; those that a computer made ("10.95738289213628") to one decimal."""
    whole, _, decimals = (digits or "").partition(".")
    return f"{Decimal(digits):.1f}" if digits and len(decimals) > 3 and whole.isdigit() else digits or ""


def _beyond(comparator: str) -> Decimal:
    """ "<15" is less than 15, ">60" more than 60."""
    return {"<": Decimal("-0.001"), ">": Decimal("0.001")}.get(comparator, Decimal(0))


def _of(point: _Point, label: str) -> tuple[float, str]:
    return float(point.value), f"{label} {point.written}"
