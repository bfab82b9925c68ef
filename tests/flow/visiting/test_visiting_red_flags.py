"""What can't wait in a contact that somebody typed pages a person at once, and is a high finding of its note."""

import pytest

from tests.flow.visiting.calls import CALL

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "urgent"),
    [
        ({"reported": "I have had chest pain since this morning"}, True),
        ({"reported": "A veces quiero morirme"}, True),
        ({"observed": "Face droops on the left"}, True),
        ({"question": "Short of breath at rest since last night; should he go to the emergency room?"}, True),
        ({"question": "Denies fever, now with chest pain; should he be seen?"}, True),
        ({"observed": "Denies chest pain, shortness of breath or fever"}, False),
        ({"observed": "No current thoughts of suicide"}, False),
        ({"observed": "Denies suicidal ideation, but has thoughts of killing himself at night"}, True),
        ({"taught": "when to call 911 for chest pain: correct"}, False),
        ({"agreed": "call 911 if chest pain comes back; patient; 2026-11-30"}, False),
    ],
)
def test_a_red_flag_that_was_told_or_seen_is_a_high_finding_and_one_that_was_taught_or_denied_is_not(
    desk, who, nurse, typed, urgent
):
    note = desk.propose(nurse, who, kind="visit_note", given=CALL | typed)
    found = [one for one in note.findings if one.rule == "red_flag"]
    assert bool(found) is urgent
    assert all(one.severity == "high" and one.statement for one in found)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"reported": "I have had chest pain since this morning"}, "chest pain or pressure"),
        ({"reported": "A veces quiero morirme"}, "suicide or self-harm"),
        ({"observed": "Face droops on the left"}, "signs of a stroke"),
        ({"observed": "Denies fever, reports chest pain"}, "chest pain or pressure"),
        ({"needs": "safety at home: my son hits me"}, ""),
    ],
)
def test_a_red_flag_pages_somebody_at_once_whatever_becomes_of_the_note(desk, who, nurse, typed, words):
    desk.visiting.keep(nurse, who, CALL | typed)
    pages = desk.store.pages.waiting()
    assert [(one.patient, one.cause) for one in pages] == [(who, "contact")]
    assert words in pages[0].words
    desk.propose(nurse, who, kind="visit_note", given=CALL | typed)
    assert desk.store.pages.waiting() == pages


def test_a_contact_that_is_typed_again_is_one_page_with_what_is_new_on_it_until_somebody_takes_it(
    desk, who, nurse
):
    call = CALL | {"start": "14:05", "reported": "I have chest pain"}
    desk.visiting.keep(nurse, who, call)
    desk.visiting.keep(nurse, who, call | {"observed": "Sits on the edge of the bed"})
    (first,) = desk.store.pages.waiting()
    desk.visiting.keep(nurse, who, call | {"reported": "I have chest pain\nI want to kill myself"})
    (page,) = desk.store.pages.waiting()
    assert page.id == first.id
    assert page.words == f"{first.words}, thoughts of suicide or self-harm"
    assert [step.what for step in page.steps] == [*(step.what for step in first.steps), "added", *_told(desk)]
    desk.paging.acknowledge(nurse, page.id)
    all_of_it = call | {"reported": "I have chest pain\nI want to kill myself\nMy face is drooping"}
    desk.visiting.keep(nurse, who, all_of_it)
    desk.visiting.keep(nurse, who, all_of_it)
    (second,) = desk.store.pages.waiting()
    assert second.id != page.id
    assert second.words == "A contact that was documented tells of signs of a stroke"


def _told(desk) -> list[str]:
    return ["told"] if desk.paging.chain else []


@pytest.mark.parametrize(
    "typed",
    [
        {"observed": "Denies chest pain, shortness of breath or fever"},
        {"observed": "Niega dolor de pecho"},
        {"taught": "when to call 911 for chest pain: correct"},
        {"agreed": "call 911 if chest pain comes back; patient; 2026-11-30"},
        {"day": "2026-11-02", "reported": "I have chest pain"},
    ],
)
def test_what_was_denied_taught_or_is_long_ago_pages_nobody(desk, who, nurse, typed):
    desk.visiting.keep(nurse, who, CALL | typed)
    assert desk.store.pages.waiting() == ()


def test_a_measurement_beyond_its_critical_limit_pages_somebody(desk, who, nurse):
    desk.visiting.keep(nurse, who, CALL | {"measured": "glucose 38 mg/dL"})
    assert [one.cause for one in desk.store.pages.waiting()] == ["critical_result"]
