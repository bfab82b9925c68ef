"""Words that somebody planted in a record are words on every page, and bodies that nobody would send are refused in words."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from careloom import demo
from careloom.pipeline import Pipeline
from careloom.store.users import Licence
from careloom.web.templatetags.desk import FORM
from careloom.web.views.guard import NEEDS, OPEN
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_matrix import pages

pytestmark = pytest.mark.django_db
MARK = "<script>alert(1)</script>"
PLANTED = f"=cmd()|{{{{7*7}}}}{{% now %}}${{7*7}}' OR 1=1 --\"><img src=x onerror=alert(2)>{MARK}../../etc/passwd\u202e"
ALIVE = ("<script>alert", "<img src=x", "onerror=alert(2)>")


def robin() -> dict[str, Any]:
    """A person every word of whom was planted, whatever a source may say of her."""
    who, coded = {"reference": "Patient/x"}, {"text": PLANTED}
    said: list[dict[str, Any]] = [
        {
            "resourceType": "Patient",
            "id": "x",
            "identifier": [{"system": "urn:x", "value": "1"}, {"system": PLANTED, "value": PLANTED}],
            "name": [{"family": PLANTED, "given": [PLANTED], "suffix": [PLANTED], "text": PLANTED}],
            "telecom": [{"system": "phone", "value": PLANTED}, {"system": "email", "value": PLANTED}],
            "address": [{"line": [PLANTED], "city": PLANTED, "state": PLANTED, "postalCode": PLANTED}],
            "contact": [{"name": {"text": PLANTED}, "relationship": [coded]}],
            "communication": [{"language": coded, "preferred": True}],
            "birthDate": "1955-03-02",
            "gender": "female",
        },
        {"resourceType": "AllergyIntolerance", "id": "a", "patient": who, "code": coded,
         "clinicalStatus": {"coding": [{"code": "active"}]}, "reaction": [{"manifestation": [coded]}]},
        {"resourceType": "Condition", "id": "c", "subject": who, "code": coded, "note": [{"text": PLANTED}],
         "clinicalStatus": {"coding": [{"code": "active"}]}},
        {"resourceType": "MedicationRequest", "id": "m", "subject": who, "status": "active", "intent": "order",
         "medicationCodeableConcept": coded, "dosageInstruction": [{"text": PLANTED}], "authoredOn": "2026-10-01",
         "requester": {"display": PLANTED}},
        {"resourceType": "Observation", "id": "o", "subject": who, "status": "final", "code": coded,
         "valueQuantity": {"value": 1, "unit": PLANTED}, "effectiveDateTime": "2026-10-01"},
        {"resourceType": "Appointment", "id": "p", "status": "booked", "start": "2026-12-01T10:00:00Z", "description": PLANTED,
         "participant": [{"actor": who, "status": "accepted"}, {"actor": {"display": PLANTED}, "status": "accepted"}]},
    ]  # fmt: skip
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in said]}


@pytest.fixture
def planted(real: Pipeline, tmp_path: Path) -> Mapping[str, str]:
    """Her record, her plan, a note and a message that can't be read, all planted; what addresses may name of them."""
    (tmp_path / "robin.json").write_text(json.dumps(robin()))
    (report,) = [real.connect([tmp_path / "robin.json"], source=PLANTED)]
    assert len(report.patients) == 1
    (tmp_path / f"{MARK.replace('/', '')}.json").write_text(f'{{"resourceType": "{MARK}')
    real.connect([tmp_path / f"{MARK.replace('/', '')}.json"], source=PLANTED)
    patient = real.find("urn:x|1")
    plan = real.propose("operator", patient, as_of=demo.AS_OF, model="none")
    for role in ("quality_lead", "auditor", "administrator"):
        real.store.users.create(
            role, name=PLANTED, role=role, password=PASSWORD, licence=Licence("MA", "1", demo.AS_OF)
        )
    (letter,) = real.dead_letters.all()
    return {
        "patient": patient,
        "proposal": plan.id,
        "message": letter.message,
        "line_id": plan.document.statements[0].id,
        "key": plan.document.statements[0].id,
        "section": "problems",
    }


def addresses(known: Mapping[str, str]) -> list[str]:
    """Every page's address, naming what there is."""
    return [address for address, view in pages(known) if getattr(view, NEEDS) != OPEN]


def test_planted_words_are_words_on_every_page_that_any_role_sees(planted: Mapping[str, str]) -> None:
    shown = 0
    for name in ("rosa", "osei", "quality_lead", "auditor", "administrator"):
        client = signed_in(name)
        for address in addresses(planted):
            answer = client.get(address)
            assert answer.status_code < 500, (name, address)
            if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
                continue
            page = answer.content.decode()
            assert not [one for one in ALIVE if one in page], (name, address)
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
            shown += "&lt;script&gt;alert(1)" in page
            # What a template would have made of it.
            assert "=cmd()|49" not in page and "$49" not in page, (name, address)
    assert shown > 20


