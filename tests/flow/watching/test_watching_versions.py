"""What software messages and servers name has a day; workers of two versions and a clock set back lose nothing; a home's own tables show what is planted in them."""

import random
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from careloom.care.document import Action, Decision, Finding, ModelUse, Severity
from careloom.care.watched import Cause
from careloom.monitor import counting
from careloom.pipeline import Pipeline, watching
from careloom.pipeline.versions import heard, of_message
from careloom.pipeline.watching import WORK, as_json
from careloom.store import codec
from careloom.store.ids import new_id
from careloom.store.models import Patient, ProposalRevision, StoredDecision, StoredProposal, place
from careloom.wire.fhir.capability import Capability, Offer, statement
from tests.flow.watching.counted import DAY, NOON, decide, draft, held
from tests.store.people import proposal_for

pytestmark = pytest.mark.django_db


ADT = "MSH|^~\\&|LABSYS {one}|A|B|C|20261101{two}||ADT^A01|{two}|P|2.5.1\rSFT|Soft Inc|{one}|LabSoft|1\rPID|1||{two}^^^A||Example^Anna||19500101|F\r"


def test_an_upgrade_of_a_vendor_has_its_day_though_nobody_counted_that_day(
    desk: Pipeline,
    clock,
) -> None:
    for number in range(20):
        body = ADT.format(one="4.2" if number < 15 else "5.0", two=1000 + number).encode()
        at = NOON - timedelta(20 - number)
        desk.store.messages.put([body], source="lab", format="hl7v2", name="a", zone="UTC", received=at)
    found = desk.watching.keep_up("worker")
    (signal,) = found.signals
    assert (signal.cause, signal.leads.series, signal.since) == (
        Cause.DATA,
        "version|lab",
        DAY - timedelta(5),
    )
    assert {one.name for one in found.marks} == {"LABSYS 5.0", "LabSoft 5.0"}
    (alarm,) = desk.alarming.listed(desk.store.users.reviewer("quinn"))[0]
    assert (alarm.kind, alarm.severity) == ("data", Severity.LOW)
    assert "LABSYS 5.0" in alarm.words.format(**alarm.values)
    assert as_json(desk.watching.state("operator"))["marks"][0]["before"].startswith("HL7 2.5.1, LABSYS 4.2")
    # Another day counts what is new, and tells nobody again.
    clock.now = NOON + timedelta(1)
    desk.watching.keep_up("worker")
    assert len(desk.alarming.listed(desk.store.users.reviewer("quinn"))[0]) == 1


def test_a_servers_software_is_watched_by_what_it_says_of_itself(desk: Pipeline, clock) -> None:
    body = b'{"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","software":{"name":"Northgate EHR","version":"%s"},"rest":[{"mode":"server","resource":[{"type":"Patient"}]}]}'
    for days, version in ((9, b"2026.1"), (8, b"2026.1"), (2, b"2026.2"), (1, b"2026.2")):
        clock.now = NOON - timedelta(days)
        heard(desk.store, "northgate", statement(body % version), clock.now)
        heard(
            desk.store,
            "other",
            Capability(known=True, version="4.0.1", offers={"Patient": Offer()}),
            clock.now,
        )
    heard(desk.store, "silent", Capability(), clock.now)
    clock.now = NOON
    (signal,) = desk.watching.keep_up("worker").signals
    assert (signal.cause, signal.since) == (Cause.DATA, DAY - timedelta(2))
    assert signal.leads.series == "version|northgate|server"
    assert {one.split("|")[1] for one, _ in held(desk)} == {"northgate", "other"}


@pytest.mark.parametrize(
    ("format_", "head", "said"),
    [
        ("ccda", b"<assignedAuthoringDevice><manufacturerModelName>Chart</manufacturerModelName><softwareName>Chart 11.4</softwareName>", ["software Chart", "software Chart 11.4"]),
        ("fhir", b'{"meta":{"profile":["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|6.1.0"]}}', ["us/core 6.1.0"]),
        ("x12:835", b"ISA*00~GS*HP*S*R*20260101*1200*1*X*005010X221A1~", ["X12 005010X221A1"]),
        ("hl7v2", b"MSH|^~\\&|LAB|A|B|C|2026||ORU^R01|1|P|2.3\rSFT|V|7.1|LabSoft|b", ["LAB", "HL7 2.3", "LabSoft 7.1"]),
    ],
)  # fmt: skip
def test_each_format_says_its_software_or_schema(format_, head, said) -> None:
    assert of_message(format_, head) == said


def test_what_an_older_worker_counted_is_counted_again_and_what_a_newer_one_did_stands(
    desk: Pipeline,
    alice: str,
    monkeypatch,
) -> None:
    draft(desk, alice, 1, NOON, "renal")
    assert desk.watching.count() == 1
    mine = held(desk)
    # Half of the workers are on the old version: it counts the day its own way, and the newer one counts it again.
    old = {DAY: ("1:0", [one for (name, _), one in mine.items() if name == "findings"])}
    desk.store.day_counts.put(WORK, old, at=NOON)
    assert "fired|renal" not in {name for name, _ in held(desk)}
    desk.watching.keep_up("worker")
    assert held(desk).keys() >= mine.keys()
    assert not desk.watching.state("operator").others and desk.watching.count() == 0
    # The old one, in its turn, leaves what a newer one counted of the same rows alone, and counts what is new; it is said.
    monkeypatch.setattr(watching, "COUNTING", counting.COUNTING - 1)
    assert desk.watching.count() == 0
    assert desk.watching.state("operator").others == (counting.COUNTING,)
    draft(desk, alice, 2, NOON + timedelta(minutes=5))
    assert desk.watching.count() == 1 and held(desk)["findings", DAY].number == 2
    monkeypatch.undo()
    assert desk.watching.count() == 1 and held(desk)["findings", DAY].number == 2


