"""A training set: split by person, known by its content, with what was left out and why; and candidates that are what their names say."""

from dataclasses import replace

import pytest

from careloom.errors import ConfigError
from careloom.improve import invented, people, teaching
from careloom.improve.candidates import ADAPTER, Candidate, find, keep, kept
from careloom.improve.datasheet import datasheet, markdown
from careloom.improve.training_set import (
    DECIDED,
    INVENTED,
    SPLITS,
    Pair,
    TrainingSet,
    from_json,
    made,
    split_of,
    to_json,
)
from tests.draft.people import KNOWLEDGE


def pair(group, asked="[1] A.", **more):
    terms = {
        "kind": "care_plan",
        "task": "join",
        "version": "4",
        "prompt": "p",
        "said": "A [1].",
        "source": INVENTED,
    }
    return Pair(**{**terms, "asked": asked, "group": group, **more})


def test_whoever_is_in_one_split_is_in_no_other_however_the_set_grows():
    groups = [f"person-{number}" for number in range(300)]
    few = made([pair(one, f"[1] {one}.") for one in groups[:100]], {}, home="", held_out=())
    many = made([pair(one, f"[1] {one} {n}.") for one in groups for n in (1, 2)], {}, home="", held_out=())
    where = {one: {split for split in SPLITS if one in {p.group for p in many.of(split)}} for one in groups}
    assert all(len(splits) == 1 for splits in where.values())
    assert all(where[p.group] == {p.split} for p in few.pairs)
    counted = {split: sum(split_of(one) == split for one in groups) for split in SPLITS}
    assert 180 < counted["train"] < 240 and counted["development"] > 35 and counted["test"] > 15


def test_a_question_of_two_people_or_of_the_evaluation_is_in_no_second_split():
    found = made(
        [pair("a", "[1] X."), pair("b", "[1] X."), pair("c", "[1] Y.")], {}, home="", held_out=["[1] Y."]
    )
    assert [one.group for one in found.pairs] == ["a"]
    assert found.left_out == {
        "it reads as a question about somebody else": 1,
        "it reads as a question with which models are measured": 1,
    }


def test_the_version_is_the_content_and_another_word_is_another_version():
    one = made([pair("a"), pair("b", "[1] B.")], {"why": 2}, home="h", held_out=())
    same = made([pair("b", "[1] B."), pair("a")], {"why": 2}, home="h", held_out=())
    assert one.version == same.version == from_json(to_json(one)).version
    for other in (
        replace(one, left_out={"why": 3}),
        replace(one, home="g"),
        replace(one, pairs=(replace(one.pairs[0], said="A, [1]."), *one.pairs[1:])),
    ):
        assert other.version != one.version
    with pytest.raises(ConfigError, match="no training set"):
        from_json(b'{"pairs": [{}]}')


def test_the_datasheet_is_made_from_the_set_and_says_what_was_left_out_and_who_agreed():
    told = pair("c", "[1] C.", source=DECIDED, decisions=("p/2",), consent="not refused", scrubbed="how")
    one = made([pair("a"), told], {"the person refused": 4}, home="h", held_out=())
    sheet = datasheet(one)
    assert list(sheet) == [
        "Motivation",
        "Composition",
        "Collection process",
        "Preprocessing",
        "Uses",
        "Distribution",
        "Maintenance",
    ]
    assert sheet["Composition"]["By source"] == {DECIDED: 1, INVENTED: 1}
    assert sheet["Composition"]["Left out"] == {"the person refused": 4}
    assert sheet["Collection process"]["Consent"] == {"invented": 1, "not refused": 1}
    assert "1 pairs rest on documents about patients" in sheet["Composition"]["Confidential or of people"]
    text = markdown(one)
    assert one.version in text and "the person refused 4" in text
    assert "everybody in it is invented" in markdown(made([pair("a")], {}, home="", held_out=()))
    assert markdown(TrainingSet(()))


def test_invented_people_teach_what_stands_every_check_and_nobody_of_the_evaluation_is_among_them():
    some = list(invented.drawn(KNOWLEDGE, 4, "test"))
    assert [one.record.version for one in some] == [
        one.record.version for one in invented.drawn(KNOWLEDGE, 4, "test")
    ]
    assert not {one.id for one in some} & {one.id for one in people.people(KNOWLEDGE)}
    found = list(teaching.taught(iter(some), KNOWLEDGE, ("join", "section")))
    assert {one.task for one in found} == {"join", "section"}
    for one in found:
        tags = one.said.count("[")
        assert tags == one.asked.count("\n") + 1 and one.said.endswith(".")
    # A model may not write D, Q or V but in marks; a word that has one comes back by itself.
    section = next(one for one in found if one.task == "section")
    assert section.said.count(". ") < section.asked.count("\n")


def test_a_candidate_is_known_by_what_it_is_made_of_and_one_that_was_altered_is_told(tmp_path):
    one = Candidate(kind=ADAPTER, made_of={"adapter": "a" * 64, "set": "b"}, at="2026-11-30T10:00:00+00:00")
    other = replace(one, made_of={"adapter": "c" * 64, "set": "b"}, at="2026-11-30T11:00:00+00:00")
    assert one.id != other.id and one.id == replace(one, at="later", measured={"x": 1}).id
    for each in (one, other, replace(one, at="2027-01-01T00:00:00+00:00")):
        keep(tmp_path, each)
    assert kept(tmp_path) == (other, one)
    assert find(kept(tmp_path), one.id[:9]) == one
    with pytest.raises(ConfigError, match="no candidate begins so"):
        find(kept(tmp_path), "zz")
    path = tmp_path / f"{one.id}.json"
    path.write_bytes(path.read_bytes().replace(b'"a', b'"d'))
    with pytest.raises(ConfigError, match="was altered"):
        kept(tmp_path)
