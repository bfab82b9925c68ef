"""A second reader reads blind what somebody else decided; where they differ in what matters a third one settles."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom.care.document import Action, Proposal, Reviewer
from careloom.care.notices import NoticeKind
from careloom.care.second import Ground, LineSaid, Mode, Policy, Reading, Stage, WholeSaid
from careloom.care.worklist import Sought, Whose
from careloom.errors import InputError, NotApproved, NotInCareTeam, NotLicensed, StaleRecord
from careloom.pipeline import Pipeline
from careloom.review.second import stage
from careloom.settings import Settings
from careloom.store import Store
from careloom.store.models import AuditEvent, User
from careloom.store.users import Licence
from tests.connect.made import body, bundle, patient
from tests.record.sources import condition, icd

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
STAFF = {
    "nora": "registered_nurse", "nell": "registered_nurse", "osei": "physician", "otto": "physician",
    "quinn": "quality_lead", "sami": "social_worker",
}  # fmt: skip
FINE = Reading(whole=WholeSaid.APPROVE)


class Clock:
    """What time it is, as the test says."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(store: Store, home: Path, key: str, clock: Clock) -> Pipeline:
    for name, role in STAFF.items():
        store.users.create(name, role=role, licence=Licence("MA", f"X-{name}", date(2031, 6, 30)))
    settings = Settings(home=home, encryption_key=key, model="none", zone="UTC")
    return pipelines.build(settings, clock=clock)


Who = Callable[[str], Reviewer]


@pytest.fixture
def who(desk: Pipeline) -> Who:
    return desk.store.users.reviewer


@pytest.fixture
def alva(desk: Pipeline, tmp_path: Path) -> str:
    file = tmp_path / "alva.json"
    file.write_bytes(body(bundle(patient(), condition(icd("E11.9", "Type 2 diabetes")))))
    (found,) = desk.connect([file], source="mercy").patients
    for name in ("nora", "nell"):
        desk.access.join("operator", found, name)
    return found


def asked(desk: Pipeline, mode: Mode, **more: object) -> Policy:
    """Everything that somebody new decides is read again."""
    policy = Policy(first=1000, modes={Ground.NEW: mode}, **more)  # type: ignore[arg-type]
    was = desk.store.seconds.policy().version
    return desk.seconding.decree(desk.store.users.reviewer("quinn"), policy, was=was)


@pytest.fixture
def plan(desk: Pipeline, alva: str) -> Proposal:
    return desk.propose("operator", alva)


def decided(
    desk: Pipeline, plan: Proposal, mode: Mode, action: Action = Action.APPROVE, by: str = "nora"
) -> Proposal:
    asked(desk, mode)
    reason = "" if action is Action.APPROVE else "it says too little"
    return desk.decide(desk.store.users.reviewer(by), plan.id, action, reason=reason)


def now(desk: Pipeline, plan: Proposal) -> Stage:
    return stage(desk.store.seconds.get(plan.id))


def test_without_a_policy_nothing_is_read_again(desk, plan, who):
    assert desk.decide(who("nora"), plan.id, Action.APPROVE).status == "active"
    assert desk.store.seconds.of(plan.id) is None and desk.review(who("nora"), plan.id).second is None


@pytest.mark.parametrize("action", [Action.APPROVE, Action.RETURN, Action.REJECT])
def test_whatever_is_decided_first_is_chosen_with_its_reason_and_given_to_somebody_else(
    desk, plan, who, action
):
    after = decided(desk, plan, Mode.AFTER, action)
    assert after.status == {"approve": "active", "return": "on-hold", "reject": "revoked"}[action.value]
    second = desk.store.seconds.get(plan.id)
    assert (second.grounds, second.policy, second.first) == ((Ground.NEW,), 1, who("nora").user)
    assert second.reader == who("nell").user
    assert second.due == NOW + timedelta(hours=24)
    (waits,) = desk.seconding.waiting(who("nell"))
    assert waits[1] is Stage.WAITS
    assert desk.seconding.waiting(who("nora")) == ()


def test_nobody_outside_the_care_team_or_of_a_lower_licence_reads_it(desk, plan, who, alva):
    decided(desk, plan, Mode.AFTER)
    second = desk.store.seconds.get(plan.id)
    assert [one.user for one in desk.choosing.able(second)] == [who("nell").user]
    with pytest.raises(InputError):
        desk.seconding.assign(who("quinn"), plan.id, "osei")
    desk.access.join("operator", alva, "osei")
    desk.access.join("operator", alva, "sami")
    able = {one.user for one in desk.choosing.able(second)}
    assert able == {who("nell").user, who("osei").user}
    with pytest.raises(NotInCareTeam):
        desk.seconding.read(who("otto"), plan.id, FINE)


