"""What several measures share: the libraries Hospice, PalliativeCare, AdvancedIllnessandFrailty and AdultOutpatientEncounters.

Source: eCQM content for QI-Core 4.1.1 (2025: Hospice 6.12, PalliativeCare 1.11, AdvancedIllnessandFrailty 1.16, AdultOutpatientEncounters
4.11) and QI-Core 6 (2026: Hospice 6.18, PalliativeCare 1.18, AdvancedIllnessandFrailty 1.27, AdultOutpatientEncounters 4.16), CMS and NCQA.
The two editions ask the same of the record; in QI-Core 6 a diagnosis is an encounter's or of the problem list, and both count.
"""

from careloom.measure.quality import status
from careloom.measure.quality.asking import Question
from careloom.measure.quality.noun import Table, Truth, ValueSet
from careloom.measure.quality.timing import (
    during_day,
    ends_during_day,
    ends_on_or_before_day,
    overlaps_day,
    starts_during_day,
)

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"

ENCOUNTER_INPATIENT = ValueSet("Encounter Inpatient", "2.16.840.1.113883.3.666.5.307")
HOSPICE_AMBULATORY = ValueSet("Hospice Care Ambulatory", "2.16.840.1.113883.3.526.3.1584")
HOSPICE_ENCOUNTER = ValueSet("Hospice Encounter", "2.16.840.1.113883.3.464.1003.1003")
HOSPICE_DIAGNOSIS = ValueSet("Hospice Diagnosis", "2.16.840.1.113883.3.464.1003.1165")
PALLIATIVE_ENCOUNTER = ValueSet("Palliative Care Encounter", "2.16.840.1.113883.3.464.1003.101.12.1090")
PALLIATIVE_INTERVENTION = ValueSet("Palliative Care Intervention", "2.16.840.1.113883.3.464.1003.198.12.1135")
PALLIATIVE_DIAGNOSIS = ValueSet("Palliative Care Diagnosis", "2.16.840.1.113883.3.464.1003.1167")
ADVANCED_ILLNESS = ValueSet("Advanced Illness", "2.16.840.1.113883.3.464.1003.110.12.1082")
DEMENTIA_MEDICATIONS = ValueSet("Dementia Medications", "2.16.840.1.113883.3.464.1003.196.12.1510")
FRAILTY_DEVICE = ValueSet("Frailty Device", "2.16.840.1.113883.3.464.1003.118.12.1300")
FRAILTY_DIAGNOSIS = ValueSet("Frailty Diagnosis", "2.16.840.1.113883.3.464.1003.113.12.1074")
FRAILTY_ENCOUNTER = ValueSet("Frailty Encounter", "2.16.840.1.113883.3.464.1003.101.12.1088")
FRAILTY_SYMPTOM = ValueSet("Frailty Symptom", "2.16.840.1.113883.3.464.1003.113.12.1075")
OFFICE_VISIT = ValueSet("Office Visit", "2.16.840.1.113883.3.464.1003.101.12.1001")
ANNUAL_WELLNESS = ValueSet("Annual Wellness Visit", "2.16.840.1.113883.3.526.3.1240")
PREVENTIVE_ESTABLISHED = ValueSet(
    "Preventive Care Services Established Office Visit, 18 and Up", "2.16.840.1.113883.3.464.1003.101.12.1025"
)
PREVENTIVE_INITIAL = ValueSet(
    "Preventive Care Services Initial Office Visit, 18 and Up", "2.16.840.1.113883.3.464.1003.101.12.1023"
)
HOME_HEALTHCARE = ValueSet("Home Healthcare Services", "2.16.840.1.113883.3.464.1003.101.12.1016")
VIRTUAL_ENCOUNTER = ValueSet("Virtual Encounter", "2.16.840.1.113883.3.464.1003.101.12.1089")
TELEPHONE_VISITS = ValueSet("Telephone Visits", "2.16.840.1.113883.3.464.1003.101.12.1080")

DISCHARGED_TO_HOSPICE = (f"{SNOMED}|428361000124107", f"{SNOMED}|428371000124100")
HOSPICE_CARE = f"{LOINC}|45755-6"
YES = f"{SNOMED}|373066001"
FACIT_PAL = f"{LOINC}|71007-9"
MEDICAL_EQUIPMENT_USED = f"{LOINC}|98181-1"
HOUSING_STATUS = f"{LOINC}|71802-3"
LIVES_IN_NURSING_HOME = f"{SNOMED}|160734000"


def any_of(table: Table, column: str, codings: tuple[str, ...]) -> Truth:
    """Whether one of several codes stands in a column of several."""
    found = table[column].contains(codings[0])
    for one in codings[1:]:
        found = found | table[column].contains(one)
    return found


