"""Deciding line by line: nothing is offered before it was looked at, and nothing is signed that wasn't."""

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client

from careloom.care.document import Action
from careloom.care.progress import Progress
from careloom.store.users import Licence
from tests.web.desk import PASSWORD, AdasDesk, approval, have_read, say_yes, signed_in
from tests.web.people import PROPOSAL

pytestmark = pytest.mark.django_db
PLAN = f"/review/{PROPOSAL.id}"
HTMX = {"HX-Request": "true"}
WHY = "A language model joined what the sources say into this sentence."


@pytest.fixture
def unread(desk: AdasDesk) -> AdasDesk:
    """Nobody has opened anything yet."""
    desk.begun.first = Progress()
    return desk


def page(client: Client) -> str:
    return client.get(PLAN).content.decode()


def post(client: Client, what: str, **form: str) -> int:
    return client.post(f"{PLAN}/{what}", form).status_code


def by_api(client: Client, what: str, **body: Any) -> Any:
    return client.post(
        f"/api/proposals/{PROPOSAL.id}/{what}", json.dumps(body), content_type="application/json"
    )


def test_signing_is_not_offered_before_the_high_findings_were_opened(unread: AdasDesk, nurse: Client) -> None:
    shown = page(nurse)
    assert "1 high finding must be opened before you sign" in shown and 'name="password"' not in shown
    assert "Open before you sign." in shown
    key = next(number for number, one in enumerate(PROPOSAL.findings) if one.severity == "high")
    answer = nurse.get(f"{PLAN}/evidence/f{key}", headers=HTMX).content.decode()
    assert 'id="bar"' in answer and "Sign 14 lines" in answer
    assert "Sign 14 lines" in page(nurse) and "Open before you sign." not in page(nurse)


def test_a_form_that_was_made_up_signs_nothing_before_they_were_opened(
    unread: AdasDesk, nurse: Client
) -> None:
    answer = nurse.post(f"{PLAN}/decide", approval(nurse, PROPOSAL) | {"went_on": "1"})
    assert answer.status_code == 403 and "Open first what the rules found" in answer.content.decode()
    assert unread.proposals[PROPOSAL.id].released == {}


def test_the_api_signs_nothing_before_they_were_opened_either(unread: AdasDesk, nurse: Client) -> None:
    read = nurse.get(f"/api/proposals/{PROPOSAL.id}").json()
    proof = {"action": "approve", "password": approval(nurse, PROPOSAL)["password"], "stamp": read["stamp"]}
    assert len(read["to_open"]) == 1
    assert by_api(nurse, "decide", **proof).status_code == 403
    assert unread.proposals[PROPOSAL.id].released == {}
    assert by_api(nurse, "look", keys=read["to_open"]).json()["to_open"] == []
    assert by_api(nurse, "decide", **proof).status_code == 200


def test_what_one_person_opened_is_unopened_for_the_next(unread: AdasDesk, nurse: Client) -> None:
    have_read(nurse, PROPOSAL)
    assert "Sign 14 lines" in page(nurse)
    assert "must be opened before you sign" in page(signed_in("osei"))


def test_a_nurse_signs_the_lines_that_she_marked_and_the_others_wait(desk: AdasDesk, nurse: Client) -> None:
    assert post(nurse, "lines/s1/mark", on="1") == 302 and post(nurse, "lines/s4/mark", on="1") == 302
    shown = page(nurse)
    assert "Sign 2 marked lines; 12 lines of yours are not marked and will wait" in shown
    assert post(nurse, "lines/s4/mark", on="0") == 302
    assert nurse.post(f"{PLAN}/decide", approval(nurse, PROPOSAL)).status_code == 302
    assert set(desk.proposals[PROPOSAL.id].released) == {"s1"}


@pytest.mark.parametrize("name", ["f99", "f²", "f٠", f"f{'9' * 5000}", "f"])
def test_a_finding_that_there_is_not_is_neither_shown_nor_opened(
    unread: AdasDesk, nurse: Client, name: str
) -> None:
    assert nurse.get(f"{PLAN}/evidence/{name}", headers=HTMX).status_code == 404
    assert nurse.get(PLAN, {"line": name}).status_code == 404
    assert len(by_api(nurse, "look", keys=[name]).json()["to_open"]) == 1