def test_a_physicians_signature_is_read_by_a_physician(desk, plan, who, alva):
    for name in ("osei", "otto"):
        desk.access.join("operator", alva, name)
    decided(desk, plan, Mode.AFTER, by="osei")
    assert desk.store.seconds.get(plan.id).reader == who("otto").user


def test_the_first_reader_is_never_the_second_nor_under_another_account_with_her_licence(
    desk, plan, who, alva
):
    licence = Licence("MA", "X-nora", date(2031, 6, 30))
    twin = desk.store.users.create("nora2", role="registered_nurse", licence=licence)
    desk.access.join("operator", alva, twin)
    decided(desk, plan, Mode.AFTER)
    desk.seconding.release(who("nell"), plan.id)
    for name in ("nora", "nora2"):
        with pytest.raises(NotLicensed):
            desk.seconding.claim(who(name), plan.id)
        with pytest.raises(InputError):
            desk.seconding.assign(who("quinn"), plan.id, name)
    assert desk.seconding.claim(who("nell"), plan.id).reader == who("nell").user


def test_who_saw_what_was_decided_reads_it_no_more(desk, plan, who, alva):
    desk.access.join("operator", alva, "osei")
    decided(desk, plan, Mode.AFTER)
    assert desk.review(who("osei"), plan.id).proposal.status == "active"
    desk.seconding.release(who("nell"), plan.id)
    with pytest.raises(NotLicensed):
        desk.seconding.claim(who("osei"), plan.id)


@pytest.mark.parametrize("action", [Action.APPROVE, Action.RETURN, Action.REJECT])
@pytest.mark.parametrize("mode", list(Mode))
def test_the_second_reader_sees_the_draft_as_it_was_and_nothing_of_the_decision(
    desk, plan, who, action, mode
):
    first = desk.store.users.reviewer("nora")
    line = plan.document.statements[0].id
    desk.decide(first, plan.id, Action.AMEND, edits={line: "Type 2 diabetes since 2020-01-01."})
    decided(desk, plan, mode, action)
    found = desk.review(who("nell"), plan.id)
    assert found.proposal.document == plan.document
    assert (found.proposal.status, dict(found.proposal.released), found.proposal.struck) == ("draft", {}, ())
    assert (found.decisions, found.undo, found.previous, found.gone) == ((), None, None, ())
    assert not any(found.may.values())
    assert found.second and found.second.blind and found.second.first == "nora"
    assert (found.second.pairs, found.second.reading) == ((), None)
    (listed,) = [
        one for one in desk.asking.documents(who("nell"), plan.document.patient) if one.id == plan.id
    ]
    assert listed.status == "draft" and not listed.released
    assert plan.id not in [
        one.waiting.proposal for one in desk.work(who("nell"), Sought(whose=Whose.ALL)).rows
    ]
    assert AuditEvent.objects.filter(actor=who("nell").user, action="read blind").exists()


def test_what_she_opens_and_says_stays_out_of_the_document(desk, plan, who):
    filed = decided(desk, plan, Mode.AFTER)
    folded = plan.document.statements[-1].id
    assert folded not in filed.released
    desk.open_lines(who("nell"), plan.id, (folded,))
    assert folded in desk.review(who("nell"), plan.id).proposal.opened
    desk.seconding.rate(who("nell"), plan.id, folded, "strike")
    assert desk.review(who("nell"), plan.id).second.said == {folded: LineSaid.STRIKE}
    assert desk.store.proposals.get(plan.id) == filed
    with pytest.raises(InputError):
        desk.seconding.rate(who("nell"), plan.id, "no-such-line", "strike")
    with pytest.raises(InputError):
        desk.seconding.rate(who("nell"), plan.id, folded, "burn")
    with pytest.raises(NotLicensed):
        desk.seconding.rate(who("nora"), plan.id, folded, "strike")


def test_who_reads_it_a_second_time_decides_nothing_about_it(desk, plan, who):
    decided(desk, plan, Mode.HOLD)
    for action in (Action.APPROVE, Action.RETURN, Action.REJECT):
        with pytest.raises(NotApproved):
            desk.decide(who("nell"), plan.id, action, reason="as second reader")


