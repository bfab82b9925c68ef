"""An auditor asks for a past draft: one printable answer, which holds nothing that the draft says."""

import pytest

from careloom.pipeline import Pipeline
from tests.web.desk import signed_in
from tests.web.test_web_flow import plan_of_ada
from tests.web.test_web_site_rules import somebody

pytestmark = pytest.mark.django_db


def test_an_auditor_gets_who_signed_on_what_with_which_versions(real: Pipeline) -> None:
    plan = plan_of_ada(real)
    walt = somebody(real, "walt", "auditor")
    asked = walt.get("/audit/drafts", {"draft": plan.id[:8]})
    assert asked["Location"] == f"/audit/drafts/{plan.id}"
    shown = walt.get(asked["Location"]).content.decode()
    digest, _ = real.store.registry.of_draft(plan.id) or ("", "")
    assert digest in shown and "Nobody signed a line of it." in shown and "links were walked" in shown
    assert shown.count("<td>check rule</td>") > 30 and "bytes of every cited message are there" in shown
    assert not [one for one in plan.document.statements if one.text in shown]
    assert f"/audit/drafts/{plan.id}" in walt.get(f"/review/{plan.id}").content.decode()
    assert walt.get("/audit/drafts", {"draft": "abc"}).status_code == 404
    assert signed_in("rosa").get(f"/audit/drafts/{plan.id}").status_code == 403
