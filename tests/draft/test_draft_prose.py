"""What a model may do to a plan, and what becomes of an answer that adds, drops or turns a fact."""

import re

import pytest

from careloom import draft
from careloom.draft.marks import faults, filled, marked
from careloom.errors import ModelError
from careloom.llm import Remembered, Scripted
from tests.draft.drafted import won
from tests.draft.people import KNOWLEDGE, Told

UNITS = ("mg", "%", "mL/min/1.73 m2", "kg")


def said(*facts, spans=()):
    """Facts as marks, all of whose other words are known."""
    return marked(facts, UNITS, spans, templates=(), is_known=lambda _: True)


def walter():
    """Heart failure; the pharmacy fills half the furosemide that the clinic lists."""
    told = Told()
    told.patient()
    told.problem("Heart failure (disorder)", "84114007", on="2023-11-02")
    told.drug("furosemide 40 MG Oral Tablet", "Take 1 tablet (40 mg) by mouth once daily", on="2026-06-16")
    told.fill("furosemide 20 MG Oral Tablet", "2026-10-30")
    return told


def plan(model, *, calls=4, answers=None):
    return draft.write(
        walter().record(),
        KNOWLEDGE,
        model,
        calls=calls,
        answers=answers or Remembered(),
        tables=[won(model)],
    )


def by_model(document):
    return [one for one in document.statements if one.written_by == "model"]


def faithful(prompt):
    """Joins tagged facts with "while"; says anything else as it was asked."""
    lines = re.findall(r"^\[(\d)\] (.*?)\.?$", prompt.ask, re.MULTILINE)
    if not lines:
        return prompt.ask.splitlines()[0]
    return ", while ".join(f"{fact} [{tag}]" for tag, fact in lines) + "."


def test_an_accepted_sentence_is_the_models_with_all_its_citations():
    model = Scripted(faithful)
    document = plan(model)
    [line] = [one for one in by_model(document) if "urosemide" in one.text]
    assert "lists furosemide at 1 tablet (40 mg) by mouth once daily (2026-06-16), while" in line.text
    assert "filled furosemide as 20 mg, 30 for 30 days (2026-10-30)." in line.text
    assert len(line.citations) == 2 and "[" not in line.text
    assert line.id in document.top
    assert document.model.name == "scripted" and document.model.sha256 == model.sha256
    assert document.model.prompts["join"] == "4"
    assert document.model.calls == len(model.asked) and document.model.prompt_tokens > 0


def test_figures_never_reach_the_model():
    model = Scripted(faithful)
    plan(model)
    joined = [prompt for prompt in model.asked if "[1]" in prompt.ask]
    assert joined and not any(re.search(r"40|20|2026", prompt.ask) for prompt in joined)


def mangled(change):
    return lambda prompt: change(faithful(prompt)) if "[1]" in prompt.ask else "The nurse waits."


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.replace(" [2]", ""),
        lambda said: said.replace("[2].", "[2] [3]."),
        lambda said: said.replace("V1", "V9"),
        lambda said: said.replace("V1", "40 mg"),
        lambda said: said.replace("D1", "2026-06-17"),
        lambda said: re.sub(r"urosemide(.*)urosemide", r"urosemide\1luoxetine", said),
        lambda said: said.replace("lists", "never lists"),
        lambda said: said.replace("while", "because of kidney failure"),
        lambda said: said.rstrip("."),
        lambda said: said.replace(" [1],", " [1]."),
        lambda said: said.replace("lists", "спи́сок"),
        lambda said: said + " Stop furosemide.",
        lambda said: said.replace("[1]", "[1] " + "and so on " * 40),
        lambda _said: "",
    ],
    ids=[
        "tag dropped", "tag added", "mark invented", "mark replaced", "date replaced", "another drug", "denied",
        "a cause added", "cut short", "two sentences", "another script", "advice added", "too long", "silence",
    ],
)  # fmt: skip
def test_an_answer_that_changes_a_fact_is_asked_once_more_and_then_the_template_stays(change):
    model = Scripted(mangled(change))
    document = plan(model)
    template = draft.write(walter().record(), KNOWLEDGE, None, calls=0, answers=Remembered())
    assert [one.text for one in document.statements] == [one.text for one in template.statements]
    assert by_model(document) == []
    assert len([prompt for prompt in model.asked if "[1]" in prompt.ask]) == 2
    assert document.model.fallbacks >= 1


def test_two_drugs_that_change_places_are_caught():
    told = Told()
    told.patient()
    told.drug("digoxin 0.125 MG Oral Tablet", "once daily", on="2026-01-02")
    told.drug("verapamil 80 MG Oral Tablet", "three times a day", on="2026-02-03")

    def swapped(prompt):
        said = faithful(prompt).replace("Digoxin", "X").replace("Verapamil", "Digoxin")
        return said.replace("X", "Verapamil")

    model = Scripted(swapped)
    document = draft.write(
        told.record(), KNOWLEDGE, model, calls=2, answers=Remembered(), tables=[won(model)]
    )
    assert by_model(document) == [] and document.model.fallbacks >= 1


