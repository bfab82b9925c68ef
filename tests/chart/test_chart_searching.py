"""What a FHIR search means: dates by their precision and prefix, codes with and without their system, names without case and accents."""

from datetime import UTC, datetime
from typing import Any

import pytest

from careloom.chart.parameters import PARAMETERS
from careloom.chart.searching import bounds, parse
from careloom.errors import InputError

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
GOAL: dict[str, Any] = {
    "resourceType": "Goal",
    "id": "g1",
    "lifecycleStatus": "active",
    "subject": {"reference": "Patient/p1", "type": "Patient"},
    "target": [{"dueDate": "2027-02-21"}],
    "meta": {"lastUpdated": "2026-11-23T12:00:00.250Z"},
}
PLAN: dict[str, Any] = {
    "resourceType": "CarePlan",
    "id": "c1",
    "status": "active",
    "category": [{"coding": [{"system": "urn:x", "code": "assess-plan"}]}],
    "subject": {"reference": "Patient/p1"},
    "period": {"start": "2026-11-20"},
}
ADA: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"system": "urn:mrn", "value": "RV1"}],
    "name": [{"family": "Müller-Moreno", "given": ["Ada", "Lynn"]}],
    "birthDate": "1965-03-02",
    "gender": "female",
}


def meant(kind: str, resource: dict[str, Any], name: str, value: str) -> bool:
    return bool(parse(kind, [(name, value)], NOW).meant([resource]))


@pytest.mark.parametrize(
    ("value", "is_meant"),
    [
        ("2027-02-21", True), ("2027-02", True), ("2027", True), ("2027-02-20", False), ("eq2027-02-21", True),
        ("ne2027-02-21", False), ("ne2027-02-20", True), ("gt2027-02-20", True), ("gt2027-02-21", False),
        ("lt2027-02-22", True), ("lt2027-02-21", False), ("ge2027-02-21", True), ("ge2027-02-22", False),
        ("le2027-02-21", True), ("le2027-02-20", False), ("sa2027-02-20", True), ("sa2027-02-21", False),
        ("eb2027-02-22", True), ("eb2027-02-21", False), ("ap2027-02-25", True), ("ap2028-02-21", False),
        ("2026-01-01,2027-02-21", True),
    ],
)  # fmt: skip
def test_a_date_is_compared_by_its_precision_and_prefix(value: str, is_meant: bool) -> None:
    assert meant("Goal", GOAL, "target-date", value) is is_meant


@pytest.mark.parametrize(
    ("value", "is_meant"),
    [
        ("2026-11-23", True), ("gt2026-11-23T12:00:00Z", False), ("gt2026-11-23T11:59:59Z", True), ("2026-11-23T12:00:00Z", True),
        ("gt2026-11-23T12:00:00.100Z", True), ("lt2026-11-23T07:00:00-06:00", True), ("lt2026-11-23T12:30:00 01:00", False),
    ],
)  # fmt: skip
def test_a_time_is_compared_in_its_zone(value: str, is_meant: bool) -> None:
    assert meant("Goal", GOAL, "_lastUpdated", value) is is_meant


def test_a_period_without_an_end_goes_on() -> None:
    assert meant("CarePlan", PLAN, "date", "gt2030-01-01") and meant("CarePlan", PLAN, "date", "ge2026-11-20")
    assert not meant("CarePlan", PLAN, "date", "lt2026-11-20") and not meant(
        "CarePlan", PLAN, "date", "2026-11-20"
    )


@pytest.mark.parametrize(
    ("value", "is_meant"),
    [
        ("assess-plan", True), ("urn:x|assess-plan", True), ("urn:y|assess-plan", False), ("|assess-plan", False),
        ("urn:x|", True), ("urn:y|", False), ("other,assess-plan", True), ("ASSESS-PLAN", False),
    ],
)  # fmt: skip
def test_a_code_is_compared_with_its_system_where_one_is_named(value: str, is_meant: bool) -> None:
    assert meant("CarePlan", PLAN, "category", value) is is_meant


