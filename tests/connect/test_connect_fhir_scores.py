"""What an answered instrument adds up to is an entry; what was left out adds up to nothing."""

import json
from pathlib import Path

import pytest

from careloom.care.entry import LOINC
from careloom.connect.fhir.survey import OURS, loinc_check
from careloom.knowledge.instruments import load_instruments
from tests.connect.made import about, bundle, entries, patient

PHQ9 = [item.code for item in load_instruments()["phq9"].items]
GAD7 = [item.code for item in load_instruments()["gad7"].items]
KATZ = load_instruments()["katz_adl"]


def item(code: str, points: int) -> dict:
    option = load_instruments()["phq9"].items[0].options[points]
    coding = {"system": LOINC, "code": option.code, "display": option.display}
    return {"linkId": f"/{code}", "text": code, "answer": [{"valueCoding": coding}]}


def totals(items, status="completed", **more) -> list[tuple[str, str | None]]:
    sent = about("QuestionnaireResponse", status=status, authored="2026-11-20", item=items, **more)
    found = [one for one in entries(bundle(patient(), sent)) if one.kind == "Observation"]
    return [(one.codes[0].code if one.codes else one.text, one.value) for one in found]


def test_nine_answers_are_a_phq9_and_no_phq2_beside_it():
    assert totals([item(code, 1) for code in PHQ9]) == [("44261-6", "9")]
    assert totals([item(code, 3) for code in PHQ9]) == [("44261-6", "27")]


def test_the_first_two_alone_are_a_phq2():
    assert totals([item(code, 2) for code in PHQ9[:2]]) == [("55758-7", "4")]


@pytest.mark.parametrize("left_out", range(9))
def test_an_item_left_out_leaves_no_phq9(left_out):
    items = [item(code, 1) for place, code in enumerate(PHQ9) if place != left_out]
    assert "44261-6" not in dict(totals(items))


def test_an_item_answered_twice_or_with_another_word_leaves_no_total():
    assert totals([*(item(code, 1) for code in GAD7), item(GAD7[0], 3)]) == []
    odd = {"linkId": f"/{GAD7[0]}", "answer": [{"valueString": "now and then"}]}
    assert totals([odd, *(item(code, 1) for code in GAD7[1:])]) == []


def test_seven_answers_are_a_gad7_in_words_too():
    words = [{"linkId": f"/{code}", "answer": [{"valueString": "Several days"}]} for code in GAD7]
    assert totals(words) == [("70274-6", "7")]


def test_a_total_that_was_sent_is_not_counted_again():
    total = {"linkId": "/44261-6", "text": "total", "answer": [{"valueDecimal": 9}]}
    assert totals([*(item(code, 1) for code in PHQ9), total]) == []


def test_a_total_that_was_sent_and_is_not_what_the_answers_add_up_to_does_not_stand_alone():
    total = {"linkId": "/44261-6", "text": "total", "answer": [{"valueDecimal": 3}]}
    assert totals([*(item(code, 2) for code in PHQ9), total]) == [("44261-6", "18")]


@pytest.mark.parametrize("link", ["PHQ.{}", "phq9_q{}", "/Q0{}"])
@pytest.mark.parametrize(
    "answer",
    [{"valueCoding": {"code": "LA6571-9"}}, {"valueString": "Nearly every day"}, {"valueInteger": 3}],
)
def test_a_phq9_whose_questions_have_numbers_and_no_codes_is_one(link, answer):
    items = [{"linkId": link.format(number), "answer": [answer]} for number in range(1, 10)]
    items.append({"linkId": link.format(10), "answer": [{"valueCoding": {"code": "LA6574-3"}}]})
    assert totals(items, questionnaire="Questionnaire/pro-phq-9") == [("44261-6", "27")]
    assert totals(items, questionnaire="Questionnaire/pro-phq-15") == []


EXAMPLE = Path(__file__).parents[3] / (
    "shared/data/fhir/US-Core/input/examples/QuestionnaireResponse-phq-9-example.json"
)


@pytest.mark.outside
@pytest.mark.skipif(not EXAMPLE.exists(), reason="US Core's examples are not beside this checkout")
def test_us_cores_example_adds_up_to_the_total_that_stands_in_it():
    items = json.loads(EXAMPLE.read_text())["item"]
    assert totals(items) == []
    answered = [one for one in items if one["linkId"] != "/44261-6"]
    assert totals(answered) == [("44261-6", "12")]


