"""Outcomes: how patients fared, as their records tell: values, stays, visits, appointments and what they answered. Pure: no clock, no chance, no database.

Never    compares: before and after alone is no effect (careloom/study/outcomes.py compares with a trend or with others)
"""

from collections.abc import Mapping

from careloom.measure.outcomes.noun import Outcome

OUTCOMES: Mapping[str, Outcome] = {
    one.name: one
    for one in (
        Outcome(
            name="hba1c",
            title="HbA1c",
            scale="mean",
            unit="%",
            better="lower",
            numerator="the HbA1c of every patient and day on which one was measured; of several on a day the middle one",
            denominator="how many such days there are",
            exclusions="results that aren't final, have < or >, come without a unit that we know or can't be true; each is counted with its reason. mmol/mol is "
            "turned into % (NGSP master equation)",
            source="change: from the newest value in the 180 days before the start to the newest from 90 to 365 days after it, since HbA1c tells of about three "
            "months (ADA Standards of Care 2025, section 6)",
        ),
        Outcome(
            name="systolic",
            title="Systolic blood pressure",
            scale="mean",
            unit="mm[Hg]",
            better="lower",
            numerator="the lowest systolic pressure of every patient and day on which one was measured (CMS165 takes the lowest of a day)",
            denominator="how many such days there are",
            exclusions="pressures of a stay or an emergency visit, where the source names the visit (CMS165); results that aren't final, have < or >, come without a "
            "unit that we know or can't be true",
            source="CMS165 (2025); change: windows as for HbA1c",
        ),
        Outcome(
            name="diastolic",
            title="Diastolic blood pressure",
            scale="mean",
            unit="mm[Hg]",
            better="lower",
            numerator="the lowest diastolic pressure of every patient and day on which one was measured",
            denominator="how many such days there are",
            exclusions="as for systolic pressure",
            source="CMS165 (2025); change: windows as for HbA1c",
        ),
        Outcome(
            name="readmission",
            title="Unplanned readmission within 30 days",
            scale="share",
            unit="",
            better="lower",
            numerator="discharges after which the first stay that began within 30 days wasn't planned",
            denominator="discharges from acute stays in the period, joined where one stay goes on in another (they overlap, or a transfer on that or the next day)",
            exclusions="who died in the stay, left against advice, or was discharged less than 30 days before the last day that is known. Planned is what the source "
            "itself says was (Encounter.priority: elective); CMS's planned readmission algorithm is not applied, since it needs the year's tables of "
            "procedure categories. Stays for cancer treatment, psychiatry and rehabilitation, which CMS leaves out, are in it",
            source="after CMS's hospital-wide readmission measure (Yale CORE 2014, version 3.0, section 2.2): first readmission, planned ones and transfers",
        ),
        Outcome(
            name="emergency",
            title="Emergency visits",
            scale="rate",
            unit="per 100 patient-months",
            better="lower",
            numerator="days on which a patient was in an emergency department, whether or not a stay followed",
            denominator="months of patients that lie whole in the period, from the first in which the record tells of care to that of death",
            exclusions="visits that were cancelled, planned or entered in error",
            source="ours",
        ),
        Outcome(
            name="appointments",
            title="Appointments kept",
            scale="share",
            unit="",
            better="higher",
            numerator="appointments that were kept (fulfilled, arrived, checked-in)",
            denominator="appointments of the period that were kept or missed (noshow)",
            exclusions="cancelled ones, and those of which nobody said what became of them",
            source="FHIR R4, AppointmentStatus",
        ),
        Outcome(
            name="phq9",
            title="PHQ-9",
            scale="mean",
            unit="points",
            better="lower",
            numerator="the PHQ-9 total of every patient and day on which one was answered (LOINC 44261-6)",
            denominator="how many such days there are",
            exclusions="totals outside 0 to 27, and answers without a total",
            source="Kroenke, Spitzer & Williams 2001, J Gen Intern Med 16:606-613",
        ),
        Outcome(
            name="gad7",
            title="GAD-7",
            scale="mean",
            unit="points",
            better="lower",
            numerator="the GAD-7 total of every patient and day on which one was answered (LOINC 70274-6)",
            denominator="how many such days there are",
            exclusions="totals outside 0 to 21, and answers without a total",
            source="Spitzer et al. 2006, Arch Intern Med 166:1092-1097",
        ),
        Outcome(
            name="promis_physical",
            title="PROMIS-10 physical health",
            scale="mean",
            unit="T-score",
            better="higher",
            numerator="the T-score of every patient and day on which one was answered (LOINC 71971-6)",
            denominator="how many such days there are",
            exclusions="scores outside 10 to 90, and raw scores",
            source="Hays et al. 2009, Qual Life Res 18:873-880; codes as in CMS90",
        ),
        Outcome(
            name="promis_mental",
            title="PROMIS-10 mental health",
            scale="mean",
            unit="T-score",
            better="higher",
            numerator="the T-score of every patient and day on which one was answered (LOINC 71969-0)",
            denominator="how many such days there are",
            exclusions="scores outside 10 to 90, and raw scores",
            source="Hays et al. 2009, Qual Life Res 18:873-880; codes as in CMS90",
        ),
    )
}
