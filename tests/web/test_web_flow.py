"""The desk over the real pipeline: a demo person's fragments become a plan that two people sign."""

import gzip
import re
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings as DjangoSettings

from careloom import demo, pipeline
from careloom.care.document import Proposal, Verdict
from careloom.pipeline import Pipeline
from careloom.settings import Settings
from careloom.store import Store
from careloom.web.present.plan import stamp
from tests.web.desk import PASSWORD, approval, have_read, say_yes, signed_in, staff

HTMX = {"HX-Request": "true"}
OUTSIDE = Path(__file__).parents[2] / ".." / "shared" / "data" / "fhir" / "synthea-r4"


@pytest.fixture
def real(store: Store, home: Path, key: str, settings: DjangoSettings) -> Pipeline:
    """The pipeline on the demo's day, with the staff who sign."""
    staff(store)
    noon = datetime.combine(demo.AS_OF, time(17), UTC)
    made = pipeline.build(Settings(home=home, encryption_key=key, model="none", reading_rate=0), lambda: noon)
    settings.CARELOOM_PIPELINE = lambda _: made
    return made


def plan_of_ada(real: Pipeline) -> Proposal:
    for source, folder in demo.PEOPLE:
        real.connect([folder], source=source)
    return real.propose("operator", real.find(demo.SHOWN), as_of=demo.AS_OF, model="none")


def lines_of(proposal: Proposal) -> list[str]:
    return [one.id for one in proposal.document.statements]


def every_line_has_its_evidence(client: Client, proposal: Proposal) -> None:
    for line in [*lines_of(proposal), *(f"f{number}" for number in range(len(proposal.findings)))]:
        answer = client.get(f"/review/{proposal.id}/evidence/{line}", headers=HTMX)
        shown = answer.content.decode()
        assert answer.status_code == 200
        assert 'class="entry"' in shown and "is not in this patient" not in shown, line


def resolve(client: Client, real: Pipeline, proposal: Proposal) -> None:
    """Strike every line that its sources do not support; a person must, before anything can be signed."""
    for line in proposal.document.statements:
        if line.verdict is not Verdict.SUPPORTED:
            answer = client.post(f"/review/{proposal.id}/lines/{line.id}/strike", {"reason": "wrong"})
            assert answer.status_code == 302, line.text


def open_everything(client: Client, address: str) -> None:
    shown = client.get(address).content.decode()
    client.post(f"{address}/opened", {"section": re.findall(r'data-section="([^"]+)"', shown)})


def sign(client: Client, real: Pipeline, proposal: str) -> str:
    waiting = real.store.proposals.get(proposal)
    have_read(client, waiting)
    say_yes(client, waiting)
    answer = client.post(f"/review/{proposal}/decide", approval(client, waiting))
    assert answer.status_code == 302, answer.content.decode()
    return client.get(answer["Location"]).content.decode()


def test_adas_plan_goes_from_the_nurse_to_the_physician_to_the_chart(real: Pipeline) -> None:
    proposal = plan_of_ada(real)
    address = f"/review/{proposal.id}"
    nurse, physician = signed_in("rosa"), signed_in("osei")
    assert "Ada Moreno" in nurse.get("/queue").content.decode()
    shown = nurse.get(address).content.decode()
    assert "penicillin" in shown and "Spanish" in shown and "4471" in shown
    every_line_has_its_evidence(nurse, proposal)
    resolve(physician, real, proposal)
    open_everything(nurse, address)
    said = sign(nurse, real, proposal.id)
    assert "for a physician; then it is filed" in said
    assert real.store.proposals.get(proposal.id).status == "draft"
    said = sign(physician, real, proposal.id)
    assert "The plan is filed in the chart" in said
    assert real.store.proposals.get(proposal.id).status == "active"
    kinds = {
        entry["resource"]["resourceType"] for entry in real.chart("osei", proposal.document.patient)["entry"]
    }
    assert {"CarePlan", "Goal", "Provenance"} <= kinds
    printed = nurse.get(f"{address}/printed").content.decode()
    assert "filed in the chart" in printed and "not signed" not in printed


