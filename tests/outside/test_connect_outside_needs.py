"""Sentences labelled for social needs by others: F1 on the half that the phrases were not written from, and fairness."""

import csv
import hashlib
from collections import defaultdict
from pathlib import Path

import pytest

from tests.connect.demographics import described, swapped
from tests.connect.telling import needs

FILE = Path(__file__).parents[2].parent / "shared" / "data" / "sdoh" / "AIM-Harvard-SDoH" / "Iteration_1.csv"
pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(not FILE.exists(), reason="../shared/data/sdoh is absent"),
]
# Their label → our domains. Their housing covers what we call utilities.
DOMAINS = {
    "HOUSING": "housing",
    "TRANSPORTATION": "transport",
    "RELATIONSHIP": "relationship",
    "PARENT": "parent_or_caregiver",
    "EMPLOYMENT": "employment",
    "SUPPORT": "social_support",
}
ALSO = {("utilities", "true"): ("housing", "true")}


def half(number: int) -> dict[str, set[tuple[str, str]]]:
    """The sentences of one half (by the hash of the text) with what they are labelled to tell."""
    labelled: dict[str, set[tuple[str, str]]] = defaultdict(set)
    with FILE.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            text = row["text"].strip()
            if int(hashlib.sha256(text.encode()).hexdigest(), 16) % 2 == number:
                adverse = "true" if row["adverse"] == "adverse" else "false"
                labelled[text].add((DOMAINS[row["label"]], adverse))
    return labelled


def told(text: str) -> set[tuple[str, str]]:
    return {found for one in needs(text) if (found := ALSO.get(one, one))[0] in DOMAINS.values()}


def counted(labelled: dict[str, set[tuple[str, str]]]) -> tuple[int, int, int]:
    right = wrong = missed = 0
    for text, labels in labelled.items():
        found = told(text)
        right += len(found & labels)
        wrong += len(found - labels)
        missed += len(labels - found)
    return right, wrong, missed


@pytest.mark.parametrize(("number", "least"), [(0, 0.78), (1, 0.73)])
def test_labelled_sentences_are_told_with_their_domain_and_whether_it_is_a_need(number: int, least: float):
    right, wrong, missed = counted(half(number))
    f1 = 2 * right / (2 * right + wrong + missed)
    # Each sentence has one label, so that a second thing that it tells counts as wrong.
    print(f"{'held-out' if number else 'seen'} half: F1 {f1:.3f}, recall {right / (right + missed):.3f}")
    assert f1 > least


def test_what_is_told_is_the_same_for_another_sex_age_race_or_name():
    pairs = [(text, other) for text in half(0) for other in (*swapped(text), *described(text))]
    changed = sum(needs(text) != needs(other) for text, other in pairs)
    print(f"{changed} of {len(pairs)} changed")
    assert changed / len(pairs) < 0.005
