"""The audit log on a page, as a table and in the API, and the accounting of disclosures."""

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

import careloom
from careloom.care.audited import Asked, Purpose
from careloom.demo import HERE
from careloom.pipeline import Pipeline
from careloom.pipeline.accounting import Said
from careloom.web.present.audit_words import DONE
from tests.connect.made import body, bundle, patient
from tests.flow.samuel import SAMUEL
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_pdf import pages

pytestmark = pytest.mark.django_db
LEFT = Said(
    "County health department", "a positive test", "a reportable disease", "public-health", date(2026, 11, 2)
)


@pytest.fixture
def desk(real: Pipeline) -> Pipeline:
    """Samuel's record has come; Quinn is an auditor, Lea the quality lead."""
    assert real.connect([HERE / "riverside_ehr" / "samuel-green.json"], source="riverside_ehr").rejected == []
    real.store.users.create("quinn", name="Q. Audit", role="auditor", password=PASSWORD)
    real.store.users.create("lea", name="L. Adams", role="quality_lead", password=PASSWORD)
    real.store.users.create("ray", name="R. Root", role="administrator", password=PASSWORD)
    return real


@pytest.fixture
def samuel(desk: Pipeline) -> str:
    return desk.find(SAMUEL)


def words(client: Client, path: str, **said: str) -> str:
    answer = client.post(path, said, follow=True) if said else client.get(path)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def test_the_auditor_reads_in_words_who_looked_at_samuel_and_from_where(desk: Pipeline, samuel: str) -> None:
    rosa = signed_in("rosa")
    assert rosa.get(f"/draft/{samuel}", REMOTE_ADDR="203.0.113.7").status_code == 200
    page = words(signed_in("quinn"), f"/audit?patient={samuel}")
    assert "Who did what with the record of Samuel" in page
    assert "R. Blake (nurse) looked at the record" in page
    assert "203.0.113.7, session " in page and "for treatment" in page
    assert "looked at it, or did something with it" in page
    assert "R. Blake (nurse) <span" in page


def test_a_patient_is_found_by_name_without_her_name_in_an_address(desk: Pipeline, samuel: str) -> None:
    answer = signed_in("quinn").post("/audit", {"words": "samuel gr", "since": "2026-01-01"}, follow=True)
    (address, status) = answer.redirect_chain[-1]
    assert status == 302 and address == f"/audit?patient={samuel}&since=2026-01-01"
    by_number = signed_in("quinn").post("/audit", {"words": SAMUEL})
    assert by_number.headers["Location"] == f"/audit?patient={samuel}"


def test_several_of_that_name_are_offered_and_none_is_said_so(desk: Pipeline, tmp_path) -> None:
    for number in ("1", "2"):
        who = patient(number, name=[{"family": "Vale", "given": ["Robin"]}], birthDate=f"195{number}-01-02")
        (tmp_path / f"{number}.json").write_bytes(body(bundle(who)))
    desk.connect(sorted(tmp_path.glob("*.json")), source="x")
    page = words(signed_in("quinn"), "/audit", words="robin vale")
    assert "2 found" in page and page.count("/audit?patient=") >= 2
    assert "Nobody of that name" in words(signed_in("quinn"), "/audit", words="xavier qu")


def test_what_one_request_did_with_many_patients_is_one_line(desk: Pipeline) -> None:
    desk.connect([HERE / "riverside_ehr"], source="riverside_ehr")
    rosa = signed_in("rosa")
    assert rosa.get("/draft").status_code == 200
    page = words(signed_in("quinn"), "/audit?action=list")
    shown = desk.store.audit.page(Asked(action="list"), 99)
    assert len(shown) > 5 and page.count("R. Blake (nurse) saw in a list") == 1
    assert f"{len(shown)} patients" in page


def test_a_refusal_stands_out_and_reading_the_log_stands_in_it(desk: Pipeline) -> None:
    assert signed_in("ray").get("/tasks").status_code == 403
    quinn = signed_in("quinn")
    page = words(quinn, "/audit")
    assert "not done</span> R. Root (administrator) was refused: GET tasks" in page
    assert "Q. Audit (auditor) looked at the audit log" in words(quinn, "/audit")


def test_the_log_is_for_auditor_and_quality_lead_alone(desk: Pipeline, samuel: str) -> None:
    for name in ("rosa", "osei", "cam", "ray"):
        client = signed_in(name)
        for address in ("/audit", "/audit/table", f"/audit/disclosures/{samuel}", "/api/audit"):
            assert client.get(address).status_code == 403, (name, address)
    for name in ("quinn", "lea"):
        assert signed_in(name).get("/audit").status_code == 200


