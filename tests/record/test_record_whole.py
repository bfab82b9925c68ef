"""The record as a whole: who it is about, its version, its JSON, and how long it takes."""

import json
from dataclasses import replace
from datetime import date

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careloom.care.entry import HumanName, Identifier, Person
from careloom.record import to_json
from careloom.record.people import language
from careloom.text.language import code_of
from tests.record.people import (
    a_condition,
    a_fill,
    a_need,
    a_pressure,
    a_report,
    a_result,
    an_allergy,
    an_entry,
    an_order,
    kinds,
    the_only,
    the_record,
)

ROSA = Person((Identifier("urn:mrn", "1"),), (HumanName("Delgado", ("Rosa",)),), "1950-03-02", "female")


def a_patient(source="ehr", **detail):
    return an_entry("Patient", source=source, detail=detail)


def everything():
    """One person with something of everything."""
    return (
        a_patient(birth_date="1950-03-02", sex="female", language="es", interpreter="true"),
        a_patient(source="clinic", birth_date="1950-03-02", sex="female"),
        a_condition("Type 2 diabetes", "sct|44054006", on="2019-03"),
        an_order(
            "Metformin 1000 MG Oral Tablet", on="2026-05-02T09:00:00-04:00", dosage="1 tablet twice daily"
        ),
        a_fill("METFORMIN HCL 500 MG TAB", on="2026-11-01"),
        a_report("ibuprofen", on="2026-10-09"),
        an_allergy("Penicillin", recorded="2015-01-01"),
        an_allergy("No known allergies", negated=True, source="clinic", recorded="2026-01-01", kind=""),
        a_need("housing", "eviction notice", "2026-10-09"),
        a_pressure("150", "90", "2026-10-09"),
        a_result("4548-4", "7.0", "%", "2025-10-09", message="a"),
        a_result("4548-4", "7.0", "%", "2025-10-09", message="b"),
        a_result("4548-4", "8.40", "%", "2026-10-09"),
        a_result("4548-4", "91", "%", "2026-10-10"),
        a_condition("Asthma", certainty="entered-in-error", on="2020-01-01"),
    )


def test_who_she_is_comes_from_all_sources():
    record = the_record(
        *everything(), persons=(ROSA, replace(ROSA, identifiers=(Identifier("urn:member", "M1"),)))
    )
    who = record.demographics
    assert (who.birth_date, who.sex, who.language, who.interpreter) == ("1950-03-02", "female", "es", True)
    assert who.identifiers == (Identifier("urn:mrn", "1"), Identifier("urn:member", "M1"))
    assert [name.full for name in who.names] == ["Rosa Delgado"]
    assert len(who.entries) == 2


def test_two_birth_dates_are_a_conflict():
    record = the_record(
        a_patient(birth_date="1950-03-02"), a_patient(source="clinic", birth_date="1950-02-03")
    )
    conflict = the_only(record.conflicts)
    assert (conflict.kind, conflict.about, len(conflict.entries)) == ("demographics", "birth date", 2)


def test_two_sexes_are_a_conflict_and_an_unknown_one_is_none():
    assert kinds(the_record(a_patient(sex="male"), a_patient(source="clinic", sex="female"))) == [
        "demographics"
    ]
    assert not the_record(a_patient(sex="female"), a_patient(source="clinic", sex="unknown")).conflicts


@pytest.mark.parametrize(
    ("one", "other", "about"),
    [
        ({"language": "es"}, {"language": "en-US"}, "language"),
        ({"interpreter": "true"}, {"interpreter": "false"}, "need of an interpreter"),
        ({"contact": "ok"}, {"contact": "no"}, "wish about messages"),
    ],
)
def test_how_to_speak_with_her_is_a_conflict_where_sources_differ(one, other, about):
    record = the_record(a_patient(**one), a_patient(source="clinic", **other))
    conflict = the_only(record.conflicts)
    assert (conflict.kind, conflict.about, len(conflict.entries)) == ("demographics", about, 2)
    assert not the_record(a_patient(**one), a_patient(source="clinic", **one)).conflicts


def test_a_language_is_counted_by_its_code_however_its_sources_write_it():
    told = [
        a_patient(source=f"clinic {number}", language=said)
        for number, said in enumerate(("en", "en", "es", "es-MX", "Spanish"))
    ]
    assert language(told) == "es"
    assert code_of(the_record(*told).demographics.language or "") == "es"


def test_a_source_that_does_not_know_the_language_outweighs_none_that_does():
    told = [
        a_patient(source=one, language=said) for one, said in (("a", "und"), ("b", "unknown"), ("c", "vi"))
    ]
    assert (language(told), the_record(*told).demographics.language) == ("vi", "vi")
    assert language(told[:2]) == ""


def test_english_of_two_regions_is_one_language():
    assert not the_record(a_patient(language="en"), a_patient(source="clinic", language="en-US")).conflicts


