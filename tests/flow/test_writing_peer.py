"""What is signed is in the chart of a FHIR server that others wrote: once, as it was sent, and nothing of theirs is touched."""

import base64
import html
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from careloom.care.writing import State, Step, Writing
from tests.flow.ehr import ABSENT, Ehr, Site, peer

pytestmark = [
    pytest.mark.node,
    pytest.mark.django_db,
    pytest.mark.skipif(ABSENT, reason="Node or its packages are absent (npm ci --prefix tests/peers)"),
]


@pytest.fixture
def ehr() -> Iterator[Ehr]:
    with peer() as url:
        found = Ehr(url)
        found.load()
        yield found


@pytest.fixture
def site(ehr: Ehr, home: Path) -> Site:
    return Site(home, ehr)


@pytest.fixture(params=["loose", "strict"])
def either(ehr: Ehr, request: pytest.FixtureRequest) -> Ehr:
    """A server that answers each entry by itself, and one whose transactions are all or nothing."""
    ehr.behave(strict=request.param == "strict")
    return ehr


def test_a_signed_plan_is_in_the_hospitals_chart_with_all_that_belongs_to_it(either: Ehr, site: Site) -> None:
    before = len(either.all("Condition"))
    filed = site.sign()
    (writing,) = site.work()
    assert writing.state is State.WRITTEN, writing.why
    assert writing.there is not None
    assert writing.there.form == "resources"
    assert writing.there.notes == ()
    plan = either.ours("CarePlan")[0]
    assert plan["subject"]["reference"] == "Patient/ada-moreno"
    assert plan["identifier"] == [{"system": "urn:careloom:proposal", "value": filed.id}]
    goals = {f"Goal/{one['id']}" for one in either.ours("Goal")}
    assert goals == {one["reference"] for one in plan["goal"]}
    requests = {f"ServiceRequest/{one['id']}" for one in either.ours("ServiceRequest")}
    assert requests == {one["reference"]["reference"] for one in plan["activity"]}
    assert {one["focus"]["reference"] for one in either.ours("Task")} == requests
    assert {one["code"] for one in plan["meta"]["security"]} == {"CLINAST_AIRPT"}
    assert f"CarePlan/{plan['id']}" in [one["reference"] for one in either.ours("Provenance")[0]["target"]]
    # What the hospital told us itself is referred to, and not told back to it.
    assert any(one.get("reference", "").startswith("Condition/") for one in plan["addresses"])
    told = {one["reference"] for one in plan["addresses"] if "reference" in one}
    own = {f"Condition/{one['id']}" for one in either.ours("Condition")}
    assert len(either.all("Condition")) == before + len(own)
    assert told - own


def test_that_it_went_there_is_in_the_accounting_of_disclosures(ehr: Ehr, site: Site) -> None:
    site.sign()
    site.work()
    (told,) = site.desk.accounting.disclosures("test", site.who).left_out
    assert (told.to, told.what, told.ground.id) == ("riverside_ehr", "care_plan", "treatment")


def again(site: Site) -> Writing:
    """The same written once more, as if the worker had died before it could say what became of it."""
    (writing,) = [one for one in site.work() if one.state is not State.CANCELLED]
    step = Step(State.QUEUED, site.now, "as if it had been lost")
    site.desk.store.writings.step(writing, step, not_before=site.now)
    return next(one for one in site.work() if one.id == writing.id)


def test_doing_it_again_changes_nothing(either: Ehr, site: Site) -> None:
    site.sign()
    site.work()
    before = {kind: [one["meta"] for one in either.ours(kind)] for kind in either.count()}
    assert again(site).state is State.WRITTEN
    assert {kind: [one["meta"] for one in either.ours(kind)] for kind in either.count()} == before


def test_a_server_that_fails_in_the_middle_has_all_of_it_in_the_end_and_nothing_twice(
    ehr: Ehr, site: Site
) -> None:
    site.sign()
    for made in (0, 2, 5):
        ehr.behave(strict=made == 5, failAfter=made)
        assert site.work()[0].state in (State.UNKNOWN, State.QUEUED)
        site.pass_minutes(300)
    ehr.behave()
    (writing,) = site.work()
    assert writing.state is State.WRITTEN
    assert writing.there is not None
    assert writing.there.notes == ()
    keys = [one["identifier"][0]["value"] for kind in ("CarePlan", "Goal", "Task") for one in ehr.ours(kind)]
    assert len(keys) == len(set(keys))
    assert ehr.count()["CarePlan"] == ehr.count()["Provenance"] == 1


