"""A protocol's change without code: another interval, target or limit, or off; tried over the past, signed by two, in force in every draft, and taken back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from careloom.care.document import Proposal, Reviewer
from careloom.care.site_rule import ProtocolChange, RuleInputs, SiteRule
from careloom.errors import InputError, NotApproved
from careloom.improve import protocol_changes as changes
from careloom.improve.back_test import back_test
from careloom.improve.site_rules import beside, catches
from careloom.pipeline import Pipeline
from tests.flow.test_protecting import drafted, lead, pharmacist, reported

__all__ = ["lead", "pharmacist"]
pytestmark = pytest.mark.django_db
SOURCE = {
    "why": "an invented reason for this test",
    "source": "Invented blood pressure committee",
    "section": "section 7",
    "year": "2025",
}
DUE = {**SOURCE, "template": "protocol_due", "protocol": "ckd-uacr-due", "days": "3"}
TARGET = {**SOURCE, "template": "protocol_target", "protocol": "htn-goal", "value": "125"}
LIMIT = {
    **SOURCE,
    "template": "protocol_limit",
    "protocol": "htn-above-goal",
    "lab": "systolic",
    "value": "150",
}
OFF = {**SOURCE, "template": "protocol_off", "protocol": "core-symptoms"}


def line_of(plan: Proposal, rule: str) -> str:
    """The lines of a plan that rest on a protocol's rule."""
    return " ".join(
        one.text for one in plan.document.statements if one.guideline and one.guideline.id == rule
    )


@pytest.mark.parametrize(
    ("said", "before", "after"),
    [
        (DUE, "by 2026-12-07", "by 2026-11-26"),
        (TARGET, "below 130 mmHg", "below 125 mmHg"),
        (LIMIT, "Systolic blood pressure was 136", ""),
        (OFF, "which symptoms matter", ""),
    ],
    ids=["interval", "target", "limit", "off"],
)
def test_a_protocol_is_changed_by_a_template_once_two_signed_and_changed_back(
    desk: Pipeline, who: str, plan: Proposal, lead: Reviewer, pharmacist: Reviewer, physician: Reviewer,
    said: dict[str, str], before: str, after: str,
) -> None:  # fmt: skip
    making, name = desk.protecting, said["protocol"]
    rule = making.draft(lead, said, failure=reported(desk, plan))
    came = making.try_over_the_past(lead, rule)
    assert (came.drafts, came.new, came.caught, came.told, came.own_case) == (1, 1, 1, 0, True)
    making.run_silently(lead, rule)
    assert before in line_of(drafted(desk, who), name)
    making.sign(pharmacist, rule)
    making.sign(physician, rule)
    told = drafted(desk, who)
    line = line_of(told, name)
    assert before not in line and (after in line if after else not line)
    assert not [one for one in told.findings if one.rule in ("goals", "grounding", "unsupported")]
    if after:
        (found,) = {one.guideline for one in told.document.statements if one.guideline and one.guideline.id == name}  # fmt: skip
        assert found.source == "Invented blood pressure committee, section 7, 2025"
    assert making.regress("operator") == (1, ())
    again = desk.reproducing.reproduce(told.id)
    assert again.same, again.why
    making.withdraw(lead, rule, "the committee took it back")
    assert before in line_of(drafted(desk, who), name)


@pytest.mark.parametrize(
    ("said", "field", "given"),
    [
        (DUE, "protocol", "no-such-rule"),
        (DUE, "days", "soon"),
        (DUE, "days", "14"),
        (DUE, "source", ""),
        (TARGET, "value", "much"),
        (TARGET, "value", "-5"),
        (TARGET, "value", "9000"),
        (TARGET, "protocol", "htn-above-goal"),
        (LIMIT, "lab", "potassium"),
        (LIMIT, "protocol", "core-symptoms"),
        (OFF, "year", "2099"),
    ],
)
def test_what_a_protocol_s_template_cannot_take_is_named(
    desk: Pipeline, lead: Reviewer, said: dict[str, str], field: str, given: str
) -> None:
    with pytest.raises(InputError) as refused:
        desk.protecting.draft(lead, {**said, field: given})
    assert refused.value.where == field


