"""Where Rosa is signed in: she sees it, ends it from elsewhere; idle, tampered and foreign sessions are none."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from careloom.care.document import Reviewer
from careloom.pipeline import Review
from careloom.store.models import AuditEvent
from careloom.web.present.device import device
from tests.web.desk import PASSWORD, AdasDesk, signed_in
from tests.web.people import PROPOSAL

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/604.1"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def is_in(client: Client) -> bool:
    return client.get("/queue").status_code == 200


def row_of(client: Client) -> Session:
    return Session.objects.get(session_key=client.session.session_key)


def rosa(desk: AdasDesk) -> str:
    return desk.store.users.reviewer("rosa").user


def test_she_sees_where_she_is_signed_in_and_ends_one(desk: AdasDesk) -> None:
    here, phone = signed_in("rosa", user_agent=CHROME), signed_in("rosa", user_agent=PHONE)
    page = text(here.get("/yours"))
    assert "Chrome on Windows" in page and "Safari on an iPhone" in page and "by password" in page
    (other,) = [one for one in desk.store.sign_ins.of(rosa(desk), timezone.now()) if one.device == PHONE]
    assert here.post(f"/yours/sessions/{other.id}/end").status_code == 302
    assert not is_in(phone) and is_in(here)
    assert "iPhone" not in text(here.get("/yours"))


def test_she_ends_all_others_at_once(desk: AdasDesk) -> None:
    here, *others = [signed_in("rosa") for _ in range(3)]
    here.post("/yours/sessions/end")
    assert is_in(here) and not any(is_in(one) for one in others)


def test_nobody_ends_anothers_session(desk: AdasDesk) -> None:
    hers, cam = signed_in("rosa"), signed_in("cam")
    (one,) = desk.store.sign_ins.of(rosa(desk), timezone.now())
    assert cam.post(f"/yours/sessions/{one.id}/end").status_code == 422
    cam.post("/yours/sessions/end")
    assert is_in(hers)


def test_a_new_password_ends_every_other_session_and_keeps_this_one(desk: AdasDesk) -> None:
    here, other, new = signed_in("rosa"), signed_in("rosa"), "another invented passphrase"
    sent = {"password": PASSWORD, "new": new, "again": new}
    assert here.post("/yours/password", {**sent, "again": "x"}).status_code == 422
    assert here.post("/yours/password", {**sent, "password": "wrong"}).status_code == 403
    assert here.post("/yours/password", {**sent, "new": "short", "again": "short"}).status_code == 422
    assert is_in(other), "nothing was changed yet"
    assert here.post("/yours/password", sent).status_code == 302
    assert is_in(here) and not is_in(other)
    assert len(desk.store.sign_ins.of(rosa(desk), timezone.now())) == 1
    assert Client().post("/sign-in", {"username": "rosa", "password": new}).status_code == 302


def test_who_is_deactivated_is_out_at_once(desk: AdasDesk) -> None:
    hers = signed_in("rosa")
    desk.store.users.activate("rosa", False)
    assert not is_in(hers)


def test_signing_out_ends_the_session_on_the_server(desk: AdasDesk) -> None:
    hers = signed_in("rosa")
    stolen = hers.cookies["sessionid"].value
    hers.post("/sign-out")
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert not is_in(thief)
    assert desk.store.sign_ins.of(rosa(desk), timezone.now()) == ()


def test_idle_minutes_end_it_on_the_server_whatever_the_browser_keeps(desk: AdasDesk) -> None:
    hers = signed_in("rosa")
    left = row_of(hers).expire_date - timezone.now()
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_in(hers)
    assert "away" not in hers.get("/queue")["Location"]


def test_who_was_idle_is_told_that_and_no_other_cause_in_every_window_of_her_browser(desk: AdasDesk) -> None:
    hers = signed_in("rosa")
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    signed_in("cam")
    for _ in range(2):
        answer = hers.post("/review/x/undo", {"revision": "1"})
        assert answer["Location"].startswith("/sign-in?away=idle&sent=1")
        said = hers.get(answer["Location"]).content.decode()
        assert "15 minutes passed without activity" in said and "from elsewhere" not in said


def test_who_signed_out_in_another_window_is_told_that(desk: AdasDesk) -> None:
    hers = signed_in("rosa")
    hers.post("/sign-out")
    answer = hers.post("/review/x/undo", {"revision": "1"})
    assert answer["Location"].startswith("/sign-in?away=out&sent=1")
    assert "You signed out in another window" in hers.get(answer["Location"]).content.decode()


def test_whose_session_was_ended_on_another_device_is_told_that(desk: AdasDesk) -> None:
    hers = signed_in("rosa")
    desk.store.sign_ins.end_all(rosa(desk))
    answer = hers.post("/review/x/undo", {"revision": "1"}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith("/sign-in?away=ended&sent=1")


def test_each_request_begins_the_idle_minutes_anew(desk: AdasDesk) -> None:
    hers = signed_in("rosa")
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=1))
    hers.get("/here")
    assert row_of(hers).expire_date > timezone.now() + timedelta(minutes=14)


def test_a_session_is_written_once_in_half_a_minute_however_often_she_asks(desk: AdasDesk) -> None:
    hers = signed_in("rosa")
    began = row_of(hers).expire_date
    for _ in range(3):
        hers.get("/here")
    assert row_of(hers).expire_date == began
    Session.objects.update(expire_date=began - timedelta(seconds=31))
    hers.get("/here")
    assert row_of(hers).expire_date >= began


def test_where_a_session_lasts_a_minute_it_is_renewed_each_six_seconds(
    desk: AdasDesk, settings: Settings
) -> None:
    settings.SESSION_COOKIE_AGE = 60
    hers = signed_in("rosa")
    Session.objects.update(expire_date=timezone.now() + timedelta(seconds=53))
    hers.get("/here")
    assert row_of(hers).expire_date > timezone.now() + timedelta(seconds=55)


@dataclass
class WhileSheAsks(AdasDesk):
    """Ada's desk, where whoever asks for a plan is signed out in another window before it is answered."""

    def review(self, actor: Reviewer, proposal_id: str) -> Review:
        found = super().review(actor, proposal_id)
        self.store.sign_ins.end_all(actor.user)
        return found