def test_the_second_try_hears_what_was_wrong():
    tries = iter([lambda said: said.replace(" [2]", ""), lambda said: said])
    model = Scripted(lambda prompt: next(tries)(faithful(prompt)) if "[1]" in prompt.ask else "No.")
    assert by_model(plan(model, calls=2))
    assert "every mark: Q1 V1 D1 belong to fact 1; Q2 V2 D2 belong to fact 2." in model.asked[1].ask


def test_a_plan_spends_no_more_calls_than_it_may():
    for calls in (0, 1, 2):
        model = Scripted(mangled(lambda _said: "No."))
        document = plan(model, calls=calls)
        assert len(model.asked) == document.model.calls == calls
        note = document.model.note
        assert note.startswith("Nothing that it said stood" if calls else "It was asked nothing;")


def test_what_was_answered_before_is_not_asked_again():
    kept = Remembered()
    first, second = Scripted(faithful), Scripted(faithful)
    one, other = plan(first, answers=kept), plan(second, calls=0, answers=kept)
    assert first.asked and second.asked == []
    assert [line.text for line in by_model(other)] == [line.text for line in by_model(one)]
    assert other.model.calls == 0


def test_a_model_that_fails_leaves_a_complete_plan():
    def fail(_prompt):
        raise ModelError("the model's endpoint answered 503")

    document = plan(Scripted(fail))
    template = draft.write(walter().record(), KNOWLEDGE, None, calls=0, answers=Remembered())
    assert [one.text for one in document.statements] == [one.text for one in template.statements]
    assert document.model.fallbacks >= 1


def test_a_task_that_a_model_has_not_earned_is_not_given_to_it():
    model = Scripted(faithful)
    record = walter().record()
    document = draft.write(
        record, KNOWLEDGE, model, calls=20, answers=Remembered(), tables=[won(model, "join")]
    )
    assert model.asked and all("[1]" in prompt.ask for prompt in model.asked)
    assert set(document.model.prompts) == {"join"}


def test_a_model_without_a_table_is_asked_nothing_and_the_plan_says_so():
    model = Scripted(faithful)
    document = draft.write(walter().record(), KNOWLEDGE, model, calls=20, answers=Remembered())
    assert model.asked == [] and by_model(document) == []
    assert document.model.words == (
        "0 calls, 0 tokens, 0.0 seconds. It has earned no task of this kind; every line is from a template."
    )


def test_a_plainer_activity_keeps_actor_act_and_figures():
    def plainer(prompt):
        return faithful(prompt) if "[1]" in prompt.ask else prompt.ask.replace("medications", "pills")

    def bolder(prompt):
        return (
            faithful(prompt) if "[1]" in prompt.ask else prompt.ask.replace("The pharmacist", "The nurse", 1)
        )

    assert all(one.kind == "concern" for one in by_model(plan(Scripted(bolder), calls=50)))
    assert len(by_model(plan(Scripted(plainer), calls=50))) >= 1


def test_marks_stand_for_doses_quotations_days_and_values_and_come_back():
    facts = (
        "Metformin is prescribed, 1 tablet (500 mg) by mouth twice daily, ordered on 2026-05-01.",
        "HbA1c rose from 7.1 % (2025-03-01) to 9.2 % (2026-09-20).",
        "A note of 2026-05-01 says “no car”; stage 3 stays.",
    )
    given = said(*facts, spans=["1 tablet (500 mg) by mouth twice daily"])
    assert given.facts[0] == "Metformin is prescribed, V1, ordered on D1."
    assert given.facts[1] == "HbA1c rose from V2 (D2) to V3 (D3)."
    assert given.facts[2] == "A note of D1 says Q1; stage 3 stays."
    assert filled(given.tagged.replace("\n", " "), given) == " ".join(facts)
    assert faults(given.tagged, given, tagged=True) == ()
    assert "V3 is missing" in faults(given.tagged.replace("V3", "V2"), given, tagged=True)


def test_an_acronym_is_written_as_the_facts_have_it():
    given = said("LDL cholesterol was 112 mg (2026-03-18) with HbA1c.", "COPD is active.")
    told = filled("Ldl cholesterol was V1 (D1) with hba1c [1], while copd is active [2].", given)
    assert told == "LDL cholesterol was 112 mg (2026-03-18) with HbA1c, while COPD is active."


def test_a_grammar_allows_each_facts_own_figures_alone():
    given = said("eGFR fell from 52 mL/min/1.73 m2 (2025-09-12).", "Stage 3 is active.")
    assert 'root ::= s1 " [1]" s2 " [2]" "."' in given.grammar
    assert 's1 ::= t1 "V1" t1 "D1" t1\nt1 ::= (letter)*' in given.grammar
    assert 's2 ::= t2\nt2 ::= (letter | "3")*' in given.grammar
    assert 'root ::= s1 " [1]" (". ")? s2 " [2]" "."' in given.passage