def test_a_page_of_the_log_leads_to_the_older_ones(desk: Pipeline, samuel: str) -> None:
    for _ in range(103):
        desk.store.audit.note("u1", "search", patient=samuel)
        desk.store.audit.note("u2", "check", patient=samuel)
    quinn = signed_in("quinn")
    page = words(quinn, f"/audit?patient={samuel}&person=u1")
    older = page.split('href="?', 1)[1].split('"')[0].replace("&amp;", "&")
    assert "before=" in older and f"patient={samuel}" in older
    page = words(quinn, f"/audit?{older}")
    assert page.count("searched and found") == 3 and "Older</h2>" in page


@pytest.mark.parametrize(
    "asked", ["since=yesterday", "patient=nobody", "until=9999-12-31", "since=2026-13-40"]
)
def test_what_makes_no_sense_is_said_beside_the_form(desk: Pipeline, asked: str) -> None:
    answer = signed_in("quinn").get(f"/audit?{asked}")
    assert answer.status_code == 422 and b'role="alert"' in answer.content


@pytest.mark.parametrize("asked", ["before=x", "person=nobody", "action=' OR 1=1 --", "before=" + "0" * 32])
def test_what_names_nothing_shows_nothing(desk: Pipeline, asked: str) -> None:
    answer = signed_in("quinn").get(f"/audit?{asked}")
    assert answer.status_code in (200, 404, 422) and b"R. Blake" not in answer.content.split(b'id="log"')[-1]


def test_the_table_holds_ids_and_no_formula(desk: Pipeline, samuel: str) -> None:
    desk.store.users.create("eve", name="=cmd|'/c calc'!A0", role="registered_nurse", password=PASSWORD)
    eve = desk.store.users.reviewer("eve").user
    desk.store.audit.note(eve, "read", patient=samuel, what="record", why="@SUM(1)")
    answer = signed_in("quinn").get(f"/audit/table?patient={samuel}")
    assert answer.headers["Content-Type"].startswith("text/csv") and answer.status_code == 200
    text = b"".join(answer.streaming_content).decode()
    rows = [*csv.DictReader(io.StringIO(text))]
    assert "Green" not in text
    (hers,) = [row for row in rows if row["user id"] == eve]
    assert hers["person"].startswith("'=cmd") and hers["why"] == "'@SUM(1)" and hers["patient id"] == samuel


def test_the_api_gives_fhir_audit_events(desk: Pipeline, samuel: str) -> None:
    signed_in("rosa").get(f"/draft/{samuel}", REMOTE_ADDR="203.0.113.7")
    found = signed_in("quinn").get(f"/api/audit?patient={samuel}&action=read").json()
    assert found["resourceType"] == "Bundle"
    events = [one["resource"] for one in found["entry"]]
    assert {one["resourceType"] for one in events} == {"AuditEvent"}
    hers = [one for one in events if one["agent"][0].get("network", {}).get("address") == "203.0.113.7"]
    assert hers and all(one["purposeOfEvent"][0]["coding"][0]["code"] == "TREAT" for one in hers)
    assert "Green" not in str(found)
    assert signed_in("quinn").get("/api/audit?since=2026-11-01T00:00:00").status_code == 422


def test_an_emergency_says_so_in_every_event_until_it_ends(desk: Pipeline, samuel: str) -> None:
    osei, rosa = (desk.store.users.reviewer(name) for name in ("osei", "rosa"))
    desk.access.join("operator", samuel, osei.user)
    client = signed_in("rosa")
    assert client.get(f"/draft/{samuel}").status_code == 403
    refused = desk.store.audit.page(Asked(action="refused"), 1)[0]
    assert (refused.patient, refused.actor) == (samuel, rosa.user) and "NotInCareTeam" in refused.what
    desk.access.break_glass(rosa, samuel, "found unconscious at home")
    assert client.get(f"/draft/{samuel}").status_code == 200
    seen = desk.store.audit.page(Asked(patients=(samuel,), actor=rosa.user, action="read"), 9)
    assert {one.whence.purpose for one in seen} == {Purpose.EMERGENCY}
    signed_in("osei").get(f"/draft/{samuel}")
    (hers, *_) = desk.store.audit.page(Asked(patients=(samuel,), actor=osei.user, action="read"), 9)
    assert hers.whence.purpose is Purpose.TREATMENT


