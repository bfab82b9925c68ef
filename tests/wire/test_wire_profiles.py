"""Each vendor's servers are asked as they want to be asked; what one lacks is not asked for, and that is said."""

from datetime import datetime

import pytest

from careloom.errors import ConfigError
from careloom.wire import fhir
from careloom.wire.fhir.capability import Capability, statement
from careloom.wire.fhir.profile import names
from careloom.wire.fhir.searches import Plan, filters
from tests.wire.served import body_of, capability


def plan(name: str, said: Capability | None = None, **options: str) -> Plan:
    return fhir.searches(
        fhir.profile(name), said or Capability(), {k.replace("__", "."): v for k, v in options.items()}
    )


def asked(found: Plan, kind: str) -> list[dict[str, str]]:
    """The parameters of a type's searches, without the size of a page."""
    return [
        {name: value for name, value in one.params if name != "_count"}
        for one in found.searches
        if one.kind == kind
    ]


@pytest.mark.parametrize("name", names())
def test_every_profile_names_its_sources_and_asks_for_people_first(name: str) -> None:
    one = fhir.profile(name)
    assert one.sources
    assert all(len(source) > 20 for source in one.sources)
    assert plan(name).searches[0].kind == "Patient"
    assert {*one.each, *one.given} <= set(one.by)


def test_an_unknown_profile_names_those_that_there_are() -> None:
    with pytest.raises(ConfigError, match="epic"):
        fhir.profile("acme")


def test_no_search_for_medication_statements_where_the_vendor_has_none() -> None:
    assert asked(plan("standard"), "MedicationStatement")
    assert not asked(plan("oracle-health"), "MedicationStatement")
    assert not asked(plan("us-core-patient"), "MedicationStatement")


def test_observations_are_asked_for_by_category_where_the_vendor_wants_one() -> None:
    assert asked(plan("standard"), "Observation") == [{}]
    categories = [one["category"] for one in asked(plan("epic"), "Observation")]
    assert "laboratory" in categories
    assert "procedure" not in categories
    assert "procedure" in [one["category"] for one in asked(plan("us-core-patient"), "Observation")]


def test_us_core_searches_of_orders_name_every_intent() -> None:
    (one,) = asked(plan("us-core-patient"), "MedicationRequest")
    assert "order" in one["intent"].split(",")


def test_medications_are_brought_along_where_the_profile_and_the_server_can() -> None:
    with_it = statement(body_of(capability("MedicationRequest", includes=["MedicationRequest:medication"])))
    without = statement(body_of(capability("MedicationRequest")))
    assert asked(plan("standard", with_it), "MedicationRequest") == [
        {"_include": "MedicationRequest:medication"}
    ]
    assert asked(plan("standard", without), "MedicationRequest") == [{}]
    assert asked(plan("oracle-health", with_it), "MedicationRequest") == [{}]


def test_provenance_is_brought_along_only_where_the_server_says_that_it_can() -> None:
    said = statement(body_of(capability("Condition", revincludes=["Provenance:target"])))
    assert asked(plan("standard", said), "Condition") == [{"_revinclude": "Provenance:target"}]
    assert asked(plan("standard"), "Condition") == [{}]


def test_what_the_server_has_no_search_for_is_not_asked_and_said() -> None:
    found = plan("standard", statement(body_of(capability("Patient", "Condition"))))
    assert {one.kind for one in found.searches} == {"Patient", "Condition"}
    assert "Observation: its capability statement has no search for it" in found.cannot


def test_a_site_narrows_what_is_asked_and_learns_what_the_server_cannot_narrow() -> None:
    found = plan(
        "oracle-health", types="MedicationRequest", search__MedicationRequest="code=123&status=active"
    )
    assert asked(found, "MedicationRequest") == [{"status": "active"}]
    assert found.cannot == ("MedicationRequest: it can't be searched by code, so that all are read",)
    chosen = plan("epic", types="Observation", search__Observation="category=laboratory")
    assert asked(chosen, "Observation") == [{"category": "laboratory"}]


def test_a_site_that_asks_for_a_type_of_no_profile_is_told() -> None:
    with pytest.raises(ConfigError, match="Medicine"):
        plan("standard", types="Patient, Medicine")


def test_a_page_is_never_larger_than_the_vendor_allows() -> None:
    (one,) = plan("oracle-health", types="Observation", count="1000").searches
    assert ("_count", "200") in one.params
    (one,) = plan("standard", types="Observation", count="10").searches
    assert ("_count", "10") in one.params


def test_what_a_site_narrows_filters_an_export() -> None:
    options = {"search.Observation": "category=laboratory", "types": "Patient,Observation"}
    assert filters(fhir.profile("oracle-health"), options) == ("Observation?category=laboratory",)


def test_the_name_of_a_search_tells_its_codes_and_nobodys_number() -> None:
    one = plan("epic", types="Observation").searches[0].of(fhir.profile("epic"), "p-778")
    assert one.label == "Observation (category laboratory)"


def test_changes_are_asked_for_since_an_instant_or_a_whole_day() -> None:
    moment = datetime.fromisoformat("2026-11-23T22:30:00-06:00")
    one = fhir.Search("Condition")
    assert one.since(moment, "instant").params == (("_lastUpdated", "ge2026-11-24T04:30:00Z"),)
    assert one.since(moment, "date").params == (("_lastUpdated", "ge2026-11-24"),)


def test_a_patient_is_named_as_the_vendor_wants() -> None:
    for name, said in (("epic", "p-778"), ("standard", "Patient/p-778")):
        one = plan(name, types="Condition").searches[0].of(fhir.profile(name), "p-778")
        assert one.params[0] == ("patient", said)
        person = plan(name, types="Patient").searches[0].of(fhir.profile(name), "p-778")
        assert person.params[0] == ("_id", "p-778")
