"""The first administrator chooses her password by a link that works once; nobody has a default one."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from careloom.errors import InputError, Refused
from careloom.store import open_store
from careloom.store.models import User
from tests.web.desk import PASSWORD, AdasDesk, signed_in

NEW = "another invented passphrase"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def chooses(address: str, password: str = NEW) -> Any:
    client = Client()
    page = client.get(f"/{address}", follow=True)
    form = page.redirect_chain[-1][0] if page.redirect_chain else f"/{address}"
    assert address.rpartition("/")[2] not in form, "the secret left the address bar"
    return client.post(form, {"new_password1": password, "new_password2": password}, follow=True)


def may_sign_in(name: str, password: str = NEW) -> bool:
    return Client().post("/sign-in", {"username": name, "password": password}).status_code == 302


def test_the_first_administrator_has_no_password_until_she_chooses_one(desk: AdasDesk) -> None:
    desk.store.users.first_administrator("alma")
    for password in ("", "admin", "alma", "password", "changeme"):
        assert not may_sign_in("alma", password)
    link = desk.store.users.welcome("alma")
    assert "Your password is set" in text(chooses(link))
    assert may_sign_in("alma")


def test_a_site_with_an_administrator_gets_no_other_first_one(desk: AdasDesk) -> None:
    desk.store.users.first_administrator("alma")
    with pytest.raises(Refused):
        desk.store.users.first_administrator("mallory")
    assert not User.objects.filter(username="mallory").exists()


def test_the_link_works_once(desk: AdasDesk) -> None:
    link = desk.store.users.welcome("rosa")
    chooses(link)
    assert "This link works no more" in text(Client().get(f"/{link}"))
    assert may_sign_in("rosa") and not may_sign_in("rosa", PASSWORD)


def test_the_link_dies_when_she_signs_in_and_when_she_leaves(desk: AdasDesk) -> None:
    link = desk.store.users.welcome("rosa")
    signed_in("rosa")
    assert "This link works no more" in text(Client().get(f"/{link}"))
    fresh = desk.store.users.welcome("rosa")
    desk.store.users.activate("rosa", False)
    assert "This link works no more" in text(Client().get(f"/{fresh}"))
    with pytest.raises(InputError):
        desk.store.users.welcome("rosa")


def test_the_link_dies_after_a_day(desk: AdasDesk, settings: Any) -> None:
    link = desk.store.users.welcome("rosa")
    assert settings.PASSWORD_RESET_TIMEOUT == 86_400
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "This link works no more" in text(Client().get(f"/{link}"))


@pytest.mark.parametrize("wrong", ["AAAA/aaa-bbb", "%00/x", "Zm9v/set-password", "../x/y"])
def test_an_invented_link_is_no_link(desk: AdasDesk, wrong: str) -> None:
    answer = Client().get(f"/welcome/{wrong}")
    assert answer.status_code in (200, 404)
    assert "Choose your password" not in text(answer)


def test_a_weak_password_is_refused_in_words_and_the_link_lives_on(desk: AdasDesk) -> None:
    link = desk.store.users.welcome("rosa")
    assert "too short" in text(chooses(link, "short"))
    assert User.objects.get(username="rosa").check_password(PASSWORD)
    chooses(link)
    assert may_sign_in("rosa")


def test_a_password_by_link_ends_her_sessions_and_keeps_her_second_factor(desk: AdasDesk) -> None:
    rosa, hers = desk.store.users.reviewer("rosa").user, signed_in("rosa")
    desk.store.factors.add_passkey(rosa, b"id", b"p", name="key", counter=0, now=timezone.now())
    chooses(desk.store.users.welcome("rosa"))
    assert hers.get("/queue").status_code == 302
    client = Client()
    client.post("/sign-in", {"username": "rosa", "password": NEW})
    assert client.get("/queue").status_code == 302, "the second factor is still asked for"


def test_another_organisations_link_opens_nothing_here(desk: AdasDesk, home: Any, key: str) -> None:
    other = open_store(home=home, organisation="other", encryption_key=key)
    other.users.create("rosa", role="administrator")
    assert "This link works no more" in text(Client().get(f"/{other.users.welcome('rosa')}"))


def test_the_last_administrator_stays(desk: AdasDesk) -> None:
    desk.store.users.first_administrator("alma")
    with pytest.raises(Refused):
        desk.store.users.activate("alma", False)
    desk.store.users.create("berta", role="administrator")
    desk.store.users.activate("alma", False)
    assert [one.active for one in desk.store.users.accounts() if one.username == "alma"] == [False]
