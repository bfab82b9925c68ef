"""What we emit holds to US Core 6.1.0, to MCC eCare Plan 1.0.0 and to SDOH Clinical Care 2.3.0, read by an independent validator.

US Core's profiles are its published StructureDefinitions; MCC's are the guide's own sources upon them; SDOH Clinical Care's are its
constraints by fact (tests/outside/profiles.py), since no package of it is to be had. Required bindings are held to the value sets.
"""

import copy
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from careloom import chart, demo
from careloom.care.document import Action
from careloom.chart.capability import PROFILES
from careloom.chart.parts import Resource
from careloom.chart.people import Custodian
from careloom.chart.served import served as served_as
from careloom.chart.written import Whither, wanted
from careloom.pipeline import Pipeline
from careloom.pipeline.settling import Said
from tests.chart.filed import filed
from tests.chart.test_chart_pas import NPI, asked, bundle
from tests.chart.test_chart_peer import PEERS, validate
from tests.outside.profiles import GRAVITY, MCC, PAS, R4, US, US_CORE, Allowed, allowed, misfits, packaged
from tests.outside.profiles import profiles as published
from tests.web import charted
from tests.web.charted import people
from tests.web.conftest import real

__all__ = ["real"]
# By type the US Core profile that each of our resources keeps, whether it claims it or not. Of the types that we emit US Core 6.1.0 has
# none of AuditEvent, Claim, DetectedIssue, MedicationStatement and Task.
KEPT = {
    "AllergyIntolerance": "us-core-allergyintolerance",
    "CarePlan": "us-core-careplan",
    "CareTeam": "us-core-careteam",
    "Condition": "us-core-condition-problems-health-concerns",
    "DocumentReference": "us-core-documentreference",
    "Goal": "us-core-goal",
    "Organization": "us-core-organization",
    "Patient": "us-core-patient",
    "Practitioner": "us-core-practitioner",
    "Provenance": "us-core-provenance",
    "ServiceRequest": "us-core-servicerequest",
}
# By type the MCC profile.
OF_MCC = {
    "CarePlan": "mccCarePlan",
    "CareTeam": "MCCCareTeam",
    "Condition": "MCCChronCondHealthConcern",
    "Goal": "MCCGoal",
    "ServiceRequest": "MCCServiceRequest",
}
pytestmark = [
    pytest.mark.node,
    pytest.mark.outside,
    pytest.mark.django_db,
    pytest.mark.skipif(
        not (US_CORE.exists() and PAS.exists() and MCC.exists()), reason="../shared/data is absent"
    ),
    pytest.mark.skipif(
        shutil.which("node") is None or not (PEERS / "node_modules").exists(),
        reason="Node or its packages are absent (npm ci --prefix tests/peers)",
    ),
]
VALUE_SETS = R4 / "valuesets.json"


@pytest.fixture(scope="module")
def held() -> list[Resource]:
    """Every profile that is known here."""
    return published()


