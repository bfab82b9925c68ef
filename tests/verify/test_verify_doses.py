"""Amounts of Oskar's drugs are told as each source orders them, and what only stands beside a fact is none of it."""

from dataclasses import replace
from datetime import date

import pytest

from careloom.care.document import Verdict
from careloom.care.entry import (
    LOINC,
    RXNORM,
    Code,
    Component,
    Dosage,
    Entry,
    HumanName,
    Period,
    Range,
    Source,
    when,
)
from careloom.care.record import Conflict, Demographics, Medication, PatientRecord, Problem
from careloom.knowledge import load
from careloom.knowledge.protocol import candidates
from careloom.verify import Index, Judgement, judge_with

KNOWLEDGE = load()
EHR = Source("a" * 64, "Bundle.entry[1].resource", "Hillside EHR")
SHOP = Source("b" * 64, "row 3", "Quay Pharmacy")
NOTE = Source("c" * 64, "characters 1-60", "Hillside EHR")


def _order(entry_id: str, text: str, dosage: str, day: str, *names: str) -> Entry:
    return Entry(
        id=entry_id,
        kind="MedicationRequest",
        source=EHR,
        codes=tuple(Code(RXNORM, "", name) for name in names),
        text=text,
        dosage=Dosage(dosage),
        effective=Period(when(day)),
        status="active",
    )


def _fill(entry_id: str, text: str, day: str, days: str, quantity: str) -> Entry:
    return Entry(
        id=entry_id,
        kind="MedicationDispense",
        source=SHOP,
        text=text,
        effective=Period(when(day)),
        status="completed",
        detail={"days_supply": days, "quantity": quantity, "pharmacy": "Quay Pharmacy #12"},
    )


ENTRIES = (
    Entry(id="patient", kind="Patient", source=EHR, text="Oskar Lindahl", detail={"birth_date": "1961-05-06"}),
    _order("biktarvy", "Biktarvy 50 mg-200 mg-25 mg tablet", "Take 1 tablet every day by oral route.", "2026-02-01"),
    _order("sertraline", "sertraline (ZOLOFT) 100 mg tablet", "Take 1.5 tablets (150 mg total) by mouth daily.", "2026-05-20"),
    _order("warfarin", "WARFARIN 5 MG TAB", "5 MG PO DAILY MON-WED-FRI; 2.5 MG OTHER DAYS", "2026-02-01"),
    _order("statin", "rosuvastatin 20 mg tablet", "Take 1 tablet by oral route at bedtime.", "2026-02-01", "rosuvastatin calcium 20 MG Oral Tablet"),
    _fill("statin-fill", "ROSUVASTATIN CALCIUM 10 MG", "2026-10-03", "90", "90"),
    _fill("warfarin-fill", "WARFARIN SODIUM 5 MG", "2026-10-20", "30", "30"),
    _order("nebules", "albuterol 2.5 mg /3 mL (0.083 %) nebulizer solution", "Take 3 mL (2.5 mg total) every 4 hours", "2026-09-04"),
    replace(_order("naproxen", "Naproxen 375 mg tablet", "375 mg twice daily", "2026-05-02"), status="on-hold"),
    Entry(
        id="bactrim",
        kind="MedicationStatement",
        source=NOTE,
        text="Bactrim",
        effective=Period(when("2026-11-02")),
        status="active",
        detail={"quote": "K 5.9 - on losartan AND Bactrim."},
    ),
    Entry(
        id="potassium",
        kind="Observation",
        source=EHR,
        codes=(Code(LOINC, "2823-3", "Potassium"),),
        text="Potassium",
        value="5.9",
        unit="mmol/L",
        range=Range("3.5", "5.1", "3.5 - 5.1 mmol/L"),
        interpretation="H",
        effective=Period(when("2026-11-02")),
        status="final",
    ),
    Entry(
        id="phq9",
        kind="Observation",
        source=EHR,
        codes=(Code(LOINC, "44261-6", "Patient Health Questionnaire 9 item (PHQ-9) total score"),),
        text="PHQ-9 total score",
        value="22",
        unit="{score}",
        effective=Period(when("2026-11-17")),
        status="final",
    ),
    Entry(
        id="albuminuria",
        kind="Observation",
        source=EHR,
        text="Urine albumin to creatinine ratio",
        value="342",
        unit="mg/g{creat}",
        effective=Period(when("2026-11-02")),
        status="final",
    ),
    Entry(
        id="tsh",
        kind="Observation",
        source=EHR,
        text="TSH",
        value="8.9",
        unit="uIU/mL",
        effective=Period(when("2026-11-02")),
        status="final",
    ),
    Entry(
        id="pressure",
        kind="Observation",
        source=EHR,
        codes=(Code("urn:oid:1.2.3", "5", "BP"),),
        text="BP",
        components=(
            Component((Code(LOINC, "8480-6", "Systolic blood pressure"),), value="146", unit="mm[Hg]"),
            Component((Code(LOINC, "8462-4", "Diastolic blood pressure"),), value="84", unit="mm[Hg]"),
        ),
        effective=Period(when("2026-10-21")),
        status="final",
    ),
    Entry(
        id="bones",
        kind="Condition",
        source=EHR,
        text="Age-related osteoporosis without current pathological fracture",
        effective=Period(when("2025-01-04")),
        status="active",
        detail={"note": "DEXA again on 2027-12-01"},
    ),
    Entry(
        id="bus",
        kind="Observation",
        source=NOTE,
        text="Transportation need",
        effective=Period(when("2026-11-05")),
        status="final",
        detail={"domain": "transport", "adverse": "true", "quote": "No bus since 10/01/2026."},
    ),
)  # fmt: skip
RECORD = PatientRecord(
    patient="oskar",
    as_of=date(2026, 11, 23),
    version="1",
    demographics=Demographics(names=(HumanName("Lindahl", ("Oskar",)),), birth_date="1961-05-06", entries=("patient",)),
    entries=ENTRIES,
    problems=(
        Problem("Age-related osteoporosis without current pathological fracture", "active", ("bones",), "active", "osteoporosis"),
    ),
    medications=(
        Medication("rosuvastatin", ("rosuvastatin",), "dose_in_conflict", True, ("statin", "statin-fill"), "active"),
        Medication("naproxen", ("naproxen",), "on_hold", True, ("naproxen",), "on hold in Hillside EHR"),
        Medication("sertraline", ("sertraline",), "prescribed_no_fill_seen", True, ("sertraline",), "active"),
    ),
    conflicts=(
        Conflict("no_fill", "sertraline", ("sertraline", "statin-fill", "warfarin-fill"), "No fill seen in Quay Pharmacy between 2026-10-03 and 2026-10-20"),
        Conflict("dose", "rosuvastatin", ("statin", "statin-fill"), "20 mg in Hillside EHR on 2026-02-01; 10 mg, 90 for 90 days in Quay Pharmacy on 2026-10-03"),
    ),
)  # fmt: skip
BY_ID = {entry.id: entry for entry in ENTRIES}
INDEX = Index(RECORD, KNOWLEDGE)


