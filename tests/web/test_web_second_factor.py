"""Rosa's second factor: she sets up her phone, signs in with it, signs plans with it; who has only her password stays out."""

import base64
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from careloom.errors import ConfigError
from careloom.store.factors import new_secret
from careloom.store.models import AuditEvent
from careloom.web.entering import roles_with_second_factor
from tests.store.test_factors import code_at
from tests.web.desk import PASSWORD, AdasDesk, form, signed_in
from tests.web.people import PROPOSAL

PLAN = f"/review/{PROPOSAL.id}"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def half_in(name: str = "rosa", target: str = "") -> Client:
    client = Client()
    answer = client.post("/sign-in", {"username": name, "password": PASSWORD, "next": target})
    assert answer.status_code == 302
    return client


@pytest.fixture
def rosa_secret(desk: AdasDesk) -> bytes:
    """Rosa set up an app ten minutes ago."""
    secret, before = new_secret(), datetime.now(UTC) - timedelta(minutes=10)
    desk.store.factors.set_code(rosa(desk), secret, code_at(secret, before), before)
    return secret


def rosa(desk: AdasDesk) -> str:
    return desk.store.users.reviewer("rosa").user


def now_code(secret: bytes) -> str:
    return code_at(secret, datetime.now(UTC))


def test_her_password_alone_lets_nobody_in_once_she_has_an_app(desk: AdasDesk, rosa_secret: bytes) -> None:
    client = half_in(target=PLAN)
    assert client.get("/queue").status_code == 302
    assert client.get(PLAN).headers["Location"].startswith("/sign-in")
    leads = Client().post("/sign-in", {"username": "rosa", "password": PASSWORD}, follow=True)
    assert "One more step, rosa" in text(leads)
    answer = client.post("/sign-in/second", {"code": now_code(rosa_secret)})
    assert (answer.status_code, answer["Location"]) == (302, PLAN)
    assert client.get("/queue").status_code == 200


def test_the_audit_log_says_how_she_came_in_in_one_language(desk: AdasDesk, rosa_secret: bytes) -> None:
    spanish = Client(headers={"Accept-Language": "es"})
    spanish.post("/sign-in", {"username": "rosa", "password": PASSWORD})
    assert spanish.post("/sign-in/second", {"code": now_code(rosa_secret)}).status_code == 302
    came = AuditEvent.objects.filter(action="sign-in").latest("at")
    assert came.what == "password and code"


def test_a_wrong_code_is_a_sentence_and_five_lock_her_out_of_codes_and_passwords(
    desk: AdasDesk, rosa_secret: bytes
) -> None:
    client = half_in()
    answers = [client.post("/sign-in/second", {"code": "000000"}) for _ in range(5)]
    assert "That is not the code of this moment" in text(answers[0])
    assert answers[-1].status_code == 429
    assert client.post("/sign-in/second", {"code": now_code(rosa_secret)}).status_code == 429
    assert Client().post("/sign-in", {"username": "rosa", "password": PASSWORD}).status_code == 429


def test_a_code_that_somebody_saw_her_type_does_not_work_again(desk: AdasDesk, rosa_secret: bytes) -> None:
    code = now_code(rosa_secret)
    assert half_in().post("/sign-in/second", {"code": code}).status_code == 302
    assert half_in().post("/sign-in/second", {"code": code}).status_code == 403


def test_halfway_ends_after_five_minutes_and_with_a_new_password(desk: AdasDesk, rosa_secret: bytes) -> None:
    client = half_in()
    session = client.session
    session["half_signed_in"] = {**session["half_signed_in"], "at": datetime.now(UTC).timestamp() - 301}
    session.save()
    assert client.get("/sign-in/second")["Location"] == "/sign-in"
    other = half_in()
    desk.store.users.set_password("rosa", "another invented passphrase")
    assert other.post("/sign-in/second", {"code": now_code(rosa_secret)})["Location"] == "/sign-in"


def test_cams_code_is_not_rosas(desk: AdasDesk, rosa_secret: bytes) -> None:
    secret, before = new_secret(), datetime.now(UTC) - timedelta(minutes=10)
    desk.store.factors.set_code(
        desk.store.users.reviewer("cam").user, secret, code_at(secret, before), before
    )
    assert half_in().post("/sign-in/second", {"code": now_code(secret)}).status_code == 403


def test_a_recovery_code_lets_her_in_once(desk: AdasDesk, rosa_secret: bytes) -> None:
    code = desk.store.factors.new_recovery(rosa(desk), datetime.now(UTC))[0]
    client = half_in()
    assert client.post("/sign-in/second", {"recovery": code})["Location"] == "/yours"
    assert "9 recovery codes left" in text(client.get("/yours"))
    assert half_in().post("/sign-in/second", {"recovery": code}).status_code == 403


