"""A model of QI-Core for the CQL translator, made from that of FHIR 4.0.1: elements as CQL's own types.

Takes    the FHIR model info that cql-exec-fhir ships
Gives    model info in which a CodeableConcept is a Concept, a Period an Interval<DateTime>, a code a String, with what FHIR path that is
Misses   what a profile constrains: a name of QI-Core is the resource type (a profile says so by its own codes and elements)
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from pathlib import Path

ELM = "{urn:hl7-org:elm-modelinfo:r1}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}type"
EXTENSION = "http://hl7.org/fhir/us/qicore/StructureDefinition/"
# CQL's types of FHIR's, and the conversion.
SYSTEM = {
    "FHIR.CodeableConcept": ("System.Concept", "FHIRHelpers.ToConcept(%value)"),
    "FHIR.Coding": ("System.Code", "FHIRHelpers.ToCode(%value)"),
    "FHIR.Ratio": ("System.Ratio", "FHIRHelpers.ToRatio(%value)"),
    **{
        f"FHIR.{name}": ("System.Quantity", "FHIRHelpers.ToQuantity(%value)")
        for name in ("Quantity", "Age", "Duration", "Distance", "Count", "SimpleQuantity", "MoneyQuantity")
    },
}
INTERVALS = {"FHIR.Period": "System.DateTime", "FHIR.Range": "System.Quantity"}
# What the measures ask for, and its names in QI-Core that are more than the resource type: (resource type, extra elements).
RESOURCES = (
    "Patient", "Encounter", "Condition", "Observation", "Procedure", "ServiceRequest", "DeviceRequest",
    "MedicationRequest", "Medication", "Coverage", "AllergyIntolerance", "AdverseEvent", "Task", "Communication",
)  # fmt: skip
PROFILES: Mapping[str, str] = {
    "observation-bp": "Observation",
    "ObservationNotDone": "Observation",
    "ProcedureNotDone": "Procedure",
    "ServiceNotRequested": "ServiceRequest",
    "MedicationNotRequested": "MedicationRequest",
}
# Of a profile that says that something wasn't done: its extra elements, each with its type, and the path to it.
EXTRA: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "ObservationNotDone": {
        "notDoneReason": (
            "System.Concept",
            f"FHIRHelpers.ToConcept(%parent.extension[url='{EXTENSION}qicore-notDoneReason'].value)",
        )
    },
    "ProcedureNotDone": {
        "recorded": (
            "System.DateTime",
            f"FHIRHelpers.ToDateTime(%parent.extension[url='{EXTENSION}qicore-recorded'].value)",
        )
    },
}


def qicore(fhir: Path, version: str) -> str:
    """The model info as XML."""
    return "\n".join(_told(ET.parse(fhir).getroot(), version))


def _told(fhir: ET.Element, version: str) -> Iterator[str]:
    classes = {f"FHIR.{one.get('name')}": one for one in fhir.iter(f"{ELM}typeInfo")}
    yield (
        '<modelInfo xmlns="urn:hl7-org:elm-modelinfo:r1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="QICore" '
        f'version="{version}" url="http://hl7.org/fhir" '
        'targetQualifier="qicore" patientClassName="QICore.Patient" patientBirthDatePropertyName="birthDate">'
        '<requiredModelInfo name="System" version="1.0.0"/><requiredModelInfo name="FHIR" version="4.0.1"/>'
    )
    names = {**{one: one for one in RESOURCES}, **PROFILES}
    waiting = [f"FHIR.{one}" for one in RESOURCES]
    for name in waiting:
        for element in _elements(classes[name], classes):
            waiting += [one for one in _kinds(element) if _made(one, classes) and one not in waiting]
    for name in waiting:
        if name[5:] not in names:
            yield from _class(classes[name], name[5:], classes)
    for name, kind in names.items():
        yield from _class(classes[f"FHIR.{kind}"], name, classes)
    yield (
        '<contextInfo name="Patient" keyElement="id" birthDateElement="birthDate">'
        '<contextType namespace="QICore" name="Patient"/></contextInfo></modelInfo>'
    )


def _class(said: ET.Element, name: str, classes: Mapping[str, ET.Element]) -> Iterator[str]:
    kind, own = said.get("name") or "", said.get("retrievable") == "true"
    where = f'identifier="{EXTENSION}qicore-{name.lower()}" label="{name}" ' if own else ""
    code = f'primaryCodePath="{path}" ' if (path := said.get("primaryCodePath")) else ""
    yield (
        f'<typeInfo xsi:type="ClassInfo" baseType="System.Any" namespace="QICore" name="{name}" {where}target="{kind}" {code}'
        f'retrievable="{"true" if own else "false"}">'
    )
    for element in _elements(said, classes):
        yield _element(element, classes)
    for extra, (type_name, path) in EXTRA.get(name, {}).items():
        yield f'<element name="{extra}" elementType="{type_name}" target="{path}"/>'
    if own and kind != "Patient":
        yield '<contextRelationship context="Patient" relatedKeyElement="subject"/>'
    yield "</typeInfo>"


def _elements(said: ET.Element, classes: Mapping[str, ET.Element]) -> Iterator[ET.Element]:
    """A class's own elements, and those that it has from what it is based on."""
    yield from said.iter(f"{ELM}element")
    base = classes.get(said.get("baseType") or "")
    if base is not None:
        yield from _elements(base, classes)


