"""A case written by hand: the same page, checks, tiers and signatures, with no draft; nothing unsupported is signed."""

from dataclasses import replace

import pytest

from careloom.care.document import Action, ContentClass, Proposal, Reviewer, Statement, Tier, Verdict
from careloom.care.worklist import Sought
from careloom.errors import InputError, NotApproved, NotInCareTeam, NotLicensed, Refused, StaleRecord
from careloom.pipeline import Pipeline, Review
from careloom.review.tiers import WHOLE, needs_whole
from tests.flow.samuel import SAMUEL
from tests.flow.test_deciding import AS_OF, note

pytestmark = pytest.mark.django_db


@pytest.fixture
def begun(desk: Pipeline, nurse: Reviewer) -> Proposal:
    return desk.by_hand(nurse, desk.find(SAMUEL), "care_plan", as_of=AS_OF)


def entry(desk: Pipeline, name: str) -> str:
    """The newest entry that is called so."""
    record = desk.record_of(desk.find(SAMUEL), AS_OF)
    found = [one for one in record.entries if name.lower() in one.name.lower()]
    assert found
    return found[-1].id


def write(
    desk: Pipeline,
    who: Reviewer,
    begun: Proposal,
    text: str,
    *cites: str,
    section="problem_list",
    kind="fact",
) -> Statement:
    line = Statement(id="", section=section, kind=kind, text=text, citations=cites)
    named = desk.handwriting.add(who, begun.id, line)
    return next(one for one in desk.store.proposals.get(begun.id).document.statements if one.id == named)


def hypertension(desk: Pipeline, who: Reviewer, begun: Proposal) -> Statement:
    """What the record bears out."""
    return write(
        desk, who, begun, "Hypertension has been active since 2010-10-10.", entry(desk, "hypertensive")
    )


def test_it_begins_without_a_line_and_says_that_nobody_drafted_it(desk, begun) -> None:
    document = desk.store.proposals.get(begun.id).document
    assert (document.statements, document.by_hand, document.model.name) == ((), True, "none")
    assert document.demands.whole
    assert begun.findings, "what a plan must mention and nobody wrote yet is told"


def test_beginning_again_goes_on_with_what_is_empty_and_only_what_holds_a_line_is_anybodys_work(
    desk, nurse, begun
) -> None:
    patient = begun.document.patient

    def waits() -> set[str]:
        return {row.waiting.proposal for row in desk.work(nurse, Sought()).rows}

    before = waits()
    assert begun.id not in before
    assert desk.by_hand(nurse, patient, "care_plan", as_of=AS_OF).id == begun.id
    assert desk.by_hand("operator", patient, "care_plan", as_of=AS_OF).id == begun.id
    hypertension(desk, nurse, begun)
    assert waits() == before | {begun.id}
    assert desk.by_hand("operator", patient, "care_plan", as_of=AS_OF).id != begun.id
    assert waits() == before | {begun.id}


def test_what_the_record_bears_out_is_hers_to_sign(desk, nurse, begun) -> None:
    line = hypertension(desk, nurse, begun)
    assert (line.written_by, line.verdict, line.tier) == ("person", Verdict.SUPPORTED, Tier.NURSE)
    after = desk.decide(nurse, begun.id, Action.APPROVE)
    assert after.released[line.id] == nurse.user


def test_what_nothing_bears_out_is_signed_by_nobody(desk, nurse, physician, begun) -> None:
    line = write(desk, nurse, begun, "Her potassium was 9.9 mmol/L on 2026-08-26.")
    assert line.verdict is not Verdict.SUPPORTED
    for who in (nurse, physician):
        with pytest.raises(NotApproved, match=line.id):
            desk.decide(who, begun.id, Action.APPROVE)
    assert desk.store.proposals.get(begun.id).released == {}