def test_she_sets_up_her_app_by_proving_who_she_is(desk: AdasDesk) -> None:
    client = signed_in("rosa")
    assert client.post("/yours/app/begin", {"password": "wrong"}).status_code == 403
    assert client.get("/yours/app").status_code == 302, "nobody proved anything"
    assert client.post("/yours/app/begin", {"password": PASSWORD})["Location"] == "/yours/app"
    page = text(client.get("/yours/app"))
    assert "<svg" in page and "style=" not in page
    letters = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert letters
    shown = letters.group(1).replace(" ", "")
    secret = base64.b32decode(shown + "=" * (-len(shown) % 8))
    assert shown not in str(client.session.items()), "the session's row holds it sealed"
    assert client.post("/yours/app", {"code": "000000"}).status_code == 422
    kept = text(client.post("/yours/app", {"code": now_code(secret)}))
    assert len(re.findall(r"<li><code>[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}</code>", kept)) == 10
    assert half_in().get("/queue").status_code == 302
    assert "recovery codes left" in text(client.get("/yours"))


def test_who_must_have_a_second_factor_sets_one_up_before_she_sees_anything(
    desk: AdasDesk, settings: Settings
) -> None:
    settings.CARELOOM_SECOND_FACTOR = "registered_nurse"
    client = half_in(target=PLAN)
    assert client.get("/queue").status_code == 302 and client.get("/yours").status_code == 302
    page = text(client.get("/sign-in/set-up"))
    letters = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert letters and "Your role signs in with a second factor" in page
    secret = base64.b32decode(letters.group(1).replace(" ", ""))
    assert client.post("/sign-in/set-up", {"code": "000000"}).status_code == 422
    assert client.get("/queue").status_code == 302
    kept = text(client.post("/sign-in/set-up", {"code": now_code(secret)}))
    assert f'href="{PLAN}"' in kept
    assert client.get("/queue").status_code == 200
    assert signed_in("cam").get("/queue").status_code == 200, "a coordinator needs none here"


def test_who_has_a_factor_cannot_set_up_another_one_from_halfway(
    desk: AdasDesk, rosa_secret: bytes, settings: Settings
) -> None:
    settings.CARELOOM_SECOND_FACTOR = "everybody"
    assert half_in().get("/sign-in/set-up")["Location"] == "/sign-in"


def test_the_last_factor_stays_where_her_role_needs_one(
    desk: AdasDesk, rosa_secret: bytes, settings: Settings
) -> None:
    client = half_in()
    client.post("/sign-in/second", {"code": now_code(rosa_secret)})
    (hers,) = desk.store.factors.of(rosa(desk))
    settings.CARELOOM_SECOND_FACTOR = "everybody"
    assert client.post(f"/yours/factors/{hers.id}/remove", {"password": PASSWORD}).status_code == 403
    settings.CARELOOM_SECOND_FACTOR = "nobody"
    assert client.post(f"/yours/factors/{hers.id}/remove", {"password": "wrong"}).status_code == 403
    assert desk.store.factors.of(rosa(desk))
    assert client.post(f"/yours/factors/{hers.id}/remove", {"password": PASSWORD}).status_code == 302
    assert desk.store.factors.of(rosa(desk)) == ()


def test_she_signs_a_plan_with_the_code_of_her_app_and_a_wrong_one_signs_nothing(
    desk: AdasDesk, rosa_secret: bytes
) -> None:
    client = half_in()
    recovery = desk.store.factors.new_recovery(rosa(desk), datetime.now(UTC))[0]
    client.post("/sign-in/second", {"recovery": recovery})
    page = text(client.get(PLAN))
    assert "Or the code of your app" in page
    refused = client.post(f"{PLAN}/decide", form(desk, "approve", code="000000"))
    assert refused.status_code == 403 and "not the code of this moment" in text(refused)
    assert not desk.decisions
    assert client.post(f"{PLAN}/decide", form(desk, "approve", code=now_code(rosa_secret))).status_code == 302
    assert [one.reviewer for one in desk.decisions] == [rosa(desk)]


def test_a_recovery_code_signs_nothing(desk: AdasDesk, rosa_secret: bytes) -> None:
    code = desk.store.factors.new_recovery(rosa(desk), datetime.now(UTC))[0]
    client = half_in()
    client.post("/sign-in/second", {"code": now_code(rosa_secret)})
    assert client.post(f"{PLAN}/decide", form(desk, "approve", code=code)).status_code == 403
    assert not desk.decisions


@pytest.mark.parametrize(
    ("said", "tls", "demo", "roles"),
    [
        ("", False, False, set()),
        ("", True, False, {"registered_nurse", "physician", "administrator"}),
        ("", True, True, set()),
        ("nobody", True, False, set()),
        ("physician, pharmacist", False, False, {"physician", "pharmacist"}),
    ],
)
def test_who_needs_a_second_factor(
    settings: Settings, said: str, tls: bool, demo: bool, roles: set[str]
) -> None:
    settings.CARELOOM_SECOND_FACTOR, settings.CARELOOM_BEHIND_TLS, settings.CARELOOM_DEMO = said, tls, demo
    assert roles <= set(roles_with_second_factor()) and bool(roles) == bool(roles_with_second_factor())


@pytest.mark.parametrize("said", ["nurses", "nobody,physician", "physician;pharmacist"])
def test_a_second_factor_for_a_role_that_is_not_is_a_bad_setting(settings: Settings, said: str) -> None:
    settings.CARELOOM_SECOND_FACTOR = said
    with pytest.raises(ConfigError):
        roles_with_second_factor()
