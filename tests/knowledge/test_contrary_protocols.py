"""A guideline file that contradicts itself, or is older than what is in force, is refused with both places named, and the rest of it works."""

from dataclasses import replace
from itertools import combinations

import pytest

from careloom.knowledge import load
from careloom.knowledge.examples import record_of
from careloom.knowledge.protocol import candidates
from careloom.knowledge.protocols.contrary import Contrary

FILE = """
title = "Our own"
source = "An invented committee"
year = 2025
about = "kidney"
"""
RULE = """
[[rule]]
id = "{id}"
kind = "activity"
rank = 30
owner = "physician"
due_days = 14
when = [{when}]
unless = [{unless}]
text = "{text}"
says = "An invented recommendation for this test."
section = "Section 2"
"""
GOAL = """
[[rule]]
id = "{id}"
kind = "goal"
rank = 45
due_days = 90
when = [{when}]
text = "A systolic pressure that is {words} by {{due}}; it was {{lab:systolic.value}} on {{lab:systolic.date}}."
says = "An invented target for this test."
section = "Section 3"
target = {{ lab = "systolic", comparator = "{comparator}", value = "{value}", unit = "mm[Hg]" }}
"""


def rule(name: str, when: str, text: str, unless: str = "") -> str:
    return RULE.format(id=name, when=when, unless=unless, text=text)


def goal(name: str, when: str, comparator: str, value: str) -> str:
    return GOAL.format(id=name, when=when, comparator=comparator, value=value, words="fit for this test")


STARTED = "The physician decides by {due} whether an SGLT2 inhibitor is started."
STOPPED = "The physician stops {drug} by {due}."


def loaded(tmp_path, *rules):
    (tmp_path / "own.toml").write_text(FILE + "".join(rules), "utf-8")
    return load(tmp_path)


@pytest.fixture(scope="module")
def known():
    return load()


def said_of_both(known, one, other):
    """What two sentences say against each other, for whoever the rules are for."""
    like = known.protocols.rule("htn-above-goal")
    rules = [
        replace(like, id=f"site-{at}", kind="activity", text=text) for at, text in enumerate((one, other))
    ]
    return Contrary(known.drugs, known.conditions, known.labs).between(*rules)


