"""Invented people, entry by entry, for the draft: short words for what their sources say."""

from datetime import date

from careloom import record
from careloom.care.entry import (
    ICD10,
    LOINC,
    RXNORM,
    SNOMED,
    Code,
    Dosage,
    Entry,
    HumanName,
    Identifier,
    Period,
    Person,
    Source,
    entry_id,
    when,
)
from careloom.care.record import PatientRecord
from careloom.knowledge import load

TODAY = date(2026, 11, 23)
KNOWLEDGE = load()
ANA = Person(
    identifiers=(Identifier("urn:mrn", "1"),),
    names=(HumanName(family="Rivera", given=("Ana", "Lucía")),),
    birth_date="1960-05-17",
    sex="female",
)


class Told:
    """Collects what sources say of one person."""

    def __init__(self, person: Person = ANA) -> None:
        self.person = person
        self.entries: list[Entry] = []

    def add(self, kind: str, *, system: str = "lakeside_clinic", on: str = "2026-09-01", **more) -> Entry:
        place = f"Bundle.entry[{len(self.entries)}]"
        message = system.ljust(64, "0")
        more.setdefault("effective", Period(start=when(on)) if on else Period())
        entry = Entry(
            id=entry_id(message, place, kind), kind=kind, source=Source(message, place, system), **more
        )
        self.entries.append(entry)
        return entry

    def patient(self, **detail: str) -> Entry:
        known = {"birth_date": self.person.birth_date or "", "sex": self.person.sex or ""}
        return self.add("Patient", on="", detail=known | detail)

    def problem(self, name: str, code: str = "", on: str = "2020-01-15", **more) -> Entry:
        system = ICD10 if code[:1].isalpha() else SNOMED
        more.setdefault("codes", (Code(system, code, name),) if code else ())
        more = {"status": "active", "certainty": "confirmed"} | more
        return self.add("Condition", text=name, on=on, **more)

    def lab(self, loinc: str, name: str, value: str, unit: str, on: str, **more) -> Entry:
        return self.add(
            "Observation",
            text=name,
            codes=(Code(LOINC, loinc, name),),
            value=value,
            unit=unit,
            on=on,
            status="final",
            category=("laboratory",),
            **more,
        )

    def drug(
        self, name: str, dose: str, on: str = "2026-03-01", kind: str = "MedicationRequest", **more
    ) -> Entry:
        more = {"status": "active", "detail": {"intent": "order"}} | more
        return self.add(
            kind, text=name, codes=(Code(RXNORM, "", name),), on=on, dosage=Dosage(text=dose), **more
        )

    def fill(self, name: str, on: str, quantity: str = "30", days: str = "30") -> Entry:
        return self.add(
            "MedicationDispense",
            system="main_street_pharmacy",
            text=name,
            on=on,
            status="completed",
            detail={"quantity": quantity, "days_supply": days},
        )

    def allergy(self, substance: str, **more) -> Entry:
        more = {"status": "active", "certainty": "confirmed", "detail": {"allergy_type": "allergy"}} | more
        return self.add("AllergyIntolerance", text=f"Allergy to {substance}", on="2019-08-14", **more)

    def need(self, domain: str, quote: str, on: str = "2026-10-09") -> Entry:
        return self.add(
            "Observation",
            system="social_services",
            on=on,
            text=f"{domain} need",
            category=("sdoh",),
            detail={"domain": domain, "adverse": "true", "quote": quote},
        )

    def record(self, as_of: date = TODAY) -> PatientRecord:
        return record.assemble("patient-1", self.entries, KNOWLEDGE, as_of, [self.person])


def ana() -> Told:
    """Kidneys failing under ibuprofen, a metformin dose that the pharmacy doesn't confirm, a home about to be lost."""
    told = Told()
    told.patient()
    told.problem("Type 2 diabetes mellitus (disorder)", "44054006", on="2014-06-11")
    told.problem("Chronic kidney disease stage 3 (disorder)", "433144002", on="2024-02-20")
    told.lab("98979-8", "eGFR", "52", "mL/min/{1.73_m2}", "2025-09-12")
    told.lab("98979-8", "eGFR", "38", "mL/min/{1.73_m2}", "2026-09-20")
    told.lab("4548-4", "Hemoglobin A1c", "8.9", "%", "2026-09-20")
    told.drug(
        "metformin 1000 MG Oral Tablet", "Take 1 tablet (1000 mg) by mouth twice daily", on="2026-04-02"
    )
    told.fill("metformin 500 MG Oral Tablet", "2026-10-06", quantity="60")
    told.fill("metformin 500 MG Oral Tablet", "2026-11-06", quantity="60")
    told.drug(
        "ibuprofen 600 mg",
        "three times a day",
        on="2026-10-09",
        kind="MedicationStatement",
        system="social_services",
        detail={"quote": "She takes ibuprofen 600 mg from the store three times a day."},
    )
    told.allergy("penicillin", detail={"allergy_type": "allergy", "reaction": "Rash"})
    told.need("housing", "Ana received an eviction notice and must leave the apartment by 2026-12-01.")
    told.need("transport", "She has no car and no ride to the kidney clinic.")
    told.add(
        "ClaimResponse",
        system="county_health_plan",
        on="2026-10-05",
        text="Prior authorization",
        status="active",
        detail={
            "use": "preauthorization",
            "outcome": "denied",
            "service": "semaglutide 0.25 mg weekly injection",
            "disposition": "Step therapy is not documented.",
        },
    )
    return told
