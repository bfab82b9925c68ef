"""My time: what was measured of hers, corrected with a reason and attested; pages' signs of life are hers alone."""

from datetime import datetime, time, timedelta

import pytest
from django.test import Client

from careloom.care.document import Proposal
from careloom.care.worked import Beat
from careloom.demo import AS_OF, HERE
from careloom.pipeline import Pipeline
from careloom.store.models import StoredBeat
from tests.flow.samuel import SAMUEL
from tests.web.desk import PASSWORD, signed_in

BEGIN = {"span": "a1", "activity": "review", "word": "begin", "inputs": ""}


@pytest.fixture
def plan(real: Pipeline) -> Proposal:
    assert real.connect([HERE / "riverside_ehr" / "samuel-green.json"], source="riverside_ehr").rejected == []
    return real.propose("test", real.find(SAMUEL), as_of=AS_OF, model="none")


@pytest.fixture
def today(real: Pipeline) -> str:
    return real.timing.today.isoformat()


@pytest.fixture
def worked(real: Pipeline, plan: Proposal) -> Proposal:
    """Rosa was on the phone for ten minutes before noon of today."""
    rosa = real.store.users.reviewer("rosa").user
    noon = datetime.combine(real.timing.today, time(12), real.timing.zone)
    for minute in range(10, -1, -1):
        word = "begin" if minute == 10 else "beat"
        at = noon - timedelta(minutes=minute)
        real.store.worked.beat(rosa, Beat("phone", plan.document.patient, plan.id, "call", word, at))
    return plan


def shown(answer) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_page_that_opens_is_told_how_the_clock_stands(plan):
    answer = signed_in("rosa").post(f"/review/{plan.id}/clock", BEGIN)
    assert answer.json() == {"seconds": 0, "running": None, "stopped": ""}
    row = StoredBeat.objects.get()
    assert (row.activity, row.proposal_id.hex) == ("review", plan.id)


def test_a_call_that_runs_tells_the_page_where_its_signs_go(plan):
    rosa, patient = signed_in("rosa"), plan.document.patient
    rosa.post(f"/patients/{patient}/clock", {**BEGIN, "span": "b2", "activity": "call"})
    stands = rosa.post(f"/review/{plan.id}/clock", BEGIN).json()
    assert stands["running"] == {
        "address": f"/patients/{patient}/clock",
        "span": "b2",
        "activity": "call",
        "word": "On the phone",
        "asks": False,
    }


@pytest.mark.parametrize("inputs", ["x,-1,1e9", "99999999999999999999", "²", ",".join(["1"] * 5000)])
def test_nonsense_in_a_sign_of_life_does_no_harm(plan, inputs):
    rosa = signed_in("rosa")
    assert rosa.post(f"/review/{plan.id}/clock", {**BEGIN, "inputs": inputs}).status_code == 200
    assert rosa.post(f"/review/{plan.id}/clock", {**BEGIN, "activity": "<script>"}).status_code == 422
    assert rosa.post(f"/review/{'0' * 32}/clock", BEGIN).status_code == 404
    assert rosa.get(f"/review/{plan.id}/clock").status_code == 405
    assert len(StoredBeat.objects.get().inputs) <= 1


def test_a_sign_without_its_token_is_refused(plan):
    client = Client(enforce_csrf_checks=True)
    client.force_login(signed_in("rosa").get("/queue").wsgi_request.user)
    assert client.post(f"/review/{plan.id}/clock", BEGIN).status_code == 403
    assert not StoredBeat.objects.exists()


def test_nobody_measures_work_for_a_patient_whom_she_may_not_see(real, plan):
    real.access.join("operator", plan.document.patient, "osei")
    rosa = signed_in("rosa")
    assert rosa.post(f"/review/{plan.id}/clock", BEGIN).status_code == 403
    assert rosa.post(f"/patients/{plan.document.patient}/clock", BEGIN).status_code == 403
    assert not StoredBeat.objects.exists()


def test_my_time_shows_her_week_and_nobody_elses(worked):
    page = shown(signed_in("rosa").get("/time"))
    assert "10 min 00 s" in page
    assert "On the phone" in page and "Samuel Green" in page
    assert "Samuel Green" not in shown(signed_in("osei").get("/time"))


