"""Whoever arrives with records that are odd, old, contradictory or immense gets a plan, and what is odd is named in it."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from careloom.knowledge import load
from tests.flow.process import answer, careloom
from tests.verify.noted import AS_OF, Noted

DAY = ("--as-of", AS_OF.isoformat())
DRUGS = tuple(sorted(drug.name for drug in load().drugs.all()))[:400]
NAMES = (
    "Abbot",
    "Birch",
    "Coleman",
    "Dunmore",
    "Ellery",
    "Fenwick",
    "Garland",
    "Hathaway",
    "Ives",
    "Jessup",
    "Kimber",
)
# For each person what is recorded of her; `odd` is what the tests look at.
PEOPLE: dict[str, list[list[Any]]] = {
    "no codes": [
        ["condition", "Diabetes type 2"],
        ["condition", "Frobnitz syndrome"],
        ["order", "metformin 500 mg", "twice a day"],
        ["allergy", "penicillin", "rash"],
    ],
    "400 medications": [["order", f"{name} 10 mg tablet", "1 tablet daily"] for name in DRUGS]
    + [["condition", "Hypertension"]],
    "a weight of three years ago": [
        ["result", "29463-7", "Body weight", 48, "kg", "2023-11-01"],
        ["result", "2160-0", "Creatinine", 1.4, "mg/dL", "2026-11-01"],
        ["order", "Rivaroxaban 20 mg tablet", "20 mg daily"],
        ["condition", "Atrial fibrillation"],
    ],
    "strange drugs": [
        ["order", "Zorvexalin 10 mg", "daily"],
        ["order", "Lisinoprill 10 mg tablet", "daily"],
        ["order", "St. John's wort 300 mg", "3 times daily"],
        ["order", "Paracetamol 500 mg", "4 times daily"],
        ["order", "Marcumar 3 mg", "daily"],
        ["order", "Ibuprofen 600 mg", "three times daily"],
    ],
    "combinations": [
        ["order", "Percocet 10-325 mg tablet", "1 tablet every 6 hours"],
        ["order", "Acetaminophen 1000 mg", "1000 mg every 6 hours"],
        ["order", "Lisinopril-hydrochlorothiazide 20-12.5 mg", "daily"],
    ],
}


def bundle(
    parts: list[list[Any]], mrn: str, *, sex: str = "female", birth: str = "1950-01-01"
) -> dict[str, Any]:
    """A Bundle of somebody with that number."""
    made = Noted("odd", sex, birth, tuple(parts), "").bundle()
    family = NAMES[sum(map(ord, mrn)) % len(NAMES)]
    made["entry"][0]["resource"] |= {
        "id": f"p-{mrn}",
        "identifier": [{"system": "urn:odd", "value": mrn}],
        "name": [{"family": family, "given": [family[::-1].title()]}],
    }
    own: dict[str, Any] = json.loads(json.dumps(made).replace("urn:uuid:", f"urn:uuid:{mrn}-"))
    own["entry"][0]["fullUrl"] = f"urn:uuid:{mrn}-p"
    return own


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with everybody, each in one Bundle."""
    folder = tmp_path_factory.mktemp("odd")
    for number, parts in enumerate(PEOPLE.values()):
        (folder / f"{number}.json").write_text(
            json.dumps(bundle(parts, str(number), birth=f"195{number}-0{number + 1}-01"))
        )
    unit = bundle([["order", "Metformin 1000 mg tablet", "1000 mg twice daily"]], "unit")
    creatinine = {
        "resourceType": "Observation",
        "id": "r9",
        "status": "final",
        "effectiveDateTime": "2026-11-10",
        "code": {"coding": [{"system": "http://loinc.org", "code": "2160-0", "display": "Creatinine"}]},
        "subject": {"reference": "urn:uuid:unit-p"},
        "valueQuantity": {"value": 2.4},
    }
    unit["entry"].append({"fullUrl": "urn:uuid:r9", "resource": creatinine})
    (folder / "unit.json").write_text(json.dumps(unit))
    home = tmp_path_factory.mktemp("home of the odd")
    found = answer(home, "connect", folder, "--source", "clinic")
    assert not found["rejected"]
    return home


def plan(home: Path, mrn: str, **more: str) -> dict[str, Any]:
    """Her plan; every line of it can be signed."""
    drafted: dict[str, Any] = answer(home, "draft", f"urn:odd|{mrn}", "--kind", "care_plan", *DAY, **more)
    assert [one["text"] for one in drafted["statements"] if one["verdict"] != "supported"] == []
    return drafted


def number(who: str) -> str:
    return str(list(PEOPLE).index(who))


def messages(drafted: dict[str, Any], rule: str = "") -> list[str]:
    return [one["message"] for one in drafted["findings"] if rule in ("", one["rule"])]


def said(drafted: dict[str, Any]) -> str:
    return "\n".join(one["text"] for one in drafted["statements"])


