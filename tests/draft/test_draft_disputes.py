"""What sources contradict each other in reaches the plan: who says what, who takes it up, and who may sign it."""

import re
from typing import get_args

import pytest

from careloom import draft
from careloom.care.document import Statement, Tier
from careloom.care.record import ConflictKind, PatientRecord
from careloom.check import check
from careloom.draft.care_plan.disputes import WAYS
from careloom.errors import Refused
from careloom.llm import Remembered
from careloom.review.classes import classify
from careloom.review.tiers import tier_for
from careloom.verify import Index, judge_with
from tests.connect.made import coded, patient
from tests.record.people import KNOWLEDGE, the_only
from tests.record.sources import allergy, condition, icd, observation, of, order, sct, the_record_of

NO_MEDICINE = of(
    "MedicationStatement",
    status="active",
    effectiveDateTime="2026-10-01",
    medicationCodeableConcept=sct("787481004", "No known medications"),
)


def dispute(record: PatientRecord) -> tuple[Statement, list[Statement]]:
    """The line that tells the one dispute of a record, and what is done about it; every line must be supported."""
    conflict = the_only(record.conflicts)
    plan = draft.write(record, KNOWLEDGE, None, calls=0, answers=Remembered())
    index = Index(record, KNOWLEDGE)
    for line in plan.statements:
        cited = [record.by_id[one] for one in line.citations]
        assert not judge_with(index, line.text, cited, line.guideline).faults, line.text
    assert not {finding.rule for finding in check(plan, record, KNOWLEDGE) if finding.statement}
    own = [line for line in plan.statements if set(line.citations) == set(conflict.entries)]
    begins = ("Sources differ", "Only some sources")
    told = [line for line in own if line.kind == "concern" and line.text.startswith(begins)]
    return the_only(told), [line for line in own if line.kind == "activity"]


def tier(line: Statement, record: PatientRecord) -> Tier:
    return tier_for(classify(line, record, KNOWLEDGE), ())


def test_every_kind_of_conflict_has_its_way_into_the_plan():
    assert set(WAYS) == set(get_args(ConflictKind))


def test_an_allergy_that_another_source_denies_is_told_and_is_the_physicians():
    record = the_record_of(
        hospital=[allergy({"text": "Shellfish"}, category=["food"])],
        clinic=[allergy({"text": "No known allergies"})],
    )
    told, done = dispute(record)
    assert (
        told.text
        == "Sources differ on the allergy to shellfish: listed in hospital; clinic says No known allergies."
    )
    assert tier(told, record) is Tier.PHYSICIAN
    assert the_only(done).activity.owner == "physician"
    assert tier(the_only(done), record) is Tier.PHYSICIAN


def test_an_allergy_that_another_list_only_lacks_is_no_disagreement_and_the_nurse_asks_and_tells():
    record = the_record_of(
        hospital=[allergy({"text": "Shellfish"}, category=["food"]), allergy({"text": "Latex"})],
        clinic=[allergy({"text": "Latex"})],
    )
    told, done = dispute(record)
    assert (
        told.text
        == "Only some sources list the allergy to shellfish: listed in hospital; the list of clinic does not mention it."
    )
    assert tier(told, record) is Tier.NURSE
    turned = told.text.replace("listed in hospital", "listed in clinic").replace(
        "list of clinic", "list of hospital"
    )
    cited = [record.by_id[one] for one in told.citations]
    assert judge_with(Index(record, KNOWLEDGE), turned, cited, None).faults
    assert the_only(done).activity.owner == "nurse"
    assert the_only(done).text.startswith(
        "The nurse asks the patient by 2026-11-26 what happened with Shellfish"
    )
    assert tier(the_only(done), record) is Tier.NURSE
    plan = draft.write(record, KNOWLEDGE, None, calls=0, answers=Remembered())
    assert not [line.text for line in plan.statements if "ources differ" in line.text]
    assert any(
        "llerg" in line.text and "shellfish" in line.text.lower() and line.kind == "fact"
        for line in plan.statements
    )