def test_a_nurse_writes_down_what_she_faxed_and_the_accounting_holds_it(desk: Pipeline, samuel: str) -> None:
    rosa = signed_in("rosa")
    said = {
        "to": "County health department",
        "address": "1 Main St, Salem",
        "what": "a positive test for tuberculosis",
        "why": "a reportable disease",
        "ground": "public-health",
        "on": (desk.today - timedelta(days=3)).isoformat(),
    }
    assert "Write down that something left" in words(rosa, f"/draft/{samuel}")
    assert "Written down." in words(rosa, f"/disclosed/{samuel}", **said)
    page = words(signed_in("quinn"), f"/audit/disclosures/{samuel}")
    for part in (
        "County health department, 1 Main St, Salem",
        said["what"],
        said["why"],
        "164.512(b)",
        said["on"],
    ):
        assert part in page, part
    assert "tuberculosis" not in words(signed_in("quinn"), f"/audit?patient={samuel}")
    paper = signed_in("quinn").get(f"/audit/disclosures/{samuel}/pdf")
    told = " ".join(pages(paper.content))
    assert "Accounting of disclosures: " in told and "tuberculosis" in told and said["on"] in told
    assert "Not part of the accounting" not in told and "Samuel" not in paper["Content-Disposition"]
    taken = [one for one in desk.store.audit.of(samuel) if one["action"] == "export document"]
    assert [one["what"] for one in taken] == ["disclosures"]
    assert rosa.get(f"/audit/disclosures/{samuel}/pdf").status_code == 403


@pytest.mark.parametrize("lacking", ["to", "what", "why", "ground", "on"])
def test_what_the_rule_asks_for_must_be_said(desk: Pipeline, samuel: str, lacking: str) -> None:
    said = {"to": "a", "what": "b", "why": "c", "ground": "law", "on": "2026-11-01"} | {lacking: " "}
    answer = signed_in("rosa").post(f"/disclosed/{samuel}", said)
    assert answer.status_code == 422 and f'id="{lacking}"'.encode() in answer.content
    assert desk.accounting.disclosures("test", samuel).counted == ()


def test_who_may_not_settle_writes_nothing_down_and_isnt_offered_to(desk: Pipeline, samuel: str) -> None:
    desk.store.users.create("mia", name="M. Assistant", role="medical_assistant", password=PASSWORD)
    for name in ("mia", "quinn", "ray"):
        assert signed_in(name).post(f"/disclosed/{samuel}", {}).status_code == 403
    assert "Write down" not in words(signed_in("mia"), f"/draft/{samuel}")
    assert signed_in("rosa").get(f"/disclosed/{'0' * 32}").status_code == 404


def test_the_accounting_reaches_back_six_years_and_leaves_out_what_the_rule_leaves_out(
    desk: Pipeline, samuel: str
) -> None:
    today = desk.today
    for on, ground in (
        (today, "treatment"),
        (today - timedelta(days=365 * 5), "court"),
        (today - timedelta(days=365 * 6 + 3), "police"),
        (today - timedelta(days=365 * 2), "part2-consent"),
        (today - timedelta(days=365 * 4), "part2-consent"),
        (today, "mistake"),
    ):
        desk.accounting.disclose("nora", samuel, Said("somebody", "a note", "a reason", ground, on))
    found = desk.accounting.disclosures("test", samuel)
    assert [one.ground.id for one in found.counted] == ["court", "mistake"]
    assert [one.ground.id for one in found.part2] == ["part2-consent"]
    assert [one.ground.id for one in found.left_out] == ["treatment"]
    answer = signed_in("quinn").get(f"/api/patients/{samuel}/disclosures").json()
    assert [one["ground"] for one in answer["disclosures"]] == ["court", "mistake"]
    assert [one["source"] for one in answer["part2"]] == ["42 CFR 2.31"]


def test_nothing_left_on_a_day_that_is_still_to_come(desk: Pipeline, samuel: str) -> None:
    on = (desk.today + timedelta(days=1)).isoformat()
    said = {"to": "a", "what": "b", "why": "c", "ground": "law", "on": on}
    assert signed_in("rosa").post(f"/disclosed/{samuel}", said).status_code == 422


def test_everything_that_is_written_down_has_words() -> None:
    # A command's or a page's own name for what it did, as it stands first or second in the call.
    named = re.compile(r'audit\.note(?:_all)?\(\s*(?:"[^"]+"|[\w.()]+),\s*"([^"]+)"')
    files = Path(careloom.__file__).parent.rglob("*.py")
    found = {word for file in files for word in named.findall(file.read_text(encoding="utf-8"))}
    silent = {
        "read",
        "refused",
        "page",
        "reply",
        "opt in",
        "opt out",
    }  # said from what they were about, or by a part of ours
    assert len(found) > 40 and sorted(found - silent - set(DONE)) == []
