"""Gaps: what a plan needs is missed when it is absent or old, and never when it is there."""

from dataclasses import replace
from datetime import date

import pytest

from careloom.care.entry import Entry, Period, Source, when
from careloom.knowledge import load
from careloom.knowledge.examples import AS_OF, record_of
from careloom.knowledge.missing import missing
from careloom.knowledge.protocols.vocabulary import Vocabulary, unknown_in

KNOWLEDGE = load()


def gaps(*given: str) -> dict[str, str | None]:
    return {gap.about: gap.since for gap in missing(record_of(given, KNOWLEDGE), KNOWLEDGE)}


def with_note(text: str) -> set[str]:
    record = record_of(("age: 70",), KNOWLEDGE)
    note = Entry(
        id="n" * 32,
        kind="DocumentReference",
        source=Source("0" * 64, "line 1", "notes"),
        text=text,
        effective=Period(when("2026-10-01")),
        status="current",
    )
    return {gap.about for gap in missing(replace(record, entries=(*record.entries, note)), KNOWLEDGE)}


def test_a_patient_of_whom_nothing_is_known_lacks_every_part_of_the_plan():
    found = gaps("age: 70")
    for about in (
        "caregiver_assessment",
        "cognitive_assessment",
        "functional_assessment",
        "environment_assessment",
    ):
        assert found[about] is None
    assert {"prognosis", "social_needs_screen", "code_status", "advance_directive", "allergy_list"} <= set(
        found
    )


def test_nobody_asks_for_anything_of_somebody_who_died():
    assert gaps("age: 70", "problem: type_2_diabetes", "person: deceased") == {}


def test_an_hba1c_is_needed_every_six_months_at_goal_and_every_three_above_it():
    assert "hba1c" not in gaps("problem: type_2_diabetes", "lab: hba1c 6.4 % on 2026-06-01")
    assert gaps("problem: type_2_diabetes", "lab: hba1c 6.4 % on 2026-05-01")["hba1c"] == "2026-05-01"
    assert gaps("problem: type_2_diabetes", "lab: hba1c 8.4 % on 2026-06-01")["hba1c"] == "2026-06-01"
    assert "hba1c" not in gaps("problem: hypertension")


def test_a_lipid_profile_is_needed_every_year_but_every_five_below_40_without_a_statin():
    two_years_old = ("problem: type_2_diabetes", "lab: ldl 96 mg/dL on 2024-10-01")
    assert "lipid_panel" not in gaps("age: 32", *two_years_old)
    assert "lipid_panel" in gaps("age: 32", "drug: atorvastatin", *two_years_old)
    assert "lipid_panel" in gaps("age: 52", *two_years_old)
    assert "lipid_panel" in gaps(*two_years_old)  # no birth date: not known to be below 40


def test_potassium_is_needed_every_five_months_with_an_egfr_below_30_and_every_year_above_it():
    nine_months_ago = ("problem: chronic_kidney_disease", "lab: potassium 4.4 mmol/L on 2026-02-20")
    low, mild = (f"lab: egfr {one} mL/min/{{1.73_m2}} on 2026-10-20" for one in (24, 44))
    assert gaps(*nine_months_ago, low)["potassium"] == "2026-02-20"
    assert "potassium" not in gaps(*nine_months_ago, mild)
    assert "potassium" not in gaps(*nine_months_ago, low, "problem: dialysis")


def test_a_gap_cites_the_patient_what_makes_it_needed_and_the_last_of_it():
    record = record_of(("problem: type_2_diabetes", "lab: hba1c 6.4 % on 2026-05-01"), KNOWLEDGE)
    gap = next(gap for gap in missing(record, KNOWLEDGE) if gap.about == "hba1c")
    kinds = [record.by_id[entry].kind for entry in gap.entries]
    assert kinds == ["Patient", "Condition", "Observation"]
    assert gap.why == "The last HbA1c is from 2026-05-01; it is needed every 6 months."


def test_hospice_ends_the_asking_for_laboratory_tests_and_screenings():
    found = gaps("age: 80", "problem: type_2_diabetes", "seen: hospice on 2026-10-01")
    assert not {"hba1c", "retinal_exam", "foot_exam", "uacr", "egfr"} & set(found)
    assert "caregiver_assessment" in found


def test_an_allergy_that_somebody_recorded_is_an_allergy_status():
    assert "allergy_list" in gaps("age: 70")
    assert "allergy_list" not in gaps("age: 70", "allergy: penicillin")


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Cognitive assessment: MoCA 26 of 30.", "cognitive_assessment"),
        ("Prognosis: guarded.", "prognosis"),
        ("Code status: full code.", "code_status"),
        ("Her health care proxy is her daughter.", "advance_directive"),
        ("Home safety was checked together.", "environment_assessment"),
    ],
)
def test_what_a_note_says_is_not_said_to_be_missing(text, about):
    assert about in with_note("Spoke about the garden.")
    assert about not in with_note(text)


@pytest.mark.parametrize(
    "text", ["Needs a cognitive assessment.", "No advance directive was found.", "Refer for MoCA."]
)
def test_what_a_note_asks_for_is_still_missing(text):
    assert {"cognitive_assessment", "advance_directive"} <= with_note(text)


def test_a_planned_or_refused_exam_is_no_exam():
    record = record_of(("age: 61", "problem: type_2_diabetes", "seen: foot_exam on 2026-10-01"), KNOWLEDGE)
    assert "foot_exam" not in {gap.about for gap in missing(record, KNOWLEDGE)}
    refused = tuple(
        replace(entry, status="not-done")
        if entry.kind == "DocumentReference" or entry.name == "foot exam"
        else entry
        for entry in record.entries
    )
    assert refused != record.entries
    assert "foot_exam" in {gap.about for gap in missing(replace(record, entries=refused), KNOWLEDGE)}


def test_what_lies_in_the_future_is_not_there_yet():
    record = record_of(("problem: type_2_diabetes", "lab: hba1c 6.4 % on 2026-06-01"), KNOWLEDGE)
    before = replace(record, as_of=date(2026, 5, 1))
    assert {gap.about: gap.since for gap in missing(before, KNOWLEDGE)}["hba1c"] is None
    assert record.as_of == AS_OF


def test_every_gap_rule_names_its_source_and_asks_only_for_what_is_known():
    names = {
        "problem": frozenset(KNOWLEDGE.conditions.by_concept),
        "lab": frozenset(KNOWLEDGE.labs.by_concept),
        "drug": KNOWLEDGE.drugs.classes() | {drug.name for drug in KNOWLEDGE.drugs.all()},
        "seen": frozenset(KNOWLEDGE.sightings.by_name),
    }
    vocabulary = Vocabulary(names, KNOWLEDGE.labs)
    for rule in KNOWLEDGE.gaps.all:
        assert rule.source, rule.about
        lines = [*rule.look_for, *rule.unless, *(term for group in rule.needed for term in group)]
        lines += [term for sooner in rule.sooner for term in sooner.when]
        assert [fault for term in lines for fault in unknown_in(term, vocabulary)] == [], rule.about