def test_who_is_signed_out_while_a_request_runs_is_sent_to_sign_in_and_nothing_broke(
    desk: AdasDesk, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CARELOOM_PIPELINE = lambda _: WhileSheAsks(desk.store)
    plan = f"/review/{PROPOSAL.id}"
    for asked in (plan, f"{plan}/opened"):
        hers = signed_in("rosa")
        Session.objects.update(expire_date=timezone.now() + timedelta(minutes=1))
        answer = hers.get(asked) if asked == plan else hers.post(asked)
        assert answer.status_code == 302 and "/sign-in" in answer["Location"], asked
        assert "sent" not in answer["Location"], "what she pressed may have been done"
    hers = signed_in("rosa")
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=1))
    told = hers.get(f"/api/proposals/{PROPOSAL.id}")
    assert told.status_code == 401 and "sign in" in text(told)
    assert "Interrupted" not in caplog.text


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("post", f"/review/{PROPOSAL.id}/clock"),
        ("post", f"/review/{PROPOSAL.id}/keep"),
        ("post", f"/review/{PROPOSAL.id}/left"),
        ("post", "/patients/ada/clock"),
        ("post", "/call/ada/say"),
        ("get", "/call/ada/here"),
        ("get", f"/review/{PROPOSAL.id}/here"),
        ("get", "/here"),
    ],
)
def test_what_a_page_asks_by_itself_after_she_signed_out_is_refused_and_leads_nowhere(
    desk: AdasDesk, method: str, address: str
) -> None:
    hers = signed_in("rosa")
    desk.store.sign_ins.end_all(rosa(desk))
    answer = getattr(hers, method)(address)
    assert (answer.status_code, answer.content) == (401, b"")
    assert "Location" not in answer and not answer.cookies, "whoever signed in since stays signed in"


@pytest.mark.parametrize("cookie", ["", "x", "0" * 32, "../../key", "a" * 4000])
def test_an_invented_cookie_is_nobodys(desk: AdasDesk, cookie: str) -> None:
    signed_in("rosa")
    stranger = Client()
    stranger.cookies["sessionid"] = cookie
    assert not is_in(stranger)


def test_a_session_whose_row_was_tampered_with_is_nobodys(desk: AdasDesk) -> None:
    hers, cam = signed_in("rosa"), signed_in("cam")
    row = row_of(cam)
    row.session_data = row.session_data[:-2] + ("aa" if not row.session_data.endswith("aa") else "bb")
    row.save()
    assert not is_in(cam) and is_in(hers)


def test_signing_in_takes_a_new_session_so_that_a_planted_one_gains_nothing(desk: AdasDesk) -> None:
    client = Client()
    client.post("/sign-in/challenge")
    planted = client.cookies["sessionid"].value
    client.post("/sign-in", {"username": "rosa", "password": PASSWORD})
    assert client.cookies["sessionid"].value != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert not is_in(thief)


def test_signing_in_and_out_and_ending_sessions_are_in_the_audit_log(desk: AdasDesk) -> None:
    hers = signed_in("rosa")
    hers.post("/yours/sessions/end")
    hers.post("/sign-out")
    said = list(AuditEvent.objects.order_by("at", "id").values_list("actor", "action"))
    assert said == [(rosa(desk), "sign-in"), (rosa(desk), "session end"), (rosa(desk), "sign-out")]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome on Windows"),
        (PHONE, "Safari on an iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Linux"),
        (CHROME + " Edg/130.0", "Edge on Windows"),
        ("python-httpx/0.28", "a program"),
        ("<script>alert(1)</script>", "A browser that doesn't say which"),
    ],
)
def test_a_browser_is_named_in_words(agent: str, words: str) -> None:
    assert device(agent) == words