def test_planted_words_stay_in_their_cell_and_their_field(planted: Mapping[str, str], real: Pipeline) -> None:
    auditor = signed_in("auditor")
    table = b"".join(auditor.get("/audit/table").streaming_content).decode()
    assert "\"'=cmd()" in table and '"=cmd()' not in table
    assert auditor.get(f"/api/audit?patient={planted['patient']}").json()["resourceType"] == "Bundle"
    shown = signed_in("rosa").get(f"/api/proposals/{planted['proposal']}")
    assert shown.headers["Content-Type"].startswith("application/json")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"


BODIES = {
    "a body of 50 MB": b'{"action": "' + b"a" * (50 << 20) + b'"}',
    "JSON a hundred thousand deep": b"[" * 100_000 + b"]" * 100_000,
    "a number without end": b'{"action": ' + b"9" * 10_000 + b"}",
    "no text at all": b"\xff\xfe\x00",
    "NUL in a word": b'{"action": "return", "reason": "\\u0000"}',
    "nothing": b"",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_nobody_would_send_is_refused_in_words(
    planted: Mapping[str, str], real: Pipeline, body: bytes
) -> None:
    address = f"/api/proposals/{planted['proposal']}/decide"
    answer = signed_in("rosa").post(address, body, content_type="application/json")
    assert 400 <= answer.status_code < 500
    assert real.store.proposals.get(planted["proposal"]).status == "draft"
    assert "Traceback" not in answer.content.decode()


def test_a_form_of_50_mb_and_one_of_a_thousand_fields_more_are_refused(planted: Mapping[str, str]) -> None:
    rosa, address = signed_in("rosa"), f"/review/{planted['proposal']}/decide"
    assert rosa.post(address, {"reason": "a" * (50 << 20)}).status_code in (400, 413)
    assert rosa.post(address, {f"f{number}": "" for number in range(2_000)}).status_code in (400, 413)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_to_no_other_site(planted: Mapping[str, str], target: str) -> None:
    answer = Client().post(
        f"/sign-in?next={target}", {"username": "rosa", "password": PASSWORD, "next": target}
    )
    assert answer.status_code == 302 and "evil" not in answer.headers["Location"]
    assert answer.headers["Location"].startswith("/")


def test_a_return_that_is_sent_twice_is_one(planted: Mapping[str, str], real: Pipeline) -> None:
    rosa, address = signed_in("rosa"), f"/api/proposals/{planted['proposal']}/decide"
    said = {"action": "return", "reason": "sent twice"}
    first, second = (rosa.post(address, said, content_type="application/json") for _ in range(2))
    assert first.status_code == 200 and 400 <= second.status_code < 500
    assert len(real.store.proposals.decisions(planted["proposal"])) == 1


def test_a_nul_in_an_address_or_a_form_is_refused(planted: Mapping[str, str]) -> None:
    auditor = signed_in("auditor")
    assert auditor.get("/audit?person=%00").status_code == 400
    assert auditor.get("/api/audit?person=%00").status_code == 400
    for name in ("words", FORM):
        assert auditor.post("/audit", {name: "Ro\0bin"}).status_code == 400, name


def test_a_session_that_was_made_up_or_changed_opens_nothing(planted: Mapping[str, str]) -> None:
    rosa = signed_in("rosa")
    right = rosa.cookies["sessionid"].value
    for wrong in (
        right[:-1] + ("a" if right[-1] != "a" else "b"),
        right.upper(),
        "",
        "../" + right,
        "a" * 9_000,
    ):
        client = Client()
        client.cookies["sessionid"] = wrong
        assert client.get(f"/review/{planted['proposal']}").status_code == 302, wrong


def test_an_upload_that_is_larger_than_a_message_is_refused_while_it_comes(
    planted: Mapping[str, str], settings: Settings, real: Pipeline
) -> None:
    settings.CARELOOM_UPLOAD_BYTES = 1 << 20
    rosa, address = signed_in("rosa"), f"/rejected/{planted['message']}/correct"
    large = SimpleUploadedFile("../../../etc/cron.d/x.json", b"a" * (3 << 20))
    assert rosa.post(address, {"file": large, "why": "corrected"}).status_code == 400
    assert [one.message for one in real.dead_letters.all()] == [planted["message"]]


def test_what_a_file_is_follows_from_its_content_and_its_name_goes_nowhere(
    planted: Mapping[str, str], real: Pipeline, home: Path
) -> None:
    rosa, address = signed_in("rosa"), f"/rejected/{planted['message']}/correct"
    program = SimpleUploadedFile("../../../robin.json", b"MZ\x90\x00 not a message", "application/json")
    assert rosa.post(address, {"file": program, "why": "corrected"}).status_code in (409, 422)
    assert not list(home.rglob("*robin*")) and not (home.parent / "robin.json").is_dir()
    assert len(real.dead_letters.all()) == 1
