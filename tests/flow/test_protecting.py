"""From a failure to a rule that is told: drafted without code, tried over the past, silent, signed by two, and taken back."""

from dataclasses import replace
from pathlib import Path

import pytest

from careloom.care.document import Proposal, Reviewer
from careloom.care.site_rule import RuleState
from careloom.demo import AS_OF
from careloom.errors import InputError, NotApproved, NotLicensed, StaleRecord
from careloom.pipeline import Pipeline
from careloom.store.models import FrozenInputs, SiteRuleStep
from tests.flow.test_access import person
from tests.flow.test_deciding import note

pytestmark = pytest.mark.django_db

FILLED = {
    "one": "ACE inhibitor",
    "other": "Metformin",
    "severity": "moderate",
    "why": "an invented harm for this test",
    "action": "Ask the prescriber",
    "source": "Invented formulary committee",
    "section": "section 4",
    "year": "2024",
}


@pytest.fixture
def both(desk: Pipeline, who: str, tmp_path: Path) -> Proposal:
    """Samuel's plan once a note told of a second drug; no list of ours has the two."""
    note(desk, tmp_path, "He takes metformin 500 mg twice a day.")
    return drafted(desk, who)


@pytest.fixture
def lead(desk: Pipeline) -> Reviewer:
    return person(desk, "lena", "quality_lead")


@pytest.fixture
def pharmacist(desk: Pipeline) -> Reviewer:
    return person(desk, "phil", "pharmacist")


def drafted(desk: Pipeline, who: str) -> Proposal:
    return desk.propose("test", who, as_of=AS_OF, model="none")


def reported(desk: Pipeline, plan: Proposal) -> str:
    return desk.flag_for_improvement(plan, {"code": "missing", "words": "nothing said of the two drugs"})


def tells(plan: Proposal) -> bool:
    return any("an invented harm for this test" in one.message for one in plan.findings)


def test_a_missed_interaction_becomes_a_rule_that_is_told_once_a_pharmacist_and_a_physician_signed(
    desk: Pipeline, both: Proposal, who: str, lead: Reviewer, pharmacist: Reviewer, physician: Reviewer
) -> None:
    making = desk.protecting
    rule = making.draft(lead, FILLED, failure=reported(desk, both))
    with pytest.raises(NotApproved):
        making.run_silently(lead, rule)
    came = making.try_over_the_past(lead, rule)
    assert (came.drafts, came.flagged, came.new, came.caught, came.wrongly) == (1, 1, 1, 1, 0)
    assert (came.own_case, came.weekly, came.examples) == (True, 1.0, (both.id,))
    with pytest.raises(NotApproved):
        making.sign(pharmacist, rule)
    making.run_silently(lead, rule)
    assert not tells(drafted(desk, who))
    assert making.sign(pharmacist, rule).state is RuleState.SILENT
    with pytest.raises(NotApproved):
        making.sign(person(desk, "petra", "pharmacist"), rule)
    assert making.sign(physician, rule).state is RuleState.ACTIVE
    told = drafted(desk, who)
    assert told.id != both.id and tells(told)
    with pytest.raises(StaleRecord):
        desk.desk.fresh(both, AS_OF)
    assert making.uncaught(desk.store.site_rules.active()) == ()
    making.withdraw(lead, rule, "the committee took it back")
    assert not tells(drafted(desk, who)) and desk.store.site_rules.active() == ()
    steps = [one.what for one in desk.store.site_rules.get(rule).steps]
    assert steps == ["tried", "silent", "signed", "signed", "active", "withdrawn"]


def test_a_silent_rule_counts_what_it_would_have_said_and_tells_nobody(
    desk: Pipeline, who: str, lead: Reviewer, tmp_path: Path
) -> None:
    drafted(desk, who)
    making = desk.protecting
    rule = making.draft(lead, FILLED)
    making.try_over_the_past(lead, rule)
    making.run_silently(lead, rule)
    note(desk, tmp_path, "He takes metformin 500 mg twice a day.")
    assert not tells(drafted(desk, who))
    so_far = making.so_far(desk.store.site_rules.get(rule))
    assert so_far is not None and (so_far.new, so_far.caught) == (1, 0)