def test_what_cites_nothing_is_not_in_its_sources_and_contradicted_only_where_the_record_says_otherwise(
    desk, nurse, begun
) -> None:
    true = write(desk, nurse, begun, "Hypertension has been active since 2010-10-10.")
    wrong = write(desk, nurse, begun, "Hypertension has been active since 2019-03-02.")
    assert true.verdict is Verdict.NOT_ADDRESSED
    assert wrong.verdict is Verdict.CONTRADICTED
    with pytest.raises(NotApproved):
        desk.decide(nurse, begun.id, Action.APPROVE)


def test_an_order_that_a_nurse_types_is_the_physicians(desk, nurse, begun) -> None:
    line = write(
        desk, nurse, begun, "Stop lisinopril tomorrow.", section="medication_management", kind="activity"
    )
    assert (line.tier, line.content_class) == (Tier.PHYSICIAN, ContentClass.MEDICATION_CHANGE)
    assert line.activity is None


def test_lines_stand_where_their_kind_has_them_and_as_they_were_typed(desk, nurse, begun) -> None:
    write(desk, nurse, begun, "Call in March.", section="review", kind="activity")
    write(desk, nurse, begun, "Second of the problems.")
    write(desk, nurse, begun, "Third of the problems.")
    found = [one.text for one in desk.store.proposals.get(begun.id).document.statements]
    assert found == ["Second of the problems.", "Third of the problems.", "Call in March."]


def test_a_line_is_struck_amended_and_taken_back_as_any_other(desk, nurse, physician, begun) -> None:
    first = hypertension(desk, nurse, begun)
    second = write(desk, nurse, begun, "He walks slowly.")
    assert second.id in desk.decide(physician, begun.id, Action.AMEND, struck=(second.id,)).struck
    desk.undo(physician, begun.id)
    again = desk.decide(nurse, begun.id, Action.AMEND, edits={first.id: "Hypertension is active."})
    assert again.document.statements[0].text == "Hypertension is active."
    desk.undo(nurse, begun.id)
    desk.undo(nurse, begun.id)
    assert [one.id for one in desk.store.proposals.get(begun.id).document.statements] == [first.id]


def test_it_is_filed_with_its_last_signature_and_the_chart_says_who_wrote(
    desk, nurse, physician, begun
) -> None:
    line = hypertension(desk, nurse, begun)
    desk.decide(nurse, begun.id, Action.APPROVE)
    filed = desk.store.proposals.get(begun.id)
    if filed.status == "draft":
        filed = desk.decide(physician, begun.id, Action.APPROVE)
    assert filed.status == "active"
    bundle = desk.chart(physician, filed.document.patient)
    text = str(bundle)
    assert line.text in text
    assert "AIAST" not in text and "CLINAST_AIRPT" not in text


def test_whoever_typed_a_line_takes_it_out_until_somebody_signed_it(desk, nurse, physician, begun) -> None:
    slip = write(desk, nurse, begun, "He walks slowy.")
    assert slip.tier is Tier.PHYSICIAN
    with pytest.raises(NotLicensed, match="own"):
        desk.handwriting.take_out(physician, begun.id, slip.id)
    line = hypertension(desk, nurse, begun)
    desk.handwriting.take_out(nurse, begun.id, slip.id)
    after = desk.store.proposals.get(begun.id)
    assert [one.id for one in after.document.statements] == [line.id]
    assert not any(one.statement == slip.id for one in after.findings)
    desk.decide(nurse, begun.id, Action.APPROVE)
    with pytest.raises(NotLicensed, match="own"):
        desk.handwriting.take_out(nurse, begun.id, line.id)


def test_a_line_that_somebody_else_amended_is_no_longer_hers_alone(desk, nurse, physician, begun) -> None:
    line = hypertension(desk, nurse, begun)
    desk.decide(physician, begun.id, Action.AMEND, edits={line.id: "Hypertension is active."})
    with pytest.raises(NotLicensed, match="own"):
        desk.handwriting.take_out(nurse, begun.id, line.id)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": " "}, "write a line"),
        ({"text": "x" * 601}, "write a line"),
        ({"section": "nowhere"}, "choose the part"),
        ({"kind": "gap"}, "say what it is"),
        ({"citations": ("f" * 32,)}, "not in the record"),
    ],
)
def test_what_can_be_no_line_is_not_taken(desk, nurse, begun, wrong, said) -> None:
    line = Statement(id="", section="problem_list", kind="fact", text="He walks slowly.")
    with pytest.raises(InputError, match=said):
        desk.handwriting.add(nurse, begun.id, replace(line, **wrong))
    assert desk.store.proposals.get(begun.id) == begun


