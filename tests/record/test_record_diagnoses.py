"""Two diagnoses that nobody has both of, in one record."""

import pytest

from careloom.record import assemble
from tests.record.people import AS_OF, KNOWLEDGE, a_condition, the_only, the_record
from tests.record.sources import condition, icd, sct, the_record_of

T2 = condition(icd("E11.9", "Type 2 diabetes mellitus without complications"), "2014-06-11")


@pytest.mark.parametrize(
    "code",
    [
        icd("E10.65", "Type 1 diabetes mellitus with hyperglycemia"),
        icd("E10.621"),
        sct("46635009", "Diabetes mellitus type 1 (disorder)"),
        {"text": "T1DM"},
        {"text": "Retinopathy due to type 1 diabetes mellitus"},
    ],
)
def test_type_1_in_one_source_and_type_2_in_another_is_a_conflict(code):
    record = the_record_of(hospital=[T2], clinic=[condition(code, "2020-02-03")])
    conflict = the_only(record.conflicts)
    assert (conflict.kind, conflict.about) == ("diagnosis", "type 1 diabetes or type 2 diabetes")
    assert conflict.why == (
        "type 1 diabetes in clinic since 2020-02-03; type 2 diabetes in hospital since 2014-06-11"
    )
    assert {record.by_id[one].source.system for one in conflict.entries} == {"hospital", "clinic"}
    assert all(one.status == "active" for one in record.problems)


def test_both_types_in_one_source_are_a_conflict_too():
    both = [condition(icd("E10.9"), "2014-01-01"), condition(icd("E11.9"), "2015-01-01")]
    assert the_only(the_record_of(hospital=both).conflicts).kind == "diagnosis"


@pytest.mark.parametrize(
    "other",
    [
        condition(sct("46635009", "Diabetes mellitus type 1"), "2010-01-01", "resolved", abatementDateTime="2014-01-01"),
        condition(icd("E11.22", "Type 2 diabetes mellitus with diabetic chronic kidney disease"), "2020-01-01"),
        condition({"text": "Diabetes mellitus"}, "2020-01-01"),
        condition(icd("O24.410", "Gestational diabetes mellitus in pregnancy, diet controlled"), "2012-01-01", "resolved"),
        condition({"text": "Family history of type 1 diabetes"}, "2020-01-01"),
    ],
)  # fmt: skip
def test_what_was_over_says_no_type_or_is_a_relatives_contradicts_nothing(other):
    record = the_record_of(hospital=[T2], clinic=[other])
    assert "diagnosis" not in {one.kind for one in record.conflicts}


def test_a_suspicion_of_the_other_type_contradicts_nothing():
    record = the_record(
        a_condition("Type 2 diabetes", "icd|E11.9", on="2014-06-11"),
        a_condition(
            "Type 1 diabetes", "icd|E10.9", on="2026-06-11", source="clinic", certainty="differential"
        ),
    )
    assert not record.conflicts


def test_a_record_that_is_only_told_says_the_same_of_her_and_nothing_of_what_disagrees():
    entries = (
        a_condition("Type 2 diabetes", "icd|E11.9", on="2014-06-11"),
        a_condition("Type 1 diabetes", "icd|E10.9", on="2020-02-03", source="clinic"),
    )
    whole = the_record(*entries)
    told = assemble("p-1", entries, KNOWLEDGE, AS_OF, bare=True)
    assert the_only(whole.conflicts).kind == "diagnosis" and not told.conflicts
    for part in ("entries", "problems", "needs", "demographics", "care_team", "medications", "version"):
        assert getattr(told, part) == getattr(whole, part), part