def test_what_nobody_opened_is_named_when_the_plan_is_filed(real: Pipeline) -> None:
    proposal = plan_of_ada(real)
    nurse, physician = signed_in("rosa"), signed_in("osei")
    resolve(physician, real, proposal)
    sign(nurse, real, proposal.id)
    said = sign(physician, real, proposal.id)
    filed = real.store.proposals.get(proposal.id)
    left = [one for one in filed.document.statements if one.id not in filed.released]
    dated = [one for one in left if one.activity]
    assert filed.status == "active" and dated
    assert f"{len(left)} lines were not opened and are not filed" in said
    assert "Of these a day was set for:" in said and dated[0].text in said


def test_an_amended_line_is_checked_for_real(real: Pipeline) -> None:
    proposal = plan_of_ada(real)
    line = next(
        one for one in proposal.document.statements if "HbA1c was 8.9 %" in one.text and one.tier == 1
    )
    nurse = signed_in("rosa")
    wrong = line.text.replace("8.9", "9.8")
    shown = nurse.post(
        f"/review/{proposal.id}/lines/{line.id}/preview", {"text": wrong}, headers=HTMX
    ).content.decode()
    assert "<ins>9.8</ins>" in shown and ("contradicted" in shown or "not in its sources" in shown)
    same = nurse.post(f"/review/{proposal.id}/lines/{line.id}/preview", {"text": line.text}, headers=HTMX)
    assert "Keep this wording" not in same.content.decode()


def test_a_new_result_after_the_draft_refuses_the_signature_and_is_shown(
    real: Pipeline, tmp_path: Path
) -> None:
    proposal = plan_of_ada(real)
    physician = signed_in("osei")
    resolve(physician, real, proposal)
    critical = tmp_path / "potassium.json"
    system, value = demo.SHOWN.split("|")
    critical.write_text(
        '{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient",'
        f'"id":"p","identifier":[{{"system":"{system}","value":"{value}"}}],'
        '"name":[{"family":"Moreno","given":["Ada"]}],"birthDate":"1965-03-02","gender":"female"}},'
        '{"fullUrl":"urn:uuid:2","resource":{"resourceType":"Observation","id":"k","status":"final",'
        '"category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],'
        '"code":{"coding":[{"system":"http://loinc.org","code":"2823-3","display":"Potassium"}],"text":"Potassium"},'
        '"subject":{"reference":"urn:uuid:1"},"effectiveDateTime":"2026-11-22T08:00:00-05:00",'
        '"valueQuantity":{"value":6.9,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}}}]}'
    )
    report = real.connect([critical], source="riverside_ehr")
    assert not report.rejected
    have_read(physician, proposal)
    sent = {"action": "approve", "stamp": stamp(real.store.proposals.get(proposal.id)), "password": PASSWORD}
    answer = physician.post(f"/review/{proposal.id}/decide", sent)
    shown = answer.content.decode()
    assert answer.status_code == 409 and "6.9 mmol/L" in shown and "Check again" in shown
    assert "since this draft" in physician.get(f"/review/{proposal.id}").content.decode()
    again = physician.post(f"/review/{proposal.id}/again")
    assert again.status_code == 302 and again["Location"] != f"/review/{proposal.id}"
    assert "Potassium" in physician.get(again["Location"]).content.decode()
    assert real.store.proposals.get(proposal.id).status == "on-hold"


def test_every_reading_of_the_page_is_in_the_audit_log(real: Pipeline) -> None:
    proposal = plan_of_ada(real)
    nurse = signed_in("rosa")
    nurse.get(f"/review/{proposal.id}")
    nurse.get(f"/review/{proposal.id}/evidence/{lines_of(proposal)[0]}", headers=HTMX)
    real.store.audit.seal()
    found = real.store.audit.verify()
    assert found["ok"] is True


@pytest.mark.outside
def test_the_plan_of_somebody_nobody_here_wrote_can_be_read_line_by_line(real: Pipeline) -> None:
    if not OUTSIDE.is_dir():
        pytest.skip("../shared/data is absent")
    smallest = sorted(OUTSIDE.glob("*.json.gz"), key=lambda path: path.stat().st_size)
    for path in smallest:
        if b'"deceasedDateTime"' not in gzip.decompress(path.read_bytes()):
            break
    (patient,) = real.connect([path], source="synthea").patients
    proposal = real.propose("operator", patient, as_of=date(2026, 11, 23), model="none")
    nurse = signed_in("rosa")
    every_line_has_its_evidence(nurse, proposal)
    assert nurse.get(f"/review/{proposal.id}/printed").status_code == 200
