"""An EHR that trickles while Rosa waits at the page: it says so in words when her patience is over, at each thing that is asked."""

from pathlib import Path
from time import monotonic

import pytest
from django.test import Client
from pytest_django import Settings

from careloom.store import Store
from tests.web.launched import ehr, opened_nothing, site_of, text
from tests.web.scripted_ehr import Ehr

__all__ = ["ehr"]
pytestmark = pytest.mark.django_db
PATIENCE = '[mercy.options]\ntimeout = "0.4"\n'
PLACES = ("/fhir/.well-known/smart-configuration", "/token", "/jwks", "/fhir/Patient/p1")


@pytest.mark.parametrize("path", PLACES)
def test_nobody_waits_at_a_page_for_an_answer_that_never_ends(
    ehr: Ehr, store: Store, home: Path, key: str, settings: Settings, path: str
) -> None:
    site = site_of(ehr, store, home, key, settings, PATIENCE)
    client = Client()
    ehr.trickling.add(path)
    began = monotonic()
    away = site.launches(client)
    answer = client.get("/smart/callback", ehr.visit(away["Location"])) if away.status_code == 302 else away
    assert monotonic() - began < 4
    assert opened_nothing(site, client, answer) and answer.status_code == 503
    assert "did not answer within 0.8 seconds in all" in text(answer)
