"""What an EHR keeps its own way, finds late, or was told was an error is told apart from what somebody changed there."""

from pathlib import Path
from typing import Any

import pytest

from careloom.care.document import Action
from careloom.care.writing import State, Writing
from tests.flow.charts import Chart, Site
from tests.flow.test_writing_faults import ERRORS, is_there_once, one, there

pytestmark = pytest.mark.django_db
__all__ = ["there"]


def taken_back(site: Site) -> Writing:
    writing = site.work()[0]
    site.desk.writing_back.undo(site.physician.user, writing.id, why="the wrong plan")
    return one(site)


def standing(there: Chart) -> list[str]:
    """The types of ours of which something doesn't say that it was an error; a Provenance stays."""
    kinds = [kind for kind in there.ours() if kind != "Provenance"]
    return [
        kind
        for kind in kinds
        for each in there.all(kind)
        if each.get("lifecycleStatus", each.get("status")) != "entered-in-error"
    ]


@pytest.mark.parametrize("name", ["identifier", "security"])
@pytest.mark.parametrize("write", ["", 'plan = "document"'])
def test_what_a_server_keeps_its_own_way_is_told_as_its_way_and_can_be_taken_back(
    there: Chart, home: Path, name: str, write: str
) -> None:
    site = Site(home, there, write=write)
    site.sign()
    there.behave({"do": "drops", "name": name})
    writing = one(site)
    assert writing.state is State.WRITTEN and writing.there is not None, writing.why
    assert any(
        f"it holds otherwise than we sent: {name}" in note.replace("meta.", "")
        for note in writing.there.notes
    )
    assert not any("somebody else" in note for note in writing.there.notes)
    gone = taken_back(site)
    assert (gone.state, gone.since) == (State.GONE, None), gone.why
    assert gone.there is not None and not any("somebody else" in note for note in gone.there.notes)
    assert standing(there) == []


def test_what_a_server_keeps_its_own_way_is_not_written_again_and_again(there: Chart, home: Path) -> None:
    site = Site(home, there)
    site.sign()
    there.behave({"do": "drops", "name": "security"})
    one(site)
    plan = there.all("CarePlan")
    task = site.desk.tracking.open("test")[0]
    site.desk.tracking.say(site.nurse, task.id, "completed")
    assert one(site).state is State.WRITTEN
    assert there.all("CarePlan") == plan
    assert [each["status"] for each in there.all("Task")].count("completed") == 1


def test_what_a_server_without_versions_and_labels_holds_is_brought_up_to_date_and_taken_back(
    there: Chart, home: Path
) -> None:
    site = Site(home, there)
    site.sign()
    there.behave({"do": "gives", "with": {"meta": {}}})
    writing = one(site)
    assert writing.state is State.WRITTEN and writing.there is not None, writing.why
    assert all("holds otherwise than we sent: meta" in note for note in writing.there.notes)
    task = site.desk.tracking.open("test")[0]
    site.desk.tracking.say(site.nurse, task.id, "completed")
    assert one(site).state is State.WRITTEN
    assert [each["status"] for each in there.all("Task")].count("completed") == 1
    goal = there.all("Goal")[0]
    there.put({**goal, "description": {"text": "Said otherwise there"}})
    gone = taken_back(site)
    assert gone.there is not None and standing(there) == ["Goal"]
    told = [note for note in gone.there.notes if "changed there by somebody else" in note]
    assert [note.partition(":")[0] for note in told] == [f"Goal/{goal['id']}"]


def test_what_somebody_changed_where_a_server_keeps_things_its_own_way_stays_and_is_told(
    there: Chart, home: Path
) -> None:
    site = Site(home, there)
    site.sign()
    there.behave({"do": "drops", "name": "security"})
    one(site)
    goal = there.all("Goal")[0]
    there.put({**goal, "description": {"text": "Said otherwise there"}})
    gone = taken_back(site)
    assert gone.there is not None
    told = [note for note in gone.there.notes if "changed there by somebody else" in note]
    assert [note.partition(":")[0] for note in told] == [f"Goal/{goal['id']}"]
    assert standing(there) == ["Goal"]


def test_what_nobody_answered_is_not_sent_again_while_a_search_may_not_find_it_yet(
    there: Chart, home: Path
) -> None:
    site = Site(home, there)
    site.sign()
    there.behave({"do": "hang_up", "at": "POST /", "after": True}, {"do": "lags"})
    assert one(site).state is State.UNKNOWN
    there.behave({"do": "lags"})
    site.pass_minutes(0.5)
    writing = site.work()[0]
    site.desk.writing_back.again(site.nurse.user, writing.id)
    writing = one(site)
    assert (writing.state, "may not find it yet" in writing.why) == (State.UNKNOWN, True), writing.why
    there.behave()
    site.pass_minutes(2)
    assert is_there_once(there, site)


