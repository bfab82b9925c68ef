"""What a person may deny of Ruth in her own words: what is over now, not that it was; never an allergy that holds."""

from dataclasses import replace
from typing import Any

import pytest

from careloom.care.document import Verdict
from careloom.care.entry import SNOMED, Code, Entry, Period, when
from careloom.knowledge import load
from careloom.verify import Index, judge_with
from tests.verify.ruth import BY_ID, EHR, ENTRIES, RECORD


def _allergy(entry_id: str, text: str, **more: Any) -> Entry:
    return Entry(
        id=entry_id,
        kind="AllergyIntolerance",
        source=EHR,
        text=text,
        **{"status": "active", "certainty": "confirmed", **more},
    )


MORE = (
    _allergy("named", "Allergy to penicillin", detail={"reaction": "Hives"}),
    _allergy("coded", "Penicillin", codes=(Code(SNOMED, "91936005", "Allergy to penicillin"),)),
    _allergy("statins", "Statin intolerance", detail={"allergy_type": "intolerance"}),
    _allergy("outgrown", "Sulfonamide", status="resolved"),
    _allergy("none", "No known drug allergies", negated=True),
    Entry(
        id="story",
        kind="DocumentReference",
        source=EHR,
        text="Quit smoking in 2015. Missed appointments.",
        recorded=when("2026-11-02"),
        status="current",
    ),
    Entry(
        id="tremor",
        kind="Condition",
        source=EHR,
        text="Tremor",
        effective=Period(when("2020-01-10")),
        status="resolved",
        certainty="confirmed",
    ),
)
INDEX = Index(replace(RECORD, entries=(*ENTRIES, *MORE)), load())
ENTRY = BY_ID | {entry.id: entry for entry in MORE}


def said(text: str, citations: str) -> Verdict:
    """What becomes of a person's sentence that cites entries of Ruth's."""
    return judge_with(INDEX, text, [ENTRY[one] for one in citations.split()], by_person=True).verdict


@pytest.mark.parametrize("allergy", ["penicillin", "named", "coded"])
@pytest.mark.parametrize(
    "text",
    [
        "She has no allergy to penicillin.",
        "No penicillin allergy.",
        "She denies an allergy to penicillin.",
        "Penicillin is not an allergy of hers.",
        "She has not reacted to penicillin.",
        "She isn't allergic to penicillin.",
        "No known penicillin allergy.",
        "Her penicillin allergy is not real.",
    ],
)
def test_an_allergy_that_holds_may_not_be_denied(allergy: str, text: str) -> None:
    assert said(text, allergy) is not Verdict.SUPPORTED


def test_an_intolerance_may_not_be_denied() -> None:
    assert said("She has no statin intolerance.", "statins") is not Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("text", "allergy"),
    [
        ("No penicillin due to allergy.", "named"),
        ("No known allergies other than penicillin.", "named"),
        ("Allergic to penicillin; no other allergies.", "named"),
        ("Please give no penicillin: she is allergic to it.", "named"),
        ("She does not tolerate penicillin.", "named"),
        ("She has no known drug allergies.", "none"),
        ("She denies drug allergies.", "none"),
        ("She is no longer allergic to sulfonamides.", "outgrown"),
        ("She has no sulfonamide allergy now.", "outgrown"),
    ],
)
def test_a_denial_that_denies_no_allergy_which_holds_stands(text: str, allergy: str) -> None:
    assert said(text, allergy) is Verdict.SUPPORTED


# What is so of something that is over, what it cites, and what denies that it was.
OVER = (
    ("She has no pneumonia.", "pneumonia", "She has had no pneumonia."),
    ("She does not have pneumonia now.", "pneumonia", "She did not have pneumonia."),
    ("She no longer has pneumonia.", "pneumonia", "She never had pneumonia."),
    ("No pneumonia at present.", "pneumonia", "No past pneumonia."),
    ("No pneumonia since 2019.", "pneumonia", "No pneumonia since 2018."),
    ("She has had no pneumonia since February 2019.", "pneumonia", "There was no pneumonia in January 2019."),
    ("She does not take glipizide.", "glipizide", "She did not take glipizide in 2024."),
    ("She has not taken glipizide since January 2025.", "glipizide", "She has not been on glipizide."),
    ("She has no tremor.", "tremor", "She has had no tremor."),
    ("She does not smoke.", "story", "She did not smoke in the past."),
    ("She has not smoked since 2015.", "story", "She never smoked."),
    ("She did not keep her appointments.", "story", "She has never smoked."),
    ("She has no sulfonamide allergy.", "outgrown", "She has never been allergic to sulfonamides."),
)


@pytest.mark.parametrize(("so", "citations", "not_so"), OVER)
def test_what_is_over_may_be_denied_of_now_and_not_of_before(so: str, citations: str, not_so: str) -> None:
    assert said(so, citations) is Verdict.SUPPORTED
    assert said(not_so, citations) is not Verdict.SUPPORTED


@pytest.mark.parametrize(
    "text", ["She had lupus.", "She had lupus in the past.", "History of lupus.", "She used to have lupus."]
)
def test_what_was_refuted_never_was(text: str) -> None:
    assert said(text, "lupus") is Verdict.CONTRADICTED


@pytest.mark.parametrize("text", ["Lupus was ruled out.", "She never had lupus.", "She did not have lupus."])
def test_what_was_refuted_may_be_denied_of_before_too(text: str) -> None:
    assert said(text, "lupus") is Verdict.SUPPORTED


def test_a_draft_of_ours_says_of_nothing_refuted_that_it_was() -> None:
    refuted = judge_with(INDEX, "Systemic lupus erythematosus in the past.", [ENTRY["lupus"]])
    assert refuted.verdict is Verdict.CONTRADICTED