def test_a_change_says_what_it_was_and_will_be_and_which_other_rules_name_the_number(
    desk: Pipeline, lead: Reviewer
) -> None:
    made = desk.store.site_rules.get(desk.protecting.draft(lead, TARGET))
    found = desk.protecting.preview(made)
    assert found is not None and found.then is not None and found.now.target and found.then.target
    assert (found.now.target.value, found.then.target.value) == ("130", "125")
    assert "lab: systolic >= 125 mm[Hg] within 12 months" in [one.line for one in found.then.when]
    assert "htn-above-goal" in found.alike
    assert made.body.other == "systolic target 130 → 125 mm[Hg]"


def test_a_change_of_what_is_no_longer_so_does_not_count_and_is_named(desk: Pipeline, lead: Reviewer) -> None:
    rule = desk.store.site_rules.get(desk.protecting.draft(lead, DUE))
    newer = replace(desk.knowledge.protocols.by_id["ckd-uacr-due"], due_days=30)
    protocols = desk.knowledge.protocols
    knowledge = replace(
        desk.knowledge, protocols=replace(protocols, by_id={**protocols.by_id, newer.id: newer})
    )
    found = beside(knowledge, [rule])
    assert found.protocols.by_id["ckd-uacr-due"].due_days == 30
    assert (
        "site rules: the change of ckd-uacr-due doesn't count: its interval is 30 days now, and no longer 14"
        in found.problems
    )


def test_a_change_that_fits_no_more_is_not_made_active(
    desk: Pipeline, plan: Proposal, lead: Reviewer, pharmacist: Reviewer, physician: Reviewer
) -> None:
    making = desk.protecting
    rules = [making.draft(lead, {**DUE, "days": days}) for days in ("3", "5")]
    for one in rules:
        making.try_over_the_past(lead, one)
        making.run_silently(lead, one)
        making.sign(pharmacist, one)
    making.sign(physician, rules[0])
    with pytest.raises(NotApproved):
        making.sign(physician, rules[1])
    assert [one.id for one in desk.store.site_rules.active()] == rules[:1]


def test_a_limit_over_the_past_tells_what_is_sure_what_is_likely_and_what_cannot_be_told(
    desk: Pipeline,
) -> None:
    knowledge, now = desk.knowledge, desk.clock()
    day = now.date().isoformat()

    def inputs(name: str, value: str, spoke: Sequence[str] | None, **more: tuple[str, ...]) -> RuleInputs:
        labs = {"egfr": (value, "mL/min/{1.73_m2}", day)}
        return RuleInputs(proposal=name, kind="care_plan", made=now, labs=labs,
                          spoke=None if spoke is None else tuple(spoke), **more)  # fmt: skip

    body = changes.change_of(
        "protocol_limit",
        {**SOURCE, "protocol": "ckd-statin", "lab": "egfr", "value": "50"},
        knowledge,
        2026,
    )
    ckd = {"problems": ("chronic_kidney_disease",)}
    kept = [
        inputs("gone", "55", ["ckd-statin"], **ckd),
        inputs("stays", "45", ["ckd-statin"], **ckd),
        inputs("before", "55", None, **ckd),
        inputs("another", "55", ["htn-goal"]),
    ]
    came = back_test(body, kept, knowledge, lambda _: {}, left_out=2)
    assert (came.drafts, came.left_out, came.new, came.unsure, came.examples) == (3, 3, 1, 0, ("gone",))
    wider = replace(body, value="70")
    late = replace(inputs("new", "65", [], **ckd), made=now + timedelta(days=1))
    kept = [
        late,
        inputs("a statin", "65", [], drugs=("atorvastatin",), **ckd),
        inputs("healthy", "65", []),
        inputs("in force", "55", [], **ckd),
    ]
    came = back_test(wider, kept, knowledge, lambda _: {"new": "signed"})
    assert (came.new, came.unsure, came.wrongly, came.examples) == (1, 1, 1, ("new",))


def test_a_regression_case_is_lost_where_the_protocols_no_longer_have_the_change(desk: Pipeline) -> None:
    said = {**SOURCE, "protocol": "htn-goal", "value": "125"}
    body = changes.change_of("protocol_target", said, desk.knowledge, 2026)
    assert isinstance(body, ProtocolChange)
    rule = SiteRule(id="a", rule="b", version=1, body=body, author="x", at=desk.clock())
    inputs = RuleInputs(proposal="p", kind="care_plan", made=desk.clock(), spoke=("htn-goal",))
    assert catches(beside(desk.knowledge, [rule]), inputs, body)
    assert not catches(desk.knowledge, inputs, body)
