"""Which findings of a signed plan were accepted, by whom, and what of a new plan they quiet."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from careloom.care.document import Accepted, Action, Decision, Finding, Proposal, Severity, Tier
from careloom.review.accepted import accepted_in, ends, every, set_aside, with_causes
from careloom.review.vigilance import mark_of
from tests.check.records import a_drug, a_plan, a_problem, a_record

AT = datetime(2026, 11, 23, 15, tzinfo=UTC)
PAIR = Finding(
    "interaction", Severity.HIGH, "warfarin with ibuprofen: bleeding.", ("Warfarin 5 MG", "Ibuprofen")
)
SUM = Finding("opioid", Severity.MODERATE, "60 MME a day.", ("Ibuprofen",))
CITED = ("Warfarin 5 MG", "Ibuprofen")
RECORD = a_record(a_drug("Warfarin 5 MG", dose="5 mg, once daily"), a_drug("Ibuprofen"))


def plan(*findings: Finding, record=RECORD, **given) -> Proposal:
    found = with_causes(findings, record)
    return Proposal(
        id="1",
        document=a_plan("The pharmacist reviews them today.", cites=CITED),
        findings=found,
        tier=Tier.PHYSICIAN,
        created=AT,
        **({"released": {"s1": "osei"}} | given),
    )


def decided(*opened: Finding, action=Action.APPROVE, role="physician", lines=("s1",)) -> Decision:
    """A decision of somebody who had opened these findings."""
    looked = tuple(mark_of(one) for one in opened)
    return Decision(
        action=action, reviewer="osei", role=role, at=AT, name="Kofi Osei", statements=lines, looked=looked
    )


def causes(*findings: Finding, record=RECORD) -> list[str]:
    return [one.cause for one in plan(*findings, record=record).findings]


def test_a_physician_accepts_all_and_a_nurse_what_a_nurse_may_judge():
    signed = plan(PAIR, SUM)
    by_physician = accepted_in(signed, [decided(PAIR, SUM)])
    assert set(by_physician) == set(causes(PAIR, SUM))
    assert by_physician[causes(PAIR)[0]].by == "Kofi Osei"
    assert set(accepted_in(signed, [decided(PAIR, SUM, role="registered_nurse")])) == set(causes(SUM))
    assert accepted_in(signed, [decided(PAIR, SUM, role="coordinator")]) == {}


def test_what_she_did_not_open_is_not_accepted():
    assert set(accepted_in(plan(PAIR, SUM), [decided(PAIR)])) == set(causes(PAIR))


@pytest.mark.parametrize(
    "given",
    [{"released": {}}, {"struck": ("s1",), "released": {}}, {"document": a_plan("Walk daily.")}],
    ids=["unsigned", "struck", "of something else"],
)
def test_without_a_signed_line_that_says_what_is_done_nothing_is_accepted(given):
    assert accepted_in(replace(plan(PAIR), **given), [decided(PAIR)]) == {}


def test_a_line_that_somebody_else_signed_accepts_nothing_in_her_name():
    assert accepted_in(plan(PAIR), [decided(PAIR, lines=("s2",))]) == {}
    assert accepted_in(plan(PAIR, carried={"s1": "0"}), [decided(PAIR, lines=("s2",))])


def test_a_statement_that_does_nothing_accepts_nothing():
    signed = plan(PAIR)
    (line,) = signed.document.statements
    told = replace(signed.document, statements=(replace(line, kind="concern"),))
    assert accepted_in(replace(signed, document=told), [decided(PAIR)]) == {}


def test_a_high_finding_that_rests_on_one_drug_alone_is_never_accepted():
    alone = replace(PAIR, evidence=("Warfarin 5 MG",))
    assert causes(alone) == [""]
    assert causes(replace(alone, severity=Severity.MODERATE)) != [""]


@pytest.mark.parametrize("severity", [Severity.MODERATE, Severity.HIGH], ids=["an intolerance", "an allergy"])
def test_a_drug_that_goes_on_over_an_allergy_is_accepted_by_a_physician_alone(severity):
    allergy = Finding(
        "allergy", severity, "ibuprofen is current, and an intolerance is recorded.", PAIR.evidence
    )
    assert accepted_in(plan(allergy), [decided(allergy, role="registered_nurse")]) == {}
    assert set(accepted_in(plan(allergy), [decided(allergy)])) == set(causes(allergy))


@pytest.mark.parametrize("action", [Action.AMEND, Action.RETURN, Action.REJECT])
def test_only_a_signature_accepts(action):
    assert accepted_in(plan(PAIR), [decided(PAIR, action=action)]) == {}


def test_a_signature_that_was_taken_back_accepts_nothing():
    assert accepted_in(plan(PAIR), [decided(PAIR), decided(action=Action.UNDO)]) == {}


@pytest.mark.parametrize("status", ["on-hold", "revoked"])
def test_a_plan_that_was_returned_or_rejected_after_a_signature_accepts_nothing(status):
    assert accepted_in(plan(PAIR, status=status), [decided(PAIR)]) == {}


def test_the_same_drugs_from_another_source_are_the_same_cause_and_another_dose_is_not():
    refilled = a_record(
        a_drug("Warfarin 5 MG", dose="5 mg, once daily"), a_drug("Ibuprofen"), a_problem("Gout", "gout")
    )
    more = a_record(a_drug("Warfarin 5 MG", dose="7.5 mg, once daily"), a_drug("Ibuprofen"))
    stopped = a_record(a_drug("Warfarin 5 MG", dose="5 mg, once daily"), a_drug("Ibuprofen", current=False))
    assert causes(PAIR, record=refilled) == causes(PAIR)
    assert causes(PAIR, record=more) != causes(PAIR)
    assert causes(PAIR, record=stopped) != causes(PAIR)


def test_what_grew_graver_or_says_something_else_is_another_cause_and_an_age_alone_is_not():
    assert causes(replace(PAIR, severity=Severity.MODERATE)) != causes(PAIR)
    assert causes(replace(PAIR, message="warfarin with ibuprofen: kidney.")) != causes(PAIR)
    aged = [replace(PAIR, message=f"{PAIR.message} At age {age}.") for age in (80, 81)]
    assert causes(aged[0]) == causes(aged[1])


def test_what_names_a_line_or_is_about_the_draft_has_no_cause():
    assert causes(replace(PAIR, statement="s1")) == [""]
    assert causes(Finding("omission", Severity.HIGH, "a hazard that no line tells")) == [""]


def test_what_was_accepted_is_set_aside_and_nothing_is_lost():
    fresh = plan(PAIR, SUM)
    (cause,) = causes(PAIR)
    after = set_aside(fresh, {cause: Accepted(PAIR, "Kofi Osei", date(2026, 11, 1))})
    assert [one.rule for one in after.findings] == ["opioid"]
    assert [(one.finding.rule, one.by, str(one.on), str(ends(one))) for one in after.accepted] == [
        ("interaction", "Kofi Osei", "2026-11-01", "2027-01-30")
    ]
    assert every(after) == fresh.findings


@pytest.mark.parametrize(
    ("on", "quiet"), [("2026-08-26", True), ("2026-08-25", False), ("2026-11-24", False)]
)
def test_it_lasts_ninety_days_and_never_before_the_day(on, quiet):
    before = dict.fromkeys(causes(PAIR), Accepted(PAIR, "Kofi Osei", date.fromisoformat(on)))
    assert bool(set_aside(plan(PAIR), before).accepted) is quiet


def test_two_findings_of_one_cause_are_both_kept():
    before = dict.fromkeys(causes(PAIR), Accepted(PAIR, "Kofi Osei", date(2026, 11, 1)))
    assert len(set_aside(plan(PAIR, PAIR), before).accepted) == 2


def test_a_finding_without_a_cause_is_never_quiet():
    loose = Finding("omission", Severity.HIGH, "a hazard that no line tells")
    assert set_aside(plan(loose), {"": Accepted(loose, "Kofi Osei", date(2026, 11, 1))}).accepted == ()