@pytest.fixture(scope="module")
def profiles(held: list[Resource], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a file, and which of them our types are read by."""
    types = {kind: [f"{US}/core/StructureDefinition/{name}"] for kind, name in KEPT.items()}
    for kind, name in OF_MCC.items():
        types[kind].append(f"{US}/mcc/StructureDefinition/{name}")
    path = tmp_path_factory.mktemp("profiles") / "profiles.json"
    path.write_text(json.dumps({"types": types, "profiles": held}))
    return path


def value_sets() -> dict[str, Allowed]:
    """The value sets of FHIR R4 and of US Core."""
    base = [one["resource"] for one in json.loads(VALUE_SETS.read_text())["entry"]]
    return allowed([*base, *packaged(US_CORE)])


def validated(resources: Iterable[Resource], profiles: Path) -> dict[str, Any]:
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": one} for one in resources],
    }
    return validate(bundle, str(profiles))


def signed(real: Pipeline, most: int = 30) -> tuple[str, ...]:
    """So many of the demo's people, each with a plan and a letter, both signed."""
    osei = real.store.users.reviewer("osei")
    found = tuple(people(real, most))
    for patient in found:
        for kind in ("care_plan", "clinical_summary"):
            made = real.propose("operator", patient, kind=kind, as_of=demo.AS_OF, model="none")
            real.decide(osei, made.id, Action.APPROVE, opened=[one.id for one in made.document.statements])
        real.facade.read(osei, "Patient", patient)
    return found


def served(real: Pipeline, most: int = 30) -> list[Resource]:
    """What the FHIR server has of them."""
    signed(real, most)
    charts = real.store.shelf.of(tuple(real.store.patients.all()), closed=False)
    return [one.resource for one in charts if not one.gone]


def settled_and_taken_back(real: Pipeline) -> list[Resource]:
    """What the server has where sources disagreed about a drug and about an allergy and a physician settled it, and where a plan was
    taken back."""
    osei = real.store.users.reviewer("osei")
    missing = {"drug", "allergy"}
    patients = []
    for patient in people(real, 30):
        open_now = real.settling.open(osei, patient)
        if not missing.intersection(one.family for one in open_now):
            continue
        missing -= {one.family for one in open_now}
        patients.append(patient)
        for dispute in open_now:
            said = Said(dispute.choices[0].value, "she was asked on the telephone")
            follows = real.settling.preview(osei, patient, dispute.key, said)
            real.settling.settle(osei, patient, dispute.key, said, follows.to_read)
        plan = charted.signed(real, patient)
        real.unfiling.take_back(osei, plan.id, "wrong_patient", "It is another person's.")
        real.facade.read(osei, "Patient", patient)
    return [one.resource for one in real.store.shelf.of(patients, closed=False) if not one.gone]


def claimed(resources: Iterable[Resource]) -> Counter[str]:
    return Counter(url for one in resources for url in one.get("meta", {}).get("profile", ()))


def test_every_resource_that_the_server_has_holds_to_the_three_guides(
    real: Pipeline, profiles: Path, held: list[Resource]
) -> None:
    resources = served(real)
    answer = validated(resources, profiles)
    assert answer["problems"] == []
    read = answer["held"]
    by_name = {one["url"]: one["name"] for one in held}
    # Whatever is claimed is told in the statement, and was read.
    assert {f"{one['resourceType']} {url}" for one in resources for url in claimed([one])} <= {
        f"{kind} {url}" for kind, every in PROFILES.items() for url in every
    }
    assert all(read[by_name[url]] >= count for url, count in claimed(resources).items())
    kinds = Counter(one["resourceType"] for one in resources)
    met = {kind for kind in KEPT if kinds[kind]}
    assert met >= KEPT.keys() - {"AllergyIntolerance"}
    assert all(
        read[by_name[f"{US}/mcc/StructureDefinition/{OF_MCC[kind]}"]] == kinds[kind] for kind in OF_MCC
    )
    assert read["SDOHCCCondition"] > 3 and read["SDOHCCGoal"] > 0
    sets, by_url = value_sets(), {one["url"]: one for one in held}
    assert [
        wrong for one in resources for url in _profiles_of(one) for wrong in misfits(one, by_url[url], sets)
    ] == []


def test_what_was_settled_and_what_was_taken_back_hold_to_them(real: Pipeline, profiles: Path) -> None:
    resources = settled_and_taken_back(real)
    answer = validated(resources, profiles)
    assert answer["problems"] == []
    kinds = Counter(one["resourceType"] for one in resources)
    assert kinds["AllergyIntolerance"] and kinds["MedicationStatement"]
    assert Counter(one["status"] for one in resources if one["resourceType"] == "CarePlan")[
        "entered-in-error"
    ]


def test_what_a_letter_asks_of_a_payer_holds_to_us_core_beside_prior_authorization(profiles: Path) -> None:
    letter = asked(payer="Acme Health Plan", service_type="88", requester_npi=NPI)
    made = bundle(replace(letter, custodian=Custodian("riverside", "Riverside Clinic")))
    resources = list(served_as(made).values())
    answer = validated(resources, profiles)
    assert answer["problems"] == []
    said = claimed(resources)
    names = {url.rpartition("/")[2] for url in said}
    assert names >= {
        "us-core-practitioner",
        "us-core-organization",
        "us-core-provenance",
        "profile-claim",
    }
    assert sum(answer["held"].values()) >= sum(said.values())


def _profiles_of(resource: Resource) -> Iterator[str]:
    kind = resource["resourceType"]
    every = dict.fromkeys(resource.get("meta", {}).get("profile", ()))
    yield from every
    if kind in KEPT and f"{US}/core/StructureDefinition/{KEPT[kind]}" not in every:
        yield f"{US}/core/StructureDefinition/{KEPT[kind]}"


def test_what_is_written_to_another_systems_chart_holds_to_them_too(real: Pipeline, profiles: Path) -> None:
    there = []
    for patient in signed(real, 5):
        for row in real.store.chart.of(patient):
            one = real.desk.filed(row)
            there += [each.resource for each in wanted(one, Whither(system="elsewhere", whose="Patient/5"))]
    answer = validated(there, profiles)
    assert answer["problems"] == []
    assert {one["resourceType"] for one in there} == {
        "CarePlan",
        "Condition",
        "DocumentReference",
        "Goal",
        "Provenance",
        "ServiceRequest",
        "Task",
    }


def test_it_would_find_what_is_missing(real: Pipeline, profiles: Path) -> None:
    by_kind = {one["resourceType"]: one for one in served(real, 3)}
    broken = {
        "Patient": "name",
        "CarePlan": "category",
        "CareTeam": "participant",
        "Condition": "code",
        "DocumentReference": "type",
        "Goal": "description",
        "Organization": "active",
        "Practitioner": "name",
        "ServiceRequest": "code",
    }
    found = [
        {key: value for key, value in by_kind[kind].items() if key != without}
        for kind, without in broken.items()
    ]
    # An agent for whom nobody stands.
    unbacked = copy.deepcopy(by_kind["Provenance"])
    for agent in unbacked["agent"]:
        agent.pop("onBehalfOf")
    problems = validated([*found, unbacked], profiles)["problems"]
    assert all(any(kind in one and "(USCore" in one for one in problems) for kind in (*broken, "Provenance"))


def _made() -> dict[str, Resource]:
    """A small chart, by type."""
    one = replace(filed(), custodian=Custodian("riverside", "Riverside Clinic"))
    return {kind: made for (kind, _), made in served_as(chart.bundle(one.record, [one])).items()}


def test_it_would_find_what_breaks_mcc(profiles: Path, held: list[Resource]) -> None:
    by_kind = _made()
    without = {key: value for key, value in by_kind["CarePlan"].items() if key != "category"}
    problems = validated([without], profiles)["problems"]
    assert any(one.startswith("CarePlan (MCCCarePlan)") for one in problems)
    herself = [one for one in by_kind["CareTeam"]["participant"] if one["member"].get("type") == "Patient"]
    assert [one["role"][0]["coding"][0]["code"] for one in herself] == ["116154003"]
    profile = next(one for one in held if one["url"].endswith("/mccCarePlan"))
    plan, sets = by_kind["CarePlan"], value_sets()
    assert misfits(plan, profile, sets) == []
    detailed = {**plan, "activity": [{"detail": {"status": "scheduled"}}]}
    assert misfits(detailed, profile, sets) == ["MCCCarePlan CarePlan.activity.detail"]


def test_it_would_find_what_breaks_sdoh_clinical_care(profiles: Path, held: list[Resource]) -> None:
    one = filed()
    need = next(
        one
        for one in served_as(chart.bundle(one.record, [one])).values()
        if any(url.endswith("SDOHCC-Condition") for url in one.get("meta", {}).get("profile", ()))
    )
    staged = {**need, "stage": [{"summary": {"text": "first"}}]}
    problems = validated([staged], profiles)["problems"]
    assert any(one.startswith("Condition (SDOHCCCondition)") for one in problems)
    profile = next(one for one in held if one["url"].endswith("SDOHCC-Condition"))
    sets = value_sets()
    assert misfits(need, profile, sets) == []
    wrong = {
        "Condition.code": {"code": {"text": "no food"}},
        "Condition.bodySite": {"bodySite": [{"text": "all of it"}]},
        "Condition.onset[x]": {"onsetString": "some time ago"},
    }
    for element, said in wrong.items():
        assert misfits({**need, **said}, profile, sets) == [f"SDOHCCCondition {element}"]


def test_a_need_that_nobody_coded_claims_no_profile_that_wants_its_code() -> None:
    one = filed()
    codes = tuple(code for code in one.record.entries[3].codes if code.system == GRAVITY)
    entries = (*one.record.entries[:3], replace(one.record.entries[3], codes=codes))
    record = replace(one.record, entries=entries)
    made = chart.bundle(record, [replace(one, record=record)])
    (need,) = [
        each["resource"]
        for each in made["entry"]
        if each["resource"]["resourceType"] == "Condition" and "coding" not in each["resource"]["code"]
    ]
    assert not any("sdoh" in url for url in need["meta"]["profile"])