def test_a_record_without_codes_is_read_by_its_words(home: Path) -> None:
    drafted = plan(home, number("no codes"))
    assert "Diabetes type 2 is active." in said(drafted)
    assert "Frobnitz syndrome" in said(drafted)
    assert any("Cannot dose metformin" in one for one in messages(drafted, "renal"))


def test_400_medications_take_seconds_and_each_cause_is_told_once(home: Path) -> None:
    started = time.monotonic()
    drafted = plan(home, number("400 medications"))
    assert time.monotonic() - started < 60
    told = [one["message"] for one in drafted["findings"] if one["statement"] is None]
    assert len(told) == len(set(told))
    assert len(told) < len(DRUGS)
    assert drafted["coverage"]["drugs"] == len(DRUGS)
    assert any("bleed" in one and "add" in one for one in told)


def test_a_creatinine_without_a_unit_doses_nothing_and_is_named(home: Path) -> None:
    drafted = plan(home, "unit")
    assert any("2026-11-10 has no unit" in one for one in messages(drafted, "renal"))
    record = answer(home, "record", "urn:odd|unit", *DAY)
    assert [one["kind"] for one in record["conflicts"]] == ["unknown_unit"]


def test_a_weight_of_three_years_ago_doses_nothing_and_its_day_is_told(home: Path) -> None:
    drafted = plan(home, number("a weight of three years ago"))
    assert any(
        "no weight of the last 12 months (the last is of 2023-11-01)" in one for one in messages(drafted)
    )
    assert "No weight is recorded since 2023-11-01." in said(drafted)


def test_a_drug_is_known_by_its_misspelt_herbal_and_foreign_names_and_else_named_as_unknown(
    home: Path,
) -> None:
    drafted = plan(home, number("strange drugs"))
    assert drafted["coverage"]["unknown"] == ["Zorvexalin 10 mg"]
    told = "\n".join(messages(drafted))
    assert "st john's wort" in told
    assert "phenprocoumon" in told
    assert "ibuprofen with lisinopril" in told
    record = answer(home, "record", f"urn:odd|{number('strange drugs')}", *DAY)
    assert any("read as lisinopril" in one["why"] for one in record["medications"])


def test_a_combination_counts_as_each_of_its_ingredients(home: Path) -> None:
    drafted = plan(home, number("combinations"))
    assert any("acetaminophen is in two products" in one for one in messages(drafted, "duplicate"))
    assert "in which medicines and from which bottles acetaminophen is taken" in said(drafted)
    assert drafted["coverage"]["unknown"] == []


PRESSURE = [["condition", "Hypertension"], ["order", "Lisinopril 10 mg tablet", "daily"]]


def two_sources(tmp_path: Path, birth: str) -> int:
    """What the second of two sources that differ on somebody's sex exits with."""
    one = bundle(PRESSURE, "7", sex="female", birth="1950-01-01")
    other = bundle(PRESSURE, "7", sex="male", birth=birth)
    code = 0
    for name, body in (("a", one), ("b", other)):
        (tmp_path / f"{name}.json").write_text(json.dumps(body))
        file = tmp_path / f"{name}.json"
        code = careloom(tmp_path / "home", "connect", file, "--source", name, "--json").returncode
    return code


@pytest.mark.parametrize(("birth", "what"), [("1950-01-01", "sex"), ("1961-07-01", "birth date")])
def test_one_number_with_another_sex_or_birth_date_is_kept_apart_and_waits_for_a_person(
    tmp_path: Path, birth: str, what: str
) -> None:
    assert two_sources(tmp_path, birth) == 65
    (waiting,) = answer(tmp_path / "home", "rejected")["rejected"]
    assert f"{what} differs" in waiting["reason"]
    assert birth not in json.dumps(waiting)
    assert "Hypertension is active." in said(plan(tmp_path / "home", "7"))


def test_a_protocol_and_an_interaction_list_with_an_error_are_named_with_their_line_and_the_rest_works(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    # Of its own, since a home that has drafted takes other files through the gate alone.
    home, folder = tmp_path_factory.mktemp("home before its first draft"), tmp_path_factory.mktemp("combined")
    (folder / "one.json").write_text(json.dumps(bundle(PEOPLE["combinations"], number("combinations"))))
    answer(home, "connect", folder, "--source", "clinic")
    (tmp_path / "broken.toml").write_text(
        'title = "Broken"\n[[rule]]\nid = "broken-one"\nkind = "activity"\nwhen = [\n'
    )
    (tmp_path / "interactions_site.csv").write_text("a,b,severity\nlisinopril,ibuprofen,enormous\n")
    drafted = plan(home, number("combinations"), CARELOOM_PROTOCOLS=str(tmp_path))
    absent = messages(drafted, "absent")
    assert any("broken.toml" in one and "line" in one for one in absent), absent
    assert any("interactions_site.csv" in one for one in absent), absent
    assert any("acetaminophen is in two products" in one for one in messages(drafted, "duplicate"))
