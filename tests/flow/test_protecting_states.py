"""Rules of the site about a drug and how somebody is: a result, a result that is missing, a condition."""

from dataclasses import replace
from datetime import timedelta

import pytest

from careloom.care.document import Proposal, Reviewer
from careloom.care.site_rule import KNOWN, RuleInputs
from careloom.demo import AS_OF
from careloom.errors import InputError, NeedsNewer
from careloom.improve import site_states as states
from careloom.pipeline import Pipeline
from careloom.store.ids import new_id
from careloom.store.models import StoredRule
from tests.flow.test_protecting import FILLED, drafted, lead, pharmacist, reported, tells

__all__ = ["lead", "pharmacist"]
pytestmark = pytest.mark.django_db
BASE = {name: FILLED[name] for name in ("severity", "why", "action", "source", "section", "year")}
RESULT = {
    **BASE,
    "template": "drug_result",
    "one": "lisinopril",
    "lab": "egfr",
    "side": "below",
    "value": "90",
    "unit": "",
    "days": "900",
}
MISSING = {**BASE, "template": "no_result", "one": "ACE inhibitor", "lab": "tsh", "days": "365"}
CONDITION = {**BASE, "template": "drug_condition", "one": "lisinopril", "problem": "hypertension"}


@pytest.mark.parametrize("said", [RESULT, MISSING, CONDITION], ids=["result", "no result", "condition"])
def test_each_template_is_tried_told_once_two_signed_and_its_case_runs(
    desk: Pipeline, who: str, plan: Proposal, lead: Reviewer, pharmacist: Reviewer, physician: Reviewer,
    said: dict[str, str],
) -> None:  # fmt: skip
    making = desk.protecting
    rule = making.draft(lead, said, failure=reported(desk, plan))
    came = making.try_over_the_past(lead, rule)
    assert (came.drafts, came.new, came.caught, came.own_case) == (1, 1, 1, True), said
    making.run_silently(lead, rule)
    assert not tells(drafted(desk, who))
    making.sign(pharmacist, rule)
    making.sign(physician, rule)
    told = drafted(desk, who)
    assert tells(told)
    assert any("Invented formulary committee, section 4, 2024" in one.message for one in told.findings)
    checked = desk.check(lead, "He takes lisinopril.", who, AS_OF)
    assert any("an invented harm" in one.message for one in checked.findings)
    assert making.regress("operator") == (1, ())
    making.withdraw(lead, rule, "over")
    assert not tells(drafted(desk, who))


def test_a_value_is_compared_in_the_measurements_own_unit_and_an_old_result_is_none(desk: Pipeline) -> None:
    knowledge, now = desk.knowledge, desk.clock()
    body = states.state_of("drug_result", {**RESULT, "one": "metformin", "lab": "creatinine", "side": "above",
                           "value": "150", "unit": "umol/L", "days": "90"}, knowledge, 2026)  # fmt: skip
    day = (now - timedelta(days=30)).date().isoformat()
    inputs = RuleInputs(
        proposal="p",
        kind="care_plan",
        made=now,
        drugs=("metformin",),
        labs={"creatinine": ("1.8", "mg/dL", day)},
    )
    assert states.meets(body, inputs, knowledge)
    for labs in ({"creatinine": ("1.6", "mg/dL", day)}, {"creatinine": ("1.8", "furlongs", day)}, {}):
        assert not states.meets(body, replace(inputs, labs=labs), knowledge)
    old = {"creatinine": ("1.8", "mg/dL", "2025-01-01")}
    assert not states.meets(body, replace(inputs, labs=old), knowledge)
    missing = states.state_of(
        "no_result", {**MISSING, "one": "metformin", "lab": "creatinine", "days": "365"}, knowledge, 2026
    )
    assert states.meets(missing, replace(inputs, labs=old), knowledge)
    assert not states.meets(missing, inputs, knowledge)
    assert not states.meets(missing, replace(inputs, drugs=("warfarin",), labs={}), knowledge)


@pytest.mark.parametrize(
    ("said", "field", "given"),
    [(RESULT, "lab", "mood"), (RESULT, "unit", "furlongs"), (RESULT, "value", "much"), (RESULT, "value", "NaN"),
     (RESULT, "days", "0"), (RESULT, "side", "beside"), (MISSING, "days", "soon"), (CONDITION, "problem", "bad luck"),
     (CONDITION, "one", "nothing"), (MISSING, "source", "")],
)  # fmt: skip
def test_what_a_template_cannot_take_is_named(
    desk: Pipeline, lead: Reviewer, said: dict[str, str], field: str, given: str
) -> None:
    with pytest.raises(InputError) as refused:
        desk.protecting.draft(lead, {**said, field: given})
    assert refused.value.where == field


def test_a_rule_of_a_later_version_is_left_to_a_process_that_knows_it(
    desk: Pipeline, who: str, plan: Proposal, lead: Reviewer, pharmacist: Reviewer, physician: Reviewer
) -> None:
    making = desk.protecting
    rule = making.draft(lead, CONDITION)
    making.try_over_the_past(lead, rule)
    making.run_silently(lead, rule)
    making.sign(pharmacist, rule)
    making.sign(physician, rule)
    (row,) = StoredRule.objects.all()
    other = StoredRule(
        id=new_id(), organisation=row.organisation, rule=new_id().hex, version=1, template="drug_planet", who="x",
        at=row.at, needs=KNOWN + 1, sealed=row.sealed,
    )  # fmt: skip
    other.save(force_insert=True)
    active = making.get("operator", rule).steps[-1]
    assert active.what == "active" and tells(drafted(desk, who))
    desk.store.site_rules.say(other.id.hex, active)
    with pytest.raises(NeedsNewer):
        desk.propose("test", who, as_of=AS_OF, model="none")