@pytest.mark.parametrize("fault", [{"after": "cut"}, {"after": 504}, {"failAfter": 4, "cut": True}])
def test_what_was_handed_over_without_an_answer_is_looked_for_before_it_is_sent_again(
    ehr: Ehr, site: Site, fault: dict[str, object]
) -> None:
    site.sign()
    ehr.behave(**fault)
    (writing,) = site.work()
    assert writing.state is State.UNKNOWN
    assert writing.since is None
    there = ehr.count()
    ehr.behave()
    site.pass_minutes(2)
    (writing,) = site.work()
    assert writing.state is State.WRITTEN
    assert ehr.count().items() >= ({} if "failAfter" in fault else there).items()
    assert ehr.count()["CarePlan"] == 1


def test_a_hospital_that_is_down_for_a_day_has_it_the_next_day(ehr: Ehr, site: Site) -> None:
    site.sign()
    ehr.behave(down=True)
    pauses = []
    for _ in range(9):
        (writing,) = site.work()
        assert writing.state is State.QUEUED
        assert writing.why.startswith("again: riverside_ehr")
        pauses.append((writing.not_before - site.now).total_seconds() / 60)
        site.now = writing.not_before
    assert pauses == [1, 5, 15, 60, 240, 240, 240, 240, 240]
    ehr.behave()
    assert site.work()[0].state is State.WRITTEN


def test_one_that_stays_down_for_a_week_is_a_persons_to_decide_and_is_tried_again_when_she_says_so(
    ehr: Ehr, site: Site
) -> None:
    site.sign()
    ehr.behave(down=True)
    site.work()
    site.pass_minutes(8 * 24 * 60)
    (writing,) = site.work()
    assert writing.state is State.FAILED
    assert site.desk.writing_back.stuck() == site.desk.store.writings.last()
    ehr.behave()
    site.desk.writing_back.again(site.nurse.user, writing.id)
    assert site.work()[0].state is State.WRITTEN


@pytest.mark.parametrize("says", ["silent", "all"])
def test_where_a_type_of_the_plan_is_refused_its_readable_document_is_there_instead_and_is_said_to_be(
    ehr: Ehr, site: Site, says: str
) -> None:
    ehr.behave(refuse=["Goal"], says=says)
    filed = site.sign()
    (writing,) = site.work()
    assert writing.state is State.WRITTEN
    assert writing.there is not None
    assert writing.there.form == "document"
    assert any("it took no Goal" in one for one in writing.there.notes)
    (document,) = ehr.ours("DocumentReference")
    text = base64.b64decode(document["content"][0]["attachment"]["data"]).decode()
    released = [one.text for one in filed.document.statements if one.id in filed.released]
    assert all(html.escape(one) in text for one in released)
    # What it had taken of the plan before it refused the rest is no plan of hers.
    assert {one["status"] for one in ehr.ours("CarePlan")} <= {"entered-in-error"}
    before = [one["meta"] for kind in ehr.count() for one in ehr.ours(kind)]
    assert again(site).there == writing.there
    assert [one["meta"] for kind in ehr.count() for one in ehr.ours(kind)] == before


def test_a_server_without_transactions_is_given_a_document(ehr: Ehr, site: Site) -> None:
    ehr.behave(says="none")
    site.sign()
    (writing,) = site.work()
    assert writing.there is not None
    assert writing.there.notes == (
        "the readable plan is there instead of its resources: it takes no transaction",
    )
    assert ehr.count() == {"DocumentReference": 1, "Provenance": 1}
    assert again(site).state is State.WRITTEN
    assert ehr.count() == {"DocumentReference": 1, "Provenance": 1}


def test_a_plan_is_there_without_the_tasks_that_a_server_does_not_take_and_says_so(
    ehr: Ehr, site: Site
) -> None:
    ehr.behave(refuse=["Task"])
    site.sign()
    (writing,) = site.work()
    assert writing.state is State.WRITTEN
    assert writing.there is not None
    assert writing.there.form == "resources"
    assert any(one.startswith("without Task") for one in writing.there.notes)
    assert "Task" not in ehr.count()


