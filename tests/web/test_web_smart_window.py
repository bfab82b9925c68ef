"""A window that the EHR opened is about its one patient: its own session, cookie and frame, and signing asks who she is as anywhere."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from careloom.store import Store
from careloom.store.factors import DIGITS, STEP_SECONDS, new_secret
from careloom.web.views.guard import NEEDS, OPEN
from tests.web.desk import PASSWORD, signed_in
from tests.web.launched import Site, ehr, site, site_of, text
from tests.web.scripted_ehr import Ehr
from tests.web.test_web_matrix import pages

__all__ = ["ehr", "site"]


def test_a_window_shows_its_own_patient_alone(site: Site) -> None:
    client = Client()
    page = site.inside(client)
    door = page.removesuffix(f"/review/{site.plan}")
    other = site.pipeline.propose("operator", site.bo, model="none").id
    for path in (f"/patients/{site.bo}", f"/review/{other}", f"/call/{site.bo}", f"/draft/{site.bo}"):
        answer = client.get(f"{door}{path}")
        assert answer.status_code == 403 and "Stone" not in text(answer), path
        assert "another chart" in text(answer) and f"{door}/patients/{site.ada}" in text(answer)
    for path in ("/queue", "/panel", "/tasks", "/notices", "/yours", "/messages", "/urgent", "/draft"):
        answer = client.get(f"{door}{path}")
        assert answer.status_code == 403 and "Stone" not in text(answer), path
    assert (
        client.post(f"{door}/review/{other}/decide", {"action": "reject", "reason": "x"}).status_code == 403
    )
    assert client.get(f"{door}/patients/{site.ada}").status_code == 200
    assert client.get(f"{door}/keys").status_code == 200
    for path in ("/api/queue", "/sign-in", "/sign-in/with/x", "/smart/in/x/queue"):
        assert client.get(f"{door}{path}").status_code in (401, 404), path
    assert site.pipeline.store.proposals.get(other).status == "draft"


def test_a_windows_own_address_leads_to_its_patient_and_says_that_it_is_closed_once_it_is(site: Site) -> None:
    client = Client()
    door = site.inside(client).removesuffix(f"/review/{site.plan}")
    for path in ("", "/"):
        answer = client.get(f"{door}{path}")
        assert (answer.status_code, answer["Location"]) == (302, f"{door}/patients/{site.ada}")
        stranger = Client().get(f"{door}{path}")
        assert stranger.status_code == 401 and "This window is closed" in text(stranger)
    client.post(f"{door}/sign-out")
    gone = client.get(door)
    assert gone.status_code == 401 and "This window is closed" in text(gone)


def test_the_plan_of_the_card_that_she_came_by_opens_and_nobody_elses(site: Site) -> None:
    newer = site.pipeline.propose("operator", site.ada, model="none").id
    other = site.pipeline.propose("operator", site.bo, model="none").id
    for named, opened in ((newer, newer), (site.plan, site.plan), (other, site.plan), ("x", site.plan)):
        site.ehr.granted = {"appContext": f"document={named}"}
        assert site.inside(Client()).endswith(f"/review/{opened}")
    site.ehr.granted = {"appContext": {"document": newer}}
    assert site.inside(Client()).endswith(f"/review/{site.plan}")


def test_no_address_opens_another_patient_or_a_list_in_a_window(site: Site) -> None:
    client = Client()
    door = site.inside(client).removesuffix(f"/review/{site.plan}")
    other = site.pipeline.propose("operator", site.bo, model="none").id
    his = {"patient": site.bo, "proposal": other, "task": f"{other}-s1"}
    tried = 0
    for address, view in pages(his):
        if getattr(view, NEEDS) == OPEN or any(
            address.startswith(one) for one in ("/here", "/keys", "/smart/")
        ):
            continue
        for got in (
            client.get(f"{door}{address}"),
            client.post(f"{door}{address}", {"why": "an invented reason"}),
        ):
            tried += 1
            assert got.status_code in (403, 404, 405), (address, got.status_code)
            assert "Stone" not in text(got), address
    assert tried > 200
    assert site.pipeline.store.proposals.get(other).status == "draft"


def test_she_signs_in_a_window_with_her_own_password(site: Site) -> None:
    client = Client()
    page = site.inside(client)
    have_read_in(client, page, site)
    hidden = dict(re.findall(r'type="hidden" name="(stamp|marks)" value="([^"]*)"', text(client.get(page))))
    form = {"action": "approve", **hidden}
    wrong = client.post(f"{page}/decide", {**form, "password": "not her password"})
    assert wrong.status_code == 403 and site.pipeline.store.proposals.get(site.plan).released == {}
    done = client.post(f"{page}/decide", {**form, "password": PASSWORD})
    assert done.status_code == 302 and done["Location"].startswith("/smart/in/"), text(done)
    rosa = str(site.pipeline.store.users.account("rosa").pk)
    assert set(site.pipeline.store.proposals.get(site.plan).released.values()) == {rosa}
    assert client.get(done["Location"]).status_code == 200


def test_a_second_factor_that_she_has_is_asked_for_in_the_window(site: Site) -> None:
    store, now = site.pipeline.store, timezone.now()
    rosa, secret = str(store.users.account("rosa").pk), new_secret()
    step = int(now.timestamp()) // STEP_SECONDS
    app = TOTP(secret, DIGITS, SHA1(), STEP_SECONDS, enforce_key_length=False)
    store.factors.set_code(rosa, secret, app.generate((step - 1) * STEP_SECONDS).decode(), now)
    client = Client()
    asked = site.inside(client)
    door = asked.removesuffix("/sign-in/second")
    assert asked.endswith("/sign-in/second") and client.get(asked).status_code == 200
    assert client.get(f"{door}/patients/{site.ada}").status_code == 401
    assert client.post(asked, {"code": "000000"}).status_code == 403
    right = client.post(asked, {"code": app.generate(step * STEP_SECONDS).decode()})
    assert right["Location"] == f"{door}/review/{site.plan}"
    assert client.get(right["Location"]).status_code == 200


def test_a_windows_session_opens_nothing_outside_it_nor_another_window(site: Site) -> None:
    client = Client()
    page = site.inside(client)
    key = client.cookies["careloom_window"].value
    outside = Client()
    outside.cookies["sessionid"] = key
    assert outside.get(f"/patients/{site.ada}").status_code == 302
    assert outside.get("/api/queue").status_code == 401
    other = Client()
    other.cookies["careloom_window"] = key
    assert other.get(page).status_code == 200
    assert other.get(f"/smart/in/{'a' * 22}/patients/{site.ada}").status_code == 401
    # Who is signed in beside a frame isn't in it.
    rosa = signed_in("rosa")
    assert rosa.get(page).status_code == 401
    planted = Client()
    planted.cookies["careloom_window"] = rosa.cookies["sessionid"].value
    assert planted.get(page).status_code == 401


def test_a_launch_makes_nobody_a_member_of_a_care_team(site: Site) -> None:
    site.pipeline.access.join("operator", site.ada, "osei")
    before = site.pipeline.store.teams.of(site.ada)
    client = Client()
    page = site.inside(client)
    door = page.removesuffix(f"/patients/{site.ada}")
    refused = client.get(page)
    assert (
        refused.status_code == 403 and "another care team" in text(refused) and "Quill" not in text(refused)
    )
    form = f"{door}/patients/{site.ada}/open"
    assert client.get(form).status_code == 200
    assert client.post(form, {"why": "She collapsed", "next": page})["Location"] == page
    assert "Ada Quill" in text(client.get(page))
    assert site.pipeline.store.teams.of(site.ada) == before


def test_only_the_ehr_may_frame_a_window_and_its_cookie_is_its_own(site: Site) -> None:
    client = Client()
    page = site.inside(client)
    shown = client.get(page)
    said = shown["Content-Security-Policy"]
    assert f"frame-ancestors {site.ehr.url};" in f"{said};" and "script-src 'self'" in said
    assert "X-Frame-Options" not in shown
    door = page.removesuffix(f"/review/{site.plan}")
    cookie = client.cookies["careloom_window"].OutputString()
    assert f"Path={door};" in f"{cookie};" and "SameSite=None; Partitioned" in cookie
    assert "Secure" in cookie and "HttpOnly" in cookie
    assert "sessionid" not in client.cookies and "csrftoken" not in client.cookies
    for path in ("/sign-in", "/health", "/queue"):
        outside = client.get(path)
        assert "frame-ancestors 'none'" in outside["Content-Security-Policy"]
        assert outside["X-Frame-Options"] == "DENY"


def test_another_sites_page_cannot_act_in_a_window(site: Site) -> None:
    client = Client(enforce_csrf_checks=True)
    page = site.inside(client)
    stamp = re.search(r'name="stamp" value="([^"]*)"', text(client.get(page)))
    assert stamp is not None
    form = {"action": "return", "reason": "wrong", "words": "an invented reason", "stamp": stamp[1]}
    assert client.post(f"{page}/decide", form).status_code == 403
    token = client.cookies["careloom_window_form"].value
    forged = client.post(
        f"{page}/decide", form | {"csrfmiddlewaretoken": token}, headers={"origin": "https://evil.example"}
    )
    assert forged.status_code == 403
    assert site.pipeline.store.proposals.get(site.plan).status == "draft"
    assert client.post(f"{page}/decide", form | {"csrfmiddlewaretoken": token}).status_code == 302


def test_signing_in_a_window_asks_who_she_is_again(site: Site) -> None:
    client = Client()
    page = site.inside(client)
    assert client.post(f"{page}/decide", {"action": "approve"}).status_code in (403, 409, 422)
    assert site.pipeline.store.proposals.get(site.plan).released == {}


def test_signing_out_closes_the_window_and_leaves_the_pages_by_themselves(site: Site) -> None:
    client = signed_in("rosa")
    page = site.inside(client)
    door = page.removesuffix(f"/review/{site.plan}")
    closed = client.post(f"{door}/sign-out", follow=True)
    assert closed.status_code == 401 and "Open Careloom again from the patient" in text(closed)
    assert client.get(page).status_code == 401
    assert client.get("/queue").status_code == 200
    assert client.get(page, headers={"HX-Request": "true"})["HX-Redirect"].startswith(door)


def test_idle_minutes_close_a_window(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    page = site.inside(client)
    late = timezone.now() + timedelta(minutes=16)
    monkeypatch.setattr("django.utils.timezone.now", lambda: late)
    assert client.get(page).status_code == 401


def test_the_banner_is_short_where_the_ehr_shows_its_own(site: Site) -> None:
    long, short = Client(), Client()
    assert "MRN" in text(long.get(site.inside(long)))
    site.ehr.granted = {"need_patient_banner": False}
    said = text(short.get(site.inside(short)))
    assert "MRN" not in said and "Ada Quill" in said and "Allergies" in said


PROVES = "confirms = true\n"


def in_window(client: Client, site: Site) -> tuple[str, str]:
    page = site.inside(client)
    return page, page.removesuffix(f"/review/{site.plan}")


@pytest.fixture
def proving(ehr: Ehr, store: Store, home: Path, key: str, settings: Settings) -> Site:
    return site_of(ehr, store, home, key, settings, PROVES)


def asks_again(site: Site, client: Client, page: str, door: str) -> Any:
    away = client.get(f"{door}/smart/again", {"next": page})
    assert away.status_code == 302, text(away)
    return client.get("/smart/callback", site.ehr.visit(away["Location"]))


def test_she_confirms_a_signature_at_the_ehr_that_asked_her_just_now(proving: Site) -> None:
    client = Client()
    page, door = in_window(client, proving)
    have_read_in(client, page, proving)
    proving.ehr.proved = int(timezone.now().timestamp())
    back = asks_again(proving, client, page, door)
    assert (proving.ehr.asked["prompt"], proving.ehr.asked["max_age"]) == ("login", "0")
    assert "patient" not in proving.ehr.asked["scope"]
    assert client.get(back["Location"])["Location"] == page
    assert "holds for one signature" in text(client.get(f"{page}?do=approve"))


@pytest.mark.parametrize("ago", [None, 3_600])
def test_an_ehr_that_did_not_ask_her_just_now_confirms_nothing(proving: Site, ago: int | None) -> None:
    client = Client()
    page, door = in_window(client, proving)
    proving.ehr.proved = int(timezone.now().timestamp()) - ago if ago else None
    refused = asks_again(proving, client, page, door)
    assert refused.status_code == 403 and "did not ask you again" in text(refused)


def test_somebody_else_at_the_ehr_confirms_nothing_for_her(proving: Site) -> None:
    osei = str(proving.pipeline.store.users.account("osei").pk)
    proving.pipeline.launching.link(osei, "mercy", "Practitioner/osei-1")
    client = Client()
    page, door = in_window(client, proving)
    proving.ehr.who, proving.ehr.proved = "Practitioner/osei-1", int(timezone.now().timestamp())
    refused = asks_again(proving, client, page, door)
    assert refused.status_code == 403 and "Somebody else signed in there" in text(refused)


def test_proving_leads_into_her_own_window_alone(proving: Site) -> None:
    client = Client()
    _, door = in_window(client, proving)
    proving.ehr.proved = int(timezone.now().timestamp())
    elsewhere = (
        "https://evil.example/",
        "//evil.example/x",
        f"//evil.example{door}/x",
        f"{door}@evil.example/",
    )
    for there in (*elsewhere, "/queue", f"/smart/in/{'b' * 22}/queue", f"{door}b/queue"):
        back = asks_again(proving, client, there, door)
        assert client.get(back["Location"])["Location"] == f"{door}/patients/{proving.ada}"


def test_an_ehr_that_does_not_ask_anew_is_not_offered(site: Site) -> None:
    client = Client()
    _, door = in_window(client, site)
    assert client.get(f"{door}/smart/again").status_code == 404


def have_read_in(client: Client, page: str, site: Site) -> None:
    plan = site.pipeline.store.proposals.get(site.plan)
    for number, _ in enumerate(plan.findings):
        client.get(f"{page}/evidence/f{number}", headers={"HX-Request": "true"})
