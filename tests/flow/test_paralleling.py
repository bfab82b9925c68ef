"""A parallel run: planned and locked, each case written twice by two people who don't see each other's, judged as A and B by a third."""

from dataclasses import replace
from datetime import timedelta

import pytest

from careloom.care.document import Action, Statement
from careloom.care.parallel import CaseStage, Choice, Criteria, Grave, Judged, Right, RunStage, Side
from careloom.care.worklist import Sought
from careloom.errors import InputError, NotApproved, NotLicensed, StaleRecord
from careloom.review.decisions import ready_to_file
from careloom.study.parallel.blinded import Shown
from careloom.study.parallel.matched import Kind
from careloom.study.parallel.readiness import State
from careloom.study.statistics.estimate import NotSaid
from tests.flow.parallels import Parallel, all_wording

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(home, tmp_path) -> Parallel:
    return Parallel(home, tmp_path / "records")


# ── the plan ────────────────────────────────────────────────────────────────────────────────────


def test_a_plan_that_lacks_something_is_never_started_and_a_locked_one_is_only_amended(site) -> None:
    parallel = site.pipeline.paralleling
    written = parallel.write(site.lead, site.plan(weeks=3))
    with pytest.raises(InputError, match="4 to 26 weeks"):
        parallel.lock(site.lead, written.id)
    parallel.write(site.lead, site.plan(), written.id)
    run = parallel.lock(site.lead, written.id)
    assert (run.stage, len(run.digest)) == (RunStage.RUNNING, 64)
    with pytest.raises(NotApproved, match="locked"):
        parallel.write(site.lead, site.plan(weeks=6), run.id)
    after = parallel.amend(site.lead, run.id, site.plan(weeks=6), "two more weeks", was=run.digest)
    assert (after.plan.weeks, after.digest != run.digest, parallel.holds(after)) == (6, True, True)
    with pytest.raises(StaleRecord):
        parallel.amend(site.lead, run.id, site.plan(weeks=5), "one week less", was=run.digest)


def test_what_is_asked_of_a_draft_is_not_changed_once_it_is_seen(site) -> None:
    run, parallel = site.running(), site.pipeline.paralleling
    easier = site.plan(criteria=Criteria(serious=50.0))
    with pytest.raises(InputError, match="criteria stay"):
        parallel.amend(site.lead, run.id, easier, "it was too strict", was=run.digest)
    moved = site.plan(
        participants=(*site.plan().participants, site.judy.user), adjudicators=(site.jack.user,)
    )
    with pytest.raises(InputError, match="judges nothing"):
        parallel.amend(site.lead, run.id, moved, "judy writes, too", was=run.digest)


def test_a_plan_that_somebody_changed_in_the_store_is_told(site) -> None:
    run, parallel = site.running(), site.pipeline.paralleling
    first, *others = run.steps
    forged = replace(run, steps=(replace(first, plan=site.plan(criteria=Criteria(serious=60.0))), *others))
    assert (parallel.holds(run), parallel.holds(forged)) == (True, False)


def test_only_a_lead_writes_plans_and_only_who_takes_part_sees_a_run(site) -> None:
    parallel = site.pipeline.paralleling
    with pytest.raises(NotLicensed):
        parallel.write(site.site.rosa, site.plan())
    run = site.running()
    osei = site.pipeline.store.users.reviewer("osei")
    assert parallel.seen(osei) == ()
    with pytest.raises(NotLicensed):
        parallel.get(osei, run.id)
    assert parallel.get(site.site.rosa, run.id).id == run.id
    assert not parallel.may_see_results(site.site.rosa, run)


# ── a case ──────────────────────────────────────────────────────────────────────────────────────


def test_a_case_begins_with_two_documents_of_one_record_for_two_people_and_a_third_judges(site) -> None:
    run = site.running()
    case = site.begins(run)
    hand, draft = site.documents(case)
    assert hand.document.record_version == draft.document.record_version
    assert (hand.document.by_hand, draft.document.by_hand) == (True, False)
    assert (hand.assigned_to, draft.assigned_to) == (case.hand.who, case.draft.who)
    assert len({case.hand.who, case.draft.who, *case.adjudicators}) == 3