def test_what_is_refused_altogether_waits_for_a_person(ehr: Ehr, site: Site) -> None:
    ehr.behave(refuse=["Goal", "DocumentReference"])
    site.sign()
    (writing,) = site.work()
    assert writing.state is State.REFUSED
    assert "neither the plan's resources nor a document" in writing.why or "took nothing" in writing.why


def test_a_newer_plan_takes_the_place_of_the_older_one(either: Ehr, site: Site) -> None:
    site.sign()
    site.work()
    site.pass_minutes(24 * 60)
    newer = site.sign()
    writings = site.work()
    assert [one.state for one in writings] == [State.WRITTEN, State.WRITTEN]
    found = {one["identifier"][0]["value"]: one for one in either.ours("CarePlan")}
    now = found.pop(newer.id)
    (old,) = found.values()
    assert (now["status"], old["status"]) == ("active", "revoked")
    assert now["replaces"] == [{"reference": f"CarePlan/{old['id']}"}]
    assert again_newest(site).state is State.WRITTEN


def again_newest(site: Site) -> Writing:
    newest = site.desk.store.writings.last()[0]
    step = Step(State.QUEUED, site.now, "as if it had been lost")
    site.desk.store.writings.step(newest, step, not_before=site.now)
    return site.work()[0]


def test_of_two_plans_that_waited_the_newer_one_alone_is_written(ehr: Ehr, site: Site) -> None:
    site.sign()
    site.pass_minutes(24 * 60)
    site.sign()
    newer, older = site.work()
    assert (newer.state, older.state) == (State.WRITTEN, State.CANCELLED)
    assert ehr.count()["CarePlan"] == 1


def test_a_task_that_is_done_here_is_done_there(ehr: Ehr, site: Site) -> None:
    site.sign()
    site.work()
    task = site.desk.tracking.open("test")[0]
    site.desk.tracking.say(site.nurse, task.id, "completed")
    (writing,) = site.work()
    assert writing.state is State.WRITTEN
    assert [one["status"] for one in ehr.ours("Task")].count("completed") == 1
    assert [one["status"] for one in ehr.ours("ServiceRequest")].count("completed") == 1


def test_what_somebody_changed_there_is_told_and_not_overwritten(ehr: Ehr, site: Site) -> None:
    site.sign()
    site.work()
    goal = ehr.ours("Goal")[0]
    ehr.put({**goal, "description": {"text": "Another target, set at the clinic"}})
    task = site.desk.tracking.open("test")[0]
    site.desk.tracking.say(site.nurse, task.id, "completed")
    (writing,) = site.work()
    assert writing.state is State.WRITTEN
    assert writing.there is not None
    said = f"Goal/{goal['id']}: changed there by somebody else (description.text); left as it is"
    assert said in writing.there.notes
    (kept,) = [one for one in ehr.ours("Goal") if one["id"] == goal["id"]]
    assert kept["description"]["text"] == "Another target, set at the clinic"
    assert [one["status"] for one in ehr.ours("Task")].count("completed") == 1


def test_what_the_server_adds_is_kept(ehr: Ehr, site: Site) -> None:
    site.sign()
    site.work()
    task = ehr.ours("Task")[0]
    ehr.put({**task, "note": [{"text": "She was called"}]})
    open_task = next(one for one in site.desk.tracking.open("test") if one.text == task["description"])
    site.desk.tracking.say(site.nurse, open_task.id, "completed")
    site.work()
    (kept,) = [one for one in ehr.ours("Task") if one["id"] == task["id"]]
    assert (kept["status"], kept["note"]) == ("completed", [{"text": "She was called"}])


def test_taking_it_back_marks_all_of_it_as_entered_in_error_but_what_somebody_changed(
    either: Ehr, site: Site
) -> None:
    site.sign()
    (writing,) = site.work()
    goal = either.ours("Goal")[0]
    either.put({**goal, "description": {"text": "Hers now"}})
    site.desk.writing_back.undo(site.physician.user, writing.id, why="the wrong plan")
    (writing,) = site.work()
    assert writing.state is State.GONE
    assert writing.there is not None
    assert [one.address for one in writing.there.copies] == [f"Goal/{goal['id']}"]
    assert any("changed there" in one for one in writing.there.notes)
    assert any(one.startswith("Provenance") for one in writing.there.notes)
    assert {one["status"] for one in either.ours("CarePlan")} == {"entered-in-error"}
    assert {one["status"] for one in either.ours("Task")} == {"entered-in-error"}
    assert "clinicalStatus" not in json.dumps(either.ours("Condition"))
    assert len(
        [one for one in either.ours("Goal") if one["lifecycleStatus"] == "entered-in-error"]
    ) + 1 == len(either.ours("Goal"))