def test_nobody_marks_a_line_that_is_not_hers(desk: AdasDesk, nurse: Client) -> None:
    assert post(nurse, "lines/s2/mark", on="1") == 403
    assert post(nurse, "lines/nothing/mark", on="1") == 422


def test_marks_of_another_window_are_shown_before_they_are_signed(desk: AdasDesk, nurse: Client) -> None:
    first = approval(nurse, PROPOSAL)
    post(nurse, "lines/s4/mark", on="1")
    answer = nurse.post(f"{PLAN}/decide", first)
    assert answer.status_code == 409 and desk.proposals[PROPOSAL.id].released == {}


def test_an_uncertain_line_stays_unsigned_until_she_says_yes(desk: AdasDesk, nurse: Client) -> None:
    desk.doubts["s4"] = WHY
    shown = page(nurse)
    assert WHY in shown and "1 asks for your yes or no first and stays unsigned" in shown
    assert post(nurse, "lines/s4/answer", said="no") == 302
    assert "You said no" in page(nurse) and "Sign 13 lines" in page(nurse)
    say_yes(nurse, PROPOSAL)
    assert "You said yes" in page(nurse) and "Sign 14 lines" in page(nurse)
    nurse.post(f"{PLAN}/decide", approval(nurse, PROPOSAL))
    assert "s4" in desk.proposals[PROPOSAL.id].released


def test_a_yes_is_no_answer_to_words_that_changed_or_to_a_line_that_asks_nothing(
    desk: AdasDesk, nurse: Client
) -> None:
    desk.doubts["s4"] = WHY
    assert post(nurse, "lines/s4/answer", said="yes", was="0" * 16) == 409
    assert post(nurse, "lines/s5/answer", said="yes") == 422
    assert post(nurse, "lines/s4/answer", said="maybe") == 422
    assert by_api(nurse, "lines/s4/answer", said="yes").json()["asks"] == {}


def test_one_line_is_sent_back_with_what_should_stand_there(desk: AdasDesk, nurse: Client) -> None:
    form = {"reason": "wrong", "words": "She stopped it in May.", "should": "Ibuprofen was stopped in May."}
    assert post(nurse, "lines/s6/back", **form) == 302
    back = desk.decisions[-1]
    assert (back.action, back.statements) == (Action.SEND_BACK, ("s6",))
    assert back.feedback["should"] == form["should"] and back.feedback["statement"] == "s6"
    shown = page(nurse)
    assert "1 line was sent back: nothing is filed until somebody amends or strikes it" in shown
    assert "sent back</span>" in shown and "Sign 13 lines" in shown
    evidence = nurse.get(f"{PLAN}/evidence/s6", headers=HTMX).content.decode()
    assert "R. Blake sent this line back: Something in it is wrong: She stopped it in May." in evidence
    assert ">Amend" in evidence and ">Approve this line" not in evidence


def test_a_line_is_sent_back_by_whoever_finds_it_wrong_and_undone_by_her(
    desk: AdasDesk, nurse: Client
) -> None:
    assert post(nurse, "lines/s2/back", reason="unclear", words="Which drug?") == 302
    revision = re.search(r'name="revision" value="(\d+)"', page(nurse))
    assert revision is not None and "Undo the sending back of 1 line" in page(nurse)
    assert post(nurse, "undo", revision=revision[1]) == 302
    assert desk.proposals[PROPOSAL.id].sent_back == {}


def test_sending_back_without_a_reason_or_a_second_time_is_refused(desk: AdasDesk, nurse: Client) -> None:
    assert post(nurse, "lines/s6/back", reason="wrong", words=" ") == 422
    assert post(nurse, "lines/s6/back", reason="wrong", words="Not so.") == 302
    assert post(nurse, "lines/s6/back", reason="wrong", words="Not so.") == 403