def test_a_dose_that_nobody_is_given_is_shown_and_is_no_row_of_the_plan():
    told = {"dosageInstruction": [{"text": "Take 5000 mg twice daily"}]}
    record = the_record_of(hospital=[order("Metformin 500 MG Oral Tablet", **told)])
    plan = draft.write(record, KNOWLEDGE, None, calls=0, answers=Remembered())
    about = [line.text for line in plan.statements if "etformin" in line.text]
    assert "The dose of metformin is in doubt: 5000 mg in hospital on 2026-10-01." in about
    asks = "The pharmacist asks the prescriber by 2026-11-26 which dose of metformin is meant, and tells the physician."
    assert asks in about
    assert not [text for text in about if "5000" in text and "in doubt" not in text]


def test_a_unit_that_does_not_fit_its_code_is_asked_about():
    moles = coded("14749-6", "Glucose", "http://loinc.org")
    result = of(
        "Observation",
        status="final",
        code=moles,
        effectiveDateTime="2026-09-01",
        valueQuantity={"value": 132, "unit": "mg/dL"},
    )
    record = the_record_of(hospital=[result])
    assert the_only(record.conflicts).kind == "unit_unlike_code"
    plan = draft.write(record, KNOWLEDGE, None, calls=0, answers=Remembered())
    index = Index(record, KNOWLEDGE)
    asked = the_only([line for line in plan.statements if "laboratory" in line.text])
    assert asked.text == "The nurse asks the laboratory in which unit glucose was measured."
    assert not judge_with(index, asked.text, [record.by_id[one] for one in asked.citations], "").faults


def test_a_diagnosis_that_another_source_calls_resolved_is_the_physicians():
    record = the_record_of(
        hospital=[condition(sct("195967001", "Asthma"), "2019-03-02")],
        clinic=[
            condition(icd("J45.909", "Asthma"), "2019-03-02", "resolved", abatementDateTime="2024-05-05")
        ],
    )
    told, done = dispute(record)
    assert (
        told.text
        == "Sources differ on asthma: active in hospital since 2019-03-02; resolved in clinic on 2024-05-05."
    )
    asked = the_only([line for line in done if line.section == "problem_list"])
    assert asked.text == "The physician reviews whether asthma is active, since sources differ."
    assert {tier(line, record) for line in (told, asked)} == {Tier.PHYSICIAN}


def test_the_type_of_diabetes_is_the_physicians_to_say():
    record = the_record_of(
        hospital=[condition(icd("E11.9", "Type 2 diabetes mellitus without complications"), "2014-06-11")],
        clinic=[condition(sct("46635009", "Diabetes mellitus type 1 (disorder)"), "2020-02-03")],
    )
    told, done = dispute(record)
    assert told.text == (
        "Sources differ on type 1 diabetes or type 2 diabetes: "
        "type 1 diabetes in clinic since 2020-02-03; type 2 diabetes in hospital since 2014-06-11."
    )
    assert the_only(done).activity.owner == "physician"
    assert {tier(line, record) for line in (told, *done)} == {Tier.PHYSICIAN}