def test_a_released_document_is_released_and_the_first_reader_isnt_told_before_it_is_read(desk, plan, who):
    assert decided(desk, plan, Mode.AFTER).status == "active"
    assert desk.review(who("nora"), plan.id).second is None
    desk.seconding.read(who("nell"), plan.id, FINE)
    told = desk.review(who("nora"), plan.id).second
    assert told and told.told and told.reader == "nell" and now(desk, plan) is Stage.DONE
    assert all(one.first == one.second == "approve" for one in told.pairs)
    assert len(told.pairs) == 1 + len(desk.store.proposals.get(plan.id).released)


def test_a_held_document_is_filed_when_the_second_reader_agrees(desk, plan, who):
    signed = decided(desk, plan, Mode.HOLD)
    assert signed.status == "draft" and not desk.store.chart.of(plan.document.patient)
    with pytest.raises(NotApproved):
        desk.add_to_patient_record(plan)
    assert desk.review(who("nora"), plan.id).second.held
    desk.seconding.read(who("nell"), plan.id, FINE)
    assert desk.store.proposals.get(plan.id).status == "active"
    assert len(desk.store.chart.of(plan.document.patient)) == 1
    assert now(desk, plan) is Stage.DONE


def test_a_held_document_that_she_would_word_otherwise_waits_for_her_look_at_what_was_signed(desk, plan, who):
    decided(desk, plan, Mode.HOLD)
    line = plan.document.statements[0].id
    desk.seconding.read(who("nell"), plan.id, Reading(whole=WholeSaid.APPROVE, lines={line: LineSaid.AMEND}))
    assert now(desk, plan) is Stage.MINOR and desk.store.proposals.get(plan.id).status == "draft"
    with pytest.raises(NotLicensed):
        desk.seconding.look(who("nora"), plan.id, agrees=True)
    desk.seconding.look(who("nell"), plan.id, agrees=True)
    assert desk.store.proposals.get(plan.id).status == "active"


def test_the_first_takes_her_decision_back_while_the_second_reads_and_both_count_as_they_were_given(
    desk, plan, who
):
    decided(desk, plan, Mode.HOLD)
    desk.undo(who("nora"), plan.id)
    line = plan.document.statements[0].id
    desk.seconding.rate(who("nell"), plan.id, line, "amend")
    desk.seconding.read(who("nell"), plan.id, FINE)
    assert now(desk, plan) is Stage.READ
    told = desk.review(who("nora"), plan.id).second
    assert told is not None and not told.told and told.reading is None
    after = desk.decide(who("nora"), plan.id, Action.APPROVE)
    assert after.status == "active", "both say the same of everything"


def test_what_is_signed_anew_in_other_words_is_held_again(desk, plan, who):
    decided(desk, plan, Mode.HOLD)
    line = plan.document.statements[0].id
    desk.seconding.read(who("nell"), plan.id, Reading(whole=WholeSaid.APPROVE, lines={line: LineSaid.AMEND}))
    desk.undo(who("nora"), plan.id)
    with pytest.raises(NotApproved):
        desk.seconding.look(who("nell"), plan.id, agrees=True)
    desk.decide(who("nora"), plan.id, Action.AMEND, struck=(line,))
    assert desk.decide(who("nora"), plan.id, Action.APPROVE).status == "draft"
    desk.seconding.look(who("nell"), plan.id, agrees=True)
    assert desk.store.proposals.get(plan.id).status == "active"


def test_what_she_has_begun_survives_that_the_first_decides_anew(desk, plan, who):
    decided(desk, plan, Mode.HOLD)
    line = plan.document.statements[0].id
    desk.seconding.rate(who("nell"), plan.id, line, "strike")
    desk.undo(who("nora"), plan.id)
    desk.decide(who("nora"), plan.id, Action.APPROVE)
    assert desk.review(who("nell"), plan.id).second.said == {line: LineSaid.STRIKE}


def audited(plan) -> list[str]:
    """What Careloom itself did about its second reading, as the audit log tells it."""
    events = AuditEvent.objects.filter(what=plan.id, actor="careloom", action__startswith="second reading")
    return list(events.order_by("at", "id").values_list("action", flat=True))