def said(text: str, citations: str) -> Judgement:
    return judge_with(INDEX, text, [BY_ID[one] for one in citations.split()])


SUPPORTED = (
    ("Bictegravir/emtricitabine/tenofovir is prescribed, 50 mg / 200 mg / 25 mg, 1 tablet every day by oral route.", "biktarvy"),
    ("Sertraline is prescribed, 100 mg, 1.5 tablets (150 mg total) by mouth daily.", "sertraline"),
    ("Warfarin is prescribed, 5 MG PO DAILY MON-WED-FRI; 2.5 MG OTHER DAYS, and was last filled on 2026-10-20.", "warfarin warfarin-fill"),
    ("Sources differ on the dose of rosuvastatin: 20 mg, 1 tablet by oral route at bedtime (hillside ehr, 2026-02-01); filled as 10 mg, 90 for 90 days (quay pharmacy, 2026-10-03).", "statin statin-fill"),
    ("Albuterol is prescribed, 2.5 mg/3 mL / 0.083 %, 3 mL (2.5 mg total) every 4 hours.", "nebules"),
    ("Current medications include sulfamethoxazole/trimethoprim with potassium 5.9 mmol/L (2026-11-02).", "bactrim potassium"),
    ("Urine albumin to creatinine ratio was 342 mg/g on 2026-11-02.", "albuminuria"),
    ("TSH was 8.9 mIU/L on 2026-11-02.", "tsh"),
    ("PHQ-9 score was 22 on 2026-11-17.", "phq9"),
    ("Blood pressure was 146/84 mmHg on 2026-10-21.", "pressure"),
    ("Age-related osteoporosis without current pathological fracture has been active since 2025-01-04.", "bones"),
    ("A note of 2026-11-05 reports a need with transport: “No bus since 10/01/2026”.", "bus"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "citations"), SUPPORTED)
def test_what_oskars_sources_order_may_be_told(text: str, citations: str) -> None:
    assert said(text, citations).faults == ()


ANOTHER_PLACE = (
    ("Bictegravir/emtricitabine/tenofovir is prescribed, 200 mg / 50 mg / 25 mg, 1 tablet every day by oral route.", "biktarvy"),
    ("Bictegravir/emtricitabine/tenofovir is prescribed, 50 mg / 200 mg / 50 mg, 1 tablet every day by oral route.", "biktarvy"),
    ("Sertraline is prescribed, 150 mg, 1.5 tablets (100 mg total) by mouth daily.", "sertraline"),
    ("Warfarin is prescribed, 2.5 MG PO DAILY MON-WED-FRI; 5 MG OTHER DAYS.", "warfarin"),
    ("Sources differ on the dose of rosuvastatin: 10 mg, 1 tablet by oral route at bedtime (hillside ehr, 2026-02-01); filled as 20 mg, 90 for 90 days (quay pharmacy, 2026-10-03).", "statin statin-fill"),
    ("Rosuvastatin, 10 mg, 12 for 90 days, was filled on 2026-10-03.", "statin-fill"),
    ("Potassium was high at 5.1 mmol/L on 2026-11-02.", "potassium"),
    ("PHQ-9 score was 9 on 2026-11-17.", "phq9"),
    ("Outside the reference range is potassium, high at 5.1 mmol/L (2026-11-02).", "potassium"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "citations"), ANOTHER_PLACE)
