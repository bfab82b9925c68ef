"""A child's plan says that there is no protocol for the child's age, and holds nothing that is for adults alone."""

import re

import pytest

from careloom.care.entry import HumanName, Identifier, Person
from tests.draft.drafted import plan, said, unsupported
from tests.draft.people import Told

FOR_ADULTS = re.compile(
    r"PHQ|GAD|depression screening|smok|tobacco|alcohol|advance directive|code status|cognitive assessment|colorectal|mammogra|statin|DASH|frailty",
    re.IGNORECASE,
)


def a_child(born, name, code):
    told = Told(
        Person((Identifier("urn:mrn", "1"),), (HumanName("Rivera", ("Nico",)),), birth_date=born, sex="male")
    )
    told.patient()
    told.problem(name, code)
    return told


@pytest.mark.parametrize(
    ("born", "name", "code", "years", "source"),
    [
        ("2017-04-08", "Moderate persistent asthma", "J45.40", 12, "GINA"),
        ("2022-01-03", "Asthma", "J45.909", 12, "GINA"),
        ("2016-01-01", "Major depressive disorder", "F32.9", 12, "USPSTF"),
        ("2012-04-08", "Essential hypertension", "I10", 18, "AAP"),
        ("2015-01-01", "Type 1 diabetes mellitus", "E10.9", 18, "ADA"),
        ("2014-02-02", "Obesity", "E66.9", 18, "AAP"),
        ("2018-01-01", "Heart failure", "I50.9", 18, "Careloom"),
        ("2012-01-01", "Chronic kidney disease, stage 3a", "N18.31", 18, "Careloom"),
    ],
)
def test_a_childs_plan_says_that_no_protocol_is_for_the_age_and_asks_nothing_of_adults(
    born, name, code, years, source
):
    told = a_child(born, name, code)
    document = plan(told)
    (line,) = [one for one in document.statements if "No protocol for" in one.text]
    assert f"under {years} years is here" in line.text
    assert line.guideline.source.startswith(source)
    assert line.activity.owner == "physician" and line.activity.due == "2026-12-07"
    assert line.id in document.top
    assert not FOR_ADULTS.search(said(document)), FOR_ADULTS.search(said(document))
    assert unsupported(told, document) == []


@pytest.mark.parametrize(
    ("born", "name", "code"),
    [("2011-04-08", "Asthma", "J45.909"), ("1980-04-08", "Essential hypertension", "I10")],
)
def test_who_is_old_enough_for_a_protocol_is_not_told_that_there_is_none(born, name, code):
    assert "No protocol for" not in said(plan(a_child(born, name, code)))
