"""What somebody who means harm sends to the desk, over the real pipeline."""

import json
from pathlib import Path

import pytest

from careloom import demo, pipeline
from careloom.care.document import Tier, Verdict
from careloom.pipeline import Pipeline
from careloom.review.decisions import first_screen
from careloom.settings import Settings
from careloom.text.direction import TURNS
from careloom.web.present.plan import stamp
from tests.web.desk import PASSWORD, have_read, signed_in
from tests.web.test_web_flow import plan_of_ada, real, sign

__all__ = ["real"]
pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


def test_another_organisations_plan_is_there_for_nobody(real: Pipeline, home: Path, key: str) -> None:
    site = Settings(home=home, encryption_key=key, organisation="elsewhere", model="none")
    theirs = pipeline.build(site, real.clock)
    theirs.connect([folder for _, folder in demo.PEOPLE[:1]], source="riverside_ehr")
    patient = theirs.find(demo.SHOWN)
    plan = theirs.propose("operator", patient, as_of=demo.AS_OF, model="none")
    line = plan.document.statements[0].id
    read = len(theirs.store.audit.of(patient))
    nurse, address = signed_in("rosa"), f"/review/{plan.id}"
    form = {"action": "approve", "stamp": stamp(plan), "password": PASSWORD}
    for path in ("", f"/evidence/{line}?", "/printed", "/done", f"?line={line}"):
        answer = nurse.get(f"{address}{path}", headers={"HX-Request": "true"} if "evidence" in path else {})
        assert answer.status_code == 404 and "Moreno" not in answer.content.decode(), path
    for path in ("/decide", f"/lines/{line}/strike", "/undo", "/again", "/opened", "/report"):
        assert nurse.post(f"{address}{path}", form).status_code == 404, path
    assert nurse.get(f"/api/proposals/{plan.id}").status_code == 404
    assert "Moreno" not in nurse.get("/queue").content.decode()
    assert theirs.store.proposals.get(plan.id) == plan and len(theirs.store.audit.of(patient)) == read


def test_a_nurses_approval_signs_no_line_of_the_physician_and_none_that_stayed_folded(real: Pipeline) -> None:
    plan = plan_of_ada(real)
    sign(signed_in("rosa"), real, plan.id)
    after = real.store.proposals.get(plan.id)
    shown = first_screen(plan)
    hers = {one.id for one in plan.document.statements if one.id in shown and one.tier is Tier.NURSE}
    assert set(after.released) == hers and after.status == "draft"


def test_an_approval_that_names_more_lines_signs_no_more_of_them(real: Pipeline) -> None:
    plan = plan_of_ada(real)
    every = [one.id for one in plan.document.statements]
    rosa = signed_in("rosa")
    have_read(rosa, plan)
    form = {"action": "approve", "stamp": stamp(plan), "password": PASSWORD, "opened": every, "lines": every}
    assert rosa.post(f"/review/{plan.id}/decide", form).status_code == 302
    after = real.store.proposals.get(plan.id)
    assert after.opened == () and set(after.released) <= first_screen(plan)


def bobby() -> dict[str, object]:
    """A person every word of whom is markup."""
    who = {"reference": "Patient/x"}
    resources: list[dict[str, object]] = [
        {
            "resourceType": "Patient",
            "id": "x",
            "identifier": [{"system": "urn:x", "value": "1"}],
            "name": [{"family": SCRIPT, "given": ['"><img src=x onerror=alert(2)>']}],
            "birthDate": "1955-03-02",
            "gender": "female",
        },
        {
            "resourceType": "AllergyIntolerance",
            "id": "a",
            "patient": who,
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "code": {"text": f"penicillin {SCRIPT}"},
            "reaction": [{"manifestation": [{"text": f"</dd>{SCRIPT}"}]}],
        },
        {
            "resourceType": "Condition",
            "id": "c",
            "subject": who,
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "code": {
                "coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I10"}],
                "text": f"Hypertension {SCRIPT}",
            },
        },
    ]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": one} for one in resources],
    }


def test_markup_in_a_record_is_words_on_every_page(real: Pipeline, tmp_path: Path) -> None:
    (tmp_path / "bobby.json").write_text(json.dumps(bobby()))
    real.connect([tmp_path / "bobby.json"], source=SCRIPT)
    plan = real.propose("operator", real.find("urn:x|1"), as_of=demo.AS_OF, model="none")
    nurse, address = signed_in("rosa"), f"/review/{plan.id}"
    lines = [one.id for one in plan.document.statements]
    pages = ["/queue", address, f"{address}/printed", f"{address}/done"]
    pages += [f"{address}?line={one}" for one in lines] + [f"{address}?line={lines[0]}&do=amend"]
    assert any(SCRIPT in one.text for one in plan.document.statements)
    for page in pages:
        shown = nurse.get(page).content.decode()
        assert "<script>alert" not in shown and "<img" not in shown, page
    assert "&lt;script&gt;alert(1)" in nurse.get(address).content.decode()


TURNED = "hives\u2067 and\u202e gnilllews\u200f"


def test_a_mark_that_turns_text_round_is_seen_and_turns_nothing(real: Pipeline, tmp_path: Path) -> None:
    """A right-to-left mark in a reaction moved the rest of the banner: now it is shown as its code, and a field keeps its own words."""
    sent = json.dumps(bobby()).replace(json.dumps(f"</dd>{SCRIPT}")[1:-1], json.dumps(TURNED)[1:-1])
    sent = sent.replace(f" {SCRIPT}", "")
    (tmp_path / "bobby.json").write_text(sent)
    real.connect([tmp_path / "bobby.json"], source="harbor")
    patient = real.find("urn:x|1")
    plan = real.propose("operator", patient, as_of=demo.AS_OF, model="none")
    nurse = signed_in("rosa")
    banner = nurse.get(f"/review/{plan.id}").content.decode()
    assert "hives[U+2067] and[U+202E] gnilllews[U+200F]" in banner and "<bdi>" in banner
    sections = [f"/patients/{patient}/{one}" for one in ("allergies", "timeline")]
    for page in (f"/review/{plan.id}", f"/review/{plan.id}/printed", f"/patients/{patient}", *sections):
        assert not TURNS.search(nurse.get(page).content.decode()), page
    line = next(one for one in plan.document.statements if "gnilllews" in one.text)
    assert not TURNS.search(line.text) and line.verdict is Verdict.SUPPORTED