def test_an_expired_licence_reads_nothing_and_the_reading_goes_to_somebody_else(desk, plan, who, alva, clock):
    decided(desk, plan, Mode.AFTER)
    User.objects.filter(username="nell").update(licence_expiry=date(2026, 11, 23))
    with pytest.raises(NotLicensed):
        desk.seconding.read(who("nell"), plan.id, FINE)
    desk.escalating.run()
    assert desk.store.seconds.get(plan.id).reader == ""
    assert audited(plan)[-1:] == ["second reading release"]
    told = {one.kind for one in desk.store.notices.of(who("quinn").user)}
    assert NoticeKind.SECOND_LATE in told, "there is nobody who may read it"
    desk.access.join("operator", alva, "osei")
    desk.seconding.claim(who("osei"), plan.id)
    desk.seconding.read(who("osei"), plan.id, FINE)
    assert now(desk, plan) is Stage.DONE


def test_a_cover_reads_for_somebody_who_is_away(desk, plan, who, alva, clock):
    desk.access.join("operator", alva, "osei")
    decided(desk, plan, Mode.AFTER)
    assert desk.store.seconds.get(plan.id).reader == who("nell").user
    desk.turning.away(who("nell"), "nell", "osei", NOW.date(), NOW.date() + timedelta(days=3))
    assert [one[1] for one in desk.seconding.waiting(who("osei"))] == [Stage.WAITS]
    desk.escalating.run()
    assert desk.store.seconds.get(plan.id).reader == who("nell").user
    clock.now = NOW + timedelta(hours=25)
    desk.escalating.run()
    assert desk.store.seconds.get(plan.id).reader == who("osei").user
    assert audited(plan).count("second reading given") == 2
    assert NoticeKind.SECOND_LATE in {one.kind for one in desk.store.notices.of(who("quinn").user)}
    assert NoticeKind.SECOND in {one.kind for one in desk.store.notices.of(who("osei").user)}


def test_a_held_document_is_told_of_as_a_second_reading_and_not_as_overdue(desk, plan, who, clock):
    decided(desk, plan, Mode.HOLD)
    clock.now = NOW + timedelta(days=5)
    desk.escalating.run()
    assert {one.kind for one in desk.store.notices.of(who("nora").user)} == set()
    assert {one.kind for one in desk.store.notices.of(who("nell").user)} == {NoticeKind.SECOND}


def test_a_record_that_moved_is_not_filed_by_the_second_readers_word(desk, plan, who, tmp_path):
    decided(desk, plan, Mode.HOLD)
    more = tmp_path / "more.json"
    gone = condition(icd("E11.9", "Type 2 diabetes")) | {
        "verificationStatus": {"coding": [{"code": "entered-in-error"}]}
    }
    more.write_bytes(body(bundle(patient(), gone)))
    desk.connect([more], source="mercy")
    desk.seconding.read(who("nell"), plan.id, FINE)
    assert desk.store.proposals.get(plan.id).status == "draft"
    assert now(desk, plan) is Stage.MINOR
    with pytest.raises(StaleRecord):
        desk.seconding.look(who("nell"), plan.id, agrees=True)
    assert [one[1] for one in desk.seconding.waiting(who("nell"))] == [Stage.MINOR]


def test_only_a_lead_says_what_is_read_again_and_every_version_stays(desk, who):
    first = asked(desk, Mode.AFTER)
    with pytest.raises(NotLicensed):
        desk.seconding.decree(who("nora"), Policy(share=5), was=1)
    for wrong in (Policy(share=101), Policy(first=-1), Policy(hours=0)):
        with pytest.raises(InputError):
            desk.seconding.decree(who("quinn"), wrong, was=1)
    with pytest.raises(StaleRecord):
        desk.seconding.decree(who("quinn"), Policy(share=5), was=0)
    later = desk.seconding.decree(who("quinn"), Policy(share=5, modes={Ground.SHARE: Mode.AFTER}), was=1)
    assert [one.version for one in desk.store.seconds.policies()] == [2, 1]
    assert first.seed != later.seed and desk.store.seconds.policy() == later


def test_what_was_taken_back_out_of_the_chart_waits_for_no_second_reader(desk, plan, who):
    decided(desk, plan, Mode.AFTER)
    (_,) = desk.seconding.waiting(who("nell"))
    desk.unfiling.take_back(who("nora"), plan.id, "wrong_patient", "It is another person's.")
    assert desk.seconding.waiting(who("nell")) == ()
    assert desk.store.seconds.reads(who("nell").user) == frozenset()
    shown = desk.review(who("nell"), plan.id)
    assert shown.back is not None and (shown.second is None or not shown.second.blind)