@pytest.mark.parametrize(
    ("hospital", "clinic", "told_of", "asks", "signs"),
    [
        (
            observation(coded("72166-2", "Tobacco smoking status"), "2015-03-02", sct("449868002", "Smokes tobacco daily")),
            observation(coded("72166-2", "Tobacco smoking status"), "2024-05-06", sct("266919005", "Never smoked tobacco")),
            "smoking: hospital says Smokes tobacco daily on 2015-03-02; clinic says Never smoked tobacco on 2024-05-06",
            "nurse", Tier.NURSE,
        ),
        (
            condition(icd("F17.210"), "2024-01-01"),
            observation(coded("72166-2", "Tobacco smoking status"), "2026-05-06", "Lifelong non-smoker"),
            "smoking: hospital says current smoker on 2024-01-01; clinic says Lifelong non-smoker on 2026-05-06",
            "nurse", Tier.NURSE,
        ),
        (
            condition(icd("Z66", "Do not resuscitate"), "2026-01-01"),
            observation({"text": "Code status"}, "2026-06-01", "Full code"),
            "code status: hospital says Do not resuscitate on 2026-01-01; clinic says Full code on 2026-06-01",
            "physician", Tier.PHYSICIAN,
        ),
        (
            observation(coded("82810-3", "Pregnancy status"), "2026-10-01", sct("77386006", "Pregnant")),
            observation(coded("82810-3", "Pregnancy status"), "2026-10-12", sct("60001007", "Not pregnant")),
            "pregnancy: hospital says Pregnant on 2026-10-01; clinic says Not pregnant on 2026-10-12",
            "nurse", Tier.NURSE,
        ),
        (
            observation(coded("883-9", "ABO group [Type] in Blood"), "2009-01-01", sct("112144000", "Blood group A")),
            observation(coded("883-9", "ABO group [Type] in Blood"), "2026-01-01", "O"),
            "blood group: hospital says Blood group A on 2009-01-01; clinic says O on 2026-01-01",
            "physician", Tier.PHYSICIAN,
        ),
        (
            observation(coded("10331-7", "Rh [Type] in Blood"), "2009-01-01", "Positive"),
            observation(coded("10331-7", "Rh [Type] in Blood"), "2026-01-01", "Negative"),
            "blood group (Rh): hospital says Positive on 2009-01-01; clinic says Negative on 2026-01-01",
            "physician", Tier.PHYSICIAN,
        ),
    ],
)  # fmt: skip
def test_what_sources_contradict_each_other_in_is_told_and_asked_of_whom_it_is_for(
    hospital, clinic, told_of, asks, signs
):
    record = the_record_of(hospital=[hospital], clinic=[clinic])
    told, done = dispute(record)
    assert told.text == f"Sources differ on {told_of}."
    assert the_only(done).activity.owner == asks
    assert {tier(line, record) for line in (told, *done)} == {signs}


def test_two_weights_that_cannot_both_be_right_are_measured_again():
    kilos = {"value": 70, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}
    said = coded("29463-7", "Body weight")
    record = the_record_of(
        hospital=[observation(said, "2026-10-01", valueQuantity=kilos)],
        clinic=[observation(said, "2026-10-05", valueQuantity=kilos | {"value": 154})],
    )
    conflict = the_only(record.conflicts)
    plan = draft.write(record, KNOWLEDGE, None, calls=0, answers=Remembered())
    own = [line for line in plan.statements if set(line.citations) == set(conflict.entries)]
    assert (
        "Values of weight differ: 70 kg from hospital on 2026-10-01; 154 kg from clinic on 2026-10-05."
        in {line.text for line in own}
    )
    assert "The nurse measures weight again, since values differ." in {line.text for line in own}
    assert not [finding for finding in check(plan, record, KNOWLEDGE) if finding.statement]


def test_left_in_one_source_and_right_in_another_is_the_physicians_to_look_at():
    record = the_record_of(
        hospital=[condition(icd("Z89.511", "Acquired absence of right leg below knee"), "2024-05-06")],
        clinic=[condition(icd("Z89.512", "Acquired absence of left leg below knee"), "2024-05-07")],
    )
    told, done = dispute(record)
    assert told.text == (
        "Sources differ on acquired absence of leg below knee: "
        "hospital says right on 2024-05-06; clinic says left on 2024-05-07."
    )
    assert the_only(done).activity.owner == "physician"
    assert {tier(line, record) for line in (told, *done)} == {Tier.PHYSICIAN}


def test_an_old_event_that_nobody_contradicts_is_the_nurses_to_ask_about():
    record = the_record_of(hospital=[condition(sct("65966004", "Fracture of forearm"), "1998-03-02")])
    plan = draft.write(record, KNOWLEDGE, None, calls=0, answers=Remembered())
    asked = the_only([line for line in plan.statements if "active today" in line.text])
    assert tier(asked, record) is Tier.NURSE


def test_a_source_that_says_no_medicine_is_taken_is_told_and_the_nurse_asks():
    record = the_record_of(hospital=[order("Warfarin 5 MG Oral Tablet", "2026-03-01")], clinic=[NO_MEDICINE])
    told, done = dispute(record)
    assert (
        told.text
        == "Sources differ on medications: clinic says No known medications on 2026-10-01; hospital lists warfarin."
    )
    assert the_only(done).activity.owner == "nurse"