def qualifying_encounters(q: Question) -> Table:
    """Outpatient encounters of adults in the period (AdultOutpatientEncounters, "Qualifying Encounters")."""
    found = q.of(
        "encounter",
        OFFICE_VISIT,
        ANNUAL_WELLNESS,
        PREVENTIVE_ESTABLISHED,
        PREVENTIVE_INITIAL,
        HOME_HEALTHCARE,
        VIRTUAL_ENCOUNTER,
        TELEPHONE_VISITS,
    )
    return during_day(status.encounter_performed(found), q.period)


def hospice(q: Question) -> Truth:
    """Hospice care in the period (Hospice, "Has Hospice Services")."""
    stays = status.encounter_performed(q.of("encounter", ENCOUNTER_INPATIENT))
    discharged = stays.filter(any_of(stays, "disposition", DISCHARGED_TO_HOSPICE))
    asked = status.assessment_performed(q.coded("observation", HOSPICE_CARE))
    return (
        q.exists(ends_during_day(discharged, q.period))
        | q.exists(overlaps_day(status.encounter_performed(q.of("encounter", HOSPICE_ENCOUNTER)), q.period))
        | q.exists(overlaps_day(asked.filter(asked["values"].contains(YES)), q.period))
        | q.exists(during_day(status.ordered(q.of("service_request", HOSPICE_AMBULATORY)), q.period))
        | q.exists(overlaps_day(status.performed(q.of("procedure", HOSPICE_AMBULATORY)), q.period))
        | q.exists(overlaps_day(q.of("condition", HOSPICE_DIAGNOSIS), q.period))
    )


def palliative(q: Question) -> Truth:
    """Palliative care in the period (PalliativeCare, "Has Palliative Care in the Measurement Period")."""
    return (
        q.exists(overlaps_day(status.assessment_performed(q.coded("observation", FACIT_PAL)), q.period))
        | q.exists(overlaps_day(q.of("condition", PALLIATIVE_DIAGNOSIS), q.period))
        | q.exists(
            overlaps_day(status.encounter_performed(q.of("encounter", PALLIATIVE_ENCOUNTER)), q.period)
        )
        | q.exists(overlaps_day(status.performed(q.of("procedure", PALLIATIVE_INTERVENTION)), q.period))
    )


def frailty(q: Question) -> Truth:
    """Signs of frailty in the period (AdvancedIllnessandFrailty, "Has Criteria Indicating Frailty")."""
    used = status.assessment_performed(q.coded("observation", MEDICAL_EQUIPMENT_USED))
    return (
        q.exists(during_day(status.ordered(q.of("device_request", FRAILTY_DEVICE)), q.period))
        | q.exists(ends_during_day(q.within(used, "values", FRAILTY_DEVICE), q.period))
        | q.exists(overlaps_day(q.of("condition", FRAILTY_DIAGNOSIS), q.period))
        | q.exists(overlaps_day(status.encounter_performed(q.of("encounter", FRAILTY_ENCOUNTER)), q.period))
        | q.exists(overlaps_day(status.symptom(q.of("observation", FRAILTY_SYMPTOM)), q.period))
    )


def advanced_illness(q: Question) -> Truth:
    """An advanced illness that began, or an active order of a dementia drug, in the period or the year before it."""
    two_years = q.period.back(years=1)
    drugs = status.medication_active(q.of("medication_request", DEMENTIA_MEDICATIONS))
    return q.exists(starts_during_day(q.of("condition", ADVANCED_ILLNESS), two_years)) | q.exists(
        overlaps_day(drugs, two_years, of="supply")
    )


def frail_and_ill_66(q: Question) -> Truth:
    """66 or older, frail, and with an advanced illness."""
    return (q.age_at_end >= 66) & frailty(q) & advanced_illness(q)


def frail_66_80_or_81(q: Question) -> Truth:
    """66 to 80, frail, and with an advanced illness; or 81 or older and frail."""
    frail = frailty(q)
    return (q.age_at_end.between(66, 80) & frail & advanced_illness(q)) | ((q.age_at_end >= 81) & frail)


def nursing_home_66(q: Question) -> Truth:
    """66 or older, and living in a nursing home by the last word on housing until the period's last day."""
    import ibis  # over a quarter of a second

    told = ends_on_or_before_day(
        status.assessment_performed(q.coded("observation", HOUSING_STATUS)), q.period.end
    ).select("patient", "row", "end", "values")
    # Of several that end together CQL takes the one that stands last.
    last = told.mutate(
        nth=ibis.row_number().over(
            ibis.window(group_by=told.patient, order_by=[told.end.desc(), told.row.desc()])
        )
    )
    return (q.age_at_end >= 66) & q.exists(
        last.filter((last.nth == 0) & last["values"].contains(LIVES_IN_NURSING_HOME))
    )
