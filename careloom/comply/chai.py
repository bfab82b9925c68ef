"""The model card as XML in the form of CHAI's Applied Model Card v0.2 (schema of github.com/coalition-for-health-ai/mc-schema): what the pack knows, and NOT SAID.

Each element has what the source attributes say that name it ("CHAI: Warnings/KnownRisksAndLimitations"); an attribute that isn't met says so in it.
"""

import json
import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from careloom.care.compliance import WORDS, Pack, Requirement

NAMESPACE = "https://mc.chai.org/v0.2/schema.xsd"
NOT_SAID = "NOT SAID"
CARD = "model_cards"
_METRIC = ("MetricGoal", "Results", "Interpretation", "TestType", "TestingDataDescription", "ValidationProcessAndJustification")  # fmt: skip
# Parts and elements in the schema's order; those that may be left out and of which nothing is known are.
PARTS: Mapping[str, tuple[str, ...]] = {
    "BasicInfo": ("ModelName", "ModelDeveloper", "DeveloperContact"),
    "ReleaseInfo": ("ReleaseStage", "ReleaseDate", "ReleaseVersion", "GlobalAvailability"),
    "ModelSummary": ("Summary", "Keywords"),
    "UsesAndDirections": ("IntendedUseAndWorkflow", "PrimaryIntendedUsers", "HowToUse", "TargetedPatientPopulation", "CautionedOutOfScopeSettings"),
    "Warnings": ("KnownRisksAndLimitations", "KnownBiasesOrEthicalConsiderations", "ClinicalRiskLevel"),
    "AISystemFacts": ("OutcomesAndOutputs", "ModelType", "InputDataSource", "OutputAndInputDataTypes", "DevelopmentDataCharacterization", "BiasMitigationApproaches", "OngoingMaintenance"),
    "TransparencyInformation": ("FundingSource", "ThirdPartyInformation", "StakeholdersConsulted"),
    "Resources": ("EvaluationReferences", "PeerReviewedPublications", "PatientConsentOrDisclosure"),
}  # fmt: skip
TRUST = ("AISystemFacts", "TransparencyInformation")
METRICS = ("UsefulnessUsabilityEfficacy", "FairnessEquity", "SafetyReliability")


def as_xml(pack: Pack) -> bytes:
    """The card. Without a model in use every element says so."""
    rules = next(part.requirements for part in pack.parts if part.key == CARD)
    said = _by_element(rules)
    said |= {"ReleaseVersion": f"Careloom {pack.release}", "ReleaseDate": f"{pack.made:%Y-%m-%d}"}
    said["ModelName"] = next(
        (proof.value for one in rules for proof in one.evidence if proof.name == "card.in_use"), NOT_SAID
    )
    root = Element("AppliedModelCard", xmlns=NAMESPACE)
    trust: Element | None = None
    for part, names in PARTS.items():
        if part == "Resources":
            _metrics(SubElement(root, "KeyMetrics"), said)
        if part in TRUST:
            trust = SubElement(root, "TrustIngredients") if trust is None else trust
            under = SubElement(trust, part)
        else:
            under = SubElement(root, part)
        for name in names:
            one = SubElement(under, name)
            if name != "Keywords":
                one.text = said.get(name, NOT_SAID)
    SubElement(root, "Bibliography")
    indent(root)
    told: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return told


def _metrics(under: Element, said: Mapping[str, str]) -> None:
    for name in METRICS:
        metric = SubElement(under, name)
        for element in _METRIC:
            one = SubElement(metric, element)
            if element == "Results":
                result = SubElement(one, "MetricResult")
                SubElement(result, "Label").text = "as the pack tells it"
                words = said.get(name, NOT_SAID)
                SubElement(result, "ValueJson").text = json.dumps({"kind": "text", "value": words})
            else:
                one.text = said.get(element, NOT_SAID) if name == METRICS[0] else NOT_SAID


def _by_element(rules: tuple[Requirement, ...]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for one in rules:
        named = one.asks.rpartition("CHAI: ")[2].rstrip(".")
        for path in re.split(r",\s*", named):
            found.setdefault(path.rpartition("/")[2], []).append(_words(one))
    return {name: "\n".join(words) for name, words in found.items()}


def _words(one: Requirement) -> str:
    told = [proof.value for proof in one.evidence]
    if one.said:
        told.append(f"{one.said.who}, {one.said.at:%Y-%m-%d}: {one.said.words}")
    return f"{one.title} ({WORDS[one.verdict]}): {'; '.join(told) or NOT_SAID}"