def test_whoever_left_the_care_team_sees_her_minutes_without_the_name(real, worked):
    real.access.join("operator", worked.document.patient, "osei")
    page = shown(signed_in("rosa").get("/time"))
    assert "10 min 00 s" in page
    assert "Samuel Green" not in page and "not in your care now" in page


def test_a_correction_stands_beside_what_was_measured(worked, today):
    rosa, where = signed_in("rosa"), f"/time/{worked.document.patient}/correct"
    said = {"case": worked.id, "activity": "call", "day": today, "direction": "more", "minutes": "5"}
    same = {"of": f"call {today}", "shown": today, "minutes": "77", "direction": "fewer"}
    refused = rosa.post(where, {**said, **same, "why": "no"})
    kept = refused.content.decode()
    assert refused.status_code == 422 and 'value="77"' in kept and 'value="fewer" selected' in kept
    assert 'id="refused-field">Say in a few words why.</span>' in kept and "<details open>" in kept
    page = shown(rosa.post(where, {**said, "why": "she <b>called back</b>"}, follow=True))
    assert "Corrected. What was measured stays beside it." in page
    assert "15 min 00 s" in page and "measured 10 min 00 s" in page
    assert "Corrected by +5 min: she &lt;b&gt;called back&lt;/b&gt;" in page
    fewer = shown(rosa.post(where, {**said, "direction": "fewer", "why": "once too often"}, follow=True))
    assert "Corrected by -5 min" in fewer


@pytest.mark.parametrize("minutes", ["", "-5", "1.5", "x", "99999999", "²", f"000001{'9' * 5000}"])
def test_what_are_no_minutes_are_not_taken(worked, today, minutes):
    said = {"case": worked.id, "activity": "call", "day": today, "minutes": minutes, "why": "a longer call"}
    answer = signed_in("rosa").post(f"/time/{worked.document.patient}/correct", said)
    assert answer.status_code == 422
    assert "whole minutes" in answer.content.decode()


def test_minutes_are_attested_and_taken_back(worked, today):
    rosa, where = signed_in("rosa"), f"/time/{worked.document.patient}/attest"
    assert rosa.post(where, {"month": today[:7], "minutes": "11"}).status_code == 422
    kept = rosa.post(where, {"month": today[:7], "minutes": "11", "shown": today}).content.decode()
    assert 'value="11"' in kept and '</label><span class="wrong"' in kept
    page = shown(rosa.post(where, {"month": today[:7], "minutes": "9"}, follow=True))
    assert "9 min attested · 1 min left" in page
    back = {"month": today[:7], "minutes": "2", "direction": "back", "why": "it was training"}
    assert "7 min attested · 3 min left" in shown(rosa.post(where, back, follow=True))
    assert rosa.post(where, {"month": "never", "minutes": "1"}).status_code == 422


def test_a_week_of_before_is_a_link_away_and_a_day_that_is_none_is_no_page(worked):
    rosa = signed_in("rosa")
    assert "Nothing was measured in this week" in shown(rosa.get("/time?day=2020-02-29"))
    assert rosa.get("/time?day=2020-02-30").status_code == 404
    assert rosa.get("/time?day=0001-01-01").status_code == 404


def test_of_days_at_the_ends_of_the_calendar_nothing_is_said(worked, today):
    rosa, where = signed_in("rosa"), f"/time/{worked.document.patient}"
    said = {"case": worked.id, "activity": "call", "minutes": "5", "why": "a longer call"}
    for day in ("0001-01-01", "9999-12-31"):
        assert rosa.post(f"{where}/correct", {**said, "day": day}).status_code == 422
        assert rosa.post(f"{where}/attest", {**said, "month": day[:7]}).status_code == 422


def test_an_auditor_has_no_page_of_her_own_time(real, plan):
    real.store.users.create("aud", role="auditor", password=PASSWORD)
    auditor = signed_in("aud")
    assert auditor.get("/time").status_code == 403
    assert auditor.post(f"/review/{plan.id}/clock", {**BEGIN, "activity": "read"}).status_code == 200