def test_the_same_line_twice_and_a_line_of_a_draft_are_refused(desk, nurse, begun) -> None:
    plan = desk.propose("test", begun.document.patient, as_of=AS_OF, model="none")
    with pytest.raises(InputError, match="by hand alone"):
        write(desk, nurse, plan, "He walks slowly.")
    desk.decide(nurse, begun.id, Action.REJECT, reason="begun by mistake")
    with pytest.raises(NotApproved, match="revoked"):
        write(desk, nurse, begun, "He walks slowly.")


def test_who_may_not_decide_writes_nothing_and_neither_does_another_team(desk, nurse, begun) -> None:
    desk.store.users.create("chad", role="community_health_worker")
    worker = desk.store.users.reviewer("chad")
    patient = begun.document.patient
    with pytest.raises(NotLicensed):
        desk.by_hand(worker, patient, "care_plan")
    with pytest.raises(NotLicensed):
        write(desk, worker, begun, "He walks slowly.")
    desk.access.join("operator", patient, "osei")
    with pytest.raises(NotInCareTeam):
        write(desk, nurse, begun, "He walks slowly.")
    with pytest.raises(NotInCareTeam):
        desk.by_hand(nurse, patient, "care_plan")


def test_a_coordinator_writes_and_a_nurse_signs(desk, nurse, begun) -> None:
    desk.store.users.create("cora", role="care_coordinator")
    cora = desk.store.users.reviewer("cora")
    line = hypertension(desk, cora, begun)
    with pytest.raises(NotLicensed):
        desk.decide(cora, begun.id, Action.APPROVE)
    assert line.id in desk.decide(nurse, begun.id, Action.APPROVE).released


@pytest.mark.parametrize("kind", ["visit_note", "prior_auth_letter", "patient_copy", "appointment_reminder"])
def test_what_has_its_own_form_or_words_for_patients_is_not_written_so(desk, nurse, begun, kind) -> None:
    with pytest.raises(InputError, match="by its form"):
        desk.by_hand(nurse, begun.document.patient, kind)


def test_after_a_new_hazard_her_lines_are_checked_again_and_stay(desk, nurse, begun, tmp_path) -> None:
    line = hypertension(desk, nurse, begun)
    note(desk, tmp_path, "He takes naproxen 500 mg from the store every day for his back.")
    with pytest.raises(StaleRecord):
        write(desk, nurse, begun, "He walks slowly.")
    with pytest.raises(StaleRecord):
        desk.decide(nurse, begun.id, Action.APPROVE)
    again = desk.by_hand(
        nurse,
        begun.document.patient,
        "care_plan",
        as_of=AS_OF,
        lines=desk.store.proposals.get(begun.id).document.statements,
    )
    assert [(one.text, one.verdict) for one in again.document.statements] == [(line.text, Verdict.SUPPORTED)]
    assert again.id != begun.id
    old = {(one.rule, one.message) for one in desk.store.proposals.get(begun.id).findings}
    assert {(one.rule, one.message) for one in again.findings} > old
    write(desk, nurse, again, "He walks slowly.")


def test_nobody_writes_a_plan_for_somebody_who_has_died(desk, nurse, begun) -> None:
    record = desk.record_of(begun.document.patient, AS_OF)
    dead = replace(record, demographics=replace(record.demographics, deceased=True))
    with pytest.raises(Refused, match="deceased"):
        desk.drafting.by_hand(dead, "care_plan", desk.clock(), "nora")


