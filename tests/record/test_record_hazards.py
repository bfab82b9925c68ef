"""What one line of the record says against a drug on the list: an allergy to it, its ingredient in a second product."""

import pytest

from tests.record.people import a_report, an_allergy, an_entry, an_order, kinds, the_only, the_record


def the_told(record, kind):
    return [one for one in record.conflicts if one.kind == kind]


def test_a_penicillin_in_one_source_against_the_allergy_of_another():
    record = the_record(
        an_allergy("Penicillin", reaction="Hives", on="2019-01-01", source="clinic"),
        an_order("Amoxicillin 500 MG Oral Capsule", on="2026-11-20"),
    )
    told = the_only(the_told(record, "allergy_against_drug"))
    assert told.about == "amoxicillin"
    assert "Amoxicillin 500 MG Oral Capsule in ehr on 2026-11-20" in told.why
    assert "allergy to Penicillin with Hives active in clinic, recorded 2019-01-01" in told.why
    assert len(told.entries) == 2


@pytest.mark.parametrize("more", [{"certainty": "refuted"}, {"status": "resolved"}])
def test_a_refuted_or_resolved_allergy_speaks_against_nothing(more):
    record = the_record(
        an_allergy("Penicillin", on="2019-01-01", **more),
        an_order("Amoxicillin 500 MG Oral Capsule", on="2026-11-20"),
    )
    assert not the_told(record, "allergy_against_drug")


def test_a_combination_beside_one_of_its_parts():
    record = the_record(
        an_order("Zestoretic 20-12.5 MG Oral Tablet", on="2026-06-01"),
        an_order("hydrochlorothiazide 12.5 MG Oral Tablet", on="2026-05-02", source="clinic"),
    )
    told = the_only(the_told(record, "ingredient_twice"))
    assert told.about == "hydrochlorothiazide"
    assert told.why == (
        "hydrochlorothiazide 12.5 MG Oral Tablet in clinic on 2026-05-02; Zestoretic 20-12.5 MG Oral Tablet in ehr on 2026-06-01"
    )


def test_what_was_stopped_or_stands_on_the_skin_is_not_taken_twice():
    record = the_record(
        an_order("Lisinopril 20 MG / Hydrochlorothiazide 12.5 MG Oral Tablet", on="2026-06-01"),
        an_order("Lisinopril 20 MG Oral Tablet", status="stopped", on="2025-05-02", until="2026-06-01"),
        an_order("Hydrocortisone 1 % Topical Cream", on="2026-06-01"),
        an_order("Hydrocortisone 10 MG Oral Tablet", on="2026-06-01", source="clinic"),
    )
    assert not the_told(record, "ingredient_twice")


def test_an_allergy_here_and_an_intolerance_there():
    record = the_record(
        an_allergy("Lisinopril", kind="intolerance", reaction="Cough", on="2020-01-01"),
        an_allergy("Lisinopril", reaction="Angioedema", on="2019-01-01", source="clinic"),
    )
    told = the_only(record.conflicts)
    assert (told.kind, told.about) == ("allergy_list", "Lisinopril")
    assert "an allergy in clinic" in told.why
    assert "an intolerance in ehr" in told.why


def a_vaccine(status, on, source, **more):
    return an_entry("Immunization", "Influenza, seasonal", status=status, on=on, source=source, **more)


def test_a_vaccine_that_was_given_and_refused():
    record = the_record(
        a_vaccine("completed", "2026-10-01", "ehr"),
        a_vaccine("not-done", "2026-10-02", "hospital", detail={"reason": "Patient refused"}),
    )
    told = the_only(record.conflicts)
    assert (told.kind, told.why) == (
        "vaccination",
        "ehr says given on 2026-10-01; hospital says refused on 2026-10-02",
    )


@pytest.mark.parametrize(
    ("on", "reason"), [("2026-09-01", "Patient refused"), ("2026-10-05", "Already given elsewhere")]
)
def test_who_was_persuaded_or_had_it_already_refused_nothing(on, reason):
    record = the_record(
        a_vaccine("completed", "2026-10-01", "ehr"),
        a_vaccine("not-done", on, "hospital", detail={"reason": reason}),
    )
    assert not record.conflicts


def a_potassium(value, source, on="2026-11-10"):
    return an_entry(
        "Observation",
        "Potassium",
        code="loinc|2823-3",
        value=value,
        unit="mmol/L",
        on=on,
        status="final",
        source=source,
    )


def test_two_laboratories_that_differ_on_one_day():
    record = the_record(a_potassium("4.1", "ehr"), a_potassium("6.2", "quest"))
    told = the_only(the_told(record, "results_differ"))
    assert (told.about, told.why) == (
        "potassium",
        "4.1 mmol/L in ehr; 6.2 mmol/L in quest, both of 2026-11-10",
    )


@pytest.mark.parametrize(
    "other",
    [
        a_potassium("4.3", "quest"),
        a_potassium("6.2", "quest", "2026-11-10T08:00:00Z"),
        a_potassium("6.2", "ehr"),
    ],
)
def test_a_small_difference_another_moment_or_one_laboratory_is_none(other):
    assert not the_told(the_record(a_potassium("4.1", "ehr"), other), "results_differ")


def a_home(text, on, source):
    return an_entry("Observation", "Living situation", value=text, on=on, source=source, status="final")


def test_who_lives_alone_in_one_source_and_with_family_in_another():
    record = the_record(
        a_home("Lives alone", "2026-08-01", "ehr"), a_home("Lives with daughter", "2026-09-20", "clinic")
    )
    told = the_only(record.conflicts)
    assert (told.kind, told.why) == (
        "living_situation",
        "ehr says Lives alone on 2026-08-01; clinic says Lives with daughter on 2026-09-20",
    )
    later = the_record(
        a_home("Lives alone", "2025-01-01", "ehr"), a_home("Lives with daughter", "2026-09-20", "clinic")
    )
    assert kinds(later) == []


def test_a_misspelt_name_is_read_and_said_so():
    record = the_record(
        an_order("Atorvastatn 40mg tab", on="2026-09-01", dosage="1 po qhs"),
        a_report("atorvastatin 40 mg", on="2026-10-01"),
    )
    drug = the_only(record.medications)
    assert drug.ingredients == ("atorvastatin",)
    assert drug.why.endswith("Atorvastatn 40mg tab in ehr is read as atorvastatin")
