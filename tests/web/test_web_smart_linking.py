"""Rosa links her own account to her person at the EHR: proved here and there, in one session; nobody's launch is bound to another's."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from careloom.care.audited import Outcome
from careloom.store.models import AuditEvent
from careloom.web import linking
from tests.web.desk import PASSWORD, signed_in
from tests.web.launched import Site, ehr, site, text

__all__ = ["ehr", "site"]
pytestmark = pytest.mark.django_db
HERS = "Practitioner/rosa-1"


@pytest.fixture
def unlinked(site: Site) -> Site:
    """The site before anybody is linked; its EHR says when somebody proved herself."""
    site.pipeline.launching.forget(str(site.pipeline.store.users.account("rosa").pk), "mercy")
    site.ehr.proved = int(timezone.now().timestamp())
    return site


def goes(client: Client, **form: str) -> Any:
    """The way from her page to the EHR's door."""
    return client.post("/yours/ehr/mercy/link", {"password": PASSWORD, **form})


def door(began: Any) -> str:
    """Where her page leads on to, by itself and by its link."""
    there = str(began["Refresh"].removeprefix("0; url="))
    assert f'href="{there}"' in text(began)
    return there


def comes_back(site: Site, client: Client, began: Any, other: Client | None = None) -> Any:
    """From the EHR's door through the EHR to the way back into her session; `other` is whose browser does it from the door on."""
    browser = other or client
    away = browser.get(door(began))
    assert away.status_code == 302, text(away)
    return browser.get("/smart/callback", site.ehr.visit(away["Location"]))


def linked(site: Site, who: str = HERS) -> str | None:
    return site.pipeline.launching.account("mercy", site.ehr.base, who)


def account(site: Site, name: str) -> str:
    return str(site.pipeline.store.users.account(name).pk)


def test_she_links_her_account_and_the_ehr_opens_careloom_as_her(unlinked: Site) -> None:
    rosa = signed_in("rosa")
    assert "not linked" in text(rosa.get("/yours"))
    back = comes_back(unlinked, rosa, goes(rosa))
    assert unlinked.ehr.asked["prompt"] == "login" and unlinked.ehr.asked["scope"] == "openid fhirUser"
    assert rosa.get(back["Location"])["Location"] == "/yours#ehrs"
    assert linked(unlinked) is None
    page = text(rosa.get("/yours"))
    assert f'Mercy says that you are <b class="as-it-is">{HERS}</b>' in page
    done = rosa.post("/yours/ehr/confirm", {"who": HERS, "is": "hers"})
    assert "You are linked" in text(rosa.get(done["Location"]))
    assert linked(unlinked) == account(unlinked, "rosa")
    assert unlinked.inside(Client()).endswith(f"/review/{unlinked.plan}")
    [event] = AuditEvent.objects.filter(action="ehr link", outcome=Outcome.DONE)
    assert event.what == f"mercy {HERS}"


def test_without_her_password_she_goes_nowhere(unlinked: Site) -> None:
    rosa = signed_in("rosa")
    assert goes(rosa, password="wrong").status_code == 403
    assert unlinked.ehr.paths == []
    assert Client().post("/yours/ehr/mercy/link", {"password": PASSWORD}).status_code == 302


def test_whom_the_ehr_named_is_linked_to_nobody_whom_she_does_not_confirm(unlinked: Site) -> None:
    rosa = signed_in("rosa")
    rosa.get(comes_back(unlinked, rosa, goes(rosa))["Location"])
    assert rosa.post("/yours/ehr/confirm", {"who": "Practitioner/osei-9", "is": "hers"}).status_code == 403
    assert rosa.post("/yours/ehr/confirm", {"who": HERS, "is": "hers"}).status_code == 403
    rosa.get(comes_back(unlinked, rosa, goes(rosa))["Location"])
    rosa.post("/yours/ehr/confirm", {"who": HERS, "is": "nobody"})
    assert linked(unlinked) is None


@pytest.mark.parametrize("ago", [None, 3_600], ids=["it doesn't say", "an hour ago"])
def test_an_ehr_that_did_not_ask_just_now_links_nobody(unlinked: Site, ago: int | None) -> None:
    """Whose session stands open in that browser is not who sits there."""
    unlinked.ehr.proved = None if ago is None else int(timezone.now().timestamp()) - ago
    rosa = signed_in("rosa")
    answer = comes_back(unlinked, rosa, goes(rosa))
    assert answer.status_code == 403 and "did not ask you again" in text(answer)


