"""A failure is taken to an active rule by clicking alone, and its words tell nobody who the patient is."""

import re
from datetime import date

import pytest
from django.test import Client

from careloom.pipeline import Pipeline
from careloom.store.licence import Licence
from tests.flow.test_protecting import FILLED
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_flow import plan_of_ada

pytestmark = pytest.mark.django_db
UNTIL = date(2031, 6, 30)


def somebody(real: Pipeline, name: str, role: str) -> Client:
    licence = Licence("MA", f"{name}1", UNTIL) if role in ("pharmacist", "physician") else None
    real.store.users.create(
        name, role=role, name=f"{name.title()} Invented", password=PASSWORD, licence=licence
    )
    return signed_in(name)


def test_a_failure_becomes_an_active_rule_by_clicking(real: Pipeline) -> None:
    plan = plan_of_ada(real)
    line = plan.document.statements[0].id
    told = {"key": line, "reason": "missing", "words": "Ada Moreno, MRN RV104471: nothing of the two drugs"}
    assert signed_in("rosa").post(f"/review/{plan.id}/report", told).status_code == 302
    lead, phil = somebody(real, "lena", "quality_lead"), somebody(real, "phil", "pharmacist")
    listed = phil.get("/studies/failures").content.decode()
    assert "nothing of the two drugs" in listed and "Moreno" not in listed and "RV104471" not in listed
    (failure,) = re.findall(r'href="(/studies/failures/[0-9a-f]{32})"', listed)
    item = lead.get(failure).content.decode()
    (drafting,) = re.findall(r'href="(/studies/rules/new\?failure=[0-9a-f]{32})"', item)
    form = lead.get(drafting).content.decode()
    assert '<option value="ace inhibitor">' in form and '<option value="warfarin">' in form
    drugs = real.store.site_rules.frozen_of(plan.id)
    assert drugs is not None
    pair = _silent_pair(real, drugs.drugs)
    filled = {**FILLED, "one": pair[0], "other": pair[1], "failure": failure.rpartition("/")[2]}
    wrong = lead.post("/studies/rules/draft", {**filled, "year": "soon"})
    assert wrong.status_code == 422 and "in four digits" in wrong.content.decode()
    rule = lead.post("/studies/rules/draft", filled)["Location"].partition("?")[0]
    assert lead.post(f"{rule}/try").status_code == 302
    shown = lead.get(rule).content.decode()
    assert "caught" in shown and "1.0 over 1.0 weeks" in shown
    assert lead.post(f"{rule}/run").status_code == 302
    assert "Your password" not in lead.get(rule).content.decode()
    assert lead.post(f"{rule}/sign", {"password": PASSWORD}).status_code == 403
    assert phil.post(f"{rule}/sign", {"password": "wrong"}).status_code == 403
    assert phil.post(f"{rule}/sign", {"password": PASSWORD}).status_code == 302
    assert real.store.site_rules.active() == ()
    assert signed_in("osei").post(f"{rule}/sign", {"password": PASSWORD}).status_code == 302
    assert "active: told in every draft" in lead.get(rule).content.decode()
    anew = real.propose("operator", plan.document.patient, as_of=plan.document.as_of, model="none")
    assert any(FILLED["why"] in one.message for one in anew.findings)
    assert lead.post(f"{rule}/withdraw", {"why": "taken back by the committee"}).status_code == 302
    assert "taken back by the committee" in lead.get(rule).content.decode()


def _silent_pair(real: Pipeline, drugs: tuple[str, ...]) -> tuple[str, str]:
    """Two of these drugs of which no list of ours tells anything."""
    known = [one for one in map(real.knowledge.drugs.named, drugs) if one]
    return next(
        (a.name, b.name)
        for a in known
        for b in known
        if a.name < b.name and not real.knowledge.interactions.every_between(a, b)
    )


