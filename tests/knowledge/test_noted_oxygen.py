"""Oxygen at home that isn't there, and smoking beside it, have a line within a day."""

import pytest

from careloom.care.document import Finding
from careloom.care.entry import HumanName, Person
from careloom.check.oxygen_fire import rule
from careloom.knowledge.facts import Facts
from tests.draft.drafted import plan, unsupported
from tests.draft.people import KNOWLEDGE, Told


def lines(text: str) -> list[str]:
    return asked(text)[0]


def asked(text: str) -> tuple[list[str], list[Finding]]:
    """What is due within a day, and what the check finds of it."""
    told = Told(
        Person(birth_date="1955-03-14", sex="female", names=(HumanName(family="Haddad", given=("Noor",)),))
    )
    told.patient()
    told.problem("Chronic obstructive pulmonary disease", "J44.9")
    told.add("DocumentReference", text=text, on="2026-11-20", status="current", system="notes")
    document = plan(told)
    assert unsupported(told, document) == []
    soon = [one.text for one in document.statements if one.activity and one.activity.due == "2026-11-24"]
    return soon, list(rule(document, Facts(told.record(), KNOWLEDGE)))


@pytest.mark.parametrize(
    "text",
    [
        "Home oxygen 2 L ordered, the supplier has not called her.",
        "The oxygen concentrator has not been delivered.",
        "Still waiting for her oxygen.",
        "El oxígeno en casa no ha llegado.",
    ],
)
def test_oxygen_that_is_not_there_is_asked_of_the_supplier_within_a_day(text):
    assert any("oxygen supplier" in one for one in lines(text))


@pytest.mark.parametrize(
    "text",
    [
        "Smokes half a pack a day. Home oxygen 2 L ordered.",
        "On home oxygen at night and still smoking in the bedroom.",
        "Usa oxígeno en casa. Fuma cinco cigarrillos al día.",
    ],
)
def test_smoking_beside_oxygen_at_home_is_spoken_of_as_fire_within_a_day(text):
    said, (finding,) = asked(text)
    assert any("no open flame" in one and "fire" in one for one in said)
    assert finding.severity == "moderate" and "fire" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "Home oxygen was delivered on Monday.",
        "Quit smoking in 2010. On home oxygen.",
        "Smokes half a pack a day.",
        "Denies smoking. On home oxygen 2 L.",
        "Oxygen saturation was 95 %.",
    ],
)
def test_oxygen_that_came_and_smoking_without_it_ask_nothing_so_soon(text):
    said, findings = asked(text)
    assert not [one for one in said if "oxygen supplier" in one or "open flame" in one] and not findings
