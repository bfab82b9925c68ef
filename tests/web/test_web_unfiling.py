"""A filed document is taken back on its page and in the API, by whoever might have signed it and proves who she is."""

import html
import re
from collections.abc import Iterator

import pytest
from django.test import Client

from careloom.care.document import Proposal
from careloom.care.unfiled import STATUS
from careloom.pipeline import Pipeline
from tests.web.charted import machine, people, resources, signed
from tests.web.desk import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
WORDS = "It is <b>Ana's</b> plan, not Ada's."
GIVEN = {"reason": "wrong_patient", "words": WORDS, "password": PASSWORD}


@pytest.fixture
def filed(real: Pipeline) -> Proposal:
    return signed(real, people(real, 1)[0])


@pytest.fixture
def osei(filed: Proposal) -> Iterator[Client]:
    yield signed_in("osei")


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def page_of(proposal: Proposal) -> str:
    return f"/review/{proposal.id}"


def test_the_page_after_the_last_signature_offers_to_take_it_back(osei, filed):
    said = text(osei, f"{page_of(filed)}/done")
    assert "Take it back" in said and f'action="{page_of(filed)}/take-back"' in said
    assert "can't be undone" not in html.unescape(said)
    assert "nothing is deleted" in said and "open tasks of it end" in said


def test_it_is_taken_back_with_a_reason_and_the_password_and_its_page_says_so(osei, real, filed):
    answer = osei.post(f"{page_of(filed)}/take-back", GIVEN)
    assert (answer.status_code, answer["Location"]) == (302, page_of(filed))
    said = text(osei, page_of(filed))
    assert "&lt;b&gt;Ana&#x27;s&lt;/b&gt; plan" in said and "it is about the wrong patient" in said
    lines = re.findall(r'<li class="line([^"]*)"', said)
    assert lines and all("struck" in one for one in lines)
    assert "/take-back" not in said, "nothing is left to take back"
    assert "taken back out of the chart" in text(osei, f"{page_of(filed)}/done")
    paper = html.unescape(text(osei, f"{page_of(filed)}/printed"))
    assert "taken back out of the chart by" in paper and "taken-back" in paper
    assert osei.get(f"{page_of(filed)}/pdf").content.startswith(b"%PDF")
    assert "taken back out of the chart" in text(osei, f"/patients/{filed.document.patient}/documents")


@pytest.mark.parametrize(
    ("given", "status"),
    [({"reason": ""}, 422), ({"reason": "whim"}, 422), ({"words": " "}, 422), ({"words": "wrong"}, 422)],
)
def test_a_reason_and_words_are_asked_for_and_what_was_typed_stays(osei, real, filed, given, status):
    answer = osei.post(f"{page_of(filed)}/take-back", GIVEN | given)
    assert answer.status_code == status
    assert real.store.proposals.get(filed.id).status == "active"
    if given.get("words", WORDS) == WORDS:
        assert "&lt;b&gt;Ana&#x27;s&lt;/b&gt;" in answer.content.decode()


def test_taking_back_needs_the_persons_own_password(osei, real, filed):
    answer = osei.post(f"{page_of(filed)}/take-back", GIVEN | {"password": "not hers"})
    assert answer.status_code == 403 and "Nothing was taken back" in answer.content.decode()
    api = f"/api/proposals/{filed.id}/take-back"
    asked = {"why": "wrong_patient", "words": WORDS}
    assert osei.post(api, asked, content_type="application/json").status_code == 403
    assert real.store.proposals.get(filed.id).status == "active"


def test_the_nurse_is_told_who_takes_a_physicians_line_back(filed):
    rosa = signed_in("rosa")
    said = html.unescape(text(rosa, f"{page_of(filed)}/take-back"))
    assert "A physician takes this back" in said and 'name="password"' not in said
    assert rosa.post(f"{page_of(filed)}/take-back", GIVEN).status_code == 403


@pytest.mark.parametrize("name", ["audra", "admin"])
def test_an_auditor_and_an_administrator_have_no_such_page(filed, real, name):
    role = {"audra": "auditor", "admin": "administrator"}[name]
    real.store.users.create(f"{name}2", role=role, password=PASSWORD)
    client = signed_in(f"{name}2")
    assert client.get(f"{page_of(filed)}/take-back").status_code == 403
    assert client.post(f"{page_of(filed)}/take-back", GIVEN).status_code == 403
    assert real.store.proposals.get(filed.id).status == "active"


def test_pressed_twice_it_is_taken_back_once(osei, real, filed):
    said = text(osei, f"{page_of(filed)}/take-back")
    form = re.search(r'name="form" value="([0-9a-f]+)"', said)
    assert form
    given = GIVEN | {"form": form.group(1)}
    assert osei.post(f"{page_of(filed)}/take-back", given).status_code == 302
    again = osei.post(f"{page_of(filed)}/take-back", given, follow=True)
    assert "taken back" in again.content.decode()
    other = osei.post(f"{page_of(filed)}/take-back", GIVEN)
    assert other.status_code == 403 and "taken back already" in other.content.decode()
    assert len(real.store.chart.taken_back(filed.document.patient)) == 1


def test_the_api_says_what_would_follow_and_takes_it_back(osei, real, filed):
    api = f"/api/proposals/{filed.id}/take-back"
    send = {"content_type": "application/json"}
    before = osei.post(api, {"preview": True}, **send).json()
    assert (before["status"], before["taken_back"], before["why_not"]) == ("active", None, "")
    assert before["tasks"] > 0 and before["phone"] == []
    done = osei.post(api, {"why": "wrong_patient", "words": WORDS, "password": PASSWORD}, **send)
    assert done.status_code == 200
    assert (done.json()["status"], bool(done.json()["taken_back"])) == (STATUS, True)
    assert (
        osei.post(api, {"preview": True}, **send).json()["why_not"] == "this document was taken back already"
    )
    assert osei.post(f"/api/proposals/{'0' * 32}/take-back", {"preview": True}, **send).status_code == 404


def test_the_fhir_server_shows_it_as_entered_in_error_with_a_provenance(osei, real, filed):
    fhir = machine(real, "CarePlan", "Provenance")
    patient = filed.document.patient
    (before,) = resources(fhir.get(f"/fhir/CarePlan?patient={patient}"))
    osei.post(f"{page_of(filed)}/take-back", GIVEN)
    (after,) = resources(fhir.get(f"/fhir/CarePlan?patient={patient}"))
    assert (before["status"], after["status"]) == ("active", "entered-in-error")
    assert after["meta"]["versionId"] != before["meta"]["versionId"]
    said = resources(fhir.get(f"/fhir/Provenance?patient={patient}"))
    assert WORDS in str([one.get("reason") for one in said])