def test_its_author_signs_no_version_of_a_rule_and_nobody_else_but_the_two_professions(
    desk: Pipeline, both: Proposal, lead: Reviewer, pharmacist: Reviewer, physician: Reviewer
) -> None:
    making = desk.protecting
    first = making.draft(pharmacist, FILLED)
    rule = making.draft(lead, {**FILLED, "severity": "high"}, version_of=first)
    making.try_over_the_past(lead, rule)
    making.run_silently(lead, rule)
    for somebody in (pharmacist, lead, person(desk, "nell", "advanced_practice_nurse")):
        with pytest.raises(NotLicensed):
            making.sign(somebody, rule)
    with pytest.raises(NotLicensed):
        making.draft(desk.store.users.reviewer("nora"), FILLED)
    assert making.sign(physician, rule).version == 2


def test_a_new_version_takes_the_place_of_the_one_before_when_it_is_signed(
    desk: Pipeline, both: Proposal, who: str, lead: Reviewer, pharmacist: Reviewer, physician: Reviewer
) -> None:
    making, store = desk.protecting, desk.store.site_rules
    versions = [making.draft(lead, FILLED, failure=reported(desk, both))]
    versions.append(making.draft(lead, {**FILLED, "severity": "high"}, version_of=versions[0]))
    for one in versions:
        making.try_over_the_past(lead, one)
        making.run_silently(lead, one)
        making.sign(pharmacist, one)
        making.sign(physician, one)
    assert [one.id for one in store.active()] == versions[1:]
    assert store.get(versions[0]).state is RuleState.ENDED
    (found,) = [one for one in drafted(desk, who).findings if "an invented harm" in one.message]
    assert found.severity == "high" and "Invented formulary committee, section 4, 2024" in found.message


@pytest.mark.parametrize(
    ("field", "given"),
    [
        *(("one", "not a drug at all"), ("one", "lisinopril and metformin"), ("other", "")),
        *(("severity", "low"), ("source", ""), ("section", " ")),
        *(("year", "2099"), ("year", "last"), ("one", "metformin")),
    ],
)
def test_a_template_that_lacks_something_is_refused_by_its_field(
    desk: Pipeline, lead: Reviewer, field: str, given: str
) -> None:
    with pytest.raises(InputError) as refused:
        desk.protecting.draft(lead, {**FILLED, field: given})
    assert refused.value.where == ("other" if given == "metformin" else field)


def test_a_rule_that_cannot_be_read_stops_no_draft_and_is_named_in_it(
    desk: Pipeline, both: Proposal, who: str, lead: Reviewer, pharmacist: Reviewer, physician: Reviewer
) -> None:
    making = desk.protecting
    rule = making.draft(lead, FILLED)
    making.try_over_the_past(lead, rule)
    making.run_silently(lead, rule)
    making.sign(pharmacist, rule)
    making.sign(physician, rule)
    row = desk.store.site_rules
    broken = row.add(desk.store.site_rules.get(rule).body, who="u", at=desk.clock())
    step = SiteRuleStep.objects.filter(what="active").get()
    SiteRuleStep.objects.create(
        organisation=step.organisation,
        of_id=broken,
        number=1,
        what="active",
        who="u",
        role="",
        at=step.at,
        sealed=b"no",
    )
    fresh = drafted(desk, who)
    assert not tells(fresh)
    assert any("site rules" in one for one in making.known().problems)


def test_of_a_draft_whose_inputs_were_not_kept_it_is_said_that_it_was_left_out(
    desk: Pipeline, both: Proposal, lead: Reviewer
) -> None:
    assert FrozenInputs.objects.count() == 1
    making = desk.protecting
    rule = making.draft(lead, FILLED)
    assert making.try_over_the_past(lead, rule).left_out == 0
    desk.store.proposals.add(replace(both, id="a" * 32), {})
    came = making.try_over_the_past(lead, rule)
    assert (came.drafts, came.left_out) == (1, 1)