def test_an_address_that_mallory_began_binds_nobody_who_follows_it(unlinked: Site) -> None:
    """Osei, signed in here and at the EHR, follows what Mallory sends: neither account gets the other's person."""
    mallory, osei = signed_in("cam"), signed_in("osei")
    unlinked.ehr.who = "Practitioner/osei-9"
    back = comes_back(unlinked, mallory, goes(mallory), other=osei)
    refused = osei.get(back["Location"])
    assert refused.status_code == 403 and "no link that you began here" in text(refused)
    assert osei.post("/yours/ehr/confirm", {"who": "Practitioner/osei-9", "is": "hers"}).status_code == 403
    # Nor where she gets hold of what came back for him, which her session asked for but his browser fetched.
    told = parse_qs(urlsplit(back["Location"]).query)["told"][0]
    assert signing.loads(told, salt=linking.BACK)["user"] == account(unlinked, "cam")
    assert linked(unlinked, "Practitioner/osei-9") is None


def test_an_answer_of_the_ehr_in_another_browser_is_stale(unlinked: Site) -> None:
    rosa, other = signed_in("rosa"), Client()
    away = rosa.get(door(goes(rosa)))
    assert other.get("/smart/callback", unlinked.ehr.visit(away["Location"])).status_code == 403


def test_a_word_is_taken_once_in_the_session_that_asked(unlinked: Site) -> None:
    rosa, elsewhere = signed_in("rosa"), signed_in("rosa")
    back = comes_back(unlinked, rosa, goes(rosa))["Location"]
    assert elsewhere.get(back).status_code == 403
    assert rosa.get(back).status_code == 302
    assert rosa.get(back).status_code == 403


@pytest.mark.parametrize(
    "word", ["", "x", signing.dumps({"user": "1", "nonce": "2", "system": "mercy"}, salt="other")]
)
def test_a_forged_word_leads_nowhere(unlinked: Site, word: str) -> None:
    rosa = signed_in("rosa")
    goes(rosa)
    assert rosa.get("/yours/ehr/back", {"told": word}).status_code == 403
    assert rosa.get("/smart/link/mercy", {"go": word}).status_code == 403
    assert unlinked.ehr.paths == []


def test_a_launch_by_somebody_else_takes_nothing_from_a_link_that_is_under_way(unlinked: Site) -> None:
    """A chart opened in the same browser meanwhile is a launch of its own: nobody is linked by it."""
    rosa = signed_in("rosa")
    began = rosa.get(door(goes(rosa)))
    chart = unlinked.launches(rosa)
    answer = rosa.get("/smart/callback", unlinked.ehr.visit(chart["Location"]))
    assert answer.status_code == 403 and "nobody here is linked" in text(answer)
    assert rosa.get("/smart/callback", unlinked.ehr.visit(began["Location"])).status_code == 302
    assert linked(unlinked) is None


def test_a_person_of_the_ehr_is_one_accounts(site: Site) -> None:
    site.ehr.proved = int(timezone.now().timestamp())
    osei = signed_in("osei")
    osei.get(comes_back(site, osei, goes(osei))["Location"])
    answer = osei.post("/yours/ehr/confirm", {"who": HERS, "is": "hers"})
    assert answer.status_code == 422 and linked(site) == account(site, "rosa")


def test_she_parts_her_account_and_what_the_ehr_opened_closes(site: Site) -> None:
    rosa, window = signed_in("rosa"), Client()
    page = site.inside(window)
    assert window.get(page).status_code == 200
    assert rosa.post("/yours/ehr/mercy/forget", {"password": "wrong"}).status_code == 403
    rosa.post("/yours/ehr/mercy/forget", {"password": PASSWORD})
    assert linked(site) is None and rosa.get("/yours").status_code == 200
    assert window.get(page).status_code != 200
    assert site.through(Client()).status_code == 403


def test_the_administrator_sees_who_is_linked_and_can_part_her_but_link_nobody(site: Site) -> None:
    site.pipeline.store.users.create("ines", role="administrator", password=PASSWORD)
    ines, rosa = signed_in("ines"), account(site, "rosa")
    assert "comes from Mercy" in text(ines.get("/accounts"))
    done = ines.post(f"/accounts/{rosa}/do", {"what": "part", "password": PASSWORD})
    assert done["Location"].endswith("done=part") and linked(site) is None
    assert "comes from Mercy" not in text(ines.get("/accounts"))


def test_from_a_window_of_the_ehr_nobody_links_anything(site: Site) -> None:
    client = Client()
    door = site.inside(client).removesuffix(f"/review/{site.plan}")
    assert client.post(f"{door}/yours/ehr/mercy/link", {"password": PASSWORD}).status_code == 403
