"""People who take opioids: how much that is together, and whether naloxone is at hand where the guideline offers it."""

from decimal import Decimal

import pytest

from careloom.check.opioid import rule
from careloom.knowledge.facts import Facts
from careloom.knowledge.opioids import load_opioids
from careloom.knowledge.when import read
from tests.check.records import KNOWLEDGE, a_drug, a_problem, a_record, found, told

OXYCODONE = a_drug("Oxycodone 20 MG Extended Release Tablet", dose="20 mg, twice daily")


def test_two_opioids_are_summed_and_naloxone_is_asked_for() -> None:
    hydromorphone = a_drug("Hydromorphone 2 MG", dose="2 mg, three times daily")
    [finding] = found(rule, a_record(OXYCODONE, hydromorphone))
    assert told([finding]) == [("moderate", None)]
    assert finding.message.startswith(
        "Opioids: 90 MME a day (oxycodone 60, hydromorphone 30). No naloxone is listed"
    )
    assert "50 MME a day or more" in finding.message
    assert set(finding.evidence) == {OXYCODONE[0].id, "Hydromorphone 2 MG"}


def test_with_naloxone_at_hand_the_sum_is_for_information() -> None:
    [finding] = found(rule, a_record(OXYCODONE, a_drug("Narcan 4 MG Nasal Spray")))
    assert told([finding]) == [("low", None)]
    assert "60 MME" in finding.message and "No naloxone" not in finding.message


@pytest.mark.parametrize(
    "tablet",
    [
        "Targiniq ER 20 MG / 10 MG",
        "Pentazocine 50 MG / Naloxone 0.5 MG Oral Tablet",
        "Suboxone 8 MG / 2 MG Film",
    ],
)
def test_the_naloxone_within_an_opioids_own_tablet_rescues_nobody(tablet: str) -> None:
    apnea = a_problem("Sleep apnea", "sleep_apnea")
    [finding] = found(rule, a_record(a_drug(tablet), apnea))
    assert told([finding]) == [("moderate", None)]
    assert "No naloxone is listed" in finding.message
    assert found(rule, a_record(a_drug(tablet), apnea, a_drug("Opvee 2.7 MG Nasal Spray"))) == []


def test_a_protocol_that_asks_for_naloxone_is_not_answered_by_an_opioids_own_tablet() -> None:
    within = Facts(a_record(a_drug("Suboxone 8 MG / 2 MG Film")), KNOWLEDGE)
    assert within.matches(read("drug: naloxone | nalmefene")) == []
    assert within.matches(read("drug: buprenorphine"))
    assert Facts(a_record(a_drug("Narcan 4 MG Nasal Spray")), KNOWLEDGE).matches(read("drug: naloxone"))
    assert Facts(a_record(a_drug("Contrave")), KNOWLEDGE).matches(read("drug: naltrexone"))


def test_a_little_opioid_alone_is_quiet() -> None:
    assert found(rule, a_record(a_drug("Oxycodone 5 MG", dose="5 mg, twice daily"))) == []
    assert found(rule, a_record(a_drug("Lorazepam 1 MG"))) == []


@pytest.mark.parametrize(
    "risk",
    [
        a_problem("Sleep apnea", "sleep_apnea"),
        a_problem("Opioid use disorder", "opioid_use_disorder"),
        a_drug("Lorazepam 1 MG"),
    ],
)
def test_a_risk_is_enough_whatever_the_amount(risk) -> None:
    [finding] = found(rule, a_record(a_drug("Tramadol 50 MG", dose="50 mg as needed"), risk))
    assert told([finding]) == [("moderate", None)]
    assert "tramadol: no daily amount that can be counted" in finding.message
    assert found(rule, a_record(a_drug("Tramadol 50 MG"), risk, a_drug("Narcan 4 MG Nasal Spray"))) == []


def test_a_use_disorder_in_remission_is_a_reason_to_ask_for_naloxone_still() -> None:
    past = a_problem("Opioid dependence, in remission", "opioid_use_disorder", status="resolved")
    assert told(found(rule, a_record(a_drug("Tramadol 50 MG"), past))) == [("moderate", None)]
    over = a_problem("Sleep apnea", "sleep_apnea", status="resolved")
    assert found(rule, a_record(a_drug("Tramadol 50 MG"), over)) == []


@pytest.mark.parametrize("concept", ["breast_cancer", "sickle_cell_disease", "hospice_care"])
def test_the_guideline_is_not_about_pain_of_the_dying_or_of_cancer(concept: str) -> None:
    assert found(rule, a_record(OXYCODONE, a_problem("It", concept))) == []


@pytest.mark.parametrize(
    ("drug", "text", "dose", "mme"),
    [
        ("morphine", "Morphine 15 MG", "15 mg, every 12 hours", "30"),
        ("codeine", "Codeine 30 MG", "30 mg, four times daily", "18.00"),
        ("tramadol", "Tramadol 50 MG", "50 mg, 2 tablets three times daily", "60.0"),
        ("methadone", "Methadone 10 MG", "10 mg, once daily", "47.0"),
        ("fentanyl", "Fentanyl 25 mcg/h Transdermal Patch", "every 72 hours", "60.0"),
        (
            "hydrocodone",
            "Hydrocodone 5 MG / Acetaminophen 325 MG",
            "5-325 mg, 1 tablet every 6 hours",
            "20.0",
        ),
        (
            "oxycodone",
            "Acetaminophen 325 MG / Oxycodone Hydrochloride 10 MG",
            "10-325 mg, twice daily",
            "30.0",
        ),
        ("oxycodone", "Oxycodone 5 MG", "5 mg, every 6 hours as needed", None),
        ("fentanyl", "Fentanyl 0.05 MG/ML Injection", "once", None),
        ("morphine", "Morphine 10 MG/ML Injection", "10 mg, once daily", None),
        ("buprenorphine", "Buprenorphine 8 MG", "8 mg, once daily", None),
    ],
)
def test_mme_as_the_guidelines_table_has_it(drug: str, text: str, dose: str, mme: str | None) -> None:
    found_mme = load_opioids().mme(drug, text, dose)
    assert found_mme == (Decimal(mme) if mme else None)