@pytest.mark.parametrize(
    ("other", "told_of"),
    [
        ({"birthDate": "1949-03-06"}, "birth date: 1949-03-06 in clinic; 1949-06-30 in hospital"),
        ({"gender": "male"}, "sex: female in hospital; male in clinic"),
        (
            {"generalPractitioner": [{"display": "Dr. Paul Osei"}]},
            "primary care provider: Maria Santos, MD in hospital; Dr. Paul Osei in clinic",
        ),
    ],
)
def test_two_birth_dates_sexes_or_providers_are_told_and_the_coordinator_checks_them(other, told_of):
    hers = (
        patient(generalPractitioner=[{"display": "Maria Santos, MD"}])
        if "general" in str(other)
        else patient()
    )
    record = the_record_of(hospital=[hers], clinic=[patient(**other)])
    told, done = dispute(record)
    assert told.text == f"Sources differ on {told_of}."
    assert the_only(done).activity.owner == "coordinator"
    assert tier(told, record) is Tier.NURSE


def test_for_somebody_called_dead_and_seen_alive_nothing_is_drafted_and_the_refusal_says_why():
    visit = of("Encounter", status="finished", period={"start": "2026-09-01"}, **{"class": {"code": "AMB"}})
    record = the_record_of(hospital=[patient(deceasedDateTime="2026-05-01")], clinic=[visit])
    with pytest.raises(Refused, match="another source contradicts"):
        draft.write(record, KNOWLEDGE, None, calls=0, answers=Remembered())


def test_what_a_sentence_cannot_hold_is_told_without_it_and_cited_all_the_same():
    none = {"text": "Patient has no known allergies to any food or drug"}
    clinics = {f"clinic_{one}": [allergy(none, f"2026-0{one}-01")] for one in range(1, 7)}
    record = the_record_of(hospital=[allergy({"text": "Penicillin"})], **clinics)
    told, _ = dispute(record)
    assert re.match(
        r"Sources differ on the allergy to penicillin: listed in hospital; clinic \d says", told.text
    )
    assert len(told.text.split()) <= 35
    assert len(told.citations) == 7


def test_who_contradicts_is_told_where_a_sentence_can_not_hold_everybody():
    lists = {
        f"long_named_clinic_{one}": [order("Metformin 500 mg", f"2026-0{one}-01")] for one in range(1, 7)
    }
    said = of(
        "MedicationStatement",
        status="not-taken",
        effectiveDateTime="2026-10-20",
        medicationCodeableConcept={"text": "Metformin"},
    )
    record = the_record_of(**lists, call=[said])
    plan = draft.write(record, KNOWLEDGE, None, calls=0, answers=Remembered())
    told = the_only(
        one for one in plan.statements if "whether metformin is taken" in one.text and one.kind == "concern"
    )
    assert told.text.endswith("reported as not taken in call on 2026-10-20.")
    assert "active in long named clinic 1" in told.text
    assert len(told.text.split()) <= 35


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("2015-03-02", "2016-03-02"),
        ("Never smoked", "Formerly smoked"),
        ("Smokes tobacco daily", "Smokes no tobacco"),
        ("hospital says", "pharmacy says"),
        ("Smokes tobacco daily on 2015-03-02; clinic says Never smoked tobacco", "Never smoked tobacco on 2015-03-02; clinic says Smokes tobacco daily"),
    ],
)  # fmt: skip
def test_a_dispute_that_is_told_otherwise_than_the_record_has_it_is_caught(true, false):
    said = coded("72166-2", "Tobacco smoking status")
    record = the_record_of(
        hospital=[observation(said, "2015-03-02", sct("449868002", "Smokes tobacco daily"))],
        clinic=[observation(said, "2024-05-06", sct("266919005", "Never smoked tobacco"))],
    )
    told, _ = dispute(record)
    assert true in told.text
    cited = [record.by_id[one] for one in told.citations]
    assert judge_with(Index(record, KNOWLEDGE), told.text.replace(true, false), cited).faults