def daily(*alone: bool) -> list[dict]:
    """Katz ADL answered as a form of ours asks it: for each activity in turn whether it is done alone."""
    picked = [(one, one.options[0 if done else 1]) for one, done in zip(KATZ.items, alone, strict=False)]
    return [
        {
            "linkId": KATZ.link(one),
            "answer": [
                {"valueCoding": {"system": KATZ.system, "code": option.code, "display": option.display}}
            ],
        }
        for one, option in picked
    ]


def of_daily(items, form=f"{OURS}|2", **more) -> list[tuple[str, str | None, str]]:
    """The scores of Katz ADL that come of it, with the words of their bands."""
    sent = about("QuestionnaireResponse", authored="2026-11-20", item=items, questionnaire=form)
    found = entries(bundle(patient(), {**sent, "status": "completed", **more}))
    scores = [one for one in found if one.kind == "Observation"]
    assert all(one.codes[0].system == KATZ.system for one in scores)
    return [
        (one.text, one.value, one.detail["note"].removeprefix("counted from the answers")) for one in scores
    ]


def test_somebody_who_does_all_six_alone_has_full_function():
    assert of_daily(daily(*[True] * 6)) == [("Katz ADL score", "6", "; full function")]


def test_two_of_six_alone_is_a_severe_impairment_whichever_they_are():
    severe = [("Katz ADL score", "2", "; severe functional impairment")]
    assert of_daily(daily(True, False, False, True, False, False)) == severe
    assert of_daily(daily(False, False, False, False, True, True)) == severe


@pytest.mark.parametrize(("count", "words"), [(0, "; severe functional impairment"), (3, ""), (4, "; moderate impairment"), (5, "")])  # fmt: skip
def test_a_katz_total_that_its_source_names_nothing_for_has_no_words(count, words):
    assert of_daily(daily(*(place < count for place in range(6)))) == [("Katz ADL score", str(count), words)]


@pytest.mark.parametrize("left_out", range(6))
def test_an_activity_that_nobody_told_of_leaves_no_katz_score(left_out):
    items = daily(*[True] * 6)
    assert of_daily(items[:left_out] + items[left_out + 1 :]) == []


def test_an_activity_that_is_told_both_ways_leaves_no_katz_score():
    both = daily(False)[0]["answer"] + daily(True)[0]["answer"]
    first, *rest = daily(*[True] * 6)
    assert of_daily([{**first, "answer": both}, *rest]) == []
    assert of_daily([*daily(*[True] * 6), *daily(False)]) == []


@pytest.mark.parametrize("told", [6, 2])
def test_a_katz_total_that_somebody_wrote_beside_the_answers_is_not_the_score(told):
    total = {"linkId": "katz_adl/total", "text": "total", "answer": [{"valueInteger": told}]}
    assert of_daily([*daily(True, True), *daily(*[False] * 6)[2:], total]) == [
        ("Katz ADL score", "2", "; severe functional impairment")
    ]


def test_what_another_form_calls_so_is_not_counted_as_ours():
    assert of_daily(daily(*[True] * 6), form="Questionnaire/katz-of-18-points") == []
    assert of_daily(daily(*[True] * 6), status="in-progress") == []


@pytest.mark.parametrize("status", ["in-progress", "stopped", "entered-in-error"])
def test_what_nobody_stands_by_adds_up_to_nothing(status):
    assert totals([item(code, 1) for code in PHQ9], status) == []


def test_bands_are_those_of_their_authors():
    bands = {name: one.band for name, one in load_instruments().items() if one.bands}
    assert [bands["phq9"](total) for total in (4, 5, 9, 10, 14, 15, 19, 20)] == [
        "minimal", "mild", "mild", "moderate", "moderate", "moderately severe", "moderately severe", "severe",
    ]  # fmt: skip
    assert [bands["gad7"](total) for total in (4, 5, 10, 15)] == ["minimal", "mild", "moderate", "severe"]
    assert [bands["phq2"](total) for total in (2, 3)] == ["negative", "positive"]


def test_each_code_of_an_instrument_is_loincs_with_its_check_digit_or_a_word_of_a_system_of_ours():
    for one in load_instruments().values():
        codes = [one.panel, *filter(None, (one.total,)), *(each.code for each in one.items)]
        if one.system == LOINC:
            assert all(loinc_check(code) for code in codes), one.name
        else:
            assert one.system.startswith("urn:careloom:")
            assert not any(sign.isdigit() for code in codes for sign in code), one.name
