"""The table against lists that nobody here wrote: experts' must-stop and must-not-stop pairs, and CRESCENDDI."""

import csv
import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from careloom.knowledge.drugs import load_drugs
from careloom.knowledge.interactions import Interaction, load_interactions

FOLDER = Path(__file__).parents[2].parent / "shared/data/drug-safety"
pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="../shared/data/drug-safety is absent"),
]
DRUGS, TABLE = load_drugs(), load_interactions()


def answers(pairs: Iterable[tuple[str, str]]) -> list[Interaction | None]:
    """The worst interaction of each pair whose drugs are known."""
    found = []
    for a, b in pairs:
        left, right = DRUGS.find(a), DRUGS.find(b)
        if left and right:
            found.append(TABLE.between(left[0], right[0]))
    return found


def onc(name: str) -> set[tuple[str, str]]:
    lines = (FOLDER / name).read_text("utf-8-sig").splitlines()
    return {tuple(sorted(line.split("$")[::2][:2])) for line in lines if line.count("$") > 2}


def crescenddi(name: str) -> set[tuple[str, str]]:
    with (FOLDER / "CRESCENDDI" / name).open(encoding="utf-8-sig", newline="") as file:
        return {
            tuple(sorted((row["DRUG_1_CONCEPT_NAME"], row["DRUG_2_CONCEPT_NAME"])))
            for row in csv.DictReader(file)
        }


def share(found: list[Interaction | None], *, interrupts: bool = False) -> float:
    def counts(one: Interaction | None) -> bool:
        return one is not None and (one.interrupts if interrupts else one.severity != "low")

    return sum(map(counts, found)) / len(found)


def test_pairs_that_experts_want_stopped_are_stopped() -> None:
    pairs = onc("ONC-High-Priority/ONC_High_Priority_Mapped.csv")
    found = answers(pairs)
    assert len(found) > 0.95 * len(pairs)
    assert share(found, interrupts=True) == 1


def test_pairs_that_experts_want_quiet_stop_nobody() -> None:
    found = answers(onc("ONC-Non-Interuptive/ONC_Non_Interuptive_Mapped.csv"))
    assert share(found, interrupts=True) < 0.005


def test_pairs_known_to_harm_are_told_and_control_pairs_are_not() -> None:
    harmful = answers(crescenddi("Data_Record_1_-_Positive_Controls-Sheet1.csv"))
    controls = answers(crescenddi("Data_Record_2_-_Negative_Controls-Sheet1.csv"))
    assert share(harmful) > 0.85
    assert share(controls) < 0.03
    assert share(controls, interrupts=True) == 0


def test_every_drug_of_synthea_is_known() -> None:

    unknown = set()
    for path in sorted((FOLDER.parent / "fhir/synthea-r4").rglob("*.json.gz")):
        for entry in json.loads(gzip.decompress(path.read_bytes()))["entry"]:
            concept = entry["resource"].get("medicationCodeableConcept") or {}
            for coding in concept.get("coding", ()):
                if not DRUGS.find(coding["display"]):
                    unknown.add(coding["display"])
    assert unknown == set()
