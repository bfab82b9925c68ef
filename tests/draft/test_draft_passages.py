"""A part of a summary that a model rewrites whole: each sentence stands or falls by itself, and nothing is lost on the way."""

import re

from careloom import draft
from careloom.llm import Remembered, Scripted
from tests.draft.drafted import texts, unsupported, won
from tests.draft.people import KNOWLEDGE, Told
from tests.draft.test_draft_prose import by_model


def agathe():
    """Three chronic problems, each a line of its own."""
    told = Told()
    told.patient()
    told.problem("Atrial fibrillation (disorder)", "49436004", on="2021-03-04")
    told.problem("Heart failure (disorder)", "84114007", on="2016-08-01")
    told.problem("Type 2 diabetes mellitus (disorder)", "44054006", on="2014-04-14")
    return told


def summary(reply, *tasks, told=None):
    model = Scripted(reply)
    record = (told or agathe()).record()
    document = draft.write(
        record,
        KNOWLEDGE,
        model,
        kind="clinical_summary",
        calls=4,
        answers=Remembered(),
        tables=[won(model, *tasks)],
    )
    plain = draft.write(record, KNOWLEDGE, None, kind="clinical_summary", calls=0, answers=Remembered())
    assert unsupported(told or agathe(), document) == []
    assert cited(document) == cited(plain)
    return document, plain


def cited(document):
    return {entry for line in document.statements for entry in line.citations}


def facts(prompt):
    return re.findall(r"^\[(\d)\] (.*?)\.?$", prompt.ask, re.MULTILINE)


def together(prompt):
    return ", and ".join(f"{fact} [{tag}]" for tag, fact in facts(prompt)) + "."


def test_lines_that_belong_together_become_one_sentence_that_cites_all_of_them():
    document, plain = summary(together)
    [line] = by_model(document)
    assert line.text == (
        "Atrial fibrillation has been active since 2021-03-04, and Heart failure has been active since 2016-08-01, "
        "and Type 2 diabetes mellitus has been active since 2014-04-14."
    )
    assert len(line.citations) == 3
    assert len(document.statements) == len(plain.statements) - 2
    assert line.id in {one.id for one in plain.statements}
    assert set(document.top) <= {one.id for one in document.statements}


def test_of_two_sentences_the_one_that_turns_a_fact_falls_and_its_line_stays():
    def one_wrong(prompt):
        (first, a), (second, b), (third, c) = facts(prompt)
        return f"{a} [{first}], and {b} [{second}]. {c.replace('active', 'resolved')} [{third}]."

    document, plain = summary(one_wrong)
    [line] = by_model(document)
    assert len(line.citations) == 2 and "fibrillation" in line.text and "Heart" in line.text
    assert [one for one in texts(document) if "diabetes" in one] == [
        one for one in texts(plain) if "diabetes" in one
    ]


def test_a_fact_that_no_sentence_tells_or_that_two_tell_keeps_its_line():
    def twice(prompt):
        (first, a), (second, b), (third, c) = facts(prompt)
        return f"{a} [{first}], and {b} [{second}]. {b} [{second}], and {c} [{third}]."

    document, plain = summary(twice)
    assert by_model(document) == [] and texts(document) == texts(plain)

    def one_left_out(prompt):
        (first, a), (second, b), _ = facts(prompt)
        return f"{a} [{first}], and {b} [{second}]."

    document, plain = summary(one_left_out)
    assert len(by_model(document)) == 1 and len(document.statements) == len(plain.statements) - 1


def test_values_that_change_places_stop_the_sentence():
    def swapped(prompt):
        return together(prompt).replace("D1", "D0").replace("D2", "D1").replace("D0", "D2")

    document, plain = summary(swapped)
    assert by_model(document) == [] and texts(document) == texts(plain)


def test_a_model_that_has_not_earned_the_part_is_not_asked_for_it():
    model = Scripted(together)
    document = draft.write(
        agathe().record(),
        KNOWLEDGE,
        model,
        kind="clinical_summary",
        calls=4,
        answers=Remembered(),
        tables=[won(model, "join", "plain")],
    )
    assert model.asked == [] and by_model(document) == []


def test_harm_and_a_guidelines_words_are_never_rewritten():
    told = agathe()
    told.drug("warfarin 5 MG Oral Tablet", "once daily", on="2026-03-01")
    told.drug("ibuprofen 600 MG Oral Tablet", "three times a day", on="2026-06-01")
    asked = []

    def remembered(prompt):
        asked.append(prompt.ask)
        return together(prompt)

    document, _ = summary(remembered, told=told)
    assert asked and not any("buprofen" in ask for ask in asked)
    assert all(one.written_by == "template" for one in document.statements if one.section == "medicines")


def test_a_clause_behind_a_line_is_shown_in_brackets_as_part_of_its_fact():
    told = Told()
    told.patient()
    told.problem("Heart failure (disorder)", "84114007", on="2016-08-01")
    told.problem("Type 2 diabetes mellitus (disorder)", "44054006", on="2014-04-14")
    told.lab("29463-7", "Body weight", "71.0", "kg", on="2026-08-30")
    told.lab("29463-7", "Body weight", "76.5", "kg", on="2026-11-10")
    asked = []

    def remembered(prompt):
        asked.append(prompt.ask)
        return together(prompt)

    document, _ = summary(remembered, told=told)
    assert "[1] Heart failure has been active since D1 (weight is rising)." in asked[0]
    assert any("2016-08-01 (weight is rising), and" in one.text for one in by_model(document))
