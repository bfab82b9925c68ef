"""The model card as XML: the schema's parts and elements in its order, what the pack knows in them, and NOT SAID where nobody said it."""

from datetime import UTC, datetime
from xml.etree.ElementTree import fromstring

from careloom.care.compliance import Evidence, Pack
from careloom.comply.chai import NAMESPACE, NOT_SAID, as_xml
from careloom.comply.judging import Known, part_of, ruled

AT = datetime(2026, 11, 30, tzinfo=UTC)
ORDER = (
    "BasicInfo", "ReleaseInfo", "ModelSummary", "UsesAndDirections", "Warnings", "TrustIngredients", "KeyMetrics", "Resources", "Bibliography",
)  # fmt: skip


def test_the_card_has_the_schemas_elements_in_its_order_with_what_is_known_of_each() -> None:
    names = {name for rule in ruled("model_cards").rules for name in (*rule.facts, rule.applies)}
    facts = {name: Evidence(name, "what", f"value of {name}", True, "here", AT) for name in names}
    part = part_of("model_cards", Known(facts, {}, None, AT))
    root = fromstring(as_xml(Pack("0" * 32, AT, "lena", "a clinic", "1.0", True, (part,))))
    assert root.tag == f"{{{NAMESPACE}}}AppliedModelCard"
    assert tuple(one.tag.partition("}")[2] for one in root) == ORDER
    said = {one.tag.partition("}")[2]: one.text or "" for one in root.iter()}
    assert said["ModelName"] == "value of card.in_use"
    assert "value of card.risks" in said["KnownRisksAndLimitations"]
    assert "value of card.trained" in said["DevelopmentDataCharacterization"]
    assert "OPEN: a person must say" in said["FundingSource"] and said["ReleaseStage"] == NOT_SAID
    facts_of = [one.tag.partition("}")[2] for one in root.find(f".//{{{NAMESPACE}}}AISystemFacts") or ()]
    assert facts_of[:3] == ["OutcomesAndOutputs", "ModelType", "InputDataSource"] and len(facts_of) == 7
    metrics = root.find(f"{{{NAMESPACE}}}KeyMetrics")
    assert metrics is not None and [len(one) for one in metrics] == [6, 6, 6]
    assert "card.local" in (metrics[0].findtext(f".//{{{NAMESPACE}}}ValueJson") or "")
