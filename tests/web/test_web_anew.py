"""What a process keeps in memory of a document is never older than the database: what another process changes is shown by the next request."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from bench import record, review
from careloom import pipeline as pipelines
from careloom.care.document import Action, Proposal
from careloom.care.second import Ground, Mode, Policy
from careloom.pipeline import Pipeline
from careloom.settings import Settings
from tests.web.desk import signed_in

pytestmark = pytest.mark.django_db
PLAN = f"{20:032x}"


@pytest.fixture
def plan(real: Pipeline) -> Proposal:
    return review.filled(real, 20, PLAN)


@pytest.fixture
def elsewhere(real: Pipeline, home: Path, key: str) -> Pipeline:
    """Another process of this site, with a memory of its own."""
    return pipelines.build(Settings(home=home, encryption_key=key, model="none", reading_rate=0))


@pytest.fixture
def rosa(plan: Proposal) -> Client:
    """Rosa has had the plan open: all that is kept of it is kept."""
    client = signed_in("rosa")
    assert [client.get(f"/review/{PLAN}").status_code for _ in range(4)] == [200] * 4
    return client


def page(client: Client) -> str:
    answer = client.get(f"/review/{PLAN}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_an_entry_that_arrived_elsewhere(elsewhere: Pipeline, rosa: Client) -> None:
    assert "What is new" not in page(rosa)
    record.kept(elsewhere, list(record.results(2, "second")), f"review {PLAN}, later")
    shown = page(rosa)
    assert "What is new" in shown and "2 new" in shown


def test_a_decision_an_undo_and_an_opened_line_elsewhere(
    elsewhere: Pipeline, rosa: Client, plan: Proposal
) -> None:
    osei = elsewhere.store.users.reviewer("osei")
    assert "data-unopened" in page(rosa)
    elsewhere.open_lines(osei, PLAN, [line.id for line in plan.document.statements])
    assert "data-unopened" not in page(rosa)
    elsewhere.decide(osei, PLAN, Action.RETURN, reason="wrong: not hers")
    assert "returned for rework" in page(rosa)
    elsewhere.undo(osei, PLAN)
    assert "returned for rework" not in page(rosa)


def test_a_care_team_that_she_is_not_in_and_an_emergency(
    elsewhere: Pipeline, rosa: Client, plan: Proposal
) -> None:
    patient = plan.document.patient
    elsewhere.access.join("operator", patient, "osei")
    assert rosa.get(f"/review/{PLAN}").status_code == 403
    elsewhere.access.break_glass(elsewhere.store.users.reviewer("rosa"), patient, "she fell at home")
    assert rosa.get(f"/review/{PLAN}").status_code == 200


def test_a_role_a_licence_and_an_account_that_are_no_longer_hers(elsewhere: Pipeline, rosa: Client) -> None:
    users = elsewhere.store.users
    assert 'name="do" value="approve"' in page(rosa) or "Sign" in page(rosa)
    users.set_licence("rosa", None, independent=False)
    assert "No line here is yours to sign" in page(rosa)
    users.set_role("rosa", "auditor")
    assert "No line here is yours to sign" in page(rosa)
    users.create("ana", role="administrator")
    users.set_role("rosa", "administrator")
    assert rosa.get(f"/review/{PLAN}").status_code == 403
    users.set_role("rosa", "registered_nurse")
    users.activate("rosa", False)
    assert rosa.get(f"/review/{PLAN}")["Location"].startswith("/sign-in")


def test_a_password_that_was_changed_ends_her_session(elsewhere: Pipeline, rosa: Client) -> None:
    elsewhere.store.users.set_password("rosa", "another long invented passphrase")
    assert rosa.get(f"/review/{PLAN}")["Location"].startswith("/sign-in")


def test_a_colleague_who_came_and_who_took_it(elsewhere: Pipeline, rosa: Client, plan: Proposal) -> None:
    assert "N. Marsh" not in page(rosa)
    elsewhere.store.users.create("ned", name="N. Marsh", role="registered_nurse")
    assert "N. Marsh" in page(rosa)
    elsewhere.store.users.set_role("ned", "auditor")
    assert "N. Marsh" not in page(rosa)
    elsewhere.turning.claim(elsewhere.store.users.reviewer("osei"), PLAN)
    assert "Dr. Osei has it" in page(rosa)


def test_a_policy_that_has_it_read_again(elsewhere: Pipeline, rosa: Client) -> None:
    seconds = elsewhere.store.seconds
    held = Policy(
        share=100, modes={Ground.SHARE: Mode.HOLD}, kinds=("care_plan",), who="a test", why="a test"
    )
    assert "second reader" not in page(rosa)
    seconds.decree(held, datetime.now(UTC), was=seconds.policy().version)
    assert "second reader" in page(rosa)


def test_who_has_it_open_is_told_by_the_newest_sign(elsewhere: Pipeline, rosa: Client) -> None:
    turns, now = elsewhere.store.turns, datetime.now(UTC)
    osei = elsewhere.store.users.reviewer("osei").user
    assert turns.look(PLAN, osei, now, takes=False).who != osei
    taken = turns.look(PLAN, osei, now, takes=True)
    assert (taken.who, taken.since) == (osei, now)
    assert "Dr. Osei has it open since" in page(rosa)
    again = turns.look(PLAN, osei, now + timedelta(minutes=1), takes=False)
    assert (again.since, again.page) == (now, taken.page + 1)
    left = turns.look(PLAN, "rosa's id", now + timedelta(minutes=7), takes=False)
    assert (left.who, left.page) == ("rosa's id", again.page + 1)