def used(found):
    return {one.id for one in found.protocols.all if one.file == "own.toml"}


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (
            rule("site-start", '"problem: chronic_kidney_disease", "lab: egfr >= 20 mL/min/{1.73_m2}"', STARTED),
            rule("site-stop", '"drug: empagliflozin", "lab: egfr < 30 mL/min/{1.73_m2}"', STOPPED),
            "start and stop sglt2 inhibitor and empagliflozin",
        ),
        (
            rule("site-start", '"problem: hypertension"', "The physician starts amlodipine by {due}."),
            rule("site-stop", '"problem: hypertension"', "The physician decides by {due} whether amlodipine is not started here."),
            "start and stop amlodipine",
        ),
        (
            rule("site-start", '"drug: furosemide", "lab: potassium < 4 mmol/L"', "The physician raises the dose of {drug} by {due}."),
            rule("site-stop", '"drug: loop diuretic"', "The pharmacist asks by {due} for a reduced dose of {drug}."),
            "raise the dose of and lower the dose of furosemide and loop diuretic",
        ),
        (
            goal("site-start", '"problem: gout", "lab: systolic >= 120 mm[Hg]"', "<", "120"),
            goal("site-stop", '"problem: gout", "lab: systolic >= 130 mm[Hg]"', "<", "140"),
            "two targets of",
        ),
    ],
    ids=["a drug of a class", "not started", "doses", "targets"],
)  # fmt: skip
def test_two_rules_that_say_the_opposite_for_one_person_are_both_refused_and_both_places_named(
    tmp_path, one, other, words
):
    bystander = rule("site-fine", '"problem: asthma"', "The physician reviews asthma by {due}.")
    found = loaded(tmp_path, one, bystander, other)
    (said,) = found.protocols.problems
    places = ["own.toml, line 7: rule site-start", "rule site-stop (own.toml, line "]
    assert all(place in said for place in places) and words in said and "for somebody with problem" in said.replace("with drug", "with problem")  # fmt: skip
    assert "neither is used" in said and used(found) == {"site-fine"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The physician introduces amlodipine by {due}.", "Amlodipine is replaced by {due}."),
        ("The physician continues amlodipine by {due}.", "The pharmacist asks by {due} that amlodipine is withheld."),
        ("The physician decides by {due} whether lisinopril is replaced by amlodipine.", "Amlodipine is avoided by {due}."),
        ("The nurse sees to it by {due} that the patient stays on amlodipine.", "The physician switches amlodipine to lisinopril by {due}."),
        ("The physician gives amlodipine instead of lisinopril by {due}.", "Lisinopril is initiated by {due}."),
        ("The dose of amlodipine is doubled by {due}.", "The physician discontinues amlodipine by {due}."),
        ("The dose of amlodipine is stepped up by {due}.", "The dose of amlodipine is cut by {due}."),
        ("The physician commences amlodipine by {due}.", "By {due} amlodipine should not be used."),
        ("The physician prescribes amlodipine by {due}.", "The pharmacist says by {due} that amlodipine is contraindicated."),
        ("The physician starts amlodipine by {due}.", "The physician substitutes lisinopril for amlodipine by {due}."),
        ("The physician starts amlodipine by {due}.", "The patient comes off amlodipine by {due}."),
        ("The physician starts amlodipine by {due}.", "Amlodipine is no longer prescribed by {due}."),
    ],
)  # fmt: skip
def test_advice_in_other_verbs_is_seen_to_be_contrary(known, one, other):
    assert "amlodipine" in said_of_both(known, one, other) or "lisinopril" in said_of_both(known, one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The physician starts potassium chloride by {due}.", "Potassium is replaced by mouth by {due}."),
        ("The physician starts amlodipine by {due}.", "The nurse tells the patient by {due} that amlodipine should not be taken with grapefruit."),
        ("The physician starts amlodipine by {due}.", "The physician changes metoprolol to the extended-release form by {due}."),
        ("The physician adds spironolactone to furosemide by {due}.", "The physician reviews by {due} whether furosemide is stopped."),
        ("The physician switches lisinopril to losartan by {due}.", "The nurse asks by {due} about a cough before losartan is stopped."),
        ("The nurse reviews by {due} that amlodipine goes on.", "The nurse tells the patient by {due} that amlodipine is never stopped at once."),
        ("The physician starts apixaban by {due}.", "The physician replaces warfarin with apixaban by {due}."),
        ("The physician raises the dose of amlodipine by {due}.", "The nurse measures blood pressure by {due} and reduces salt in food; amlodipine goes on."),
    ],
)  # fmt: skip
def test_advice_that_agrees_or_says_how_is_not_refused(known, one, other):
    assert said_of_both(known, one, other) == ""