@pytest.mark.parametrize(
    ("there", "why"),
    [
        ({"birthDate": "1931-01-01"}, "birth date differs"),
        ({"gender": "male"}, "sex differs"),
        (
            {"name": [{"family": "Quill", "given": ["Marta"]}], "birthDate": "1965-03-03"},
            "may be another person's",
        ),
        ({"active": False}, "merged or closed"),
        ({"birthDate": None}, "no birth date"),
        ({"link": [{"type": "replaced-by", "other": {"reference": "Patient/x"}}]}, "merged or closed"),
    ],
)
def test_nothing_is_written_to_a_chart_that_may_be_another_persons(
    ehr: Ehr, site: Site, there: dict[str, object], why: str
) -> None:
    patient = next(one for one in ehr.all("Patient") if one["id"] == "ada-moreno")
    ehr.put({name: value for name, value in {**patient, **there}.items() if value is not None})
    site.sign()
    (writing,) = site.work()
    assert writing.state is State.REFUSED
    assert why in writing.why
    assert "Moreno" not in writing.why
    assert ehr.count() == {}


def test_nothing_is_written_where_two_have_her_number(ehr: Ehr, site: Site) -> None:
    patient = next(one for one in ehr.all("Patient") if one["id"] == "ada-moreno")
    ehr.put({**patient, "id": "ada-again"})
    site.sign()
    (writing,) = site.work()
    assert (writing.state, "more than one patient" in writing.why) == (State.REFUSED, True)
    assert ehr.count() == {}


def test_other_documents_go_where_a_site_says_so(ehr: Ehr, home: Path) -> None:
    site = Site(home, ehr, 'kinds = ["care_plan", "clinical_summary"]')
    site.sign("clinical_summary")
    (writing,) = site.work()
    assert writing.state is State.WRITTEN
    assert ehr.count() == {"DocumentReference": 1, "Provenance": 1}


def test_a_plan_goes_as_a_document_alone_where_a_site_says_so(ehr: Ehr, home: Path) -> None:
    site = Site(home, ehr, 'plan = "document"')
    site.sign()
    site.work()
    assert ehr.count() == {"DocumentReference": 1, "Provenance": 1}
    site.pass_minutes(24 * 60)
    site.sign()
    site.work()
    newer, older = sorted(ehr.ours("DocumentReference"), key=lambda one: one["date"], reverse=True)
    assert (newer["status"], older["status"]) == ("current", "superseded")
    assert newer["relatesTo"][0]["target"]["reference"] == f"DocumentReference/{older['id']}"


def test_what_is_taken_back_in_our_chart_is_in_error_there_and_the_plan_before_in_force_again(
    either: Ehr, site: Site
) -> None:
    old = site.sign()
    site.work()
    site.pass_minutes(24 * 60)
    newer = site.sign()
    site.work()
    site.desk.unfiling.take_back(site.physician, newer.id, "wrong_content", "The dose is wrong.")
    for _ in range(3):
        writings = site.work()
        site.pass_minutes(5)
    assert {one.proposal: one.state for one in writings} == {newer.id: State.GONE, old.id: State.WRITTEN}
    status = {one["identifier"][0]["value"]: one["status"] for one in either.ours("CarePlan")}
    assert status == {newer.id: "entered-in-error", old.id: "active"}


def test_a_plan_that_is_taken_back_before_it_was_written_is_never_written(ehr: Ehr, site: Site) -> None:
    filed = site.sign()
    site.desk.unfiling.take_back(site.physician, filed.id, "wrong_content", "The dose is wrong.")
    (writing,) = site.work()
    assert writing.state is State.CANCELLED and "taken back" in writing.why
    site.desk.writing_back.again(site.physician.user, writing.id)
    assert site.work()[0].state is State.CANCELLED
    assert ehr.count() == {}