def test_the_draft_is_open_to_its_reviewer_alone_wherever_one_looks_for_it(site) -> None:
    run = site.running()
    case = site.begins(run)
    _, draft = site.documents(case)
    writer, reviewer, desk = site.person(case.hand.who), site.person(case.draft.who), site.pipeline
    osei, walt = desk.store.users.reviewer("osei"), site.site.watcher
    for who in (writer, osei, site.judy, walt, site.lead):
        assert desk.access.withheld(who, draft.id)
        assert not desk.access.may_read(who, draft.id)
    for who in (writer, osei, site.judy):
        with pytest.raises(NotLicensed, match="parallel run"):
            desk.review(who, draft.id)
        with pytest.raises(NotLicensed, match="parallel run"):
            desk.decide(who, draft.id, Action.APPROVE)
        with pytest.raises(NotLicensed, match="parallel run"):
            desk.preview(who, draft.id, draft.document.statements[0].id, "other words")
        with pytest.raises(NotLicensed, match="parallel run"):
            desk.turning.claim(who, draft.id, "it is mine")
        assert draft.id not in {one.id for one in desk.asking.documents(who, case.patient)}
        assert draft.id not in {row.waiting.proposal for row in desk.queue(who)}
        found = desk.work(who, Sought())
        assert draft.id not in {row.waiting.proposal for row in found.rows}
        assert (found.total, sum(found.by_whose.values())) == (0, 0), "nor is it counted"
        assert not desk.turning.may_have(who.user, draft)
        assert draft.id not in {one.reference for row in desk.panels.panel(who).lines for one in row.reasons}
    assert {row.waiting.proposal for row in desk.queue(reviewer)} == {draft.id}
    assert desk.review(reviewer, draft.id).proposal.id == draft.id


def test_whoever_writes_makes_no_draft_of_her_own_to_look_at(site) -> None:
    run = site.running()
    case = site.begins(run)
    for who in (site.person(case.hand.who), site.judy, "operator"):
        with pytest.raises(NotApproved, match="parallel run"):
            site.pipeline.draft(who, case.patient, model="none")
    with pytest.raises(NotApproved, match="parallel run"):
        site.pipeline.by_hand(site.person(case.draft.who), case.patient, "care_plan")


def test_the_reviewer_and_the_judges_do_not_see_what_is_written_by_hand(site) -> None:
    run = site.running()
    case = site.begins(run)
    hand, _ = site.documents(case)
    line = Statement(id="", section="problem_list", kind="fact", text="Type 2 diabetes is active.")
    site.pipeline.handwriting.add(site.person(case.hand.who), hand.id, line)
    for who in (site.person(case.draft.who), site.judy, site.jack):
        with pytest.raises(NotLicensed, match="parallel run"):
            site.pipeline.review(who, hand.id)
    osei = site.pipeline.store.users.reviewer("osei")
    assert site.pipeline.review(osei, hand.id).proposal.id == hand.id, "who signs it sees it"


def test_what_is_written_by_hand_is_filed_and_the_draft_never_is(site) -> None:
    run = site.running()
    case = site.begins(run)
    site.writes(run, case)
    site.reviews(run, case)
    hand, draft = site.documents(case)
    reviewer, osei = site.person(case.draft.who), site.pipeline.store.users.reviewer("osei")
    draft = site.pipeline.decide(osei, draft.id, Action.APPROVE, opened=[one.rule for one in draft.findings])
    assert ready_to_file(draft)
    assert (draft.status, list(site.pipeline.store.chart.of(case.patient))) == ("draft", [])
    signed = site.pipeline.decide(osei, hand.id, Action.APPROVE, opened=[one.rule for one in hand.findings])
    assert (signed.status, [one for one, _ in site.pipeline.store.chart.of(case.patient)]) == (
        "active",
        [hand.id],
    )
    with pytest.raises(NotApproved, match="never is"):
        site.pipeline.add_to_patient_record(draft)
    assert draft.id not in {row.waiting.proposal for row in site.pipeline.queue(reviewer)}, (
        "it waits for nobody"
    )


def test_nobody_finishes_anothers_side_or_an_empty_one_and_lines_of_hers_wait_no_more(site) -> None:
    run = site.running()
    case = site.begins(run)
    comparing, writer, reviewer = (
        site.pipeline.comparing,
        site.person(case.hand.who),
        site.person(case.draft.who),
    )
    with pytest.raises(NotApproved, match="nothing stands"):
        comparing.finish(writer, run.id, case.id)
    with pytest.raises(NotApproved, match="lines wait"):
        comparing.finish(reviewer, run.id, case.id)
    with pytest.raises(NotLicensed):
        comparing.finish(site.judy, run.id, case.id)
    site.writes(run, case)
    with pytest.raises(NotApproved, match="finished already"):
        comparing.finish(writer, run.id, case.id)


