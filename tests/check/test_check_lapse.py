"""A drug against clots that was stopped or ran out while a stent, a heart attack, a valve or a fresh clot needs it."""

from datetime import date

import pytest

from careloom.check.lapse import rule
from careloom.draft.care_plan.ranks import HARM_LAST
from tests.check.records import found
from tests.draft.drafted import plan, unsupported
from tests.draft.people import TODAY, Told

INFARCTION = ("ST elevation (STEMI) myocardial infarction", "I21.11")
STENT = ("Presence of coronary angioplasty implant and graft", "Z95.5")
FIBRILLATION = ("Paroxysmal atrial fibrillation", "I48.0")
CLOT = ("Acute embolism and thrombosis of deep veins of leg", "I82.401")


def somebody(problem: tuple[str, str], since: str) -> Told:
    told = Told()
    told.patient()
    told.problem(*problem, on=since)
    return told


def ran_out(told: Told, drug: str) -> None:
    """Ordered in September, filled once for 30 days, while the pharmacy went on telling of other fills."""
    told.drug(drug, "Take 1 tablet by mouth daily", on="2026-09-04")
    told.fill(drug, "2026-09-05")
    told.fill(
        "metoprolol succinate 50 MG Extended Release Oral Tablet", "2026-09-05", days="90", quantity="90"
    )
    told.fill(
        "metoprolol succinate 50 MG Extended Release Oral Tablet", "2026-11-20", days="90", quantity="90"
    )


def stopped(told: Told, drug: str, on: str) -> None:
    told.drug(drug, "Take 1 tablet by mouth daily", on="2026-09-04", status="stopped")
    told.drug(
        drug,
        "",
        on=on,
        kind="MedicationStatement",
        status="stopped",
        system="notes",
        detail={"quote": "He quit it."},
    )


@pytest.mark.parametrize("gone", [ran_out, lambda told, drug: stopped(told, drug, "2026-10-20")])
@pytest.mark.parametrize(
    ("problem", "since", "drug"),
    [
        (INFARCTION, "2026-09-03", "clopidogrel 75 MG Oral Tablet"),
        (INFARCTION, "2026-01-15", "ticagrelor 90 MG Oral Tablet"),
        (("Unstable angina", "I20.0"), "2026-03-03", "clopidogrel 75 MG Oral Tablet"),
        (("Unstable angina", ""), "2026-03-03", "clopidogrel 75 MG Oral Tablet"),
        (("Acute coronary syndrome", ""), "2026-03-03", "clopidogrel 75 MG Oral Tablet"),
        (
            (
                "Atherosclerotic heart disease of native coronary artery with unstable angina pectoris",
                "I25.110",
            ),
            "2026-03-03",
            "ticagrelor 90 MG Oral Tablet",
        ),
        (STENT, "2026-09-01", "prasugrel 10 MG Oral Tablet"),
        (FIBRILLATION, "2021-09-01", "apixaban 5 MG Oral Tablet"),
        (FIBRILLATION, "2019-03-01", "warfarin sodium 5 MG Oral Tablet"),
        (CLOT, "2026-10-01", "rivaroxaban 20 MG Oral Tablet"),
        (("Mechanical aortic valve", ""), "2015-10-01", "warfarin sodium 5 MG Oral Tablet"),
    ],
)
def test_it_is_high_and_the_physician_has_a_line_of_today(gone, problem, since, drug):
    told = somebody(problem, since)
    gone(told, drug)
    (finding,) = found(rule, told.record())
    name = drug.split()[0]
    assert finding.severity == "high" and finding.message.startswith(name) and "today" in finding.message
    document = plan(told)
    assert unsupported(told, document) == []
    (line,) = [one for one in document.statements if "may not be taken any more" in one.text]
    assert line.activity is not None and name in line.text
    assert (line.activity.owner, line.activity.due) == ("physician", TODAY.isoformat())
    assert line.rank <= HARM_LAST and line.id in document.top


