"""What an EHR may say or leave out at a launch beside what is asked of it: it opens the one patient, or nothing, and keeps nothing."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.web.desk import signed_in
from tests.web.launched import Site, ehr, opened_nothing, site, text

__all__ = ["ehr", "site"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "granted",
    [
        {"need_patient_banner": "false"},
        {"need_patient_banner": None},
        {"intent": "reconcile-medications", "smart_style_url": "https://evil.example/style.json"},
        {"fhirContext": [{"reference": "Encounter/1"}], "encounter": "1", "tenant": "north", "appContext": {"a": 1}},
        {"expires_in": "300", "scope": None, "id_token_extra": []},
    ],
)  # fmt: skip
def test_what_a_launch_tells_beside_the_patient_is_passed_over(site: Site, granted: dict[str, Any]) -> None:
    site.ehr.granted = granted
    client = Client()
    assert site.inside(client).endswith(f"/review/{site.plan}")
    assert {path.rpartition("/")[2] for path in site.ehr.paths} <= {
        "smart-configuration",
        "token",
        "jwks",
        "p1",
    }


@pytest.mark.parametrize(("said", "short"), [("false", True), (False, True), ("true", False), (None, False)])
def test_an_ehr_that_shows_who_it_is_itself_may_say_so_as_a_text_too(
    site: Site, said: object, short: bool
) -> None:
    site.ehr.granted = {"need_patient_banner": said}
    client = Client()
    page = text(client.get(site.inside(client)))
    assert ("MRN" not in page) is short


def test_an_ehr_that_grants_less_than_was_asked_opens_nobody(site: Site) -> None:
    site.ehr.granted = {"scope": "launch openid fhirUser"}
    site.ehr.answers["/fhir/Patient/p1"] = (
        403,
        {"Content-Type": "application/fhir+json"},
        b'{"resourceType":"OperationOutcome"}',
    )
    client = Client()
    answer = site.through(client)
    assert opened_nothing(site, client, answer)
    assert "did not let us see who it is" in text(answer)


def test_a_refresh_token_that_nobody_asked_for_is_kept_nowhere(site: Site) -> None:
    site.ehr.granted = {"refresh_token": "refresh-secret-1"}
    client = Client()
    assert client.get(site.inside(client)).status_code == 200
    kept = " ".join(str(one.get_decoded()) for one in Session.objects.all())
    assert "refresh-secret" not in kept and "secret-token" not in kept
    assert "offline" not in site.ehr.asked["scope"] and "online" not in site.ehr.asked["scope"]
    assert [form["grant_type"] for form in site.ehr.forms] == ["authorization_code"]


def test_whoever_is_signed_in_beside_it_in_the_same_browser_stays_who_she_is(site: Site) -> None:
    browser = signed_in("osei")
    inside = site.inside(browser)
    window = text(browser.get(inside))
    assert "R. Blake" in window and "Opened from Mercy" in window
    outside = text(browser.get("/queue"))
    assert "Osei" in outside and "Opened from Mercy" not in outside


def test_somebody_without_a_licence_reads_in_the_window_and_signs_nothing(site: Site) -> None:
    launching, users = site.pipeline.launching, site.pipeline.store.users
    launching.forget(str(users.account("rosa").pk), "mercy")
    launching.link(str(users.account("cam").pk), "mercy", site.ehr.who)
    client = Client()
    page = client.get(site.inside(client))
    assert page.status_code == 200 and "Opened from Mercy" in text(page)
    assert 'name="password"' not in text(page)