def test_a_plan_that_is_signed_after_an_older_one_was_taken_back_there_is_whole(
    there: Chart, home: Path
) -> None:
    site = Site(home, there)
    site.sign()
    one(site)
    taken_back(site)
    assert standing(there) == []
    site.pass_minutes(24 * 60)
    newer = site.sign()
    writing = one(site)
    assert (writing.proposal, writing.state) == (newer.id, State.WRITTEN), writing.why
    assert writing.there is not None
    assert not any("somebody else" in note for note in writing.there.notes), writing.there.notes
    (plan,) = [each for each in there.all("CarePlan") if each["status"] == "active"]
    found = [each for kind in ("Goal", "ServiceRequest") for each in there.all(kind)]
    parts = {f"{each['resourceType']}/{each['id']}": each for each in found}
    goals = [part["reference"] for part in plan["goal"]]
    activities = [part["reference"]["reference"] for part in plan["activity"]]
    assert goals and activities
    for part in (parts[address] for address in (*goals, *activities)):
        assert part.get("lifecycleStatus", part.get("status")) == "active"


def test_undoing_a_plan_takes_all_of_it_back_where_the_older_one_is_there_as_a_document_alone(
    there: Chart, home: Path
) -> None:
    site = Site(home, there)
    site.sign()
    there.behave({"do": "say", "status": 200, "body": ERRORS, "exactly": "POST /"})
    older = one(site)
    assert older.there is not None and older.there.form == "document", older.why
    there.behave()
    site.pass_minutes(24 * 60)
    newer = site.sign()
    writing = one(site)
    assert (writing.proposal, writing.state) == (newer.id, State.WRITTEN), writing.why
    assert {"CarePlan", "Goal", "ServiceRequest", "Task"} <= set(standing(there))
    gone = taken_back(site)
    assert (gone.proposal, gone.state, gone.since) == (newer.id, State.GONE, None), gone.why
    (left,) = [each for each in there.all("DocumentReference") if each["status"] != "entered-in-error"]
    assert (standing(there), left["status"]) == (["DocumentReference"], "superseded")


def test_undoing_a_plan_leaves_what_the_older_one_has_there_too(there: Chart, home: Path) -> None:
    site = Site(home, there)
    site.sign()
    older = one(site)
    assert older.there is not None
    site.pass_minutes(24 * 60)
    newer = site.sign()
    assert one(site).proposal == newer.id
    before = standing(there)
    assert taken_back(site).state is State.GONE
    kept = standing(there)
    assert {"Goal", "ServiceRequest", "Task"} <= set(kept)
    assert (before.count("CarePlan"), kept.count("CarePlan")) == (2, 1)


def test_undoing_a_plan_that_has_again_what_the_one_before_had_struck_leaves_it_as_that_one_left_it(
    there: Chart, home: Path
) -> None:
    site = Site(home, there)
    site.sign()
    one(site)
    words = "HbA1c below 7 %", "The nurse repeats HbA1c"
    assert said_of(there, words) == ["active", "active", "requested"]
    site.pass_minutes(24 * 60)
    plan = site.desk.propose("test", site.who, as_of=site.now.date(), model="none")
    struck = [line.id for line in plan.document.statements if line.text.startswith(words)]
    left = [line.id for line in plan.document.statements if line.id not in struck]
    site.desk.decide(site.physician, plan.id, Action.AMEND, struck=struck)
    assert site.desk.decide(site.physician, plan.id, Action.APPROVE, opened=left).status == "active"
    assert one(site).state is State.WRITTEN
    assert said_of(there, words) == ["cancelled", "revoked", "cancelled"]
    site.pass_minutes(24 * 60)
    newest = site.sign()
    assert (one(site).proposal, said_of(there, words)) == (newest.id, ["active", "active", "requested"])
    before = standing(there)
    gone = taken_back(site)
    assert (gone.proposal, gone.state, gone.since) == (newest.id, State.GONE, None)
    assert said_of(there, words) == ["cancelled", "revoked", "cancelled"]
    assert standing(there).count("Goal") == before.count("Goal")


def said_of(there: Chart, words: tuple[str, ...]) -> list[str]:
    """What is said there of the goals, requests and tasks of which the words begin so."""
    found = [each for kind in ("Goal", "ServiceRequest", "Task") for each in there.all(kind)]
    return [
        each.get("lifecycleStatus", each.get("status")) for each in found if text_of(each).startswith(words)
    ]


def text_of(resource: dict[str, Any]) -> str:
    said = resource.get("description") or resource["code"]
    return str(said["text"] if isinstance(said, dict) else said)