def test_a_patient_is_taken_in_once_and_not_where_a_draft_was_there_before(site) -> None:
    run = site.running()
    case = site.begins(run)
    with pytest.raises(InputError, match="already"):
        site.begins(run, case.patient)
    [other] = site.site.patients()
    site.site.drafts(site.site.rosa, other)
    with pytest.raises(InputError, match="waits already"):
        site.begins(run, other)


def test_who_was_not_drawn_stays_so_however_often_one_asks(site) -> None:
    run = site.running(choice=Choice.DRAWN, share=1.0)
    [patient] = site.site.patients()
    begin = site.pipeline.comparing.begin
    assert begin(site.site.rosa, run.id, patient, "care_plan") is None
    with pytest.raises(InputError, match="not drawn"):
        begin(site.site.rosa, run.id, patient, "care_plan")


def test_no_case_begins_after_the_last_day(site) -> None:
    run = site.running(weeks=4)
    site.site.later(days=28)
    with pytest.raises(NotApproved, match="no case begins"):
        site.begins(run)


def test_care_comes_first_whoever_needs_a_closed_document_takes_the_case_out(site) -> None:
    run = site.running()
    case = site.begins(run)
    writer, (_, draft) = site.person(case.hand.who), site.documents(case)
    with pytest.raises(InputError, match="few words"):
        site.pipeline.comparing.drop(writer, run.id, case.id, "")
    dropped = site.pipeline.comparing.drop(writer, run.id, case.id, "she is in the emergency room")
    assert dropped.stage is CaseStage.DROPPED
    assert site.pipeline.review(writer, draft.id).proposal.id == draft.id
    assert draft.id in {row.waiting.proposal for row in site.pipeline.queue(writer)}, "a draft as any other"


def test_a_run_that_ends_opens_what_was_closed(site) -> None:
    run = site.running()
    case = site.begins(run)
    after = site.pipeline.paralleling.end(site.lead, run.id, "the weeks are over")
    assert (after.stage, site.now(run, case).stage) == (RunStage.ENDED, CaseStage.DROPPED)
    assert not site.pipeline.access.all_withheld(site.person(case.hand.who))
    assert site.pipeline.paralleling.may_see_results(site.site.rosa, after)


# ── judged ──────────────────────────────────────────────────────────────────────────────────────


def test_a_judge_sees_a_and_b_and_nothing_of_who_wrote_which(site) -> None:
    run = site.running()
    case = site.begins(run)
    site.writes(run, case, "Takes lisinopril 20 mg daily.")
    with pytest.raises(NotApproved):
        site.pipeline.comparing.sheet(site.person(case.adjudicators[0]), run.id, case.id)
    site.reviews(run, case)
    case = site.now(run, case)
    judge = site.person(case.adjudicators[0])
    sheet = site.pipeline.comparing.sheet(judge, run.id, case.id)
    assert sheet.differences
    told = " ".join(f"{one.a} {one.b} {one.section}" for one in sheet.differences)
    for giveaway in ("rosa", "nina", "template", "model", "person", "draft", "hand"):
        assert giveaway not in told.lower()
    for document in site.documents(case):
        with pytest.raises(NotLicensed, match="A and B"):
            site.pipeline.review(judge, document.id)
    other = next(one for one in (site.judy, site.jack) if one != judge)
    with pytest.raises(NotLicensed):
        site.pipeline.comparing.sheet(other, run.id, case.id)


