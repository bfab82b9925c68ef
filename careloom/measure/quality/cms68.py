"""CMS68, Documentation of Current Medications in the Medical Record: counted by encounters, not by patients.

Source   eCQM CMS68FHIR: 2025 in QI-Core 4.1.1 (DocumentationofCurrentMedicationsFHIR 0.2.000), 2026 in QI-Core 6.0.0
         (CMS68FHIRDocumentationCurrentMeds 1.0.000); Centers for Medicare & Medicaid Services
2026     the documentation counts by the day of the visit on which it starts (it must have an end); the only exception is an acute health crisis
Misses   a medication list that was reviewed without this code (SNOMED CT 428191000124101)
"""

from careloom.measure.quality.asking import Question
from careloom.measure.quality.noun import MAX, Group, Measure, Table, ValueSet
from careloom.measure.quality.timing import during_day
from careloom.measure.quality.together import each, having, within_days, within_instants

VISITS = ValueSet("Encounter to Document Medications", "2.16.840.1.113883.3.600.1.1834")
REASON = ValueSet("Medical Reason", "2.16.840.1.113883.3.526.3.1007")
DOCUMENTED = "http://snomed.info/sct|428191000124101"
CRISIS = "http://snomed.info/sct|705016005"


def populations(q: Question) -> tuple[Group, ...]:
    """One group of encounters: the medications were documented in each."""
    found = q.of("encounter", VISITS)
    visits = each(during_day(found.filter(found.status == "finished"), q.period))
    visits = visits.mutate(encounter=visits.row)
    q.rows(visits)
    done, excused = _done(q, visits), _excused(q, visits)
    every = q.exists(visits, by="encounter")
    group = Group(
        id="64f0d84a56d636294b157d7f",
        initial_population=every,
        denominator=every,
        denominator_exception=q.exists(excused, by="encounter"),
        numerator=q.exists(done, by="encounter"),
    )
    return (group,)


def _done(q: Question, visits: Table) -> Table:
    found = q.coded("procedure", DOCUMENTED)
    found = found.filter((found.status == "completed") & ~found.negated)
    if q.edition == "2026":
        ended = found.filter(found.end_to < MAX)
        return having(visits, ended, lambda visit, done: within_days(done.start, done.start_to, visit))
    return having(visits, found, lambda visit, done: within_instants(done.end, done.end_to, visit))


def _excused(q: Question, visits: Table) -> Table:
    found = q.coded("procedure", DOCUMENTED)
    found = found.filter(found.status == "not-done")
    if q.edition == "2026":
        found = found.filter(found.reasons.contains(CRISIS))
        return having(visits, found, lambda visit, left: within_days(left.recorded, left.recorded_to, visit))
    found = q.within(found, "reasons", REASON)
    return having(visits, found, lambda visit, left: within_instants(left.recorded, left.recorded_to, visit))


MEASURE = Measure(
    name="CMS68",
    also=(
        "DocumentationofCurrentMedicationsFHIR",
        "CMS68FHIRDocumentationCurrentMeds",
        "CMS68FHIRDocumentationofCurrentMedications",
        "CMS68FHIR",
    ),
    title="Documentation of Current Medications in the Medical Record",
    improvement="increase",
    basis="encounter",
    initial_population="Every finished visit in the period, at any age",
    denominator="The initial population",
    denominator_exception="Not documented at the visit for a medical reason; 2026: because of an acute health crisis",
    numerator="Current medications documented at the visit",
    editions={
        "2025": "eCQM CMS68FHIR, DocumentationofCurrentMedicationsFHIR 0.2.000 (QI-Core 4.1.1), reporting year 2025",
        "2026": "eCQM CMS68FHIR, CMS68FHIRDocumentationCurrentMeds 1.0.000 (QI-Core 6.0.0), reporting year 2026",
    },
    populations=populations,
)
