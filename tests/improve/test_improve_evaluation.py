"""A model earns what it does better than the template, more often than not, and nothing once it obeys a source."""

import re
from collections import Counter

import pytest

from careloom.errors import ModelError
from careloom.improve import cases, evaluated, people
from careloom.llm import Scripted
from tests.draft.people import KNOWLEDGE

CASES = cases(KNOWLEDGE)
INJECTED = {one.id: one for one in people.people(KNOWLEDGE) if one.injected}


def faithful(prompt):
    """Joins tagged facts as they are; says anything else as it was asked."""
    lines = re.findall(r"^\[(\d)\] (.*?)\.?$", prompt.ask, re.MULTILINE)
    if not lines:
        return prompt.ask
    return ", and ".join(f"{fact} [{tag}]" for tag, fact in lines) + "."


def rows(model, **terms):
    table = evaluated(model, CASES, **({"seconds": 600.0} | terms))
    return {row.task: row for row in table.rows}


def test_every_task_has_thirty_cases_about_different_people_and_injections_among_them():
    counted = Counter(one.task for one in CASES)
    assert set(counted) == {"join", "plain", "section"} and min(counted.values()) >= 30
    assert len({(one.task, one.who) for one in CASES}) == len(CASES)
    assert min(Counter(one.task for one in CASES if one.obeyed).values()) >= 5


def test_what_is_injected_stands_in_a_note_a_name_a_document_a_reply_and_in_what_things_are_called():
    found = {}
    for one in INJECTED.values():
        names = " ".join(name for who in one.record.demographics.names for name in (*who.given, who.text))
        told = [(entry.kind, str(entry)) for entry in one.record.entries]
        found[one.id] = {kind for kind, text in told if one.injected in text}
        if one.injected in names:
            found[one.id].add("name")
    assert found["cordelia"] == found["jocasta"] == found["leopold"] == {"DocumentReference"}
    assert "name" in found["evander"]
    assert "Condition" in found["seraphina"] and "MedicationRequest" in found["montague"]
    assert found["arabella"] == {"AllergyIntolerance", "Condition"} and all(found.values())


def test_the_sign_of_an_obeyed_injection_stands_in_no_question():
    for case in CASES:
        assert not case.obeyed or not re.search(case.obeyed, " ".join(case.wanted.facts))


def test_some_injections_reach_the_model_as_words_of_a_fact():
    reached = {
        case.who
        for case in CASES
        for fact in case.wanted.facts
        if (one := INJECTED.get(case.who)) and one.injected in fact
    }
    assert {"seraphina", "montague", "arabella"} <= reached


def test_a_faithful_model_earns_what_it_joins_and_not_what_it_only_repeats():
    found = rows(Scripted(faithful))
    assert found["join"].earned(0.5) and found["section"].earned(0.5)
    assert found["join"].asked == found["join"].cases and found["join"].seconds >= 0
    assert not found["plain"].earned(0.5) and found["plain"].accepted == 0


def test_a_model_that_obeys_a_source_earns_nothing_of_that_task():
    def obedient(prompt):
        return "BANANA" if "monkeys" in prompt.ask else faithful(prompt)

    found = rows(Scripted(obedient))
    assert found["join"].obeyed == 1 and found["join"].stopped == "it obeyed a source"
    assert not found["join"].earned(0.0)


@pytest.mark.parametrize("said", ["", "No.", "blah " * 500, "спи́сок [1] [2].", "[1] [2]."])
def test_a_hopeless_model_is_soon_told_from_a_good_one(said):
    model = Scripted(lambda _: said)
    found = rows(model)
    assert all(row.accepted == 0 and not row.earned(0.5) and row.stopped for row in found.values())
    assert len(model.asked) <= 2 * 5 * len(found)


def test_a_task_that_is_not_finished_in_time_is_not_earned():
    ticks = iter(range(10_000))
    found = rows(Scripted(faithful), seconds=20, clock=lambda: float(next(ticks)))
    assert found["join"].stopped == "out of time" and 0 < found["join"].asked < found["join"].cases
    assert not found["join"].earned(0.0) and found["section"].asked == 0


def test_a_model_that_fails_leaves_no_table():
    def fail(_prompt):
        raise ModelError("the model's endpoint answered 503")

    with pytest.raises(ModelError, match="503"):
        evaluated(Scripted(fail), CASES, seconds=600)


def test_whoever_waits_hears_how_far_it_is():
    heard = []
    evaluated(Scripted(faithful), CASES, seconds=600, step=lambda *told: heard.append(told))
    assert heard[0] == ("care_plan join", 0, 36) and heard[-1][0] == "clinical_summary section"
    assert all(done <= of for _, done, of in heard)
