"""What was said stays said: the database itself refuses to change or delete a row of history."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from careloom.care.alarm import Alarm, AlarmStep, AlarmStepKind, Owner
from careloom.care.alert import Card, Said
from careloom.care.change import ChangeKind, ChangePlan, ChangeStep, ChangeStepKind, Compared, Criteria
from careloom.care.document import Action, ContentClass, Decision, Reviewer, Severity
from careloom.care.drill import Answered, Drill, DrillLine, FaultKind, Standing, TrainingStep
from careloom.care.elsewhere import Withdrawal
from careloom.care.entry import Message, Rejection
from careloom.care.failure import Case, Judged
from careloom.care.management import Said as SaidOfCare
from careloom.care.notices import Escalated, NoticeKind
from careloom.care.observed import ActivityList, SaidOfTap, StudyStep, Tap
from careloom.care.parallel import Happened as RunHappened
from careloom.care.parallel import RunPlan, RunStep, Side
from careloom.care.pilot import PilotProtocol
from careloom.care.programme import ProgrammeStep, StepKind
from careloom.care.quality import QualityCount
from careloom.care.question import Question, QuestionStep
from careloom.care.received import Received
from careloom.care.registered import Part, PartKind
from careloom.care.safety_event import Reported, SafetyStep, SafetyStepKind
from careloom.care.second import Happened, Mode, Policy, SecondReading, Step
from careloom.care.site_rule import DrugPair, RuleInputs, RuleStep, RuleStepKind
from careloom.care.stop import Agreed, StopScope
from careloom.care.task import TaskSaid
from careloom.care.texts import ApprovableText
from careloom.care.turns import Absence, Turn
from careloom.care.unfiled import Unfiled
from careloom.care.urgent import Reply, Told
from careloom.care.voice import About, Became, Shared, Voice
from careloom.care.voice import Said as SaidOfIt
from careloom.care.worked import Attested, Beat, Correction
from careloom.store import Store
from careloom.store.models import APPEND_ONLY, Row, StoredProposal
from careloom.store.sendings import Letter
from careloom.store.tail import Place
from careloom.study.time_study.clocks import placed
from tests.store.people import BOB, a_note, entries_of, proposal_for

PAIR = DrugPair(
    one="warfarin",
    other="statin",
    severity=Severity.HIGH,
    why="w",
    action="a",
    source="s",
    section="1",
    year=2024,
)

HAPPENED = Reported(
    report="near_miss",
    category="A",
    harm="none",
    words="w",
    happened=datetime(2026, 11, 22, tzinfo=UTC).date(),
)


@pytest.fixture
def history(store: Store, alice: str, message: Message) -> None:
    """At least one row in each table of history."""
    store.entries.add(
        alice, message, (*entries_of(message, 1), a_note(message, "He walks slowly. " * 10)), "1"
    )
    store.compliance.keep("1" * 32, b"{}", "0" * 64, who="u", made=datetime(2026, 11, 30, tzinfo=UTC))
    store.compliance.say("k", "yes", "in the binder", who="u", at=datetime(2026, 11, 30, tzinfo=UTC))
    store.holds.lift(
        store.holds.place(alice, who="u", why="a case", at=datetime(2026, 11, 30, tzinfo=UTC)),
        who="u",
        why="over",
        at=datetime(2026, 11, 30, tzinfo=UTC),
    )
    store.entries.withdraw(message, [Withdrawal("Observation/1", "line 1")], served=False)
    store.messages.reject(message, [Rejection("line 1", "no")])
    store.settlements.set_aside(message, [Rejection("line 1", "no")], who="u", why="a test")
    store.messages.finish(message, "1", {})
    store.confirmations.add(alice, "e" * 32, right=True, who="u")
    store.assignments.add(message, alice, who="u")
    bob = store.patients.create(BOB, message)
    store.sameness.look(alice, bob, "a test")
    store.sameness.say(alice, bob, "different", who="u", why="a test")
    received = Received(
        body=b"", source="mercy", peer="", control="M1", at=datetime(2026, 11, 23, tzinfo=UTC)
    )
    store.receipts.add(message, received, Place("00000001-f", 0))
    proposal = proposal_for(alice)
    store.proposals.add(proposal, {})
    at = datetime(2026, 11, 23, tzinfo=UTC)
    store.site_rules.freeze(RuleInputs(proposal=proposal.id, kind="care_plan", made=at))
    digest = store.registry.add({Part(PartKind.MODEL, "none", "", ""): b""}, at, "0")
    store.registry.draft(proposal.id, digest, "", at)
    plan = ChangePlan(
        kind=ChangeKind.MODEL,
        title="t",
        candidate={},
        sha256="",
        description="",
        why="",
        impact="",
        criteria=Criteria(),
    )
    change = store.changes.add(plan, "", release="0", who="u", at=at)
    store.changes.say(change, ChangeStep(what=ChangeStepKind.WITHDRAWN, who="u", role="", at=at))
    beside = Compared(proposal=proposal.id, at=at, worse="", other=0, lines=1, groups={})
    store.changes.compare(change, beside)
    rule = store.site_rules.add(PAIR, who="u", at=at)
    raised = Alarm(
        id="", kind="data", cause="x", number=1, first=Severity.LOW, at=at, words="w", evidence="e"
    )
    store.alarms.say(store.alarms.add(raised), AlarmStep(what=AlarmStepKind.ACKNOWLEDGED, at=at, who="u"))
    store.programmes.say("weekly", "2026-W48", ProgrammeStep(what=StepKind.REPORTED, at=at))
    store.owners.say(Owner("alarm:data", "u", "administrator", "u"), at)
    store.site_rules.say(rule, RuleStep(what=RuleStepKind.SILENT, who="u", role="pharmacist", at=at))
    stop = store.stops.add(StopScope.SITE, "", who="u", role="physician", at=at, why="w")
    store.stops.start(stop, Agreed(who="u", role="physician", at=at, note="n"))
    event = store.safety_events.add(HAPPENED, who="u", role="physician", at=at)
    told = SafetyStep(what=SafetyStepKind.TOLD, who="careloom", role="", at=at, said={"whom": ""})
    store.safety_events.say(event, told, after=0)
    at = datetime(2026, 11, 23, tzinfo=UTC)
    store.proposals.add_decision(
        proposal.id, Decision(action=Action.APPROVE, reviewer="u", role="physician", at=at)
    )
    store.chart.file(proposal, at)
    store.chart.take_back(Unfiled(proposal.id, alice, "other", "a test", "u", "", "physician", at))
    store.tasks.add(TaskSaid(alice, "a1", proposal.id, "requested", "careloom", at))
    nina = Reviewer("u", "registered_nurse", "CA:1", "2030-01-01")
    text = ApprovableText("hello", "1", "en", "reminder", ContentClass.ADMINISTRATIVE, {"greeting": "Hello,"})
    store.approvals.add(text, nina, at, approved=True)
    lesson = store.improvement.add(proposal, {"reason": "r"})
    found = Judged(severity=Severity.LOW, cause="wording", prevents="", who="u", at=at)
    store.failures.judge(lesson, found)
    store.failures.keep_case(lesson, Case(words="w"), at)
    store.audit.note("u", "read")
    store.audit.seal()
    store.quality.add(QualityCount(at, "u", 1, ()), ())
    store.readiness.add({"patients": 1}, actor="u", at=at)
    letter = Letter(
        proposal=proposal.id, patient=alice, channel="email", to="a@b.example", subject="", text=""
    )
    store.sendings.add(letter, at=at, not_before=at, by="u")
    store.writings.add(proposal.id, alice, "mercy", "fhir", at=at)
    store.wishes.say(alice, "email", out=True, who="u", at=at)
    page, _ = store.pages.open("reply", "m1", patient=alice, words="w", at=at)
    store.pages.step(page, Told("told", "R. Blake", at))
    said = Reply(
        id="", message="", patient=alice, channel="text", kind="person", language="en", text="t", at=at
    )
    store.replies.read(store.replies.add(message, said).id, who="u", at=at)
    store.worked.beat("u", Beat("tab", alice, proposal.id, "review", "begin", at))
    store.worked.correct(Correction("u", alice, proposal.id, "call", at.date(), 60, "a call", at))
    store.worked.attest(Attested("u", alice, at.date(), 1, "", at))
    said = SaidOfCare(patient=alice, what="end", who="u", role="physician", at=at, day=at.date(), by="she")
    store.management.add(said)
    told = Escalated(proposal.id, NoticeKind.DAILY, at)
    store.notices.add([(told, "daily")], {("u", NoticeKind.DAILY): 1}, at)
    store.notices.see("u", at)
    store.turns.add(Turn(proposal.id, "claim", "u", "u", at, "she knows him"))
    store.turns.absent(Absence("", "u", "v", at.date(), at.date()), who="u", at=at)
    store.rulings.ask(alice, "e", "lisinopril", "she says 10", who="u", whom="v", at=at)
    asked = Question(
        id="", patient=alice, note=proposal.id, statement="a1", who="u", to="v", at=at, due=at, parts={}
    )
    asked = store.questions.add(asked, "c" * 32)
    store.questions.step(asked, QuestionStep("yes", "v", at))
    store.teams.step(alice, "u", joined=True, who="u", why="her nurse", at=at)
    store.teams.break_glass(alice, who="u", why="she fell", at=at, until=at)
    store.seconds.decree(Policy(who="u", why="a test"), at, was=0)
    chosen = SecondReading(
        id="", proposal=proposal.id, first="u", grounds=(), mode=Mode.AFTER, policy=1, reach=1, base=1, at=at
    )
    store.seconds.add(store.seconds.choose(chosen), Happened(what=Step.OPEN, who="careloom", at=at))
    card = Card(summary="s", indicator="info", rule="gaps")
    [card] = store.hooks.give([card], alice, service="careloom-patient-view", issuer="ehr", at=at)
    gone = Said(card=card.id, outcome="overridden", at=at, comment="not now")
    store.hooks.say([gone], service="careloom-patient-view", issuer="ehr", at=at)
    first = RunHappened(what=RunStep.WRITE, who="u", at=at, day=at.date())
    run = store.parallels.begin(RunPlan(title="a test"), first)
    anew = RunHappened(
        what=RunStep.AGAIN, who="u", at=at, day=at.date(), case="c", side=Side.HAND, proposal=proposal.id
    )
    store.parallels.add(run, anew)
    store.pilots.begin(PilotProtocol(title="a test"), who="u", at=at)
    practised = Drill("", "u", at, 1, "Ilse", (68, "female"), (), (DrillLine("l1", "t", (), "", False),), {})
    store.drills.say(Answered(store.drills.add(practised).id, "l1", FaultKind.NUMBER, at))
    store.drills.step(TrainingStep("u", Standing.REQUIRED, at.date(), "careloom", "", at))
    heard = store.voices.add(Voice("", "u", "physician", "queue", About.IDEA, "a bell", "", at))
    store.voices.say(heard, SaidOfIt(Became.PLANNED, "soon", "a bell", "v", at))
    store.voices.share(Shared("u", "faster", {"minutes": "12"}, True, at))
    store.teams.report(store.teams.broken()[0].id, who="u", at=at)
    study_of_alice(store, at)


def study_of_alice(store: Store, at: datetime) -> None:
    """A time study with a list, a step, a tap and a word about it."""
    kept = store.observations
    kept.add_list(ActivityList(1, (), "u", at, "a test"))
    study = kept.add_study("a test", "", list_version=1, who="u", at=at)
    kept.step(kept.study(study), StudyStep("observer", "u", "u", at))
    kept.tap(study, placed([Tap("t" * 32, "s", 0, "end", at)], "u", at, 0.0, "", received=at))
    kept.say(study, SaidOfTap("s", "t" * 32, "keep", "", "a test", "u", at))


def test_a_row_of_history_is_neither_changed_nor_deleted(history: None) -> None:
    """One history for all tables: to write it anew for each of them took a minute."""
    assert [model.__name__ for model in APPEND_ONLY if not _has_rows(model)] == []
    changed = [
        statement for model in APPEND_ONLY for statement in _changes(model) if not _is_refused(statement)
    ]
    assert changed == []


def _has_rows(model: type[Row]) -> bool:
    return bool(model._base_manager.exists())


def _changes(model: type[Row]) -> list[str]:
    table = model._meta.db_table
    return [
        f"UPDATE {table} SET organisation = 'another'",
        f"UPDATE {table} SET id = id",
        f"DELETE FROM {table}",
    ]


def _is_refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return "append-only" in str(error)
    return False


def test_the_queue_row_of_a_proposal_may_move(history: None) -> None:
    assert StoredProposal.objects.update(status="on-hold") == 1
