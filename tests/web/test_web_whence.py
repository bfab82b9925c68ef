"""The audit log knows from where somebody came, and what was refused to whom."""

import re

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from careloom.care.audited import Asked, AuditedEvent, Outcome
from careloom.errors import ConfigError
from careloom.store import Store
from careloom.web.whence import address_of
from tests.web.desk import PASSWORD, AdasDesk, signed_in
from tests.web.people import PROPOSAL

CALLER, PROXY = "198.51.100.7", "10.1.2.3"


def newest(store: Store) -> AuditedEvent:
    return store.audit.page(Asked(), 1)[0]


def address(remote: str, forwarded: str) -> str:
    return address_of(RequestFactory().get("/", REMOTE_ADDR=remote, headers={"X-Forwarded-For": forwarded}))


@pytest.mark.parametrize(
    ("trusted", "remote", "forwarded", "seen"),
    [
        ("", PROXY, CALLER, PROXY),
        ("10.0.0.0/8", PROXY, CALLER, CALLER),
        ("10.0.0.0/8", PROXY, "", PROXY),
        ("10.0.0.0/8", CALLER, "203.0.113.9", CALLER),
        ("10.0.0.0/8", PROXY, f"203.0.113.9, {CALLER}", CALLER),
        ("10.0.0.0/8", PROXY, f"{CALLER}, 10.9.9.9", CALLER),
        ("10.0.0.0/8", PROXY, "<script>alert(1)</script>", PROXY),
        ("10.0.0.0/8, 2001:db8::/32", "2001:db8::1", "2001:DB8:1::9", "2001:db8:1::9"),
        ("socket", "", CALLER, CALLER),
        ("", "", CALLER, ""),
    ],
)
def test_a_callers_address_is_what_a_trusted_proxy_says_and_nothing_that_she_wrote_before_it(
    settings: Settings, trusted: str, remote: str, forwarded: str, seen: str
) -> None:
    settings.CARELOOM_TRUSTED_PROXIES = trusted
    assert address(remote, forwarded) == seen


def test_a_proxy_that_is_no_address_is_told_to_the_operator(settings: Settings) -> None:
    settings.CARELOOM_TRUSTED_PROXIES = "the proxy"
    with pytest.raises(ConfigError, match="CARELOOM_TRUSTED_PROXIES"):
        address(PROXY, CALLER)


@pytest.mark.django_db
def test_what_rosa_does_in_one_session_says_so_and_never_holds_her_cookie(desk: AdasDesk) -> None:
    rosa = signed_in("rosa")
    signing_in = newest(desk.store)
    rosa.post("/sign-out", REMOTE_ADDR=CALLER)
    leaving = newest(desk.store)
    assert (signing_in.action, leaving.action) == ("sign-in", "sign-out")
    assert signing_in.whence.through == leaving.whence.through
    assert re.fullmatch(r"session [0-9a-f]{16}", leaving.whence.through)
    assert leaving.whence.address == CALLER and signing_in.whence.address == "127.0.0.1"
    again = signed_in("rosa")
    assert newest(desk.store).whence.through != leaving.whence.through
    assert again.cookies["sessionid"].value not in newest(desk.store).whence.through


@pytest.mark.django_db
def test_a_wrong_password_is_in_the_log_of_whoever_has_that_name(desk: AdasDesk) -> None:
    Client().post("/sign-in", {"username": "rosa", "password": "a guess"}, REMOTE_ADDR=CALLER)
    event = newest(desk.store)
    rosa = desk.store.users.reviewer("rosa").user
    assert (event.actor, event.action, event.outcome) == (rosa, "sign-in", Outcome.FAILED)
    assert event.whence.address == CALLER and "guess" not in str(event)


@pytest.mark.django_db
def test_what_somebody_typed_as_her_name_by_mistake_is_not_kept(desk: AdasDesk) -> None:
    Client().post("/sign-in", {"username": PASSWORD, "password": "x"})
    event = newest(desk.store)
    assert event.actor == "unknown" and PASSWORD not in str(event)


@pytest.mark.django_db
def test_an_account_that_is_locked_says_so(desk: AdasDesk) -> None:
    for _ in range(5):
        Client().post("/sign-in", {"username": "rosa", "password": "a guess"})
    assert Client().post("/sign-in", {"username": "rosa", "password": PASSWORD}).status_code == 429
    event = newest(desk.store)
    assert (event.what, event.outcome) == ("locked", Outcome.REFUSED)


@pytest.mark.django_db
def test_a_guesser_behind_the_same_proxy_does_not_lock_out_rosa(desk: AdasDesk, settings: Settings) -> None:
    settings.CARELOOM_TRUSTED_PROXIES = PROXY
    for _ in range(6):
        guess = {"username": "rosa", "password": "a guess"}
        Client(REMOTE_ADDR=PROXY, headers={"X-Forwarded-For": CALLER}).post("/sign-in", guess)
    rosa = Client(REMOTE_ADDR=PROXY, headers={"X-Forwarded-For": "203.0.113.20"})
    assert rosa.post("/sign-in", {"username": "rosa", "password": PASSWORD}).status_code == 302


@pytest.mark.django_db
def test_a_refusal_on_a_page_and_in_the_api_is_an_event_of_its_own(desk: AdasDesk, nurse: Client) -> None:
    rosa = desk.store.users.reviewer("rosa").user
    body = {"action": "amend", "edits": {"s2": "Nothing."}}
    answer = nurse.post(f"/api/proposals/{PROPOSAL.id}/decide", body, "application/json")
    assert answer.status_code == 403
    event = newest(desk.store)
    assert (event.actor, event.action, event.outcome) == (rosa, "refused", Outcome.REFUSED)
    assert event.what.startswith("POST api:decide: ")
    assert nurse.post(f"/review/{PROPOSAL.id}/lines/s2/strike").status_code == 403
    assert newest(desk.store).what.startswith("POST strike: ")


@pytest.mark.django_db
def test_a_stranger_leaves_no_refusal_behind(desk: AdasDesk) -> None:
    before = newest(desk.store).id if desk.store.audit.page(Asked(), 1) else ""
    assert Client().get("/tasks").status_code == 302
    assert Client().get("/api/queue").status_code == 401
    assert [one.id for one in desk.store.audit.page(Asked(), 1)] == ([before] if before else [])
