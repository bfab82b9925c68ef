"""The pages Urgent, Replies and Messages, as a nurse sees and works them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from careloom import pipeline as pipelines
from careloom.store.users import Licence
from tests.connect.made import about, body, bundle, coded, patient
from tests.web.desk import PASSWORD, signed_in


@pytest.fixture
def desk(real, home, settings, tmp_path):
    made = pipelines.build(replace(real.settings, urgent_people="R. Blake <blake@harbor.example>"))
    settings.CARELOOM_PIPELINE = lambda _: made
    home.mkdir(exist_ok=True)
    return made


@pytest.fixture
def marta(desk, tmp_path) -> str:
    (tmp_path / "sent.json").write_bytes(body(bundle(patient())))
    (who,) = desk.connect([tmp_path / "sent.json"], source="ehr").patients
    return who


def test_what_cant_wait_is_listed_with_whom_it_was_told_and_taken(desk, marta):
    rosa = signed_in("rosa")
    assert "Nothing waits that can" in rosa.get("/urgent").content.decode()
    desk.replying.take(b"I can't breathe <b>", "text", patient=marta)
    said = rosa.get("/urgent").content.decode()
    assert "A reply speaks of trouble breathing." in said
    assert "R. Blake told" in said
    assert f'<a href="/patients/{marta}">Marta Jo Quill</a>' in said
    (page,) = desk.store.pages.waiting()
    said = rosa.post(f"/urgent/{page.id}/take", follow=True).content.decode()
    assert "It is yours now" in said
    assert "took it" in said
    assert not desk.store.pages.waiting()


def test_a_taken_page_stays_with_its_holders_name_until_what_was_done_is_written(desk, tmp_path):
    who = a_critical_level(desk, tmp_path)
    rosa, osei = signed_in("rosa"), signed_in("osei")
    (page,) = desk.store.pages.waiting()
    rosa.post(f"/urgent/{page.id}/take")
    assert "Taken by R. Blake" in osei.get("/panel").content.decode()
    osei.get(f"/patients/{who}")
    for address in ("/panel", "/urgent"):
        assert "not yet acted on" in osei.get(address).content.decode()
    assert "Give it back" in rosa.get("/urgent").content.decode()
    assert "Give it back" not in osei.get("/urgent").content.decode()
    assert osei.post(f"/urgent/{page.id}/back").status_code == 422
    assert "the next person is told" in rosa.post(f"/urgent/{page.id}/back", follow=True).content.decode()
    assert "act now" in osei.get("/panel").content.decode()
    assert rosa.post(f"/urgent/{page.id}/take").status_code == 302
    assert rosa.post(f"/urgent/{page.id}/outcome", {"words": " "}).status_code == 422
    over = rosa.post(f"/urgent/{page.id}/outcome", {"words": "Level held, <b>seen today"}, follow=True)
    assert "Level held, &lt;b&gt;seen today" in over.content.decode()
    assert "not yet acted on" not in osei.get("/panel").content.decode()


def test_a_nurse_whose_licence_expired_is_offered_no_page_and_takes_none(desk, tmp_path):
    a_critical_level(desk, tmp_path)
    olga = {
        "role": "registered_nurse",
        "password": PASSWORD,
        "licence": Licence("MA", "RN9", date(2026, 1, 31)),
    }
    desk.store.users.create("olga", name="Olga", **olga)
    hers = signed_in("olga")
    (page,) = desk.store.pages.waiting()
    assert "I take it" not in hers.get("/urgent").content.decode()
    assert "See who was paged" in hers.get("/panel").content.decode()
    for step in ("take", "outcome", "called"):
        form = {"words": "fine", "reached": "yes"}
        assert hers.post(f"/urgent/{page.id}/{step}", form).status_code == 403
    assert desk.store.pages.get(page.id).is_open
    assert signed_in("rosa").post(f"/urgent/{page.id}/take").status_code == 302


@pytest.mark.parametrize("role", ["medical_assistant", "community_health_worker", "care_coordinator"])
def test_who_may_not_act_takes_no_page_and_sees_who_was_paged_and_how_to_reach_them(desk, tmp_path, role):
    a_critical_level(desk, tmp_path)
    desk.store.users.create("milo", name="Milo", role=role, password=PASSWORD)
    milo = signed_in("milo")
    (page,) = desk.store.pages.waiting()
    for step in ("take", "outcome", "back"):
        assert milo.post(f"/urgent/{page.id}/{step}", {"words": "fine"}).status_code == 403
    assert desk.store.pages.get(page.id).is_open
    said = milo.get("/urgent").content.decode()
    assert "I take it" not in said and "These are paged; reach one of them:" in said
    assert "R. Blake" in said and "mailto:blake@harbor.example" in said
    assert "act now" in said
    assert "See who was paged" in milo.get("/panel").content.decode()


def test_where_nobody_is_paged_a_page_that_somebody_holds_sends_nobody_to_look_for_another(
    desk, tmp_path, settings
):
    a_critical_level(desk, tmp_path)
    alone = pipelines.build(replace(desk.settings, urgent_people=""))
    settings.CARELOOM_PIPELINE = lambda _: alone
    desk.store.users.create("milo", name="Milo", role="care_coordinator", password=PASSWORD)
    milo = signed_in("milo")
    (page,) = desk.store.pages.waiting()
    assert "Tell one of them yourself, now" in milo.get("/urgent").content.decode()
    signed_in("rosa").post(f"/urgent/{page.id}/take")
    said = milo.get("/urgent").content.decode()
    assert "taken by R. Blake" in said and "Tell one of them yourself" not in said


def test_a_social_worker_takes_a_danger_of_self_harm_and_no_result(desk, tmp_path):
    who = a_critical_level(desk, tmp_path)
    desk.store.users.create("sol", name="Sol", role="social_worker", password=PASSWORD)
    sol = signed_in("sol")
    (level,) = desk.store.pages.waiting()
    assert sol.post(f"/urgent/{level.id}/take").status_code == 403
    desk.replying.take(b"I want to kill myself", "text", patient=who)
    (reply,) = [one for one in desk.store.pages.waiting() if one.cause == "reply"]
    assert sol.post(f"/urgent/{reply.id}/take").status_code == 302
    assert not desk.store.pages.get(reply.id).is_open and desk.store.pages.get(level.id).is_open


def a_critical_level(desk, tmp_path, source="ehr", days=0) -> str:
    day = (desk.today + timedelta(days=days)).isoformat()
    called = coded(
        "HH", "Critical high", "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
    )
    level = {"value": 18.4, "unit": "ng/mL", "system": "http://unitsofmeasure.org", "code": "ng/mL"}
    seen = about(
        "Observation", id="tac", status="final", code=coded("11253-2", "Tacrolimus level"), effectiveDateTime=day,
        valueQuantity=level, interpretation=[called],
    )  # fmt: skip
    (tmp_path / "level.json").write_bytes(body(bundle(patient(), seen)))
    (who,) = desk.connect([tmp_path / "level.json"], source=source).patients
    return who


@pytest.mark.parametrize("days", [0, 1], ids=["today", "by the day of a source that is ahead"])
def test_a_critical_result_has_its_name_value_unit_day_and_source_one_step_away(desk, tmp_path, days):
    who = a_critical_level(desk, tmp_path, days=days)
    rosa = signed_in("rosa")
    said = rosa.get("/urgent").content.decode()
    assert "Tacrolimus level, which its laboratory calls critical · 18.4 ng/mL on " in said
    (page,) = desk.store.pages.waiting()
    address = f"/patients/{who}/results/{page.reference}"
    assert f'<a href="{address}">' in said
    assert "18.4" in rosa.get(address).content.decode()


def test_an_open_page_stands_on_the_call_and_the_record_of_its_patient_until_what_was_done_is_written(
    desk, tmp_path
):
    who = a_critical_level(desk, tmp_path)
    rosa = signed_in("rosa")
    for address in (f"/call/{who}", f"/patients/{who}"):
        said = rosa.get(address).content.decode()
        assert "1 thing that can't wait is open about this patient." in said.replace("&#x27;", "'")
        assert '<a href="/urgent">' in said
    (page,) = desk.store.pages.waiting()
    rosa.post(f"/urgent/{page.id}/take")
    assert "is open about this patient" in rosa.get(f"/call/{who}").content.decode()
    rosa.post(f"/urgent/{page.id}/outcome", {"words": "Physician called, dose held"})
    assert "is open about this patient" not in rosa.get(f"/call/{who}").content.decode()


def test_a_reply_stands_in_her_words_until_somebody_has_read_it(desk, marta):
    desk.replying.take(b"mwen pa ka respire <script>", "text", patient=marta)
    rosa = signed_in("rosa")
    said = rosa.get("/replies").content.decode()
    assert "mwen pa ka respire &lt;script&gt;" in said
    assert "language not known" in said
    assert f'href="/patients/{marta}"' in said
    (reply,) = desk.store.replies.waiting()
    assert "Every reply was read" in rosa.post(f"/replies/{reply.id}/read", follow=True).content.decode()
    assert desk.store.audit.of(marta)[-1]["action"] == "read reply"


def test_nobody_sees_them_without_signing_in_and_an_unknown_one_is_not_found(desk):
    from django.test import Client

    for page in ("/urgent", "/replies", "/messages"):
        assert Client().get(page).status_code == 302
    unknown = "01900000-0000-7000-8000-000000000000"
    rosa = signed_in("rosa")
    assert rosa.post(f"/urgent/{unknown}/take").status_code == 404
    assert rosa.post(f"/replies/{unknown}/read").status_code == 404
    assert "No message was sent yet" in rosa.get("/messages").content.decode()


def test_a_call_is_ticked_with_who_and_when_and_ends_nothing(desk, tmp_path):
    a_critical_level(desk, tmp_path)
    rosa = signed_in("rosa")
    (page,) = desk.store.pages.waiting()
    rosa.post(f"/urgent/{page.id}/take")
    said = rosa.post(f"/urgent/{page.id}/called", {"reached": "no"}, follow=True).content.decode()
    assert "The call is ticked" in said and "R. Blake phoned and reached nobody" in said
    said = rosa.post(f"/urgent/{page.id}/called", {"reached": "yes"}, follow=True).content.decode()
    assert "R. Blake phoned and reached somebody" in said and "not yet acted on" in said
    assert [one.what for one in desk.store.pages.get(page.id).steps].count("called") == 2
    rosa.post(f"/urgent/{page.id}/outcome", {"words": "Level held."})
    assert rosa.post(f"/urgent/{page.id}/called", {"reached": "yes"}).status_code == 422


def test_a_tick_by_mistake_is_taken_back_by_whoever_ticked_it_and_both_stay(desk, tmp_path):
    a_critical_level(desk, tmp_path)
    rosa, osei = signed_in("rosa"), signed_in("osei")
    (page,) = desk.store.pages.waiting()
    said = rosa.post(f"/urgent/{page.id}/called", {"reached": "yes"}, follow=True).content.decode()
    ((number, _),) = desk.store.pages.get(page.id).calls
    address = f"/urgent/{page.id}/called/{number}/undo"
    assert f'action="{address}"' in said and f'action="{address}"' not in osei.get("/urgent").content.decode()
    assert osei.post(address).status_code == 422
    said = rosa.post(address, follow=True).content.decode()
    assert "The tick is taken back" in said and f'action="{address}"' not in said
    assert "R. Blake phoned and reached somebody" in said and "R. Blake took back, " in said
    assert desk.store.pages.get(page.id).calls == ()
    assert rosa.post(address).status_code == 422


def test_an_outcome_of_the_wrong_patient_is_taken_back_with_a_reason_and_the_page_waits_again(desk, tmp_path):
    who = a_critical_level(desk, tmp_path)
    rosa, osei = signed_in("rosa"), signed_in("osei")
    (page,) = desk.store.pages.waiting()
    assert rosa.post(f"/urgent/{page.id}/undo", {"why": "too early"}).status_code == 422
    rosa.post(f"/urgent/{page.id}/take")
    rosa.post(f"/urgent/{page.id}/outcome", {"words": "Called <b>Ada, level held."})
    assert not desk.store.pages.unfinished() and not desk.paged.patients(desk.store.users.reviewer("osei"))
    refused = osei.post(f"/urgent/{page.id}/undo", {"why": "  "})
    assert refused.status_code == 422 and "say why it is taken back" in refused.content.decode().lower()
    told = [one.what for one in desk.store.pages.get(page.id).steps].count("told")
    said = osei.post(
        f"/urgent/{page.id}/undo", {"why": "It was <i>Ada, not Marta"}, follow=True
    ).content.decode()
    assert "the page waits again" in said and "act now" in said
    assert "Called &lt;b&gt;Ada, level held." in said and "It was &lt;i&gt;Ada, not Marta" in said
    again = desk.store.pages.get(page.id)
    assert again.is_open and [one.what for one in again.steps].count("told") == told + 1
    assert desk.store.pages.waiting() == (again,)
    assert desk.paged.patients(desk.store.users.reviewer("osei")) == {who}
    assert "undo page outcome" in [one["action"] for one in desk.store.audit.of(who)]
    rosa.post(f"/urgent/{page.id}/take")
    rosa.post(f"/urgent/{page.id}/outcome", {"words": "Marta reached."})
    assert desk.store.pages.get(page.id).is_done
    assert osei.post(f"/urgent/{page.id}/undo", {"why": "once more"}).status_code == 302


@pytest.mark.parametrize("role", ["medical_assistant", "care_coordinator"])
def test_who_may_not_act_ticks_no_call_and_takes_nothing_back(desk, tmp_path, role):
    a_critical_level(desk, tmp_path)
    desk.store.users.create("milo", name="Milo", role=role, password=PASSWORD)
    (page,) = desk.store.pages.waiting()
    signed_in("rosa").post(f"/urgent/{page.id}/outcome", {"words": "Level held."})
    milo = signed_in("milo")
    assert milo.post(f"/urgent/{page.id}/undo", {"why": "mine"}).status_code == 403
    assert milo.post(f"/urgent/{page.id}/called", {"reached": "yes"}).status_code == 403
    assert "take it back" not in milo.get("/urgent").content.decode()
    assert desk.store.pages.get(page.id).is_done