def test_a_drug_that_is_filled_or_was_changed_for_another_is_none_of_it():
    told = somebody(INFARCTION, "2026-09-03")
    told.drug("clopidogrel 75 MG Oral Tablet", "Take 1 tablet by mouth daily", on="2026-09-04")
    told.fill("clopidogrel 75 MG Oral Tablet", "2026-11-05", days="90", quantity="90")
    assert found(rule, told.record()) == []
    changed = somebody(INFARCTION, "2026-09-03")
    stopped(changed, "clopidogrel 75 MG Oral Tablet", "2026-10-20")
    changed.drug("ticagrelor 90 MG Oral Tablet", "Take 1 tablet by mouth twice daily", on="2026-10-20")
    changed.fill("ticagrelor 90 MG Oral Tablet", "2026-10-21", days="90", quantity="180")
    assert found(rule, changed.record()) == []


@pytest.mark.parametrize(
    ("problem", "since", "drug"),
    [
        (INFARCTION, "2025-09-03", "clopidogrel 75 MG Oral Tablet"),
        (STENT, "2026-03-01", "clopidogrel 75 MG Oral Tablet"),
        (CLOT, "2026-06-01", "rivaroxaban 20 MG Oral Tablet"),
        (("Angina pectoris", "I20.9"), "2026-09-03", "clopidogrel 75 MG Oral Tablet"),
        (("Unstable angina", "I20.0"), "2025-10-01", "clopidogrel 75 MG Oral Tablet"),
        (("Hypertension", "I10"), "2026-09-03", "clopidogrel 75 MG Oral Tablet"),
    ],
)
def test_when_its_months_are_over_nothing_is_high(problem, since, drug):
    told = somebody(problem, since)
    stopped(told, drug, "2026-11-10")
    assert found(rule, told.record()) == []


def test_a_drug_on_hold_was_meant_and_one_without_any_pharmacy_is_only_unseen():
    told = somebody(FIBRILLATION, "2021-09-01")
    told.drug("apixaban 5 MG Oral Tablet", "Take 1 tablet twice daily", on="2026-09-04", status="on-hold")
    assert found(rule, told.record()) == []
    unseen = somebody(FIBRILLATION, "2021-09-01")
    unseen.drug("apixaban 5 MG Oral Tablet", "Take 1 tablet twice daily", on="2026-09-04")
    assert found(rule, unseen.record()) == []


def test_the_months_are_counted_from_the_day_of_the_plan():
    told = somebody(INFARCTION, "2026-09-03")
    stopped(told, "clopidogrel 75 MG Oral Tablet", "2026-10-20")
    assert found(rule, told.record(date(2027, 8, 1))) and not found(rule, told.record(date(2027, 10, 1)))


def noted(words: str, on: str = "2026-09-10") -> Told:
    told = Told()
    told.patient()
    told.add("DocumentReference", text=words, status="current", on=on)
    stopped(told, "clopidogrel 75 MG Oral Tablet", "2026-10-20")
    return told


@pytest.mark.parametrize(
    "words",
    [
        "A drug-eluting stent was placed in the LAD on September 3, 2026.",
        "Cath last week: 2 drug eluting stents to the RCA.",
        "PMH: CAD s/p DES to the LAD on 9/3/2026, hyperlipidemia.",
        "She underwent PCI with one stent; feels well.",
        "He had a coronary stent put in 3 weeks ago in Phoenix.",
        "Le colocaron un stent en la arteria coronaria derecha hace dos semanas.",
        "Stent to the circumflex in August.",
    ],
)
def test_a_stent_of_which_only_a_note_tells_counts_from_the_day_that_it_says(words):
    told = noted(words)
    (finding,) = found(rule, told.record())
    assert (
        "clopidogrel is stopped or ran out, with a stent of which the note of 2026-09-10 tells"
        in finding.message
    )
    document = plan(told)
    assert unsupported(told, document) == []
    (line,) = [one for one in document.statements if "may not be taken any more" in one.text]
    assert line.activity is not None and line.activity.due == TODAY.isoformat()


@pytest.mark.parametrize(
    "words",
    [
        "A drug-eluting stent was placed in the LAD in 2019.",
        "History of coronary stent.",
        "CAD s/p DES to the LAD 4 years ago; he stopped his aspirin on 9/1/2026.",
        "No stent was placed in the LAD.",
        "Plan: PCI with drug-eluting stent on 9/20/2026.",
        "Ureteral stent placed on 9/3/2026.",
        "His father had a coronary stent put in 3 weeks ago.",
        "A drug-eluting stent was placed in the LAD on January 3, 2026.",
    ],
)
def test_a_stent_of_long_ago_of_another_kind_planned_denied_or_a_relatives_is_none(words):
    assert found(rule, noted(words).record()) == []