def test_a_true_number_in_anothers_place_is_contradicted(text: str, citations: str) -> None:
    found = said(text, citations)
    assert [(fault.kind, fault.contradicts) for fault in found.faults][:1] == [("number", True)]


@pytest.mark.parametrize("how_often", ["every other day", "every second day", "each other week"])
def test_every_other_day_is_not_every_day(how_often: str) -> None:
    daily = "Sertraline is prescribed, 100 mg, 1.5 tablets (150 mg total) by mouth daily."
    assert said(daily, "sertraline").faults == ()
    found = said(daily.replace("daily", how_often), "sertraline")
    assert {fault.kind for fault in found.faults if fault.contradicts} == {"number"}


def test_a_dose_is_told_of_the_source_that_has_it() -> None:
    told = "Sources differ on the dose of rosuvastatin: 20 mg, 1 tablet by oral route at bedtime (hillside ehr, 2026-02-01); filled as 10 mg, 90 for 90 days (quay pharmacy, 2026-10-03)."
    assert said(told, "statin statin-fill").faults == ()
    for other in ("social services", "care team", "quay pharmacy"):
        assert said(told.replace("hillside ehr", other), "statin statin-fill").verdict is Verdict.CONTRADICTED


def test_sources_differ_where_each_of_them_is_cited() -> None:
    told = "Sources differ on the dose of rosuvastatin: 20 mg, 1 tablet by oral route at bedtime (hillside ehr, 2026-02-01)."
    assert said(told, "statin statin-fill").faults == ()
    assert said(told, "statin").faults != ()


def test_a_fill_has_the_fills_day_and_not_the_orders() -> None:
    found = said("Rosuvastatin is prescribed and was last filled on 2026-02-01.", "statin statin-fill")
    assert [fault.kind for fault in found.faults] == ["date"]


@pytest.mark.parametrize(
    ("text", "citations"),
    [
        ("Age-related osteoporosis without current pathological fracture has been active since 2027-12-01.", "bones"),
        ("A note of 2026-10-01 reports a need with transport: “No bus since 10/01/2026”.", "bus"),
    ],
)  # fmt: skip
def test_a_day_that_a_text_mentions_is_not_the_day_since_when(text: str, citations: str) -> None:
    assert [fault.kind for fault in said(text, citations).faults] == ["date"]


@pytest.mark.parametrize("drugs", ["Losartan", "Losartan/trimethoprim", "Sulfamethoxazole/losartan"])
def test_a_drug_of_the_sentence_beside_it_is_not_the_drug(drugs: str) -> None:
    found = said(f"{drugs} is taken as reported on 2026-11-02.", "bactrim")
    assert "drug" in {fault.kind for fault in found.faults}


@pytest.mark.parametrize(
    ("text", "citations"),
    [
        ("Age-related osteoporosis with current pathological fracture has been active since 2025-01-04.", "bones"),
        ("Sources agree on the dose of rosuvastatin: 20 mg (hillside ehr, 2026-02-01); filled as 10 mg, 90 for 90 days (quay pharmacy, 2026-10-03).", "statin statin-fill"),
    ],
)  # fmt: skip
def test_what_a_source_leaves_out_or_disputes_is_not_affirmed(text: str, citations: str) -> None:
    assert said(text, citations).faults != ()


def test_a_rule_about_one_drug_names_no_other_whose_fill_is_evidence() -> None:
    asked = next(one for one in candidates(RECORD, KNOWLEDGE) if one.rule == "core-no-fill")
    cited = [BY_ID[one] for one in asked.citations]
    assert judge_with(INDEX, asked.text, cited, asked.guideline).faults == ()
    swapped = asked.text.replace("sertraline", "warfarin")
    assert [fault.kind for fault in judge_with(INDEX, swapped, cited, asked.guideline).faults] == ["drug"]


@pytest.mark.parametrize("state", ["is taken", "is active", "is prescribed and is taken"])
def test_a_drug_on_hold_is_neither_taken_nor_active(state: str) -> None:
    assert said("Naproxen is on hold, 375 mg twice daily, ordered on 2026-05-02.", "naproxen").faults == ()
    assert said(f"Naproxen {state}, 375 mg twice daily, ordered on 2026-05-02.", "naproxen").faults != ()