def test_a_judge_says_who_was_right_how_serious_and_why_and_may_do_so_in_parts(site) -> None:
    run = site.running()
    case = site.begins(run)
    site.writes(run, case)
    site.reviews(run, case)
    case = site.now(run, case)
    judge, judged = site.person(case.adjudicators[0]), site.pipeline.comparing.judge
    first, *others = site.pipeline.comparing.sheet(judge, run.id, case.id).differences
    with pytest.raises(InputError, match="why"):
        judged(judge, run.id, case.id, {first.id: Judged(Right.A, Grave.SERIOUS)})
    with pytest.raises(InputError, match="no such"):
        judged(judge, run.id, case.id, {"other": Judged(Right.A, Grave.NONE)})
    partly = judged(judge, run.id, case.id, {first.id: Judged(Right.A, Grave.SERIOUS, "a wrong dose harms")})
    assert partly.stage is CaseStage.COMPARED
    assert set(site.pipeline.comparing.sheet(judge, run.id, case.id).said) == {first.id}
    whole = judged(judge, run.id, case.id, {one.id: all_wording(one) for one in others})
    assert whole.stage is CaseStage.JUDGED
    with pytest.raises(NotApproved):
        judged(judge, run.id, case.id, {first.id: Judged(Right.B, Grave.NONE)})
    hand, _ = site.documents(case)
    assert site.pipeline.review(judge, hand.id).proposal.id == hand.id, "what was judged is open"


def test_a_case_is_judged_by_two_when_it_is_drawn_for_it(site) -> None:
    run = site.running(second=100.0)
    case = site.begins(run)
    assert set(case.adjudicators) == {site.judy.user, site.jack.user}
    site.writes(run, case)
    site.reviews(run, case)
    assert site.judges(run, site.now(run, case), all_wording).stage is CaseStage.JUDGED


def test_minutes_of_both_come_from_the_running_clock_and_are_none_where_no_page_told(site) -> None:
    run = site.running()
    measured, unmeasured = site.begins(run), site.begins(run)
    site.writes(run, measured, minutes=30)
    site.reviews(run, measured, minutes=10)
    site.writes(run, unmeasured)
    site.reviews(run, unmeasured)
    done = {side: site.now(run, measured).side(side).done for side in Side}
    assert {side: one.seconds for side, one in done.items()} == {Side.HAND: 1800, Side.DRAFT: 600}
    assert site.now(run, unmeasured).hand.done.seconds is None


def test_a_draft_made_anew_against_a_newer_record_belongs_to_the_case(site) -> None:
    run = site.running()
    case = site.begins(run)
    reviewer = site.person(case.draft.who)
    site.site.later(days=1)
    again = site.pipeline.propose(reviewer, case.patient, model="none")
    now = site.now(run, case)
    if again.id != case.draft.proposals[0]:
        assert now.draft.proposals == (case.draft.proposals[0], again.id)
    assert site.pipeline.access.withheld(site.person(case.hand.who), again.id)
    assert now.day + timedelta(days=1) == site.pipeline.today


# ── what it comes to ────────────────────────────────────────────────────────────────────────────


def test_a_run_of_three_cases_is_not_said_yet_in_anything(site) -> None:
    run = site.running()
    for _ in range(3):
        case = site.begins(run)
        site.writes(run, case)
        site.reviews(run, case)
        site.judges(run, site.now(run, case), all_wording)
    found = site.pipeline.paralleled.results(site.lead, run.id)
    assert found.stages == {CaseStage.JUDGED: 3}
    assert ({one.state for one in found.criteria}, found.ready) == ({State.OPEN}, False)
    assert isinstance(found.agreement, NotSaid)
    assert isinstance(found.minutes, NotSaid)
    assert [(one.number, one.cases) for one in found.weeks] == [(1, 3)]
    assert found.judges is None
    with pytest.raises(NotLicensed, match="when it is over"):
        site.pipeline.paralleled.results(site.site.rosa, run.id)


def test_what_a_judge_says_of_a_and_b_is_counted_for_the_document_that_stood_there(site) -> None:
    run = site.running(second=100.0)

    def says(one: Shown) -> Judged:
        # The judges hold that what only one document says belongs there.
        return Judged(Right.A if one.a else Right.B, Grave.MINOR, "it belongs there")

    case = site.begins(run)
    site.writes(run, case, "Asks for help with the rent.")
    site.reviews(run, case)
    site.judges(run, site.now(run, case), says)
    found = site.pipeline.paralleled.results(site.lead, run.id)
    assert found.right[Kind.ONLY_HAND, "hand"] == 1
    assert found.right[Kind.ONLY_DRAFT, "draft"] == found.kinds[Kind.ONLY_DRAFT] > 0
    assert found.omitted == {Side.HAND: 1, Side.DRAFT: 1}
    assert found.wrong == {Side.HAND: 0, Side.DRAFT: 0}
    assert found.judges is not None
    assert found.judges.observed == 1.0
