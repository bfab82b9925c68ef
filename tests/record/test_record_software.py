"""What software wrote is marked and weighs less, and a note of another chart is a doubt."""

import pytest

from careloom.care.entry import Person
from tests.record.people import a_condition, an_allergy, an_entry, an_order, the_only, the_record

SOFTWARE = {"machine_written": "true"}
SUMMARY = (
    "Summary: the patient takes warfarin 5 mg every evening for atrial fibrillation and has no bleeding."
)


def a_note(text, *, n=0, software=True, references=(), on="2026-10-01", **more):
    detail = SOFTWARE if software else {}
    return an_entry(
        "DocumentReference", text, n=n, source="notes", message=f"note {n}", on=on, status="current",
        detail=detail, references=references, **more,
    )  # fmt: skip


def read_in(note, text="warfarin", kind="MedicationStatement", **detail):
    """What a reader found in a note."""
    return an_entry(
        kind, text, source="notes", message=note.source.message, on="2026-10-01", status="active",
        detail={"quote": text, **SOFTWARE, **detail}, references=(note.id,), n=text,
    )  # fmt: skip


def alone(record):
    return [one for one in record.conflicts if one.kind == "software_alone"]


def test_a_drug_that_only_software_tells_of_is_marked_and_asked_about():
    note = a_note(SUMMARY)
    record = the_record(note, read_in(note))
    assert the_only(record.medications).why == "reported in notes (software) on 2026-10-01"
    assert (
        the_only(alone(record)).why
        == "only what software wrote in notes says so; the last of it is of 2026-10-01"
    )


def test_notes_of_software_that_repeat_or_cite_each_other_are_one_source():
    first = a_note(SUMMARY)
    copied = a_note(f"Prior note reviewed. {SUMMARY}", n=1)
    citing = a_note("Warfarin is continued, see the summary.", n=2, references=(first.id,))
    record = the_record(first, copied, citing, *(read_in(note) for note in (first, copied, citing)))
    assert "3 notes that repeat or cite each other count as 1" in the_only(alone(record)).why


def test_what_a_person_says_too_is_not_softwares_alone():
    note = a_note(SUMMARY)
    assert not alone(the_record(note, read_in(note), an_order("Warfarin 5 MG Oral Tablet", on="2026-01-01")))


def test_a_problem_that_only_software_tells_of_is_no_reason_for_a_goal():
    told = a_condition("Type 2 diabetes", "sct|44054006", on="2026-01-01", detail=SOFTWARE)
    record = the_record(told)
    problem = the_only(record.problems)
    assert (problem.status, problem.concept) == ("active", None)
    assert problem.why == "told by software in ehr (software) since 2026-01-01"
    assert the_only(alone(record)).about == "Type 2 diabetes"
    confirmed = a_condition("Type 2 diabetes", "icd|E11.9", on="2026-02-01", source="clinic")
    assert the_only(the_record(told, confirmed).problems).concept == "type_2_diabetes"


def test_an_allergy_that_only_software_tells_of_stays_an_allergy():
    record = the_record(an_allergy("Penicillin", recorded="2026-01-01", detail=SOFTWARE))
    assert the_only(record.allergies).status == "active"
    assert the_only(alone(record)).about == "Penicillin"


MARIA = Person(birth_date="1950-03-02", sex="female")


@pytest.mark.parametrize(
    ("text", "unlike"),
    [
        ("DOB: 07/04/1961\nShe feels well.", "birth date"),
        ("Date of birth: 1961-07-04. She feels well.", "birth date"),
        ("Mr. Adams is a 76-year-old man with heart failure.", "sex"),
        ("She is a 45-year-old woman with asthma.", "age"),
        ("She is a 76-year-old woman with asthma.", ""),
        ("DOB: 03/02/1950\nShe feels well.", ""),
        ("Her son is a 45-year-old man who lives with her.", ""),
        ("She feels well.", ""),
    ],
)
def test_a_note_of_another_chart_is_a_doubt_that_names_nobody(text, unlike):
    record = the_record(a_note(text, software=False), persons=(MARIA,))
    found = [one for one in record.conflicts if one.kind == "note_of_another"]
    assert [one.why for one in found] == (
        [f"the note in notes on 2026-10-01 gives another {unlike} than this patient's"] if unlike else []
    )
