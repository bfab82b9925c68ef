"""Tasks of a plan that rests on what a substance-use programme sent are for the roles that read it (42 CFR Part 2)."""

from dataclasses import replace

import pytest

from careloom import pipeline as pipelines
from careloom.care.document import Action
from tests.connect.made import body, bundle, patient
from tests.flow.test_consent import CONSENT, programme
from tests.flow.test_deciding import every
from tests.web.desk import PASSWORD, signed_in

pytestmark = pytest.mark.django_db


def test_who_does_not_read_the_programme_reads_and_closes_none_of_its_plans_tasks(
    real, home, settings, tmp_path
):
    home.mkdir(exist_ok=True)
    (home / "sources.toml").write_text('[lighthouse]\npart2 = true\nprogramme = "Lighthouse Recovery"\n')
    desk = pipelines.build(replace(real.settings, consent_names="Harbor Clinic"))
    settings.CARELOOM_PIPELINE = lambda _: desk
    file = tmp_path / "her.json"
    file.write_bytes(body(bundle(patient(), *programme(CONSENT))))
    (her,) = desk.connect([file], source="lighthouse").patients
    plan = desk.propose("operator", her)
    osei = desk.store.users.reviewer("osei")
    assert desk.decide(osei, plan.id, Action.APPROVE, opened=every(plan)).status == "active"
    (first, *_) = desk.tracking.open("test")
    assert desk.access.is_closed(plan.id)
    desk.store.users.create("hal", name="H. Elp", role="community_health_worker", password=PASSWORD)
    hal, rosa = signed_in("hal"), signed_in("rosa")
    assert first.id in rosa.get("/tasks?whose=").content.decode()
    for address in ("/tasks?whose=", f"/tasks?plan={plan.id}", "/api/tasks"):
        said = hal.get(address)
        assert said.status_code == 200 and first.id not in said.content.decode(), address
    assert hal.post(f"/tasks/{first.id}/say", {"status": "completed"}).status_code == 403
    done = {"status": "completed"}
    assert hal.post(f"/api/tasks/{first.id}", done, content_type="application/json").status_code == 403
    assert desk.tracking.find(first.id).open
