"""A problem with a line or a finding is kept for whoever improves the drafts; the plan stays as it is."""

from html import unescape

from django.test import Client

from careloom.store import Store
from careloom.web.present.words import LEGEND
from tests.web.desk import AdasDesk
from tests.web.people import PROPOSAL, RECORD

PLAN = f"/review/{PROPOSAL.id}"
HTMX = {"HX-Request": "true"}
SAID = {"reason": "wrong", "words": "She takes\nnaproxen, not ibuprofen."}


def test_whoever_reads_a_line_may_report_it_even_where_she_may_not_sign(
    coordinator: Client, desk: AdasDesk, store: Store
) -> None:
    answer = coordinator.post(f"{PLAN}/report", {**SAID, "key": "s2"}, headers=HTMX)
    assert "this plan stays as it is" in answer.content.decode()
    (kept,) = desk.flagged
    assert kept["code"] == "wrong" and kept["statement"] == "s2"
    assert kept["words"] == "She takes naproxen, not ibuprofen."
    assert store.users.reviewer("cam").user == kept["reviewer"]
    assert desk.proposals[PROPOSAL.id] == PROPOSAL
    assert store.audit.of(RECORD.patient)[-1]["action"] == "flag"


def test_a_finding_is_reported_by_its_rule_and_without_javascript(nurse: Client, desk: AdasDesk) -> None:
    answer = nurse.post(f"{PLAN}/report", {**SAID, "key": "f1"})
    assert answer["Location"] == f"{PLAN}?line=f1&reported=1"
    assert desk.flagged[0]["rule"] == "duplicate" and "statement" not in desk.flagged[0]
    assert "Reported." in nurse.get(answer["Location"]).content.decode()


def test_a_report_without_words_or_about_nothing_is_refused(nurse: Client, desk: AdasDesk) -> None:
    assert nurse.post(f"{PLAN}/report", {"key": "s2", "reason": "wrong", "words": " "}).status_code == 422
    assert nurse.post(f"{PLAN}/report", {**SAID, "key": "s2", "reason": "because"}).status_code == 422
    assert nurse.post(f"{PLAN}/report", {**SAID, "key": "s99"}).status_code == 404
    assert not desk.flagged


def test_every_mark_is_explained_in_words_without_hovering(nurse: Client) -> None:
    shown = unescape(nurse.get("/keys").content.decode())
    assert all(mark.why and str(mark.why) in shown for mark in LEGEND)
    assert len({(mark.shape, mark.word) for mark in LEGEND}) == len(LEGEND)
