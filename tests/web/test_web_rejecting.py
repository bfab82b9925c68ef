"""Who may reject a whole document for good, on the page and with a form that the page didn't give."""

import pytest
from django.test import Client

from careloom.pipeline import Pipeline
from tests.web.desk import signed_in
from tests.web.test_web_flow import plan_of_ada

pytestmark = pytest.mark.django_db


def shown(client: Client, plan: str) -> str:
    return client.get(f"/review/{plan}").content.decode()


def sent(client: Client, plan: str, action: str) -> int:
    stamp = shown(client, plan).split('name="stamp" value="')[1].split('"')[0]
    form = {"action": action, "reason": "wrong", "words": "not today", "stamp": stamp, "marks": ""}
    return client.post(f"/review/{plan}/decide", form).status_code


def test_the_page_offers_rejecting_to_a_physician_and_tells_everybody_else_why_not(real: Pipeline) -> None:
    plan = plan_of_ada(real)
    for name in ("rosa", "cam"):
        page = shown(signed_in(name), plan.id)
        assert 'data-act="return"' in page and 'data-act="reject"' not in page
        assert "Only a physician rejects it for good" in page
    page = shown(signed_in("osei"), plan.id)
    assert 'data-act="reject"' in page and "Only a physician rejects" not in page


def test_a_forged_rejection_of_the_physicians_plan_is_refused(real: Pipeline) -> None:
    plan = plan_of_ada(real)
    for name in ("cam", "rosa"):
        assert sent(signed_in(name), plan.id, "reject") == 403
        assert real.store.proposals.get(plan.id).status == "draft"
    assert sent(signed_in("osei"), plan.id, "reject") == 302
    assert real.store.proposals.get(plan.id).status == "revoked"
