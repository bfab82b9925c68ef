"""Rosa's passkey: made once, it signs her in and signs plans; nobody else's answer, and no old one, does."""

import json
from typing import Any

import pytest
from django.test import Client
from fido2.webauthn import AuthenticatorData

from careloom.care.audited import Outcome
from careloom.store.models import AuditEvent
from tests.web.desk import PASSWORD, AdasDesk, form
from tests.web.people import PROPOSAL
from tests.web.softkey import SoftKey

PLAN = f"/review/{PROPOSAL.id}"


def browser() -> Client:
    """One that opened the site under a name on this machine, where passkeys work."""
    return Client(SERVER_NAME="localhost")


def signed_in(name: str) -> Client:
    client = browser()
    assert client.post("/sign-in", {"username": name, "password": PASSWORD}).status_code == 302
    return client


def with_key(name: str, key: SoftKey, label: str = "my phone") -> Client:
    client = signed_in(name)
    options = client.post("/yours/passkey/begin", {"password": PASSWORD}).json()
    answer = client.post("/yours/passkey", {"name": label, "made": key.make(options)})
    assert answer.status_code == 200 and "recovery codes" in answer.content.decode()
    return client


def challenge(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.post("/sign-in/challenge").json()
    return found


def enters(client: Client, answer: str) -> bool:
    client.post("/sign-in/passkey", {"passkey": answer})
    return client.get("/queue").status_code == 200


def test_she_makes_one_and_signs_in_with_it_alone(desk: AdasDesk) -> None:
    key = SoftKey()
    page = with_key("rosa", key).get("/yours").content.decode()
    assert "my phone" in page and "10 recovery codes left" in page
    client = browser()
    asked = challenge(client)
    assert asked["publicKey"]["userVerification"] == "required"
    answer = client.post("/sign-in/passkey", {"passkey": key.answer(asked), "next": PLAN})
    assert answer["Location"] == PLAN
    assert client.get("/queue").status_code == 200


def test_it_does_not_lead_to_another_site(desk: AdasDesk) -> None:
    key = SoftKey()
    with_key("rosa", key)
    client = browser()
    sent = {"passkey": key.answer(challenge(client)), "next": "https://elsewhere.example/"}
    assert client.post("/sign-in/passkey", sent)["Location"] == "/"


def test_an_answer_works_once_and_for_its_own_challenge(desk: AdasDesk) -> None:
    key = SoftKey()
    with_key("rosa", key)
    first, second = browser(), browser()
    answer = key.answer(challenge(first))
    challenge(second)
    assert not enters(second, answer), "it answers another browser's challenge"
    assert enters(first, answer)
    first.post("/sign-out")
    assert not enters(first, answer), "the challenge was used"


def test_a_copied_key_whose_counter_lags_stays_out(desk: AdasDesk) -> None:
    key = SoftKey(counter=5)
    with_key("rosa", key)
    copied = SoftKey(id=key.id, key=key.key, owner=key.owner, counter=2)
    client = browser()
    assert enters(client, key.answer(challenge(client)))
    thief = browser()
    assert not enters(thief, copied.answer(challenge(thief)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://elsewhere.example"},
        {"origin": "http://localhost:9999"},
        {"origin": "https://localhost"},
        {"host": "elsewhere.example"},
        {"flags": int(AuthenticatorData.FLAG.UP)},
        {"flags": int(AuthenticatorData.FLAG.UV)},
    ],
    ids=["another site", "another port", "another scheme", "another name", "no finger", "nobody there"],
)
def test_what_was_signed_elsewhere_or_without_her_stays_out(desk: AdasDesk, wrong: dict[str, Any]) -> None:
    key = SoftKey()
    with_key("rosa", key)
    client = browser()
    false = SoftKey(**{"id": key.id, "key": key.key, "owner": key.owner, "counter": 7, **wrong})
    assert not enters(client, false.answer(challenge(client)))
    assert enters(client, key.answer(challenge(client))), "the real one still does"


def test_another_key_under_her_keys_name_stays_out(desk: AdasDesk) -> None:
    key = SoftKey()
    with_key("rosa", key)
    client = browser()
    assert not enters(client, SoftKey(id=key.id, owner=key.owner).answer(challenge(client)))
    assert not enters(client, SoftKey(owner=key.owner).answer(challenge(client)))


def test_somebody_who_left_stays_out(desk: AdasDesk) -> None:
    key = SoftKey()
    with_key("rosa", key)
    desk.store.users.activate("rosa", False)
    client = browser()
    assert not enters(client, key.answer(challenge(client)))


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "{",
        "[]",
        "null",
        '{"id": "a"}',
        json.dumps({"id": "a", "rawId": "a", "response": {}}),
        "x" * 50_000,
    ],
)
def test_junk_is_refused_in_words(desk: AdasDesk, junk: str) -> None:
    client = browser()
    challenge(client)
    answer = client.post("/sign-in/passkey", {"passkey": junk}, follow=True)
    assert answer.status_code == 200 and "That passkey was not accepted" in answer.content.decode()
    rosa = signed_in("rosa")
    rosa.post("/yours/passkey/begin", {"password": PASSWORD})
    assert rosa.post("/yours/passkey", {"name": "n", "made": junk}).status_code == 403
    assert desk.store.factors.of(desk.store.users.reviewer("rosa").user) == ()


def test_nobody_makes_one_who_has_not_just_proved_who_she_is(desk: AdasDesk) -> None:
    client = signed_in("rosa")
    assert client.post("/yours/passkey/begin", {"password": "wrong"}).status_code == 403
    key = SoftKey()
    made = key.make({"publicKey": {"user": {"id": "AA"}, "challenge": "AA"}})
    assert client.post("/yours/passkey", {"name": "n", "made": made}).status_code == 403


def test_it_is_her_second_factor_and_another_persons_is_not(desk: AdasDesk) -> None:
    hers, cams = SoftKey(), SoftKey()
    with_key("rosa", hers)
    with_key("cam", cams)
    client = signed_in("rosa")
    assert client.get("/queue").status_code == 302
    page = client.get("/sign-in/second").content.decode()
    assert "Use your passkey" in page and 'name="code"' not in page
    refused = client.post("/sign-in/second", {"passkey": cams.answer(challenge(client))})
    assert refused.status_code == 403
    tried = AuditEvent.objects.filter(action="sign-in", outcome=Outcome.FAILED)
    assert [one.actor for one in tried] == [desk.store.users.reviewer("rosa").user]
    assert client.get("/queue").status_code == 302
    client.post("/sign-in/second", {"passkey": hers.answer(challenge(client))})
    assert client.get("/queue").status_code == 200


def test_she_signs_a_plan_with_it_and_another_persons_signs_nothing(desk: AdasDesk) -> None:
    hers, cams = SoftKey(), SoftKey()
    with_key("cam", cams)
    client = with_key("rosa", hers)
    assert "Or use your passkey" in client.get(PLAN).content.decode()
    sent = form(desk, "approve", passkey=cams.answer(challenge(client)))
    assert client.post(f"{PLAN}/decide", sent).status_code == 403
    assert not desk.decisions
    sent = form(desk, "approve", passkey=hers.answer(challenge(client)))
    assert client.post(f"{PLAN}/decide", sent).status_code == 302
    assert len(desk.decisions) == 1


def test_under_a_bare_address_no_passkey_is_offered(desk: AdasDesk) -> None:
    for host, offered in (("127.0.0.1", False), ("[::1]", False), ("localhost", True)):
        page = Client(SERVER_NAME=host).get("/sign-in").content.decode()
        assert ("Use a passkey" in page) is offered