def test_failures_are_asked_for_by_cause_and_state_and_counted_by_cause(real: Pipeline) -> None:
    plan = plan_of_ada(real)
    for words in ("one thing", "another thing"):
        real.flag_for_improvement(plan, {"code": "wrong", "words": words})
    first, second = real.store.failures.newest(2)
    lead = somebody(real, "lena", "quality_lead")
    given = {"failure": first.id, "severity": "high", "cause": "rule"}
    assert lead.post("/studies/failures/judge", given).status_code == 302
    by_rule = lead.get("/studies/failures?cause=rule").content.decode()
    assert first.id in by_rule and second.id not in by_rule and "1 failure<" in by_rule
    waiting = lead.get("/studies/failures?state=new").content.decode()
    assert second.id in waiting and first.id not in waiting
    assert "None fits what was asked for." in lead.get("/studies/failures?cause=model").content.decode()


def test_rules_are_drafted_by_four_roles_and_read_by_the_auditor(real: Pipeline) -> None:
    assert somebody(real, "walt", "auditor").get("/studies/rules").status_code == 200
    assert signed_in("walt").get("/studies/rules/new").status_code == 403
    assert signed_in("rosa").get("/studies/rules").status_code == 403
    assert somebody(real, "ari", "administrator").get("/studies/rules/new").status_code == 200
    assert signed_in("osei").get(f"/studies/rules/{'0' * 32}").status_code == 404


def test_a_protocol_is_changed_from_a_failure_by_clicking(real: Pipeline) -> None:
    plan = plan_of_ada(real)
    real.flag_for_improvement(plan, {"code": "wrong", "words": "the committee asks for a lower pressure"})
    lead, phil = somebody(real, "lena", "quality_lead"), somebody(real, "phil", "pharmacist")
    (failure,) = [one.id for one in real.store.failures.newest(2)]
    item = lead.get(f"/studies/failures/{failure}").content.decode()
    (form,) = re.findall(r'href="([^"]*template=protocol_target&amp;protocol=htn-goal&amp;[^"]*)"', item)
    shown = lead.get(form.replace("&amp;", "&")).content.decode()
    assert "It says now:" in shown and "systolic &lt; 130 mm[Hg]" in shown
    filled = {name: FILLED[name] for name in ("why", "source", "section", "year")}
    filled |= {"template": "protocol_target", "protocol": "htn-goal", "failure": failure}
    wrong = lead.post("/studies/rules/draft", {**filled, "value": "130"})
    assert wrong.status_code == 422 and "It is so already." in wrong.content.decode()
    rule = lead.post("/studies/rules/draft", {**filled, "value": "125"})["Location"].partition("?")[0]
    assert lead.post(f"{rule}/try").status_code == 302 and lead.post(f"{rule}/run").status_code == 302
    read = phil.get(rule).content.decode()
    assert (
        "Systolic blood pressure below 130 mmHg" in read and "Systolic blood pressure below 125 mmHg" in read
    )
    assert "Drafts in which the rule would have said something else" in read and "htn-above-goal" in read
    assert "Waiting for your signature" in phil.get("/studies/rules").content.decode()
    for one in (phil, signed_in("osei")):
        assert one.post(f"{rule}/sign", {"password": PASSWORD}).status_code == 302
    listed = phil.get("/studies/rules").content.decode()
    assert "Waiting for your signature" not in listed and "active: every draft is made with it" in listed
    anew = real.propose("operator", plan.document.patient, as_of=plan.document.as_of, model="none")
    assert any("below 125 mmHg" in one.text for one in anew.document.statements)
    version = lead.get(f"/studies/rules/new?of={rule.rpartition('/')[2]}").content.decode()
    assert 'value="125"' in version and 'value="htn-goal"' in version
    unfit = lead.get("/studies/rules/new?template=protocol_limit&protocol=htn-goal").content.decode()
    assert "systolic &lt; 125 mm[Hg]" in unfit


@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        ("one", "amlodipin", "it has amlodipine"),
        ("other", "benzodiazapines", "it has benzodiazepine"),
        ("one", "qqqq", "choose a drug or a class of the list."),
    ],
)
def test_a_name_that_the_list_lacks_is_answered_with_those_that_are_alike(
    real: Pipeline, field: str, given: str, said: str
) -> None:
    lead = somebody(real, "lena", "quality_lead")
    filled = {**FILLED, "one": "thiazide diuretics", "other": "ACE inhibitors"}
    refused = lead.post("/studies/rules/draft", {**filled, field: given})
    assert refused.status_code == 422 and said.lower() in refused.content.decode().lower()
    assert lead.post("/studies/rules/draft", filled).status_code == 302
