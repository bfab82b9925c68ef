"""CMS122: who has diabetes and was seen, who is left out, and whose glycemic status is above 9 %, of the last day or unknown."""

from pathlib import Path
from typing import Any

import pytest

from careloom.errors import ConfigError
from careloom.measure.quality import shared
from careloom.measure.quality.cms122 import DIABETES, HBA1C
from careloom.measure.quality.sets import Sets
from tests.measure.quality.cases import Case, judged
from tests.measure.quality.one_code_each import ALL, concept, condition, person, result, visit

INSIDE = {"initial-population": 1, "denominator": 1, "denominator-exclusion": 0}


def counted(folder: Path, people: dict[str, list[dict[str, Any]]], period: str = "2025") -> dict[str, Any]:
    """What CMS122 counts of people by name, each with diabetes and a visit where nothing else is said."""
    cases = [Case(name, "", resources, ()) for name, resources in people.items()]
    found = judged("CMS122", cases, folder, period=period, sets=ALL)
    return {one.case.name: one.got[0] for one in found}


def ada(*more: dict[str, Any], born: str = "1970-05-01", seen: str = "2025-03-01") -> list[dict[str, Any]]:
    """Ada, who has diabetes since 2019 and was seen."""
    return [person("ada", born), condition("ada", DIABETES, "2019"), visit("ada", seen), *more]


def a1c(at: str, value: str | None, unit: str = "%", **more: Any) -> dict[str, Any]:
    return result("ada", HBA1C, at, value, unit, **more)


def test_the_lowest_result_of_the_last_day_counts_and_a_missing_one_counts_as_poor(tmp_path: Path) -> None:
    found = counted(
        tmp_path,
        {
            "none": ada(),
            "above": ada(a1c("2025-06-01", "9.1")),
            "nine": ada(a1c("2025-06-01", "9.0")),
            "better since": ada(a1c("2025-02-01", "11"), a1c("2025-06-01", "7")),
            "worse since": ada(a1c("2025-02-01", "7"), a1c("2025-06-01", "11")),
            "two that day": ada(a1c("2025-06-01T08:00:00Z", "10"), a1c("2025-06-01T18:00:00Z", "8.5")),
            "without a value": ada(a1c("2025-02-01", "7"), a1c("2025-06-01", None)),
            "last year's": ada(a1c("2024-12-31", "7")),
            "preliminary": ada(a1c("2025-06-01", "7", status="preliminary")),
            "a fraction": ada(a1c("2025-06-01", "0.1", "1")),
            "another unit": ada(a1c("2025-06-01", "12", "mg/dL")),
        },
    )
    poor = {name for name, one in found.items() if one["numerator"]}
    assert poor == {
        "none", "above", "worse since", "without a value", "last year's", "preliminary", "a fraction",
    }  # fmt: skip
    assert all(INSIDE.items() <= one.items() for one in found.values())


def test_age_visit_and_diagnosis_decide_who_is_counted(tmp_path: Path) -> None:
    found = counted(
        tmp_path,
        {
            "75": ada(born="1950-01-01"),
            "76": ada(born="1949-12-31"),
            "17": ada(born="2008-01-01"),
            "born in some month of 1970": ada(born="1970"),
            "seen a day too late": ada(seen="2026-01-01"),
            "planned": [*ada()[:2], visit("ada", "2025-03-01", status="planned")],
            "ended before": [
                person("ada", "1970-05-01"), visit("ada", "2025-03-01"),
                condition("ada", DIABETES, "2019", abatementDateTime="2024-12-31"),
            ],
            "refuted": [
                person("ada", "1970-05-01"), visit("ada", "2025-03-01"),
                condition("ada", DIABETES, "2019", verificationStatus={"coding": [{"code": "refuted"}]}),
            ],
            "in remission, nobody knows since when": [
                person("ada", "1970-05-01"), visit("ada", "2025-03-01"),
                condition("ada", DIABETES, "2019", clinicalStatus={"coding": [{"code": "remission"}]}),
            ],
        },
    )  # fmt: skip
    assert {name for name, one in found.items() if one["initial-population"]} == {
        "75",
        "born in some month of 1970",
    }