def test_who_asks_that_no_message_be_left_is_believed_however_many_say_otherwise():
    record = the_record(
        a_patient(contact="ok"),
        a_patient(source="clinic", contact="ok"),
        a_patient(source="shelter", contact="no"),
    )
    assert record.demographics.safe_contact == "no"


def test_somebody_who_is_called_dead_and_comes_to_a_visit_is_a_conflict():
    died = a_patient(deceased="2026-05-01")
    visit = an_entry("Encounter", "Visit", on="2026-09-01", status="finished", source="clinic")
    conflict = the_only(the_record(died, visit).conflicts)
    assert (conflict.about, conflict.entries) == ("death", (died.id, visit.id))
    assert conflict.why == "ehr says died on 2026-05-01; clinic has a visit on 2026-09-01"


def test_what_is_certified_or_billed_after_a_death_contradicts_nothing():
    died = a_patient(deceased="2026-05-01")
    certified = an_entry(
        "Encounter", "Death certification", on="2026-05-16", status="finished", source="clinic"
    )
    billed = an_entry("ExplanationOfBenefit", "Visit", on="2026-06-06", status="active", source="payer")
    cancelled = an_entry("Encounter", "Visit", on="2026-06-06", status="cancelled", source="clinic")
    assert not the_record(died, certified, billed, cancelled).conflicts


def test_two_days_of_death_are_a_conflict():
    record = the_record(a_patient(deceased="2026-05-01"), a_patient(source="clinic", deceased="2026-05-21"))
    assert the_only(record.conflicts).why == "ehr says died on 2026-05-01; clinic says died on 2026-05-21"


def test_a_year_of_birth_does_not_dispute_the_date():
    record = the_record(a_patient(birth_date="1950-03-02"), a_patient(source="clinic", birth_date="1950"))
    assert record.demographics.birth_date == "1950-03-02"
    assert not record.conflicts


def test_she_is_alive_until_she_died():
    died = a_patient(deceased="2026-10-01")
    assert the_record(died).demographics.deceased == "2026-10-01"
    assert the_record(died, as_of=date(2026, 9, 30)).demographics.deceased is None


def test_the_care_team_is_who_is_named_and_who_recurs():
    visits = [
        an_entry("Encounter", "Visit", on=f"2026-0{n}-01", status="finished", detail={"author": "Ines Okoye"})
        for n in (1, 2, 3)
    ]
    once = an_entry("Encounter", "Visit", on="2026-05-01", status="finished", detail={"author": "Paul Once"})
    team = an_entry(
        "CareTeam", "Team", status="active", detail={"participants": "nurse: Lena Fox; physician: Ines Okoye"}
    )
    past = an_entry("CareTeam", "Old team", status="inactive", detail={"participants": "nurse: Olga Past"})
    assert the_record(*visits, once, team, past).care_team == ("nurse: Lena Fox", "physician: Ines Okoye")
    assert the_record(*visits, once).care_team == ("Ines Okoye",)


def test_one_person_of_the_team_under_two_spellings_is_one():
    team = an_entry(
        "CareTeam",
        "Team",
        status="active",
        detail={"participants": "physician: Dr. L. Osei; nurse: R. Blake, RN"},
    )
    visits = [
        an_entry("Encounter", "Visit", on=f"2026-0{n}-01", detail={"author": "L. Osei; R. Blake"})
        for n in (1, 2, 3)
    ]
    assert the_record(team, *visits).care_team == ("physician: Dr. L. Osei", "nurse: R. Blake, RN")


def test_one_name_in_two_spellings_is_one_name():
    spelt = Person(
        (Identifier("urn:careloom:source:notes", "note 1f"),),
        (HumanName("Delgado", ("Rosa",), "", "Rosa Delgado"),),
    )
    who = the_record(a_patient(), persons=(ROSA, spelt)).demographics
    assert [name.full for name in who.names] == ["Rosa Delgado"]
    assert who.identifiers == ROSA.identifiers


def test_a_denied_prior_authorisation_is_an_entry_and_no_conflict():
    denied = an_entry(
        "ClaimResponse",
        "Semaglutide",
        on="2026-10-01",
        status="active",
        detail={"outcome": "denied", "use": "preauthorization"},
    )
    record = the_record(denied)
    assert not record.conflicts
    assert record.entries == (denied,)