def test_what_another_version_kept_otherwise_is_made_anew_and_no_error(desk: Pipeline, alice: str) -> None:
    draft(desk, alice, 1, NOON, "renal")
    found = desk.watching.keep_up("worker")
    desk.store.day_counts.keep(b'{"as_of":"2031-01-01","signals":[{"cause":"weather"}]}', NOON)
    assert desk.watching.state("operator").watched == found


def test_two_weeks_of_drafts_say_what_is_lacking_and_alarm_nobody(desk: Pipeline, alice: str) -> None:
    for number in range(14):
        one = draft(desk, alice, number, NOON - timedelta(number), "renal")
        decide(desk, one, Action.APPROVE, NOON - timedelta(number) + timedelta(hours=3))
    found = desk.watching.keep_up("worker")
    assert not found.signals and not found.judged and found.ready > DAY
    assert not desk.alarming.listed(desk.store.users.reviewer("quinn"))[0]


def test_what_a_draft_a_reviewer_and_the_model_came_to_that_day_is_counted(
    desk: Pipeline, alice: str
) -> None:
    use = ModelUse("m", "a" * 64, calls=4, fallbacks=1, completion_tokens=300, seconds=12.0, heard=5, unverified=2, refusals=1)  # fmt: skip
    whole = proposal_for(alice, number=1)
    one = replace(
        whole,
        created=NOON - timedelta(hours=30),
        document=replace(whole.document, model=use),
        findings=tuple(Finding(rule, Severity.HIGH, "m") for rule in ("a", "b", "c")),
    )
    desk.store.proposals.add(one, {})
    decide(desk, one, Action.APPROVE, NOON)
    desk.watching.count()
    now = held(desk)
    before = DAY - timedelta(1)
    assert (now["unverified", before].number, now["unverified", before].hits) == (5, 2)
    assert now["refused", before].hits == 1 and now["seconds", before].bins == {"5": 1}
    assert now["tokens", before].bins == {"100": 1}
    assert (now["burden", DAY].number, now["burden", DAY].hits) == (1, 3)
    assert now["decided", DAY].bins == {"48": 1}


def test_drift_that_is_planted_in_a_homes_tables_is_told_by_its_cause(desk: Pipeline, clock) -> None:
    """Half a year of drafts and decisions: from one day on many more are changed, from another the model refuses, and at last documents wait for days."""
    chance, days = random.Random(7), 180
    edits, refuses, waits = days - 90, days - 55, days - 20
    patient = Patient.objects.create(organisation=desk.store.keys.organisation, created=NOON)
    base = proposal_for(patient.id.hex)
    rows: tuple[list, list, list] = ([], [], [])
    for number in range(days):
        day = DAY - timedelta(days - number)
        for _ in range(1 if day.weekday() > 4 else 10):
            at = datetime.combine(day, time(15, chance.randrange(60)), UTC)
            use = ModelUse("m", "a" * 64, calls=3, heard=3, seconds=chance.choice((3.0, 6.0, 9.0)), completion_tokens=chance.choice((90, 200, 400)), refusals=sum(chance.random() < (0.2 if number >= refuses else 0.004) for _ in range(3)))  # fmt: skip
            made = replace(base, created=at, document=replace(base.document, model=use))
            changed = chance.random() < (0.6 if number >= edits else 0.2)
            hours = chance.choice((50, 100, 200) if number >= waits else (1, 3, 8, 20))
            _into(rows, desk, patient, made, changed, at + timedelta(hours=hours))
    StoredProposal.objects.bulk_create(rows[0])
    ProposalRevision.objects.bulk_create(rows[1])
    StoredDecision.objects.bulk_create(rows[2])
    found = desk.watching.keep_up("worker")
    told = {one.leads.series: one for one in found.signals}
    assert {name: one.cause for name, one in told.items()} == {
        "edited|care_plan": Cause.PRACTICE,
        "refused": Cause.MODEL,
        "decided": Cause.QUEUE,
    }
    for name, begun, soon in (
        ("edited|care_plan", edits, 14),
        ("refused", refuses, 7),
        ("decided", waits, 20),
    ):
        began = DAY - timedelta(days - begun)
        assert began <= told[name].raised <= began + timedelta(soon)
    kinds = {one.kind for one in desk.alarming.listed(desk.store.users.reviewer("quinn"))[0]}
    assert kinds == {"queue"}, "what was found long after it began is told on the page and alarms nobody"


def _into(rows, desk: Pipeline, patient: Patient, made, changed: bool, decided: datetime) -> None:
    keys, organisation = desk.store.keys, desk.store.keys.organisation
    proposal = StoredProposal(id=new_id(), organisation=organisation, patient=patient, kind="care_plan", status="active", tier=1, created=made.created, sealed_cited=b"", seen=b"")  # fmt: skip
    rows[0].append(proposal)
    row = new_id()
    sealed = keys.seal(codec.encode(made), place("proposal revision", row, "proposal"))
    rows[1].append(ProposalRevision(id=row, organisation=organisation, proposal=proposal, version=1, at=made.created, sealed=sealed))  # fmt: skip
    action = Action.AMEND if changed else Action.APPROVE
    row = new_id()
    body = codec.encode(Decision(action=action, reviewer="u", role="physician", at=decided))
    sealed = keys.seal(body, place("decision", row, "decision"))
    rows[2].append(StoredDecision(id=row, organisation=organisation, proposal=proposal, action=action.value, reviewer="u", role="physician", at=decided, sealed=sealed))  # fmt: skip
