"""What a person signed becomes what a model should have said: in marks, without identifiers, and never of somebody who refused."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from careloom import draft
from careloom.care.entry import HumanName, Person
from careloom.care.kinds import Given
from careloom.care.record import Consented
from careloom.improve import people, signed
from careloom.llm import Remembered, Scripted
from careloom.privacy.known import known
from tests.draft.drafted import won
from tests.draft.people import KNOWLEDGE

ILSE = next(one for one in people.people(KNOWLEDGE) if one.id == "ilse").record


def joined(prompt):
    lines = re.findall(r"^\[(\d)\] (.*?)\.?$", prompt.ask, re.MULTILINE)
    return ", and ".join(f"{fact} [{tag}]" for tag, fact in lines) + "."


def drafted(model=None, answers=None):
    return draft.write(
        ILSE, KNOWLEDGE, model, calls=9, answers=answers or Remembered(), tables=[won(model)] if model else ()
    )


def read(before, after=None, answers=None, known=(), released=None):
    after = after or before
    out = Counter()
    all_of = {one.id: "osei" for one in after.statements}
    reader = signed.Reader(
        ILSE,
        KNOWLEDGE,
        answers or Remembered(),
        known,
        before,
        after,
        all_of if released is None else released,
    )
    return list(reader.pairs(out)), out


def amended(document, line, text):
    lines = tuple(replace(one, text=text) if one.id == line else one for one in document.statements)
    return replace(document, statements=lines)


def consent(scope, given=False):
    return Consented(scope, (), None, None, given, "mercy", False, False, ("e1",))


def wanted(document, task):
    _, pen = draft.KINDS["care_plan"].write(ILSE, KNOWLEDGE, Given())
    return next(one for one in draft.KINDS["care_plan"].wanted(document, pen) if one.task == task)


def test_what_a_model_wrote_and_a_person_signed_as_it_was_is_a_pair_in_marks():
    model, answers = Scripted(joined), Remembered()
    document = drafted(model, answers)
    assert any(one.written_by == "model" for one in document.statements)
    found, out = read(document, answers=answers)
    joins = [one for one in found if one.task.name == "join"]
    assert joins and all(one.said == one.drafted and "[1]" in one.said for one in joins)
    assert all(one.asked == ask.ask for one, ask in zip(joins, model.asked, strict=False))
    assert not re.search(r"\d{4}-\d{2}|\d mg", " ".join(one.asked + one.said for one in joins))
    assert out[signed.UNCHANGED]


def test_a_line_that_a_person_worded_plainer_is_a_pair_and_one_that_nobody_changed_teaches_nothing():
    document = drafted()
    found, out = read(document)
    assert not found and out[signed.UNCHANGED] > 2
    one = wanted(document, "join")
    first, *others = [text.rstrip(".") for text in one.facts]
    said = ", and ".join([first, *(text[0].lower() + text[1:] for text in others)]) + "."
    found, _ = read(document, amended(document, one.statement.id, said))
    assert [pair.task.name for pair in found] == ["join"]
    assert found[0].said.count("[") == len(one.facts) and found[0].drafted
    assert not re.search(r"\d{4}-\d{2}", found[0].asked + found[0].said + found[0].drafted)


@pytest.mark.parametrize("text", ["Call her daughter Renate Vogel at 617-555-0143.", "She is doing well."])
def test_words_of_a_person_that_the_facts_do_not_bear_are_left_out(text):
    document = drafted()
    found, out = read(document, amended(document, wanted(document, "join").statement.id, text))
    assert not found and out[signed.NO_FACTS] == 1


def test_a_pair_in_which_something_known_of_the_person_stands_is_left_out_not_mended():
    model, answers = Scripted(joined), Remembered()
    document = drafted(model, answers)
    before, _ = read(document, answers=answers)
    word = next(one for pair in before for one in re.findall(r"[a-z]{7,}", pair.said))
    hers = known(
        [Person(names=(HumanName(family=word.capitalize(), given=("Ilse",)),), birth_date="", sex="")]
    )
    found, out = read(document, answers=answers, known=[hers])
    assert out[signed.NAMES] and not any(word in one.said for one in found)


def test_what_nobody_signed_or_nobody_can_be_asked_again_is_counted():
    document = drafted()
    assert read(document, released={})[1][signed.UNSIGNED] > 2
    assert read(replace(document, statements=()))[1][signed.NO_QUESTION] > 2


def test_nothing_is_learned_from_who_refused_or_from_a_substance_use_programmes_records():
    refused = consent("Use for research and machine learning")
    other = consent("Disclosure to Harbor Health Plan")
    assert signed.refusal(ILSE.entries, [refused]) == signed.REFUSED
    assert signed.refusal(ILSE.entries, [other]) == "" and signed.allowed([other]) == "not refused"
    assert signed.allowed([replace(refused, given=True)]) == "allowed"
    # Of two words the later counts, whichever way.
    agreed = replace(refused, given=True)
    assert signed.refusal((), [refused, other, agreed]) == "" and signed.refusal((), [agreed, refused])
    entry = replace(ILSE.entries[0], detail={**ILSE.entries[0].detail, "part2": "Bridge"})
    assert signed.refusal((entry, *ILSE.entries[1:]), []) == signed.PART2
