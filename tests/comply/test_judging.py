"""A verdict follows from evidence and from people's dated words, and every one that is met can become not met."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jsonschema
import pytest

from careloom import comply
from careloom.care.compliance import Answer, Evidence, Grid, Pack, Part, Screen, Shown, Verdict
from careloom.comply.changes import Change, sentences
from careloom.comply.judging import FOLDER, HOLDS_FOR, Known, part_of, ruled
from careloom.comply.page import as_html
from careloom.comply.paper import as_pdf

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
FILES = tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))
NAMES = frozenset(
    name
    for key in FILES
    for rule in ruled(key).rules
    for name in (*rule.facts, *filter(None, (rule.applies,)))
)
TESTS = frozenset(name for key in FILES for rule in ruled(key).rules for name in rule.tests)


def facts(holds: bool | None = True, **others: bool) -> dict[str, Evidence]:
    told = {name: Evidence(name, name, "a value", holds, "somewhere", AT) for name in NAMES}
    return told | {name: replace(told[name], holds=value) for name, value in others.items()}


def answers(answer="yes", at=AT) -> dict[str, Answer]:
    return {
        rule.key: Answer(rule.key, answer, "lena", at, "see binder 4")
        for key in FILES
        for rule in ruled(key).rules
        if rule.question
    }


def known(**changes) -> Known:
    return Known(**{"facts": facts(), "answers": answers(), "tests": TESTS, "at": AT} | changes)


def pack_of(told: Known) -> Pack:
    return Pack("1" * 32, AT, "lena", "demo", "1", False, tuple(part_of(key, told) for key in FILES))


def test_everything_can_be_met_and_what_rests_on_a_persons_word_says_so():
    pack = pack_of(known())
    assert not pack.reds()
    said = [one for _, one in pack.requirements() if one.verdict is Verdict.SAID]
    assert said and all(one.question and one.said for one in said)


@pytest.mark.parametrize("key", FILES)
def test_every_met_requirement_becomes_not_met_when_its_evidence_does(key):
    for one, was in zip(
        part_of(key, known(facts=facts(False))).requirements, part_of(key, known()).requirements, strict=True
    ):
        judging = [proof for proof in one.evidence if proof.name != "tests" and proof.holds is not None]
        assert was.verdict in (Verdict.MET, Verdict.SAID)
        assert one.red is bool(judging), one.key
        if judging:
            assert "a value" in one.why


def test_no_two_questions_have_one_key_and_each_rule_looks_at_something():
    rules = [rule for key in FILES for rule in ruled(key).rules]
    assert len({rule.key for rule in rules}) == len(rules)
    assert all(rule.facts or rule.question for rule in rules)


def test_what_there_is_nothing_of_does_not_apply_and_says_why():
    rules = [(key, rule) for key in FILES for rule in ruled(key).rules if rule.applies]
    for key, rule in rules:
        told = known(facts=facts(**{rule.applies: False}))
        (one,) = [one for one in part_of(key, told).requirements if one.key == rule.key]
        assert one.verdict is Verdict.NOT_APPLICABLE and rule.applies in one.why
    assert rules


def test_a_missing_test_takes_met_away_and_tests_alone_are_no_evidence():
    key, rule = next((key, rule) for key in FILES for rule in ruled(key).rules if rule.tests and rule.facts)
    (one,) = [one for one in part_of(key, known(tests=frozenset())).requirements if one.key == rule.key]
    assert one.verdict is Verdict.PARTLY and rule.tests[0] in one.why
    (one,) = [one for one in part_of(key, known(facts=facts(None))).requirements if one.key == rule.key]
    assert one.verdict in (Verdict.NOT_MET, Verdict.SAID)


@pytest.mark.parametrize(
    ("answer", "at", "verdict"),
    [
        ("yes", AT, Verdict.SAID),
        ("no", AT, Verdict.NOT_MET),
        ("not_applicable", AT, Verdict.NOT_APPLICABLE),
        ("yes", AT - HOLDS_FOR - timedelta(days=1), Verdict.PERSON),
        ("not_applicable", AT - HOLDS_FOR - timedelta(days=1), Verdict.PERSON),
    ],
)
def test_a_persons_word_counts_for_a_year_and_no_is_no(answer, at, verdict):
    told = known(answers=answers(answer, at))
    alone = [
        (key, rule.key) for key in FILES for rule in ruled(key).rules if rule.question and not rule.facts
    ]
    found = {(part.key, one.key): one.verdict for part, one in pack_of(told).requirements()}
    assert alone and {found[one] for one in alone} == {verdict}


def test_where_nobody_said_anything_it_is_open():
    assert {one.verdict for _, one in pack_of(known(answers={})).requirements() if one.question} == {
        Verdict.PERSON
    }


def test_what_got_worse_comes_first_and_a_better_one_last():
    before, after = pack_of(known()), pack_of(known(facts=facts(**{"session.ends": False})))
    changes = comply.changed(before, after)
    assert {one.key for one in changes} == {"310.b", "312.a.2.iii"} and all(one.worse for one in changes)
    assert not any(one.worse for one in comply.changed(after, before))
    assert comply.changed(before, before) == ()


def with_everything() -> Pack:
    pack = pack_of(known(facts=facts(False), answers={}))
    long = "an_unbroken_name_" * 12
    grid = Grid(
        "A table", ("a", "b", "c", "d", "e", "f"), ((long, "<b>", "&", "x", "y", long),), "a note", (0,)
    )
    screen = Screen(
        "A screen",
        (Shown("A line", ("an entry, 2026-01-01",), "a guideline, 2024"), Shown("A bare line", ())),
    )
    return replace(
        pack,
        demo=True,
        parts=(*pack.parts, Part("more", "More", "a source", ("first",), (), (grid,), (screen,))),
    )


def test_the_json_fits_its_own_schema_and_is_read_back_the_same():
    pack = with_everything()
    told = comply.as_json(pack)
    jsonschema.validate(json.loads(told), comply.schema(), cls=jsonschema.Draft202012Validator)
    assert comply.read(told) == pack and comply.as_json(comply.read(told)) == told
    assert comply.digest(told) != comply.digest(comply.as_json(replace(pack, by="osei")))


def test_the_page_says_red_in_words_too_and_runs_nothing():
    pack = with_everything()
    page = as_html(pack, "a" * 64)
    assert page.count("NOT MET") > len(pack.reds()) // 2 and "OPEN: a person must say" in page
    assert "&lt;b&gt;" in page and "<script" not in page and "A DEMO SITE" in page


def test_the_pdf_opens_and_nothing_is_wider_than_the_page():
    pdfium = pytest.importorskip("pypdfium2")
    made = as_pdf(with_everything(), "a" * 64)
    assert made == as_pdf(with_everything(), "a" * 64)
    opened = pdfium.PdfDocument(made)
    words = ""
    for page in opened:
        width, height = page.get_size()
        for at in page.get_objects():
            left, bottom, right, top = at.get_bounds()
            assert left >= 0 and right <= width and bottom >= 0 and top <= height
        words += page.get_textpage().get_text_bounded()
    assert "NOT MET" in words and "What the reviewer reads" in words


def test_one_setting_that_changes_many_lines_of_a_part_is_told_once_and_names_each() -> None:
    same = [
        Change("Model card", key, f"Attribute {key}", Verdict.MET, Verdict.NOT_APPLICABLE, "no model")
        for key in "abcd"
    ]
    other = Change("Model card", "e", "Attribute e", Verdict.MET, Verdict.NOT_MET, "a fault")
    said = [*sentences([other, *same])]
    assert said == [
        ("Model card: Attribute e: met → NOT MET (a fault)", True),
        (
            "Model card: 4 requirements → not applicable (no model): Attribute a; Attribute b; Attribute c; Attribute d",
            False,
        ),
    ]
    assert len([*sentences(same[:3])]) == 3


def test_no_verdict_on_security_training_rests_on_certificates_of_something_else() -> None:
    (told,) = [one for one in ruled("hipaa").rules if one.key == "308.a.5.ii.A"]
    assert not told.facts and told.question