def _kinds(element: ET.Element) -> list[str]:
    """FHIR's types of an element, several where it is a choice."""
    one = element.get("elementType")
    if one:
        return [one]
    inner = [found for said in element.iter() if (found := said.get("elementType"))]
    return inner or [f"FHIR.{said.get('name')}" for said in element.iter(f"{ELM}choice")]


def _value_of(kind: str, classes: Mapping[str, ET.Element]) -> str | None:
    """CQL's type of a primitive's value."""
    said = classes.get(kind)
    if said is None or kind == "FHIR.Element":
        return None
    own = {one.get("name"): one.get("elementType") for one in said.iter(f"{ELM}element")}
    found = own.get("value")
    if found and found.startswith("System."):
        return found
    base = said.get("baseType") or ""
    return _value_of(base, classes) if not own and base in classes else None


def _made(kind: str, classes: Mapping[str, ET.Element]) -> bool:
    """Whether a class of our own stands for it."""
    return kind in classes and kind not in SYSTEM and kind not in INTERVALS and not _value_of(kind, classes)


def _specifier(kind: str, classes: Mapping[str, ET.Element], tag: str) -> str:
    point = INTERVALS.get(kind)
    if point:
        return f'<{tag} xsi:type="IntervalTypeSpecifier" pointType="{point}"/>'
    if kind in SYSTEM:
        named = SYSTEM[kind][0]
    elif kind.startswith("System."):
        named = kind
    else:
        named = _value_of(kind, classes) or f"QICore.{kind[5:]}"
    space, _, name = named.partition(".")
    return f'<{tag} xsi:type="NamedTypeSpecifier" modelName="{space}" name="{name}"/>'


def _path(kinds: list[str], classes: Mapping[str, ET.Element]) -> str:
    if len(kinds) > 1:
        return ' target="FHIRHelpers.ToValue(%value)"'
    (kind,) = kinds
    if kind in SYSTEM:
        return f' target="{SYSTEM[kind][1]}"'
    if kind in INTERVALS:
        return f' target="FHIRHelpers.To{kind[5:]}(%value)"'
    return ' target="%value.value"' if _value_of(kind, classes) else ""


def _element(element: ET.Element, classes: Mapping[str, ET.Element]) -> str:
    kinds, name = _kinds(element), element.get("name")
    if not kinds:
        return f'<element name="{name}" elementType="{element.get("elementType") or "System.Any"}"/>'
    outer = element.find(f"{ELM}elementTypeSpecifier")
    many = outer is not None and outer.get(XSI) == "ListTypeSpecifier"
    tag = "elementTypeSpecifier"
    if len(kinds) > 1:
        distinct = dict.fromkeys(_specifier(one, classes, "choice") for one in kinds)
        inner = f'<{tag} xsi:type="ChoiceTypeSpecifier">{"".join(distinct)}</{tag}>'
    else:
        inner = _specifier(kinds[0], classes, tag)
    if many:
        inner = f'<{tag} xsi:type="ListTypeSpecifier">{inner}</{tag}>'
    return f'<element name="{name}"{_path(kinds, classes)}>{inner}</element>'