def test_the_version_changes_with_everything_that_the_record_rests_on():
    entries = everything()
    versions = [
        the_record(*entries).version,
        the_record(*entries[1:]).version,
        the_record(*entries[:-1], replace(entries[-1], text="Bronchial asthma")).version,
        the_record(*entries[:-4], replace(entries[-3], value="8.4"), *entries[-2:]).version,
        the_record(*entries, as_of=date(2026, 11, 24)).version,
        the_record(*entries, persons=(ROSA,)).version,
    ]
    assert len(set(versions)) == len(versions)
    assert the_record(*entries).version == versions[0]


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(chance):
    entries = list(everything())
    chance.shuffle(entries)
    assert the_record(*entries) == the_record(*everything())


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, len(everything()) - 1)), st.dates(date(2014, 1, 1), date(2027, 1, 1)))
def test_whatever_is_known_every_id_that_the_record_names_resolves(left_out, as_of):
    entries = [entry for place, entry in enumerate(everything()) if place not in left_out]
    found = json.loads(json.dumps(to_json(the_record(*entries, as_of=as_of))))
    ids = {id for entry in found["entries"] for id in (entry["id"], *entry["same_as"])}
    for part in ("problems", "medications", "allergies", "needs", "conflicts", "trends", "gaps"):
        for one in found[part]:
            assert set(one["entries"]) <= ids
    assert set(found["demographics"]["entries"]) <= ids


odd = st.sampled_from(
    [
        "",
        "0",
        "-1",
        "91",
        "1e400",
        "NaN",
        "7,1",
        "<5",
        "ketoacidosis",
        "Metformin 500 MG",
        "No known allergies",
    ]
)
odd_entries = st.builds(
    an_entry,
    st.sampled_from(
        [
            "Condition",
            "Observation",
            "MedicationRequest",
            "MedicationStatement",
            "MedicationDispense",
            "AllergyIntolerance",
            "Patient",
            "CareTeam",
            "Encounter",
            "Appointment",
            "QuestionnaireResponse",
            "ExplanationOfBenefit",
            "Nonsense",
        ]
    ),
    odd,
    on=st.sampled_from([None, "0001", "2026-10", "9998-12-31", "2026-10-09T23:59:59-12:00"]),
    recorded=st.sampled_from([None, "2026-10-09"]),
    source=st.sampled_from(["ehr", "clinic"]),
    message=st.sampled_from(["a", "b"]),
    n=st.integers(0, 3),
    code=st.sampled_from([None, "loinc|4548-4", "sct|44054006", "icd|E11.9", "icd|", "rx|6809"]),
    value=st.none() | odd,
    unit=st.none() | st.sampled_from(["%", "", "furlong"]),
    status=st.none()
    | st.sampled_from(["active", "final", "stopped", "entered-in-error", "completed", "no such status"]),
    negated=st.booleans(),
    subject=st.sampled_from(["patient", "family", "other"]),
    category=st.sampled_from([(), ("pharmacy",), ("sdoh",)]),
    detail=st.dictionaries(
        st.sampled_from(
            [
                "abatement",
                "days_supply",
                "quantity",
                "domain",
                "adverse",
                "birth_date",
                "deceased",
                "participants",
            ]
        ),
        odd,
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(odd_entries, max_size=8))
def test_no_entry_however_odd_stops_a_record(entries):
    found = to_json(the_record(*entries))
    ids = {id for entry in found["entries"] for id in (entry["id"], *entry["same_as"])}
    cited = {
        id
        for part in ("problems", "medications", "conflicts")
        for one in found[part]
        for id in one["entries"]
    }
    assert cited <= ids


def test_the_json_is_the_contracts():
    found = to_json(the_record(*everything()))
    assert json.loads(orjson.dumps(found)) == found
    assert {"patient", "as_of", "version", "entries", "conflicts", "gaps", "trends"} <= set(found)
    order = the_only([entry for entry in found["entries"] if entry["kind"] == "MedicationRequest"])
    assert order["effective"] == {"start": "2026-05-02T09:00:00-04:00", "end": None}
    assert order["dosage"] == {"text": "1 tablet twice daily", "dose": "", "route": "", "frequency": ""}
    assert order["source"] == {
        "message": "message of ehr",
        "where": order["source"]["where"],
        "system": "ehr",
    }
    diabetes = the_only([entry for entry in found["entries"] if entry["kind"] == "Condition"])
    assert diabetes["effective"]["start"] == "2019-03"
    assert diabetes["codes"] == [
        {"system": "http://snomed.info/sct", "code": "44054006", "display": "Type 2 diabetes"}
    ]
    keys = {
        "id",
        "kind",
        "codes",
        "value",
        "unit",
        "interpretation",
        "range",
        "components",
        "dosage",
        "effective",
        "recorded",
    }
    keys |= {"status", "negated", "certainty", "subject", "source"}
    assert all(keys <= set(entry) for entry in found["entries"])
    assert [entry["value"] for entry in found["entries"] if entry["value"]] == ["7.0", "8.40", "91"]
    assert {conflict["kind"] for conflict in found["conflicts"]} == {
        "dose",
        "allergy_list",
        "implausible_value",
    }
    assert the_only(found["withdrawn"])["certainty"] == "entered-in-error"
