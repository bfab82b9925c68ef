"""The pages of the work list: whose a document is, who has it open, who is away, and how the work lies."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from careloom.pipeline import Pipeline
from careloom.store.users import Licence
from tests.store.conftest import put
from tests.store.people import ALICE, proposal_for
from tests.web.desk import PASSWORD, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(real: Pipeline):
    licence = Licence("MA", "X1", date(2031, 6, 30))
    real.store.users.create(
        "ned", name="N. Marsh", role="registered_nurse", password=PASSWORD, licence=licence
    )
    real.store.users.create("quinn", name="Q. Lead", role="quality_lead", password=PASSWORD)
    alice = real.store.patients.create(ALICE, put(real.store))
    made = replace(proposal_for(alice), assigned_to=None, released={}, created=timezone.now())
    real.store.proposals.add(made, {})
    return made


def read(client, address: str) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_nurse_claims_a_document_and_lets_go_of_it_on_its_page(real, plan):
    rosa, address = signed_in("rosa"), f"/review/{plan.id}"
    assert "Nobody in particular has it." in read(rosa, address)
    shown = rosa.post(f"{address}/turn", {"turn": "claim"}, follow=True).content.decode()
    assert "Yours since today" in shown and "data-release" in shown and "data-claim" not in shown
    assert "R. Blake since today" in read(rosa, "/queue")
    back = rosa.post(f"{address}/turn", {"turn": "release", "next": "/queue?whose=all"})
    assert back["Location"] == "/queue?whose=all"
    assert real.store.proposals.get(plan.id).assigned_to is None


def test_a_form_of_another_site_leads_nobody_there(real, plan):
    rosa = signed_in("rosa")
    answer = rosa.post(f"/review/{plan.id}/turn", {"turn": "claim", "next": "https://evil.example/"})
    assert answer["Location"] == f"/review/{plan.id}"
    assert rosa.post(f"/review/{plan.id}/turn", {"turn": "own"}).status_code == 422


def test_the_second_who_opens_it_reads_the_name_of_the_first_and_takes_over_with_a_word(real, plan):
    rosa, ned, address = signed_in("rosa"), signed_in("ned"), f"/review/{plan.id}"
    assert "has it open since" not in read(rosa, address)
    assert "R. Blake has it open since today" in read(ned, address)
    assert "R. Blake has it open since today" in read(ned, "/queue?whose=all")
    assert ned.post(f"{address}/turn", {"turn": "take_over"}).status_code == 422
    shown = ned.post(f"{address}/turn", {"turn": "take_over", "why": "the physician waits"}, follow=True)
    assert "has it open since" not in shown.content.decode()
    again = read(rosa, address)
    assert "N. Marsh has it open since today" in again and "the physician waits" in again


def test_who_leaves_the_page_takes_her_name_off_the_door(real, plan):
    rosa, ned, address = signed_in("rosa"), signed_in("ned"), f"/review/{plan.id}"
    assert 'data-page="1"' in read(rosa, address)
    assert rosa.get(f"{address}/here").status_code == 204
    assert rosa.post(f"{address}/left", {"page": "1"}).status_code == 204
    assert "has it open since" not in read(ned, address)


def test_a_lead_gives_work_to_somebody_and_sees_how_it_lies(real, plan):
    quinn, address = signed_in("quinn"), f"/review/{plan.id}"
    ned = real.store.users.reviewer("ned").user
    assert "N. Marsh · nurse" in read(quinn, address)
    quinn.post(f"{address}/turn", {"turn": "assign", "user": ned, "why": "the ward <b>is</b> hers"})
    assert real.store.proposals.get(plan.id).assigned_to == ned
    assert "the ward &lt;b&gt;is&lt;/b&gt; hers" in read(quinn, address)
    load = read(quinn, "/queue/load")
    assert '<th scope="row">N. Marsh</th><td data-label="Waits:">1</td>' in load
    assert signed_in("rosa").get("/queue/load").status_code == 403


def test_the_api_turns_by_the_same_rules(real, plan):
    rosa, ned, address = signed_in("rosa"), signed_in("ned"), f"/api/proposals/{plan.id}/turn"

    def turn(client, **asked):
        return client.post(address, asked, content_type="application/json")

    assert turn(rosa, what="claim").json()["assigned_to"] == real.store.users.reviewer("rosa").user
    assert turn(ned, what="claim").status_code == 422
    assert turn(ned, what="release").status_code == 403
    assert turn(rosa, what="assign", user="ned").json()["what"] == "assign"
    assert turn(rosa, what="undo").json()["assigned_to"] == real.store.users.reviewer("rosa").user
    assert turn(rosa, what="release").json()["assigned_to"] is None
    assert turn(signed_in("quinn"), what="claim").status_code == 403


def test_somebody_says_that_she_is_away_and_who_covers(real, plan):
    rosa, ned = signed_in("rosa"), signed_in("ned")
    rosa.post(f"/review/{plan.id}/turn", {"turn": "claim"})
    cover = real.store.users.reviewer("ned").user
    today = timezone.localdate()
    days = {"first": str(today), "last": str(today + timedelta(days=2)), "cover": cover}
    assert rosa.post("/queue/away/say", days | {"last": "soon"}).status_code == 422
    shown = rosa.post("/queue/away/say", days, follow=True).content.decode()
    assert f"R. Blake is away from {today} to {today + timedelta(days=2)}; N. Marsh covers." in shown
    assert "1 plan to review" in read(ned, "/queue") and "you stand in" in read(ned, f"/review/{plan.id}")
    (absence,) = real.store.turns.absences()
    assert ned.post(f"/queue/away/{absence.id}/back").status_code == 403
    rosa.post(f"/queue/away/{absence.id}/back")
    assert "Nothing waits for you" in read(ned, "/queue")


def test_a_notice_is_counted_in_the_head_until_it_is_read_and_names_nobody(real, plan):
    rosa = signed_in("rosa")
    assert "Notices</a>" in read(rosa, "/queue")
    real.escalating.run()
    shown = read(rosa, "/queue")
    assert '<i aria-hidden="true">●</i>1 new' in shown
    told = read(rosa, "/notices")
    assert "overdue" in told or "waits for you" in told
    assert ALICE.names[0].family not in told and plan.id not in told
    assert "No new notice" in rosa.post("/notices/seen", follow=True).content.decode()
    assert "1 new" not in read(rosa, "/queue")
    assert "1 new notice" in read(signed_in("ned"), "/notices")
