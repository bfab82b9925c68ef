"""A high finding of somebody's record has a line of its own in the plan, due on the day itself, and stands on top."""

import pytest

from careloom import check, draft
from careloom.care.kinds import Given
from careloom.draft.care_plan.acting import is_answered
from careloom.draft.pen import Pen
from careloom.llm import Remembered
from tests.draft.drafted import unsupported
from tests.draft.people import KNOWLEDGE, TODAY, Told


def plan(told):
    """A plan as the desk drafts it: with what the check has of the record itself."""
    record = told.record()
    standing = check.standing(record, KNOWLEDGE)
    given = Given(standing=standing)
    return draft.write(record, KNOWLEDGE, None, given=given, calls=0, answers=Remembered()), standing, record


def somebody(*drugs, problems=(), born="1960-05-17"):
    told = Told()
    told.patient()
    for name, code in problems:
        told.problem(name, code, on="2026-11-01")
    for name in drugs:
        told.drug(name, "Take 1 tablet by mouth daily", on="2026-11-10")
    return told


def breastfeeding():
    told = somebody(
        "acetaminophen 300 MG / codeine phosphate 30 MG Oral Tablet", problems=[("Breastfeeding", "")]
    )
    told.problem("Lactating mother", "413712001", on="2026-11-01")
    return told


def allergic():
    told = somebody("amoxicillin 500 MG Oral Capsule")
    told.allergy("penicillin")
    return told


PEOPLE = {
    "two anticoagulants": lambda: somebody("apixaban 5 MG Oral Tablet", "warfarin sodium 5 MG Oral Tablet"),
    "a pair that prolongs QT": lambda: somebody(
        "amiodarone 200 MG Oral Tablet", "azithromycin 250 MG Oral Tablet"
    ),
    "a drug against an allergy": allergic,
    "codeine while breastfeeding": breastfeeding,
    "an NSAID with heart failure": lambda: somebody(
        "ibuprofen 600 MG Oral Tablet", problems=[("Heart failure", "I50.9")]
    ),
    "two opioids, one a day": lambda: somebody("oxycodone 10 MG Oral Tablet", "alprazolam 1 MG Oral Tablet"),
}


@pytest.mark.parametrize("who", PEOPLE)
def test_each_high_finding_has_a_line_of_today(who):
    told = PEOPLE[who]()
    document, standing, record = plan(told)
    pen = Pen(record, draft.kind_of("care_plan"), KNOWLEDGE)
    assert standing, "nothing high was found of this person"
    for finding in standing:
        assert is_answered(finding, document.statements, pen), finding.message
    assert unsupported(told, document) == []
    today = [one for one in document.statements if one.activity and one.activity.due == TODAY.isoformat()]
    drugs = {entry for one in record.medications for entry in one.entries}
    assert any(drugs & {*one.citations} for one in today)
    on_top = {one.id: one for one in document.statements if one.id in document.top}
    assert any(drugs & {*one.citations} for one in on_top.values())


def test_who_has_no_high_finding_gets_no_line_more():
    told = somebody("metformin 500 MG Oral Tablet", problems=[("Type 2 diabetes mellitus", "44054006")])
    document, standing, _ = plan(told)
    assert standing == ()
    assert document == draft.write(told.record(), KNOWLEDGE, None, calls=0, answers=Remembered())


def test_a_line_of_next_week_answers_no_high_finding():
    told = breastfeeding()
    document, _, _ = plan(told)
    (line,) = [one for one in document.statements if "odeine together with" in one.text]
    assert line.activity is not None
    assert (line.activity.owner, line.activity.due) == ("physician", TODAY.isoformat())
