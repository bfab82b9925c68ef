"""The pages through Django's test client: who sees what, and what the server refuses."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from careloom.care.document import Document
from careloom.care.entry import HumanName
from careloom.care.received import Received
from careloom.store import Store
from careloom.store.models import AuditEvent
from tests.web.desk import PASSWORD, AdasDesk, page
from tests.web.people import DOCUMENT, ENTRIES, PROPOSAL, RECORD, STATEMENTS, statement, with_line

PLAN = f"/review/{PROPOSAL.id}"
HTMX = {"HX-Request": "true"}


# ── signing in ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "address", ["/queue", PLAN, f"{PLAN}/printed", f"{PLAN}/done", f"{PLAN}/evidence/s1", "/keys"]
)
def test_nobody_reads_a_page_without_signing_in(desk: AdasDesk, address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 302 and answer["Location"].startswith("/sign-in?next=/")
    assert desk.calls == 0


@pytest.mark.parametrize(
    "what", ["decide", "opened", "again", "lines/s1/amend", "lines/s1/preview", "lines/s1/strike"]
)
def test_nobody_acts_without_signing_in(desk: AdasDesk, what: str) -> None:
    answer = Client().post(f"{PLAN}/{what}", {"action": "approve"})
    assert answer.status_code == 302 and answer["Location"].startswith("/sign-in")
    assert desk.calls == 0


def test_a_part_of_a_page_asked_for_after_the_session_ended_leads_to_signing_in(desk: AdasDesk) -> None:
    came_from = {**HTMX, "HX-Current-URL": f"http://testserver{PLAN}?line=s2"}
    answer = Client().get(f"{PLAN}/evidence/s1", headers=came_from)
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == f"/sign-in?away=1&next=%2Freview%2F{PROPOSAL.id}%3Fline%3Ds2"


def test_a_wrong_password_is_a_sentence_and_five_lock_the_account(desk: AdasDesk) -> None:
    client = Client()
    answers = [client.post("/sign-in", {"username": "rosa", "password": "wrong"}) for _ in range(5)]
    assert "do not fit together" in answers[0].content.decode()
    assert answers[-1].status_code == 429 and "waits 15 minutes" in answers[-1].content.decode()
    locked = client.post("/sign-in", {"username": "rosa", "password": PASSWORD})
    assert locked.status_code == 429


def test_signing_in_leads_only_to_our_own_pages(desk: AdasDesk) -> None:
    sent = {"username": "rosa", "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert Client().post("/sign-in", sent)["Location"] == "/"


def test_signing_out_ends_the_session(nurse: Client) -> None:
    shown = nurse.get("/sign-out")
    assert shown.status_code == 405 and "nothing was done" in shown.content.decode()
    assert nurse.post("/sign-out").status_code == 302
    assert nurse.get("/queue").status_code == 302


def test_signing_in_and_out_are_in_the_audit_log(nurse: Client) -> None:
    nurse.post("/sign-out")
    assert {"sign-in", "sign-out"} <= set(AuditEvent.objects.values_list("action", flat=True))


# ── reading ─────────────────────────────────────────────────────────────────────────────────────


def test_a_nurse_sees_what_waits_for_her(nurse: Client) -> None:
    shown = page(nurse, "/queue")
    assert (
        "1 plan to review" in shown
        and "Ada Moreno" in shown
        and "<b>14 lines for you</b>, 1 for a physician" in shown
    )


def test_a_coordinator_reads_that_nothing_is_hers_to_sign(coordinator: Client) -> None:
    assert "Nothing waits for you" in page(coordinator, "/queue")
    shown = page(coordinator, PLAN)
    assert "No line here is yours to sign" in shown
    assert 'name="password"' not in shown


def test_an_empty_queue_says_so_and_what_to_do(nurse: Client, desk: AdasDesk) -> None:
    desk.proposals.clear()
    assert "Nothing waits for anybody" in page(nurse, "/queue")


def test_the_banner_stands_on_the_review_page(nurse: Client) -> None:
    shown = page(nurse, PLAN)
    for words in (
        "Ada Moreno",
        "61 F",
        "1965-03-02",
        "…4471",
        "penicillin (rash)",
        "Code status",
        "not recorded",
        "Spanish",
    ):
        assert words in shown
    assert "999-11-2222" not in shown


def test_a_line_chosen_without_javascript_shows_its_evidence_on_the_same_page(nurse: Client) -> None:
    shown = page(nurse, f"{PLAN}?line=s6")
    assert "<mark>She takes ibuprofen 600 from the store for her knees, most days.</mark>" in shown
    assert 'class="line chosen" id="line-s6"' in shown


def test_the_evidence_of_a_line_is_a_part_for_htmx(nurse: Client) -> None:
    answer = nurse.get(f"{PLAN}/evidence/s1", headers=HTMX)
    shown = answer.content.decode()
    assert "<html" not in shown and "eGFR, falling" in shown and "Looked in" in shown


def test_evidence_asked_for_as_a_page_leads_to_the_page(nurse: Client) -> None:
    assert nurse.get(f"{PLAN}/evidence/s1")["Location"] == f"{PLAN}?line=s1#evidence"


def test_choosing_a_folded_line_opens_its_part_and_that_is_remembered(nurse: Client, desk: AdasDesk) -> None:
    shown = page(nurse, f"{PLAN}?line=s16")
    assert re.search(r'id="fold-goals" open', shown)
    assert desk.proposals[PROPOSAL.id].opened == ("s16", "s17")


def test_the_folded_parts_can_be_read_without_javascript(nurse: Client, desk: AdasDesk) -> None:
    shown = page(nurse, PLAN)
    assert "I have read these lines" not in shown and "No caregiver assessment is recorded." not in shown
    assert f'href="{PLAN}?open=caregiver#fold-caregiver"' in shown
    shown = page(nurse, f"{PLAN}?open=caregiver")
    assert "I have read these lines" in shown and "No caregiver assessment is recorded." in shown
    assert desk.proposals[PROPOSAL.id].opened == ()
    nurse.post(f"{PLAN}/opened", {"section": "caregiver"})
    assert desk.proposals[PROPOSAL.id].opened == ("s18",)


def test_a_folded_part_is_sent_when_it_is_asked_for_and_that_opens_nothing_for_signing(
    nurse: Client, desk: AdasDesk
) -> None:
    asked = f"{PLAN}/folded?section=caregiver&section=goals"
    shown = nurse.get(asked, headers=HTMX).content.decode()
    assert re.findall(r'id="(lines?-\w+)"', shown) == [
        "lines-goals", "line-s16", "line-s17", "lines-caregiver", "line-s18",
    ]  # fmt: skip
    assert nurse.get(asked)["Location"] == f"{PLAN}?open=caregiver&open=goals"
    assert desk.proposals[PROPOSAL.id].opened == ()


def test_whoever_marks_a_line_keeps_the_parts_that_stand_open(nurse: Client) -> None:
    sent = {"on": "1", "open": ["goals"]}
    shown = nurse.post(f"{PLAN}/lines/s1/mark", sent, headers=HTMX).content.decode()
    assert 'id="line-s16"' in shown and 'id="line-s18"' not in shown


def test_opening_a_part_changes_what_the_bar_says(nurse: Client) -> None:
    shown = nurse.post(f"{PLAN}/opened", {"section": "goals"}, headers=HTMX).content.decode()
    assert "Sign 16 lines; 1 goes to a physician; 4 folded lines nobody opened stay out." in shown


def test_no_title_or_address_holds_anything_of_a_patient(nurse: Client) -> None:
    for address in ("/queue", PLAN, f"{PLAN}/printed", f"{PLAN}/done"):
        shown = page(nurse, address)
        title = re.findall(r"<title>(.*?)</title>", shown)[0]
        links = " ".join(re.findall(r'(?:href|action|hx-get|hx-post)="([^"]*)"', shown))
        for words in ("Ada", "Moreno", "4471", "1965"):
            assert words not in title and words not in links


def test_a_patient_named_script_is_a_name(nurse: Client, desk: AdasDesk) -> None:
    bad = "<script>alert(1)</script>"
    who = replace(RECORD.demographics, names=(HumanName(bad, ("Bobby",)),))
    entries = (replace(ENTRIES[0], text=f'eGFR"><img src=x onerror=alert(1)>{bad}'), *ENTRIES[1:])
    desk.record = replace(RECORD, demographics=who, entries=entries)
    desk.proposals[PROPOSAL.id] = with_line("s1", text=f"{bad} is falling.")
    for address in ("/queue", f"{PLAN}?line=s1", f"{PLAN}?line=s3", f"{PLAN}/printed"):
        shown = page(nurse, address)
        assert "<script>alert" not in shown and "<img src=x" not in shown
        assert "&lt;script&gt;" in shown


def test_the_pipeline_is_asked_as_often_for_a_long_plan_as_for_a_short_one(
    nurse: Client, desk: AdasDesk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    asked = []
    for lines in (
        STATEMENTS,
        STATEMENTS + tuple(statement(n, "goals", "goal", f"Goal {n}.", 1) for n in range(100, 300)),
    ):
        document: Document = replace(DOCUMENT, statements=lines)
        desk.proposals[PROPOSAL.id] = replace(PROPOSAL, document=document)
        before = desk.calls
        # The session, the user, how she may prove it is she, whose plan it is, who is one with that patient, whether a parallel run keeps
        # it from her, an open page about them, what is stopped here, and her new notices.
        with django_assert_num_queries(9):
            page(nurse, PLAN)
        asked.append(desk.calls - before)
    assert asked == [1, 1]


# ── what every answer carries ───────────────────────────────────────────────────────────────────


def test_every_page_forbids_inline_code_frames_and_caching(nurse: Client) -> None:
    for address in ("/queue", PLAN, f"{PLAN}/printed", "/keys", "/nowhere"):
        answer = nurse.get(address)
        shown = answer.content.decode()
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY" and answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "same-origin" and answer["X-Content-Type-Options"] == "nosniff"
        assert not re.search(
            r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|https?://(?!www\.w3\.org)", shown
        )


def test_health_answers_without_a_session_and_tells_nothing(desk: AdasDesk) -> None:
    answer = Client().get("/health")
    assert answer.status_code == 200 and answer.json() == {"status": "ok"}


def test_health_counts_what_a_listener_took_and_nobody_has_read(
    settings: Settings, store: Store, home: Path
) -> None:
    settings.CARELOOM_HOME = home
    at = datetime(2026, 11, 9, tzinfo=UTC)
    with store.journals.write("2575") as journal:
        journal.append([Received(body=b"MSH|", source="", peer="", control="M1", at=at)])
    assert Client().get("/health").json() == {"status": "ok", "unread": 1}