def test_a_study_tells_a_case_written_by_hand_from_a_drafted_one(desk, nurse, begun) -> None:
    patient = begun.document.patient
    plan = desk.propose("test", patient, as_of=AS_OF, model="none")
    for case in (begun.id, plan.id):
        desk.timing.beat(nurse, patient, case, span=case[:8], activity="write", word="begin")
        desk.timing.correct(
            nurse, patient, case, activity="write", day=desk.timing.today, minutes=5, why="as it was timed"
        )
    day = desk.timing.today
    assert {one.case: one.origin for one in desk.timing.cases("operator", day, day)} == {
        begun.id: "hand",
        plan.id: "template",
    }


def read(desk: Pipeline, who: Reviewer, proposal: str) -> Review:
    """The document as it is now, with every finding of it opened by this person."""
    for place in range(len(desk.store.proposals.get(proposal).findings)):
        desk.attention.look(who, desk.review(who, proposal), f"f{place}")
    return desk.review(who, proposal)


@pytest.fixture
def hazard(desk, nurse, tmp_path) -> Proposal:
    """Begun beside a hazard of the record that no line tells yet."""
    note(desk, tmp_path, "He takes naproxen 500 mg from the store every day for his back.")
    begun = desk.by_hand(nurse, desk.find(SAMUEL), "care_plan", as_of=AS_OF)
    assert needs_whole(begun)
    return begun


def test_a_physician_signs_no_whole_of_which_nothing_is_written(desk, physician, hazard) -> None:
    begun = hazard
    found = read(desk, physician, begun.id)
    assert desk.attention.covers(physician, found) == ()
    with pytest.raises(NotApproved):
        desk.attention.sign(physician, found)
    with pytest.raises(NotApproved, match="nothing to sign"):
        desk.decide(physician, begun.id, Action.APPROVE)
    assert desk.store.proposals.get(begun.id).released == {}


@pytest.fixture
def signed_whole(desk, nurse, physician, hazard) -> Proposal:
    """One line signed and the whole, both by the physician; the nurse's second line was sent back and waits."""
    begun = hazard
    hypertension(desk, nurse, begun)
    sent = write(desk, nurse, begun, "Hypertension is active.", entry(desk, "hypertensive"))
    desk.decide(nurse, begun.id, Action.SEND_BACK, statements=(sent.id,), reason="unclear: since when")
    desk.attention.sign(physician, read(desk, physician, begun.id))
    found = desk.store.proposals.get(begun.id)
    assert (found.status, found.released[WHOLE]) == ("draft", physician.user)
    return found


def test_other_words_in_a_line_ask_for_the_physicians_name_under_the_whole_again(
    desk, nurse, physician, signed_whole
) -> None:
    (back,) = signed_whole.sent_back
    desk.decide(nurse, signed_whole.id, Action.AMEND, edits={back: "Hypertension is still active."})
    after = desk.decide(nurse, signed_whole.id, Action.APPROVE)
    assert (after.status, WHOLE in after.released) == ("draft", False), "the physician saw other words"
    assert desk.decide(physician, signed_whole.id, Action.APPROVE).status == "active"


def test_a_line_added_after_the_whole_was_signed_asks_for_it_again(desk, nurse, signed_whole) -> None:
    added = write(desk, nurse, signed_whole, "Hypertension is known.", entry(desk, "hypertensive"))
    desk.decide(nurse, signed_whole.id, Action.AMEND, struck=tuple(signed_whole.sent_back))
    after = desk.decide(nurse, signed_whole.id, Action.APPROVE)
    assert added.id in after.released
    assert (after.status, WHOLE in after.released) == ("draft", False), "no physician saw that line"


def test_a_line_that_is_struck_brings_nothing_in_and_the_whole_stays_signed(
    desk, nurse, signed_whole
) -> None:
    after = desk.decide(nurse, signed_whole.id, Action.AMEND, struck=tuple(signed_whole.sent_back))
    assert after.status == "active"