@pytest.mark.parametrize(
    ("name", "value", "is_meant"),
    [
        ("family", "muller", True), ("family", "moreno", False), ("family:contains", "MORENO", True), ("given", "lyn", True),
        ("family:exact", "Müller-Moreno", True), ("family:exact", "müller-moreno", False), ("name", "ada", True),
        ("gender", "female", True), ("gender:not", "female", False), ("gender:not", "male", True), ("birthdate", "1965", True),
        ("birthdate:missing", "true", False), ("birthdate:missing", "false", True), ("identifier", "urn:mrn|RV1", True),
        ("identifier", "RV1", True), ("identifier", "|RV1", False),
    ],
)  # fmt: skip
def test_somebody_is_found_by_name_code_and_number(name: str, value: str, is_meant: bool) -> None:
    assert meant("Patient", ADA, name, value) is is_meant


@pytest.mark.parametrize(
    "value", ["p1", "Patient/p1", "https://careloom.example/fhir/Patient/p1", "Patient/other,p1"]
)
def test_a_reference_is_compared_however_it_is_written(value: str) -> None:
    assert meant("Goal", GOAL, "patient", value)
    assert not meant("Goal", GOAL, "patient", "Group/p1") and not meant("Goal", GOAL, "patient", "p2")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("target-date", "soon"), ("target-date", "2027-13"), ("target-date", "gt2027-02-30"), ("target-date:above", "2027"),
        ("lifecycle-status:in", "a"), ("lifecycle-status:missing", "perhaps"), ("_count", "-1"), ("_sort", "words"), ("_total", "some"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused(name: str, value: str) -> None:
    with pytest.raises(InputError):
        parse("Goal", [(name, value)], NOW)


def test_all_that_is_asked_must_hold_and_what_is_unknown_is_left_out_or_refused() -> None:
    asked = [("lifecycle-status", "active"), ("target-date", "lt2027"), ("colour", "red")]
    assert parse("Goal", asked, NOW).meant([GOAL]) == []
    assert parse("Goal", asked, NOW).used == tuple(asked[:2])
    with pytest.raises(InputError, match="colour"):
        parse("Goal", asked, NOW, strict=True)
    with pytest.raises(InputError) as refused:
        parse("Goal", [("Ada Müller", "x")], NOW, strict=True)
    assert "Ada" not in str(refused.value)


def test_what_is_sorted_stands_by_its_value_and_what_has_none_comes_last() -> None:
    later = {**GOAL, "id": "g2", "target": [{"dueDate": "2028-01-01"}]}
    never = {key: value for key, value in GOAL.items() if key != "target"} | {"id": "g3"}
    for sort, order in (("target-date", ["g1", "g2", "g3"]), ("-target-date", ["g2", "g1", "g3"])):
        found = parse("Goal", [("_sort", sort)], NOW)
        assert [one["id"] for one in sorted([never, later, GOAL], key=found.key)] == order


def test_a_time_bounds_what_has_to_be_looked_through() -> None:
    day, next_day = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)
    assert bounds(["2026-11-20"]) == (day, next_day)
    assert bounds(["ge2026-11-20"]) == (day, None)
    assert bounds(["ne2026-11-20"]) == (None, None) == bounds([])


@pytest.mark.parametrize(
    ("value", "is_meant"), [("Keep systolic", True), ("keep", True), ("systolic", False), ("8480-6", False)]
)
def test_what_stands_in_words_beside_a_code_or_without_one_is_found_by_them(
    value: str, is_meant: bool
) -> None:
    goal = {**GOAL, "description": {"text": "Keep systolic blood pressure below 130 mmHg"}}
    assert meant("Goal", goal, "description:text", value) is is_meant
    shown = {"coding": [{"code": "8480-6", "display": "Keep systolic"}]}
    assert meant("Goal", {**GOAL, "description": shown}, "description:text", value) is is_meant


def test_every_parameter_reads_elements_that_there_are() -> None:
    """Whoever names a parameter that reads nothing would find nothing by it and believe that there is nothing."""
    from fhir.resources.R4B import get_fhir_model_class

    for kind, parameters in PARAMETERS.items():
        known = {one.alias or name for name, one in get_fhir_model_class(kind).model_fields.items()}
        for name, parameter in parameters.items():
            for path in parameter.paths:
                assert path.split(".")[0] in known, (kind, name)