def test_no_two_rules_of_ours_contradict_each_other(known):
    asked = Contrary(known.drugs, known.conditions, known.labs)
    told = [rule for rule in known.protocols.all if asked.advice(rule)]
    assert len(told) > 10
    assert [(one.id, other.id) for one, other in combinations(told, 2) if asked.between(one, other)] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            rule("site-start", '"problem: chronic_kidney_disease", "lab: egfr >= 30 mL/min/{1.73_m2}"', STARTED),
            rule("site-stop", '"drug: empagliflozin", "lab: egfr < 30 mL/min/{1.73_m2}"', STOPPED),
        ),
        (
            rule("site-start", '"problem: chronic_kidney_disease"', STARTED, '"drug: sglt2 inhibitor"'),
            rule("site-stop", '"drug: empagliflozin"', STOPPED),
        ),
        (
            rule("site-start", '"problem: chronic_kidney_disease", "age: < 75"', STARTED),
            rule("site-stop", '"drug: empagliflozin", "age: 75 to 120"', STOPPED),
        ),
        (
            rule("site-start", '"problem: chronic_kidney_disease"', STARTED, '"problem: diabetes"'),
            rule("site-stop", '"drug: empagliflozin", "problem: type_1_diabetes"', STOPPED),
        ),
        (
            rule("site-start", '"problem: chronic_kidney_disease"', STARTED),
            rule("site-stop", '"drug: empagliflozin"', "The nurse tells the patient by {due} not to stop {drug} at once."),
        ),
        (
            goal("site-low", '"problem: gout", "lab: systolic >= 120 mm[Hg]"', ">=", "110"),
            goal("site-high", '"problem: gout", "lab: systolic >= 120 mm[Hg]"', "<", "130"),
        ),
    ],
    ids=["lab", "unless a class", "age", "unless a wider condition", "how, not whether", "a range"],
)  # fmt: skip
def test_rules_that_no_person_meets_together_or_that_say_no_opposites_all_work(tmp_path, one, other):
    found = loaded(tmp_path, one, other)
    assert found.protocols.problems == () and len(used(found)) == 2


def test_a_site_s_target_against_ours_is_refused_until_ours_is_switched_off(tmp_path):
    mine = goal("site-looser", '"problem: hypertension", "lab: systolic >= 130 mm[Hg] within 12 months"', "<", "150")  # fmt: skip
    found = loaded(tmp_path, mine)
    (said,) = found.protocols.problems
    assert "rule site-looser: it contradicts rule htn-goal (hypertension.toml, line " in said
    assert "it is not used" in said and not used(found)
    clashing = [one.split("contradicts rule ")[1].split(" ")[0] for one in found.protocols.problems]
    off = f"off = {clashing}".replace("'", '"')
    (tmp_path / "own.toml").write_text(off + "\n" + FILE + mine, "utf-8")
    again = load(tmp_path)
    assert again.protocols.problems == () and used(again) == {"site-looser"}


def test_a_contradicting_version_of_our_rule_leaves_ours_in_force(tmp_path):
    ours = load().protocols.rule("t2d-hba1c-due")
    taken = rule("t2d-hba1c-due", '"problem: gout"', "The physician starts allopurinol by {due}.")
    other = rule("site-stop", '"problem: gout"', "The physician stops allopurinol by {due}.")
    found = loaded(tmp_path, taken, other)
    assert found.protocols.rule("t2d-hba1c-due") == ours and used(found) == set()


def test_an_older_year_of_the_same_source_takes_no_newer_ones_place(tmp_path):
    ours = load().protocols.rule("htn-above-goal")
    assert ours is not None
    older = FILE.replace("An invented committee", ours.source).replace("2025", str(ours.year - 8))
    mine = rule(ours.id, '"problem: hypertension"', "The physician looks at blood pressure by {due}.")
    (tmp_path / "own.toml").write_text(older + mine, "utf-8")
    found = load(tmp_path)
    (said,) = found.protocols.problems
    assert f"its source is of {ours.year - 8}" in said and f"(hypertension.toml, line {ours.line}) is of {ours.year}" in said  # fmt: skip
    assert found.protocols.rule(ours.id) == ours
    (tmp_path / "own.toml").write_text(older.replace(str(ours.year - 8), str(ours.year)) + mine, "utf-8")
    assert used(load(tmp_path)) == {ours.id}


def test_what_is_refused_is_in_no_draft_and_named_in_it(tmp_path):
    found = loaded(tmp_path, rule("site-start", '"problem: gout"', "The physician starts allopurinol by {due}."),
                   rule("site-stop", '"problem: gout"', "The physician stops allopurinol by {due}."))  # fmt: skip
    said = {one.rule for one in candidates(record_of(("age: 50", "problem: gout"), found), found)}
    assert not said & {"site-start", "site-stop"}
    assert any("contradicts" in one for one in found.problems)