def test_who_signs_faster_than_anybody_reads_is_told_once_and_may_go_on(
    desk: AdasDesk, nurse: Client
) -> None:
    desk.reading_rate = 238
    form = approval(nurse, PROPOSAL)
    answer = nurse.post(f"{PLAN}/decide", form)
    shown = answer.content.decode()
    assert answer.status_code == 409 and desk.proposals[PROPOSAL.id].released == {}
    assert (
        "You have had this plan before you for 0 seconds. Reading its" in shown and 'name="went_on"' in shown
    )
    assert nurse.post(f"{PLAN}/decide", form | {"went_on": "1"}).status_code == 302
    assert desk.proposals[PROPOSAL.id].released


def test_words_that_were_typed_and_never_put_in_are_told_before_she_signs(
    desk: AdasDesk, nurse: Client
) -> None:
    assert keep(nurse, "amend:s6", "Knee pain on most days; she cannot climb stairs.").status_code == 204
    form = approval(nurse, PROPOSAL)
    answer = nurse.post(f"{PLAN}/decide", form)
    assert answer.status_code == 409 and desk.proposals[PROPOSAL.id].released == {}
    shown = answer.content.decode()
    assert "You typed words for 1 line that are not in it" in shown and 'name="went_on"' in shown
    assert nurse.post(f"{PLAN}/decide", form | {"went_on": "1"}).status_code == 302
    assert desk.proposals[PROPOSAL.id].released


def test_words_that_are_the_lines_own_stop_nobody(desk: AdasDesk, nurse: Client) -> None:
    keep(nurse, "amend:s6", next(one.text for one in PROPOSAL.document.statements if one.id == "s6"))
    assert nurse.post(f"{PLAN}/decide", approval(nurse, PROPOSAL)).status_code == 302


def keep(client: Client, field: str, text: str, was: str = "") -> Any:
    return client.post(f"{PLAN}/keep", {"field": field, "text": text, "was": was})


def test_what_she_typed_is_there_when_she_comes_back_and_for_nobody_else(
    desk: AdasDesk, nurse: Client
) -> None:
    assert keep(nurse, "amend:s6", "Her knees hurt daily.").status_code == 204
    assert keep(nurse, "return:words", "The doses are old.").status_code == 204
    assert keep(nurse, "back:s6:should", "Stopped in May.").status_code == 204
    form = nurse.get(f"{PLAN}?line=s6&do=amend").content.decode()
    assert ">Her knees hurt daily.</textarea>" in form and "typed and didn't keep" in form
    assert ">The doses are old.</textarea>" in form
    for address in (f"{PLAN}?line=s6&do=back", f"{PLAN}/lines/s6/back"):
        for headers in ({}, HTMX):
            assert ">Stopped in May.</textarea>" in nurse.get(address, headers=headers).content.decode()
    theirs = signed_in("osei").get(f"{PLAN}?line=s6&do=amend").content.decode()
    assert "Her knees hurt daily." not in theirs and "The doses are old." not in theirs


def test_words_of_another_window_are_answered_and_not_written_over(desk: AdasDesk, nurse: Client) -> None:
    keep(nurse, "amend:s6", "First.")
    answer = keep(nurse, "amend:s6", "Second.")
    assert answer.status_code == 409 and answer.json() == {"stands": "First."}
    kept = [one.typed for (_, _), one in desk.begun.kept.items()]
    assert kept == [{"amend:s6": "First."}]
    assert keep(nurse, "amend:s6", "Second.", "First.").status_code == 204


def test_more_than_a_form_holds_is_not_kept(desk: AdasDesk, nurse: Client) -> None:
    assert keep(nurse, "amend:s6", "x" * 4001).status_code == 422
    assert keep(nurse, "x" * 81, "y").status_code == 422


