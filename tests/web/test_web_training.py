"""Training in the pages: drills are told nothing of before they are answered, touch no patient, and the certificate opens real cases."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from careloom.care.document import Action, Decision
from careloom.care.drill import Drill, Level, Standing, TrainingStep
from careloom.errors import InputError, NotTrained
from careloom.pipeline import Pipeline
from careloom.store.models import ChartResource, DrillAnswer, Patient, StoredDecision, StoredProposal
from careloom.web.present.training import LEVELS
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_flow import plan_of_ada

pytestmark = pytest.mark.django_db
QUOTED = re.compile(r"&[#\w]+;")


def begun(client: Client) -> str:
    """The address of her drill."""
    return client.post("/training/begin")["Location"]


def drill_of(pipeline: Pipeline, user: str) -> Drill:
    found = pipeline.store.drills.of(pipeline.store.users.reviewer(user).user)
    return found[-1]


def practise(client: Client, pipeline: Pipeline, user: str, drills: int, *, careful: bool = True) -> None:
    """Answer every line of so many drills: as the key says, or "fine" to everything."""
    for _ in range(drills):
        address = begun(client)
        one = drill_of(pipeline, user)
        for line in one.lines:
            key = one.keys.get(line.id) if careful else None
            said = {"said": "faulty", "kind": key.kind.value} if key else {"said": "fine"}
            assert client.post(f"{address}/answer", {"line": line.id, **said}).status_code == 302


def test_nothing_of_the_key_reaches_the_page_before_its_line_is_answered(real: Pipeline) -> None:
    rosa = signed_in("rosa")
    address = begun(rosa)
    one = drill_of(real, "rosa")
    shown = rosa.get(address).content.decode()
    assert "Difficulty" not in shown and "It had said" not in shown and one.id in shown
    lines = {line.id: line.text for line in one.lines}
    for line, key in one.keys.items():
        if key.was not in lines.values() and not QUOTED.search(key.was):
            assert key.was not in shown, line
    line, key = next(iter(one.keys.items()))
    told = rosa.post(f"{address}/answer", {"line": line, "said": "fine"})
    assert told["Location"].endswith(f"#{line}")
    after = rosa.get(address).content.decode()
    assert "Missed:" in after and "1 of 10 lines answered, 0 rightly" in after
    assert after.count("Difficulty") == 1


def test_what_was_said_first_of_a_line_stays(real: Pipeline) -> None:
    rosa = signed_in("rosa")
    address = begun(rosa)
    line, key = next(iter(drill_of(real, "rosa").keys.items()))
    rosa.post(f"{address}/answer", {"line": line, "said": "fine"})
    rosa.post(f"{address}/answer", {"line": line, "said": "faulty", "kind": key.kind.value})
    assert "Missed:" in rosa.get(address).content.decode()
    assert DrillAnswer.objects.count() == 1


def test_an_answer_without_a_word_or_a_kind_is_asked_for_again_and_a_drill_is_finished_before_the_next(
    real: Pipeline,
) -> None:
    rosa = signed_in("rosa")
    address = begun(rosa)
    assert rosa.post(f"{address}/answer", {"line": "l1", "said": "faulty"}).status_code == 422
    assert rosa.post(f"{address}/answer", {"line": "l1"}).status_code == 422
    assert rosa.post(f"{address}/answer", {"line": "l99", "said": "fine"}).status_code == 404
    assert begun(rosa) == address and DrillAnswer.objects.count() == 0


def test_nobody_opens_another_ones_drill(real: Pipeline) -> None:
    address = begun(signed_in("rosa"))
    osei = signed_in("osei")
    assert osei.get(address).status_code == 404
    assert osei.post(f"{address}/answer", {"line": "l1", "said": "fine"}).status_code == 404
    with pytest.raises(InputError):
        real.training.practice(real.store.users.reviewer("osei"), address.rsplit("/", 1)[-1])


def test_nothing_of_a_drill_is_a_patient_a_proposal_a_decision_or_a_chart(real: Pipeline) -> None:
    """Nor is it found in queue, panel, search, export, facade or agreement."""
    plan_of_ada(real)
    tables = (Patient, StoredProposal, StoredDecision, ChartResource)
    before = [model.objects.count() for model in tables]
    rosa, osei = signed_in("rosa"), signed_in("osei")
    practise(rosa, real, "rosa", 2)
    assert [model.objects.count() for model in tables] == before
    one = drill_of(real, "rosa")
    names = {one.person, *(drill.person for drill in real.store.drills.of(one.who))}
    told = ""
    for address in (
        "/queue?whose=all",
        "/panel",
        "/tasks",
        "/urgent",
        "/messages",
        "/writings",
        "/readiness",
    ):
        told += osei.get(address).content.decode() + rosa.get(address).content.decode()
    told += osei.get("/api/queue").content.decode() + osei.get("/api/patients").content.decode()
    for name in names:
        told += (
            osei.get("/queue", {"q": name, "whose": "all"}).content.decode().replace(f'value="{name}"', "")
        )
        told += osei.get("/fhir/Patient", {"name": name}).content.decode().replace(f"name={name}", "")
    assert not [name for name in names if name in told]
    assert not [line.id for line in one.lines if f"drills/{one.id}" in told]


def test_whoever_is_asked_for_the_certificate_decides_on_real_cases_once_she_has_it(real: Pipeline) -> None:
    plan = plan_of_ada(real)
    rosa, who = signed_in("rosa"), real.store.users.reviewer("rosa")
    demanding = replace(real.training, demo=False)
    assert demanding.added(who.user, who.role, "operator")
    with pytest.raises(NotTrained):
        real.decide(who, plan.id, Action.RETURN, reason="not hers yet")
    assert "once you have the certificate" in rosa.get("/training").content.decode()
    practise(rosa, real, "rosa", 9)
    page = rosa.get("/training").content.decode()
    assert "Your certificate holds to" in page and "That is enough for the certificate" in page
    assert real.decide(who, plan.id, Action.RETURN, reason="read, and returned").status == "on-hold"


def test_the_page_of_a_draft_says_beforehand_that_the_certificate_is_missing_and_offers_no_decision(
    real: Pipeline,
) -> None:
    plan, who = plan_of_ada(real), real.store.users.reviewer("rosa")
    rosa, address = signed_in("rosa"), f"/review/{plan.id}"
    before = rosa.get(address).content.decode()
    offered = rosa.get(f"{address}?line={plan.document.statements[0].id}").content.decode()
    assert 'data-do="back"' in offered
    assert 'id="untrained"' not in before and 'value="return"' in before
    real.training.added(who.user, who.role, "operator")
    page = rosa.get(address).content.decode()
    assert "seven or eight drills" in page and 'class="button main" href="/training"' in page
    assert 'value="approve"' not in page and 'value="return"' not in page and 'value="reject"' not in page
    line = plan.document.statements[0].id
    pane = rosa.get(f"{address}?line={line}").content.decode()
    assert "Evidence" in pane and not [
        word for word in ("amend", "strike", "back") if f'data-do="{word}"' in pane
    ]
    assert "data-mark" not in pane and "data-move" not in pane
    spanish = rosa.get(address, headers={"Accept-Language": "es"}).content.decode()
    assert "Los casos reales vienen después de la formación" in spanish and "A la formación" in spanish
    stamped = re.search(r'name="stamp" value="([^"]+)"', before)
    assert stamped is not None
    said = {"action": "return", "stamp": stamped[1], "reason": "wrong", "words": "not hers yet"}
    refused = rosa.post(f"{address}/decide", said, headers={"Accept-Language": "es"})
    assert refused.status_code in (403, 422) and real.store.proposals.get(plan.id).status == "draft"
    practise(rosa, real, "rosa", 9)
    assert 'value="return"' in rosa.get(address).content.decode()


def test_a_score_says_in_words_how_somebody_judges(real: Pipeline) -> None:
    rosa, osei = signed_in("rosa"), signed_in("osei")
    practise(rosa, real, "rosa", 7)
    practise(osei, real, "osei", 7, careful=False)
    careful, careless = rosa.get("/training").content.decode(), osei.get("/training").content.decode()
    assert "You tell faulty lines from fine ones" in careful and "You let faults pass" not in careful
    assert "You let faults pass" in careless and "An index near 0 says little here" in careless
    spanish = osei.get("/training", headers={"Accept-Language": "es"}).content.decode()
    assert "Usted deja pasar faltas" in spanish


def test_who_takes_everything_for_fine_never_gets_it(real: Pipeline) -> None:
    rosa, who = signed_in("rosa"), real.store.users.reviewer("rosa")
    real.training.added(who.user, who.role, "operator")
    practise(rosa, real, "rosa", 8, careful=False)
    assert real.training.mine(who).state.until is None
    assert "faults caught: the lower end" in rosa.get("/training").content.decode()


def test_who_was_there_before_is_locked_out_of_nothing(real: Pipeline) -> None:
    plan = plan_of_ada(real)
    who = real.store.users.reviewer("rosa")
    assert real.training.asked == "new" and not real.settings.demo
    assert real.training.state(who, real.today).may and not real.training.state(who, real.today).must
    assert real.decide(who, plan.id, Action.RETURN, reason="she was here before").status == "on-hold"


def test_everybody_is_asked_where_the_site_says_so_and_nobody_in_a_demo_home(real: Pipeline) -> None:
    who = real.store.users.reviewer("rosa")
    assert not replace(real.training, asked="all").state(who, real.today).may
    assert replace(real.training, asked="all", demo=True).state(who, real.today).may
    assert replace(real.training, asked="off").state(who, real.today).may


def test_an_administrator_asks_for_it_from_a_day_on_and_excuses_with_a_reason(real: Pipeline) -> None:
    plan_of_ada(real)
    real.store.users.create("boss", role="administrator", password=PASSWORD)
    boss, who = signed_in("boss"), real.store.users.reviewer("rosa")
    today = real.today
    said = {"user": who.user, "day": today.isoformat()}
    assert boss.post("/training/ask", {**said, "day": "2020-01-01"}).status_code == 422
    assert boss.post("/training/ask", said).status_code == 302
    assert not real.training.state(who, today).may
    assert boss.post("/training/ask", {**said, "what": "excuse", "why": ""}).status_code == 422
    far = (today + timedelta(days=40)).isoformat()
    assert (
        boss.post("/training/ask", {**said, "what": "excuse", "day": far, "why": "flu season"}).status_code
        == 422
    )
    assert boss.post("/training/ask", {**said, "what": "excuse", "why": "flu season"}).status_code == 302
    assert real.training.state(who, today).may
    assert signed_in("rosa").post("/training/ask", said).status_code == 403


def test_a_lead_sees_whose_certificate_holds_and_no_score_and_of_fewer_than_five_nothing_together(
    real: Pipeline,
) -> None:
    real.store.users.create("lee", role="quality_lead", password=PASSWORD)
    lee, rosa = signed_in("lee"), signed_in("rosa")
    practise(rosa, real, "rosa", 1)
    page = lee.get("/training").content.decode()
    assert "Fewer than five people practised" in page and "Faults caught" not in page
    for name in ("nina", "olga", "petra", "quinn"):
        real.store.users.create(name, role="registered_nurse", password=PASSWORD)
        practise(signed_in(name), real, name, 1)
    together = lee.get("/training").content.decode()
    assert "Faults caught" in together and "of 10 faulty" not in together


def test_most_signatures_given_faster_than_anybody_reads_ask_for_a_refresher_with_a_day(
    real: Pipeline,
) -> None:
    who, desk = real.store.users.reviewer("rosa"), real.training
    at = desk.here()
    real.store.drills.step(
        TrainingStep(who.user, Standing.CERTIFIED, at.date() + timedelta(days=200), "careloom", "", at)
    )
    plan = plan_of_ada(real)
    hasty = {"words": "100", "seconds": "3", "least": "25", "went_on": "yes"}
    for _ in range(24):
        real.store.proposals.add_decision(
            plan.id, Decision(action=Action.APPROVE, reviewer=who.user, role=who.role, at=at, pace=hasty)
        )
    desk.look_after(who)
    found = desk.state(who, at.date())
    assert found.refresher == at.date() + timedelta(days=14) and found.may
    desk.look_after(who)
    assert sum(one.what is Standing.REFRESHER for one in real.store.drills.steps(who.user)) == 1


def test_the_course_the_score_and_who_answers_for_what_open_for_everybody_who_is_signed_in(
    real: Pipeline,
) -> None:
    real.store.users.create("helper", role="community_health_worker", password=PASSWORD)
    helper = signed_in("helper")
    for address in ("/training", "/training/course", "/accountability"):
        assert helper.get(address).status_code == 200
    foot = helper.get("/panel").content.decode()
    assert 'href="/accountability"' in foot and 'href="/training"' in foot


def test_a_hard_fault_is_not_called_by_the_word_of_the_answer(real: Pipeline) -> None:
    assert str(LEVELS[Level.FINE]) == "subtle" and "fine" not in {str(word) for word in LEVELS.values()}