def test_hospice_palliative_care_nursing_homes_and_frailty_with_illness_are_left_out(tmp_path: Path) -> None:
    def order(forbidden: bool) -> dict[str, Any]:
        address = "http://hl7.org/fhir/us/qicore/StructureDefinition/qicore-doNotPerform"
        return {
            "resourceType": "DeviceRequest", "id": "walker", "status": "active", "intent": "order",
            "subject": {"reference": "Patient/ada"}, "authoredOn": "2025-04-01", "codeCodeableConcept": concept(shared.FRAILTY_DEVICE),
            "modifierExtension": [{"url": address, "valueBoolean": forbidden}],
        }  # fmt: skip

    def housing(at: str, answer: str) -> dict[str, Any]:
        return {
            "resourceType": "Observation", "id": f"housing-{at}", "status": "final", "subject": {"reference": "Patient/ada"},
            "category": [concept("survey")], "code": concept("71802-3", "http://loinc.org"), "effectiveDateTime": at,
            "valueCodeableConcept": concept(answer, "http://snomed.info/sct"),
        }  # fmt: skip

    ill = condition("ada", shared.ADVANCED_ILLNESS, "2024-05-01")
    old = "1955-05-01"
    found = counted(
        tmp_path,
        {
            "hospice": ada(condition("ada", shared.HOSPICE_DIAGNOSIS, "2025-12-31")),
            "discharged to hospice": ada(
                visit(
                    "ada", "2025-08-01", shared.ENCOUNTER_INPATIENT,
                    hospitalization={"dischargeDisposition": concept("428361000124107", "http://snomed.info/sct")},
                )
            ),
            "palliative": ada(visit("ada", "2025-08-01", shared.PALLIATIVE_ENCOUNTER)),
            "frail and ill": ada(order(False), ill, born=old),
            "frail and ill at 65": ada(order(False), ill, born="1960-05-01"),
            "frail alone": ada(order(False), born=old),
            "ill alone": ada(ill, born=old),
            "the walker is not to be ordered": ada(order(True), ill, born=old),
            "nursing home": ada(housing("2025-02-01", "160734000"), born=old),
            "home again": ada(housing("2025-02-01", "160734000"), housing("2025-03-01", "1"), born=old),
        },
    )  # fmt: skip
    left_out = {name for name, one in found.items() if one["denominator-exclusion"]}
    assert left_out == {"hospice", "discharged to hospice", "palliative", "frail and ill", "nursing home"}
    assert all(one["numerator"] == (name not in left_out) for name, one in found.items())


def test_in_2026_the_diagnosis_is_an_encounters_and_a_virtual_visit_is_none(tmp_path: Path) -> None:
    problem = condition("ada", DIABETES, "2019", category=[concept("problem-list-item")])
    told = condition("ada", DIABETES, "2019", category=[concept("encounter-diagnosis")])
    born, seen = person("ada", "1970-05-01"), visit("ada", "2026-03-01")
    found = counted(
        tmp_path,
        {
            "an encounter's": [born, told, seen],
            "of the problem list": [born, problem, seen],
            "virtual": [born, told, visit("ada", "2026-03-01", shared.VIRTUAL_ENCOUNTER)],
            "by telephone": [born, told, visit("ada", "2026-03-01", shared.TELEPHONE_VISITS)],
        },
        period="2026",
    )
    assert {name for name, one in found.items() if one["initial-population"]} == {
        "an encounter's",
        "by telephone",
    }


def test_a_measure_whose_value_sets_are_missing_names_them_and_counts_nothing(tmp_path: Path) -> None:
    fewer = Sets({url: codes for url, codes in ALL.members.items() if url != DIABETES.url})
    with pytest.raises(ConfigError, match=rf"needs 1 value sets .* Diabetes \({DIABETES.oid}\)"):
        judged("CMS122", [Case("ada", "", ada(), ())], tmp_path, sets=fewer)
