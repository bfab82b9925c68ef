"""The same page without a draft: a nurse begins it, types each line, says what it rests on, and signs by the same rules."""

import re

import pytest
from django.test import Client

from careloom.demo import AS_OF, HERE
from careloom.pipeline import Pipeline
from tests.flow.samuel import SAMUEL
from tests.web.desk import PASSWORD, signed_in

LINE = {"section": "problem_list", "kind": "fact", "text": "Hypertension has been active since 2010-10-10."}


@pytest.fixture
def samuel(real: Pipeline) -> str:
    assert real.connect([HERE / "riverside_ehr" / "samuel-green.json"], source="riverside_ehr").rejected == []
    return real.find(SAMUEL)


@pytest.fixture
def rosa(real: Pipeline) -> Client:
    return signed_in("rosa")


@pytest.fixture
def begun(rosa: Client, samuel: str) -> str:
    """The address of a care plan that she began by hand."""
    answer = rosa.post(f"/draft/{samuel}/care_plan/by-hand")
    assert answer.status_code == 302
    return answer["Location"]


def shown(answer) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def hypertension(real: Pipeline, samuel: str) -> str:
    record = real.record_of(samuel, AS_OF)
    return next(one.id for one in record.entries if "hypertensive" in one.name.lower())


def test_kinds_that_can_be_written_offer_it_and_no_others(rosa, samuel):
    page = shown(rosa.get(f"/draft/{samuel}"))
    offered = set(re.findall(r"/draft/[^/]+/(\w+)/by-hand", page))
    assert {"care_plan", "clinical_summary"} <= offered
    assert not offered & {"visit_note", "patient_copy", "appointment_reminder", "prior_auth_letter"}
    assert rosa.post(f"/draft/{samuel}/visit_note/by-hand").status_code == 422
    assert rosa.post(f"/draft/{samuel}/nothing/by-hand").status_code == 404
    assert rosa.get(f"/draft/{samuel}/care_plan/by-hand").status_code == 405


def test_the_page_has_the_form_and_the_clock_of_writing(rosa, begun):
    page = shown(rosa.get(begun))
    assert "Nothing was drafted here" in page
    assert 'data-activity="write"' in page
    assert "Hypertensive disorder" in page.split('id="cite"')[1]


def test_she_types_a_line_cites_and_signs_it(real, rosa, samuel, begun):
    line = {**LINE, "cites": [hypertension(real, samuel)]}
    page = shown(rosa.post(f"{begun}/write", line, follow=True))
    assert "Hypertension has been active since 2010-10-10." in page
    assert "supported" in page
    signed = rosa.get(begun)
    assert "Sign 1 line" in signed.content.decode()


def test_what_she_types_is_kept_until_the_line_is_added(real, rosa, samuel, begun):
    kept = {"field": "write", "text": "Hypertension has been active since 2010-10-10.", "was": ""}
    assert rosa.post(f"{begun}/keep", kept).status_code == 204
    page = shown(rosa.get(begun))
    assert f'data-was="{kept["text"]}">{kept["text"]}</textarea>' in page
    other = rosa.post(f"{begun}/keep", {"field": "write", "text": "Other words.", "was": "never"})
    assert (other.status_code, other.json()["stands"]) == (409, kept["text"])
    assert kept["text"] not in shown(signed_in("osei").get(begun)), "it is hers alone"
    rosa.post(f"{begun}/write", {**LINE, "cites": [hypertension(real, samuel)]})
    assert 'data-was=""></textarea>' in shown(rosa.get(begun))


def test_what_can_not_be_added_is_said_and_what_was_typed_stays(rosa, begun):
    answer = rosa.post(f"{begun}/write", {**LINE, "text": "<b>He</b> walks", "cites": ["f" * 32]})
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 422
    assert "not in the record" in page
    assert "&lt;b&gt;He&lt;/b&gt; walks</textarea>" in page


def test_a_slip_is_taken_out_by_whoever_typed_it(rosa, begun):
    page = shown(rosa.post(f"{begun}/write", {**LINE, "text": "He walks slowy."}, follow=True))
    out = re.search(r'action="(/review/[^"]+/out)"', page)
    assert out
    assert signed_in("osei").post(out[1]).status_code == 403
    assert "He walks slowy." not in shown(rosa.post(out[1], follow=True)).split('id="bar"')[0]


def test_a_check_against_todays_record_keeps_her_lines_in_a_new_document(real, rosa, samuel, begun):
    answer = rosa.post(f"{begun}/write", {**LINE, "cites": [hypertension(real, samuel)]})
    assert answer.status_code == 302
    answer = rosa.post(f"{begun}/again")
    assert answer["Location"] != begun
    page = shown(rosa.get(answer["Location"]))
    assert "Hypertension has been active" in page and "Write a line" in page
    assert "Write a line" not in shown(rosa.get(begun))


def test_who_may_not_decide_has_no_form_and_begins_nothing(real, rosa, samuel, begun):
    real.store.users.create("chad", role="community_health_worker", password=PASSWORD)
    worker = signed_in("chad")
    assert worker.post(f"/draft/{samuel}/care_plan/by-hand").status_code == 403
    assert worker.post(f"{begun}/write", LINE).status_code == 403
    assert "Write a line" not in shown(worker.get(begun))
