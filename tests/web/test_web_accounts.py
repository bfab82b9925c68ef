"""The administrator sees who may sign in and where she is, and ends sessions and accounts; nobody else does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from careloom.store.licence import Licence
from careloom.store.models import AuditEvent
from tests.web.desk import PASSWORD, AdasDesk, signed_in


@pytest.fixture
def alma(desk: AdasDesk) -> Client:
    """The administrator's browser."""
    desk.store.users.create("alma", role="administrator", password=PASSWORD)
    return signed_in("alma")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def is_in(client: Client) -> bool:
    return client.get("/queue").status_code == 200


def does(desk: AdasDesk, alma: Client, name: str, what: str, password: str = PASSWORD) -> Any:
    user = next(one.id for one in desk.store.users.accounts() if one.username == name)
    return alma.post(f"/accounts/{user}/do", {"what": what, "password": password})


def test_she_lands_where_her_work_is_and_sees_everybody(desk: AdasDesk, alma: Client) -> None:
    signed_in("rosa", user_agent="Mozilla/5.0 (Windows NT 10.0) Firefox/130.0")
    rosa = desk.store.users.reviewer("rosa").user
    desk.store.factors.add_passkey(rosa, b"i", b"p", name="key", counter=0, now=datetime.now(UTC))
    assert (alma.get("/")["Location"], signed_in("cam").get("/")["Location"]) == ("/rejected", "/panel")
    page = text(alma.get("/accounts"))
    assert "Firefox on Windows" in page and "password · passkey" in page and "never signed in" in page


def test_she_sees_whose_licence_has_expired_or_soon_does(desk: AdasDesk, alma: Client) -> None:
    users, today = desk.store.users, timezone.localdate()
    assert "licence MA RN1, until 2031-06-30" in text(alma.get("/accounts"))
    users.set_licence("rosa", Licence("MA", "RN1", today - timedelta(days=1)), independent=False)
    users.set_licence("osei", Licence("MA", "MD1", today + timedelta(days=20)), independent=False)
    page = text(alma.get("/accounts"))
    assert "expired: she signs nothing" in page and "expires in 20 days" in page
    users.set_licence("rosa", None, independent=False)
    assert "expired" not in text(alma.get("/accounts"))


def test_she_signs_somebody_out_everywhere(desk: AdasDesk, alma: Client) -> None:
    rosas = [signed_in("rosa"), signed_in("rosa")]
    assert does(desk, alma, "rosa", "end", "wrong").status_code == 403
    assert all(is_in(one) for one in rosas), "she did not prove who she is"
    assert does(desk, alma, "rosa", "end").status_code == 302
    assert not any(is_in(one) for one in rosas)
    said = AuditEvent.objects.get(action="account end")
    assert (said.actor, said.what) == (
        desk.store.users.reviewer("alma").user,
        desk.store.users.reviewer("rosa").user,
    )


def test_who_is_closed_out_comes_back_only_when_she_is_let_in(desk: AdasDesk, alma: Client) -> None:
    rosa = signed_in("rosa")
    does(desk, alma, "rosa", "close")
    assert not is_in(rosa)
    assert Client().post("/sign-in", {"username": "rosa", "password": PASSWORD}).status_code == 200
    does(desk, alma, "rosa", "open")
    assert is_in(signed_in("rosa"))


def test_a_lost_phone_is_taken_away_and_her_password_stays(desk: AdasDesk, alma: Client) -> None:
    rosa = desk.store.users.reviewer("rosa").user
    desk.store.factors.add_passkey(rosa, b"i", b"p", name="key", counter=0, now=datetime.now(UTC))
    assert not is_in(signed_in("rosa")), "the second factor is asked for"
    does(desk, alma, "rosa", "reset")
    assert is_in(signed_in("rosa"))


def test_the_last_administrator_does_not_close_herself_out(desk: AdasDesk, alma: Client) -> None:
    answer = does(desk, alma, "alma", "close")
    assert answer.status_code == 403 and "The last administrator stays" in text(answer)
    assert alma.get("/accounts").status_code == 200


def test_what_is_no_step_and_nobodys_account_do_nothing(desk: AdasDesk, alma: Client) -> None:
    assert does(desk, alma, "rosa", "delete").status_code == 422
    nobody = "019ac000-0000-7000-8000-000000000001"
    assert alma.post(f"/accounts/{nobody}/do", {"what": "end", "password": PASSWORD}).status_code == 404


@pytest.mark.parametrize("name", ["rosa", "osei", "cam"])
def test_nobody_else_opens_or_uses_it(desk: AdasDesk, alma: Client, name: str) -> None:
    client = signed_in(name)
    assert client.get("/accounts").status_code == 403
    assert does(desk, client, "alma", "end").status_code == 403
    assert alma.get("/accounts").status_code == 200


def test_whose_sessions_ended_with_a_change_of_her_account_is_not_told_that_she_was_idle(
    desk: AdasDesk,
) -> None:
    rosa = signed_in("rosa")
    desk.store.sign_ins.end_all(desk.store.users.set_role("rosa", "physician"))
    answer = rosa.post("/review/x/undo", {"revision": "1"}, follow=True)
    assert "this session was ended from elsewhere" in text(answer)
    assert "without activity" not in text(answer)


def test_the_page_says_in_which_states_licences_count_and_whose_is_of_another(
    alma: Client, settings: Any
) -> None:
    assert "No state is set (CARELOOM_LICENCE_STATES)" in text(alma.get("/accounts"))
    settings.CARELOOM_LICENCE_STATES = {"NH": True}
    shown = text(alma.get("/accounts"))
    assert "Licences of NH (compact) sign here" in shown
    assert "of a state in which nobody signs here: she signs nothing" in shown
    rosa = signed_in("rosa")
    assert "Your licence is of MA, a state in which nobody signs here" in text(rosa.get("/yours"))