def test_a_pharmacist_is_offered_the_lines_of_her_field_and_signs_none(desk: AdasDesk, nurse: Client) -> None:
    licence = Licence("MA", "PH1", date(2031, 6, 30))
    desk.store.users.create("ito", name="P. Ito", role="pharmacist", password=PASSWORD, licence=licence)
    line = replace(PROPOSAL.document.statements[3], section="medication_management")
    lines = (*PROPOSAL.document.statements[:3], line, *PROPOSAL.document.statements[4:])
    desk.proposals[PROPOSAL.id] = replace(PROPOSAL, document=replace(PROPOSAL.document, statements=lines))
    theirs = signed_in("ito")
    offered = re.search(r"Co-sign (\d+) line", page(theirs))
    assert offered is not None and "No line here is yours to sign" in page(theirs)
    form = approval(theirs, PROPOSAL)
    assert theirs.post(f"{PLAN}/decide", form).status_code == 403
    assert theirs.post(f"{PLAN}/decide", form | {"action": "cosign", "password": "wrong"}).status_code == 403
    assert desk.proposals[PROPOSAL.id].cosigned == {}
    assert theirs.post(f"{PLAN}/decide", form | {"action": "cosign"}).status_code == 302
    after = desk.proposals[PROPOSAL.id]
    assert line.id in after.cosigned and len(after.cosigned) == int(offered[1]) and after.released == {}
    evidence = nurse.get(f"{PLAN}/evidence/{line.id}", headers=HTMX).content.decode()
    assert "Co-signed by P. Ito, pharmacist." in evidence
    assert "Co-signed by P. Ito, pharmacist" in nurse.get(f"{PLAN}/printed").content.decode()
    nurse.post(f"{PLAN}/decide", form | {"action": "cosign"})
    assert set(desk.proposals[PROPOSAL.id].cosigned.values()) == set(after.cosigned.values())


def test_where_sources_disagree_the_nurse_records_what_the_patient_says_and_an_auditor_does_not(
    desk: AdasDesk, nurse: Client
) -> None:
    desk.store.users.create("aud", name="A. Hale", role="auditor", password=PASSWORD)
    key = next(one.id for one in PROPOSAL.document.statements if choose_shows_a_conflict(nurse, one.id))
    form = f"/draft/{PROPOSAL.document.patient}/visit_note"
    assert form in nurse.get(f"{PLAN}/evidence/{key}", headers=HTMX).content.decode()
    theirs = signed_in("aud").get(f"{PLAN}/evidence/{key}", headers=HTMX).content.decode()
    assert "The sources disagree" in theirs and form not in theirs


def choose_shows_a_conflict(client: Client, key: str) -> bool:
    shown = client.get(f"{PLAN}/evidence/{key}", headers=HTMX).content.decode()
    return "The sources disagree" in shown


def test_a_drafted_line_is_struck_with_a_reason_that_goes_to_whoever_improves_the_drafts(
    desk: AdasDesk, nurse: Client
) -> None:
    form = nurse.get(f"{PLAN}/lines/s6/strike", headers=HTMX).content.decode()
    assert "Why is it struck?" in form and "<kbd>1</kbd> Something in it is wrong" in form
    assert post(nurse, "lines/s6/strike") == 422
    assert post(nurse, "lines/s6/strike", reason="because") == 422
    assert not desk.decisions and desk.proposals[PROPOSAL.id].struck == ()
    assert post(nurse, "lines/s6/strike", reason="outdated") == 302
    struck = desk.decisions[-1]
    assert (struck.struck, struck.reason) == (("s6",), "The record behind it is out of date")
    assert (
        struck.feedback["code"] == "outdated"
        and struck.feedback["text"] in PROPOSAL.document.statements[5].text
    )


def test_what_a_person_wrote_is_struck_without_a_reason(desk: AdasDesk, nurse: Client) -> None:
    assert post(nurse, "lines/s6/amend", text="Knee pain on stairs.") == 302
    assert "Why is it struck?" not in nurse.get(f"{PLAN}/lines/s6/strike", headers=HTMX).content.decode()
    assert post(nurse, "lines/s6/strike") == 302
    assert desk.decisions[-1].struck == ("s6",) and not desk.decisions[-1].feedback


def test_the_api_strikes_as_before_and_keeps_the_reason_that_it_is_given(
    desk: AdasDesk, nurse: Client
) -> None:
    by_api(nurse, "decide", action="amend", struck=["s6"])
    assert desk.decisions[-1].struck == ("s6",) and not desk.decisions[-1].feedback
    answer = by_api(
        nurse, "decide", action="amend", struck=["s4"], reason="He moved.", reason_code="outdated"
    )
    assert answer.status_code == 200
    assert desk.decisions[-1].feedback["statement"] == "s4"
    assert by_api(nurse, "decide", action="amend", struck=["s5"], reason_code="because").status_code == 422
