"""Feedback: the box of each page, answers for its author, one vote a person, and successes that nobody hears of before their person says so."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from careloom.care.document import Action, Decision
from careloom.pipeline import Pipeline
from careloom.pipeline.timing import Case, Worked
from careloom.store.models import StoredVoice
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_flow import plan_of_ada

pytestmark = pytest.mark.django_db


@pytest.fixture
def lee(real: Pipeline) -> Client:
    """The quality lead."""
    real.store.users.create("lee", name="L. Adams", role="quality_lead", password=PASSWORD)
    return signed_in("lee")


def give(client: Client, words: str = "The list is too long", **more: str) -> int:
    said = {"page": "queue", "about": "fault", "words": words, **more}
    return client.post("/feedback/give", said).status_code


def text(client: Client) -> str:
    return client.get("/feedback").content.decode()


def test_the_box_knows_its_page_and_takes_no_patient_along_unless_she_says_so(
    real: Pipeline, lee: Client
) -> None:
    plan, rosa = plan_of_ada(real), signed_in("rosa")
    box = rosa.get(f"/review/{plan.id}").content.decode()
    assert 'name="page" value="review"' in box and "No patient goes along" in box
    assert give(rosa, page="review", proposal=plan.id) == 302
    assert give(rosa, "Her label is cut", page="review", proposal=plan.id, with_patient="yes") == 302
    known = [one.patient for one in real.hearing.mine(real.store.users.reviewer("rosa"))]
    assert known == [plan.document.patient, ""]
    assert text(lee).count("the patient whom it is about") == 1
    assert "too long" not in repr([bytes(row.sealed_words) for row in StoredVoice.objects.all()])


def test_its_author_reads_what_became_of_it_and_nobody_else_reads_her_words(
    real: Pipeline, lee: Client
) -> None:
    rosa, osei = signed_in("rosa"), signed_in("osei")
    assert give(rosa) == 302
    assert "nobody has answered yet" in text(rosa) and "The list is too long" not in text(osei)
    assert "The list is too long" in text(lee)
    voice = real.hearing.mine(real.store.users.reviewer("rosa"))[0].id
    assert lee.post(f"/feedback/{voice}/answer", {"became": "not_done"}).status_code == 422
    assert osei.post(f"/feedback/{voice}/answer", {"became": "done"}).status_code == 403
    said = {"became": "planned", "words": "In the next release"}
    assert lee.post(f"/feedback/{voice}/answer", said).status_code == 302
    assert "it is planned" in text(rosa) and "In the next release" in text(rosa)


def test_what_is_voted_on_is_the_leads_words_and_a_vote_counts_once(real: Pipeline, lee: Client) -> None:
    rosa, osei = signed_in("rosa"), signed_in("osei")
    give(rosa, "Ada Moreno's list is too long")
    voice = real.hearing.mine(real.store.users.reviewer("rosa"))[0].id
    assert osei.post(f"/feedback/{voice}/vote", {"on": "yes"}).status_code == 404, (
        "nothing is put to the vote yet"
    )
    lee.post(f"/feedback/{voice}/answer", {"became": "looked_at", "offered": "Shorter lists"})
    for _ in range(2):
        assert osei.post(f"/feedback/{voice}/vote", {"on": "yes"}).status_code == 302
    assert "Shorter lists" in text(osei) and "1 vote" in text(osei) and "Ada" not in text(osei)
    osei.post(f"/feedback/{voice}/vote", {"on": "no"})
    assert "0 votes" in text(osei)


def test_what_says_nothing_is_asked_for_again(real: Pipeline) -> None:
    rosa = signed_in("rosa")
    assert give(rosa, "no") == give(rosa, about="song") == give(rosa, "long " * 500) == 422
    assert StoredVoice.objects.count() == 0


def test_a_success_is_told_to_nobody_before_its_person_says_so(real: Pipeline, lee: Client) -> None:
    plan, rosa, osei = plan_of_ada(real), signed_in("rosa"), signed_in("osei")
    who = real.store.users.reviewer("rosa")
    struck = Decision(
        action=Action.AMEND, reviewer=who.user, role=who.role, at=real.clock(), struck=("a line", "another")
    )
    real.store.proposals.add_decision(plan.id, struck)
    words = "2 wrong lines struck"
    assert words in text(rosa) and words not in text(osei) and words not in text(lee)
    assert osei.post("/feedback/share", {"key": "caught", "on": "yes"}).status_code == 404
    assert rosa.post("/feedback/share", {"key": "caught", "on": "yes"}).status_code == 302
    shared = text(osei)
    assert words in shared and "R. Blake" not in shared.partition("What went well with colleagues")[2]
    rosa.post("/feedback/share", {"key": "caught", "on": "no"})
    assert words not in text(osei)


def test_a_third_less_than_her_own_by_hand_is_found_with_enough_cases_and_not_with_few(
    real: Pipeline,
) -> None:
    hearing, who = real.hearing, real.store.users.reviewer("rosa")

    def cases(by_hand: int, by_draft: int, minutes: int) -> tuple[Case, ...]:
        day = real.today - timedelta(days=3)
        made = [("hand", 50)] * by_hand + [("template", minutes)] * by_draft
        return tuple(
            Case(
                f"c{place}",
                "p",
                "care_plan",
                origin,
                "active",
                ((who.user, Worked(day, "p", "", "review", long * 60)),),
            )
            for place, (origin, long) in enumerate(made)
        )

    def wins(by_hand: int, by_draft: int, minutes: int) -> list[dict[str, str]]:
        timed = replace(hearing, cases=lambda _who, _first, _last: cases(by_hand, by_draft, minutes))
        return [one.numbers for one in timed.wins(who) if one.key == "faster"]

    assert wins(10, 12, 34)[0]["percent"] == "32"
    assert wins(10, 12, 36) == wins(9, 12, 20) == wins(10, 9, 20) == []
