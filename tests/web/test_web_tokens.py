"""A machine's token opens what its scopes name and its holder may, and nothing else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from careloom.care.audited import Asked
from careloom.care.scopes import SCOPES, SERVED, scope_of
from careloom.errors import InputError
from careloom.store.models import StoredToken, User
from careloom.web.api import api
from tests.web.desk import PASSWORD, AdasDesk, approval, signed_in, staff
from tests.web.people import PROPOSAL
from tests.web.test_web_matrix import operations

pytestmark = pytest.mark.django_db
ONE = f"/api/proposals/{PROPOSAL.id}"


def token(desk: AdasDesk, *scopes: str, user: str = "rosa", days: int = 1) -> Client:
    _, secret = desk.store.tokens.add("t", user=user, scopes=scopes, now=timezone.now(), days=days)
    return bearing(secret)


def bearing(secret: str) -> Client:
    """A machine, which keeps no cookies and knows no CSRF token."""
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {secret}"})


def test_a_token_opens_what_its_scope_names_and_nothing_beside_it(desk: AdasDesk) -> None:
    machine = token(desk, "read:queue")
    assert machine.get("/api/queue").status_code == 200
    answer = machine.get(ONE)
    assert answer.status_code == 403
    assert answer.json()["issue"][0]["diagnostics"] == "this token lacks the scope read:proposals"


def test_every_operation_without_its_scope_is_closed_to_a_token(desk: AdasDesk) -> None:
    machine = token(desk, "read:kinds", user="osei")
    for method, address, _ in operations():
        got = machine.generic(method, address, "{}", content_type="application/json").status_code
        assert got == (200 if address == "/api/kinds" else 403), (method, address, got)


def test_every_scope_stands_for_operations_that_there_are() -> None:
    there = {
        f"{method.upper()} {path.partition('/api')[2]}"
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method in methods
    }
    for kind in SERVED:
        there |= {
            f"GET {reverse('fhir_search', args=[kind])}",
            f"POST {reverse('fhir_search_posted', args=[kind])}",
        }
        there.add(f"GET {reverse('fhir_read', args=[kind, 'x']).removesuffix('x')}{{id}}")
    assert {one for operations in SCOPES.values() for one in operations} <= there
    assert scope_of("DELETE /everything") == ""


def test_a_scope_never_opens_what_the_holders_role_may_not(desk: AdasDesk) -> None:
    desk.store.users.create("bi", role="administrator", password=None)
    assert token(desk, "read:proposals", "read:queue", user="bi").get(ONE).status_code == 403


def test_a_token_alone_signs_nothing(desk: AdasDesk) -> None:
    machine = token(desk, "read:proposals", "write:decisions")
    body = {"action": "approve", "stamp": machine.get(ONE).json()["stamp"]}
    assert machine.post(f"{ONE}/decide", body, "application/json").status_code == 403
    assert not desk.decisions
    signed = machine.post(f"{ONE}/decide", {**body, "password": PASSWORD}, "application/json")
    assert signed.status_code == 200 and desk.decisions


@pytest.mark.parametrize(
    "secret", ["", "x", "careloom_token_", "careloom_token_" + "a" * 43, "é", "a" * 5000]
)
def test_a_wrong_token_opens_nothing_even_beside_a_session(desk: AdasDesk, secret: str) -> None:
    rosa = signed_in("rosa")
    answer = rosa.get("/api/queue", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401


def test_an_old_a_revoked_and_a_departed_persons_token_open_nothing(desk: AdasDesk) -> None:
    machine = token(desk, "read:queue")
    StoredToken.objects.update(ends=timezone.now() - timedelta(seconds=1))
    assert machine.get("/api/queue").status_code == 401
    StoredToken.objects.update(ends=timezone.now() + timedelta(days=1))
    assert machine.get("/api/queue").status_code == 200
    User.objects.filter(username="rosa").update(is_active=False)
    assert machine.get("/api/queue").status_code == 401
    User.objects.filter(username="rosa").update(is_active=True)
    desk.store.tokens.revoke("t", timezone.now())
    assert machine.get("/api/queue").status_code == 401


def test_the_secret_is_nowhere_in_the_database_and_its_use_is_noted(desk: AdasDesk) -> None:
    held, secret = desk.store.tokens.add("n", user="osei", scopes=["read:queue"], now=timezone.now(), days=9)
    assert secret.startswith("careloom_token_") and secret not in str([*StoredToken.objects.values()])
    assert held.used is None
    assert bearing(secret).get("/api/queue").status_code == 200
    (after,) = desk.store.tokens.all()
    assert after.used is not None
    refused = bearing(secret).get(ONE)
    event = desk.store.audit.page(Asked(), 1)[0]
    assert refused.status_code == 403 and event.whence.through == "token n" and event.action == "refused"


def test_what_makes_no_token_says_why(desk: AdasDesk) -> None:
    tokens, now = desk.store.tokens, timezone.now()
    for given in (
        {"scopes": ["read:everything"]},
        {"scopes": []},
        {"days": 0},
        {"days": 4000},
        {"user": "nobody"},
    ):
        with pytest.raises(InputError):
            tokens.add("t", **({"user": "rosa", "scopes": ["read:queue"], "now": now, "days": 1} | given))
    tokens.add("t", user="rosa", scopes=["read:queue"], now=now, days=1)
    with pytest.raises(InputError, match="taken"):
        tokens.add("t", user="rosa", scopes=["read:queue"], now=now, days=1)


def test_another_organisations_token_opens_nothing_here(desk: AdasDesk, home, key: str) -> None:
    from careloom.store import open_store

    theirs = open_store(home=home, organisation="elsewhere", encryption_key=key)
    staff(theirs)
    _, secret = theirs.tokens.add("t", user="rosa", scopes=["read:queue"], now=timezone.now(), days=1)
    assert bearing(secret).get("/api/queue").status_code == 401


def test_whoever_asks_too_often_is_told_when_to_come_again(desk: AdasDesk, settings: Settings) -> None:
    settings.CARELOOM_API_PER_MINUTE = 3
    machine = token(desk, "read:queue")
    answers = [machine.get("/api/queue") for _ in range(8)]
    limited = [one for one in answers if one.status_code == 429]
    assert len(limited) >= 2 and all(1 <= int(one.headers["Retry-After"]) <= 60 for one in limited)
    assert limited[0].json()["issue"][0]["code"] == "throttled"
    events = desk.store.audit.page(Asked(action="refused"), 9)
    assert 1 <= len(events) < len(limited)
    assert signed_in("osei").get("/api/queue").status_code == 200


def test_an_address_that_guesses_passwords_waits_and_another_does_not(
    desk: AdasDesk, settings: Settings
) -> None:
    settings.CARELOOM_WRONG_PER_MINUTE = 3
    guesser = Client(REMOTE_ADDR="198.51.100.9")
    got = [guesser.post("/sign-in", {"username": f"u{n}", "password": "x"}) for n in range(9)]
    limited = [one for one in got if one.status_code == 429]
    assert len(limited) >= 2 and b"Too many tries from here" in limited[0].content
    assert int(limited[0].headers["Retry-After"]) <= 60
    assert Client().post("/sign-in", {"username": "rosa", "password": PASSWORD}).status_code == 302


def test_nobody_waits_for_a_colleague_behind_the_same_address(desk: AdasDesk, settings: Settings) -> None:
    """A clinic is one address: what is wrong on one account, at signing or at sign-in, counts for that account there."""
    settings.CARELOOM_WRONG_PER_MINUTE = 7
    rosa, page = signed_in("rosa"), f"/review/{PROPOSAL.id}/decide"
    wrong = {"action": "approve", "password": "a guess"}
    got = [rosa.post(page, {**approval(rosa, PROPOSAL), **wrong}).status_code for _ in range(12)]
    assert got[0] == 403 and got[-1] == 429
    at_the_door = [
        Client().post("/sign-in", {"username": "rosa", "password": "x"}).status_code for _ in range(30)
    ]
    assert at_the_door[-1] == 429
    assert Client().post("/sign-in", {"username": "osei", "password": PASSWORD}).status_code == 302
    osei = signed_in("osei")
    assert osei.get(f"/review/{PROPOSAL.id}").status_code == 200


def test_an_account_that_is_guessed_without_end_is_asked_about_and_noted_no_more(
    desk: AdasDesk, settings: Settings
) -> None:
    got = [Client().post("/sign-in", {"username": "rosa", "password": "x"}) for _ in range(26)]
    assert got[-1].status_code == 429 and "Retry-After" in got[-1].headers
    noted = desk.store.audit.page(Asked(), 100)
    assert 20 <= sum(one.action == "sign-in" for one in noted) < 24


def test_an_address_that_guesses_tokens_waits(desk: AdasDesk, settings: Settings) -> None:
    settings.CARELOOM_WRONG_PER_MINUTE = 3
    got = [bearing(f"careloom_token_{n}").get("/api/queue").status_code for n in range(9)]
    assert got[:3] == [401, 401, 401] and 429 in got


def test_the_administrator_sees_and_ends_a_token_on_a_page(desk: AdasDesk) -> None:
    machine = token(desk, "read:queue")
    desk.store.users.create("ray", name="R. Root", role="administrator", password=PASSWORD)
    ray = signed_in("ray")
    page = ray.get("/tokens").content.decode()
    assert "read:queue" in page and "Acts as rosa" in page and "careloom_token_" not in page
    assert signed_in("rosa").get("/tokens").status_code == 403
    assert ray.post("/tokens/end", {"name": "t"}, follow=True).status_code == 200
    assert machine.get("/api/queue").status_code == 401
    assert ray.post("/tokens/end", {"name": "nothing"}).status_code == 404
