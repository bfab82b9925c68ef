"""A nurse calls from one screen: what she ticks is kept at each touch, what the call ends with is said before, and made then."""

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from careloom.demo import HERE
from careloom.pipeline import Pipeline
from careloom.store.models import AuditEvent
from tests.connect.made import body, bundle, patient
from tests.web.desk import signed_in

ADA = "urn:oid:2.16.840.1.113883.19.5.1|RV104471"
pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(real: Pipeline) -> Client:
    """Her browser, on a site where Ada is known from three sources."""
    for source in ("riverside_ehr", "harbor_pharmacy", "social_services"):
        real.connect([HERE / source], source=source)
    return signed_in("rosa")


@pytest.fixture
def ada(real: Pipeline, rosa: Client) -> str:
    return real.find(ADA)


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def begun(client: Client, who: str) -> str:
    """The call's id, as its page has it."""
    shown = client.post(f"/call/{who}/begin", follow=True).content.decode()
    return re.findall(r'data-call="(\w+)"', shown)[0]


def say(client: Client, who: str, call: str, field: str, words: str, was: str = "", done: str = "1") -> Any:
    return client.post(
        f"/call/{who}/say", {"call": call, "field": field, "text": words, "was": was, "done": done}
    )


def test_before_the_call_she_reads_whom_to_call_and_what_to_ask_and_nothing_is_begun(
    rosa: Client, real: Pipeline, ada: str
) -> None:
    shown = rosa.get(f"/call/{ada}")
    told = text(shown)
    assert 'href="tel:508-555-0142"' in shown.content.decode()
    assert "Speaks Spanish" in told and "An interpreter is needed" in told
    assert "Safe to leave a message not recorded: leave none" in told
    assert "none is documented" in told and "Start the call" in told
    assert "Tell me how you take metformin" in told and "Dígame cómo toma metformin" in told
    assert real.store.calls.open_of(ada, real.store.users.reviewer("rosa").user) is None


def test_a_tick_is_kept_and_the_bar_says_what_the_call_ends_with(
    rosa: Client, real: Pipeline, ada: str
) -> None:
    call = begun(rosa, ada)
    sheet = real.store.calls.get(call).sheet
    key = next(one.key for one in sheet.drugs if one.name == "metformin")
    assert say(rosa, ada, call, "whom", "patient").json()["ends"] == "Ends with: note, 0 min."
    answer = say(rosa, ada, call, f"drug:{key}", "differently").json()
    lacking = "metformin: say how it is taken: how much, how often, or in words."
    assert answer["ends"] == f"Ends with: note, 1 medicine as reported, 0 min. Not yet: {lacking}"
    assert answer["wrong"] == {"drugs": lacking}
    say(rosa, ada, call, f"dose:{key}", "500 mg")
    again = rosa.get(f"/call/{ada}").content.decode()
    assert re.search(rf'name="f-drug:{key}" value="differently" checked', again)
    assert 'value="500 mg"' in again
    assert not re.search(r'name="f-drug:\w+" value="(?:taking|not_taking)" checked', again)


def test_a_step_is_promised_as_a_task_once_it_is_one_and_its_step_says_what_is_missing(
    rosa: Client, real: Pipeline, ada: str
) -> None:
    call, lacking = begun(rosa, ada), "Each step has somebody whose it is and a day."
    say(rosa, ada, call, "whom", "patient")
    typed = say(rosa, ada, call, "step:1", "Call the pharmacy").json()
    assert typed["ends"] == f"Ends with: note, 0 min. Not yet: {lacking}"
    assert typed["wrong"] == {"steps": lacking}
    shown = rosa.get(f"/call/{ada}")
    assert lacking in text(shown) and shown.status_code == 200
    spanish = rosa.get(f"/call/{ada}", headers={"Accept-Language": "es"}).content.decode()
    assert lacking not in spanish and "Cada paso tiene" in spanish
    say(rosa, ada, call, "owner:1", "nurse")
    whole = say(rosa, ada, call, "due:1", "2027-01-04").json()
    assert whole["ends"] == "Ends with: note, 1 task, 0 min." and whole["wrong"] == {}
    over = rosa.post(f"/call/{ada}/end", {"call": call, "do": "end", "kept": "1"}, follow=True)
    assert over.status_code == 200 and "Task: Call the pharmacy" in text(over)


def test_the_call_ends_with_what_was_said_before(rosa: Client, real: Pipeline, ada: str) -> None:
    call = begun(rosa, ada)
    form = {"call": call, "do": "end", "f-whom": "interpreter_and_patient", "f-reported": "Feels better", "f-step:1": "Call the pharmacy", "f-owner:1": "nurse", "f-due:1": "2027-01-04"}  # fmt: skip
    over = rosa.post(f"/call/{ada}/end", form, follow=True)
    told = text(over)
    assert "is over" in told and "Task: Call the pharmacy (nurse, by 2027-01-04)." in told
    listed = text(rosa.get("/tasks"))
    assert "Call the pharmacy. nurse · by 4 Jan 2027 · in its document" in " ".join(listed.split())
    note = real.store.calls.get(call).note
    assert f'href="/review/{note}"' in over.content.decode()
    assert "through an interpreter" in text(rosa.get(f"/review/{note}"))
    assert "Call the pharmacy" in text(rosa.get("/tasks?whose="))
    assert "Last contact here Telephone call" in text(rosa.get(f"/call/{ada}"))


def test_what_is_missing_is_told_and_what_she_typed_stays(rosa: Client, real: Pipeline, ada: str) -> None:
    call = begun(rosa, ada)
    told = rosa.post(f"/call/{ada}/end", {"call": call, "do": "end", "f-reported": "Feels better"})
    assert told.status_code == 422 and "Say with whom you spoke." in text(told)
    assert "Feels better" in told.content.decode()
    assert real.store.calls.get(call).ended is None


def test_without_javascript_all_of_it_is_kept_by_a_button(rosa: Client, real: Pipeline, ada: str) -> None:
    call = begun(rosa, ada)
    assert (
        rosa.post(
            f"/call/{ada}/end", {"call": call, "do": "save", "f-reported": "Feels\r\nbetter"}
        ).status_code
        == 302
    )
    assert real.store.calls.get(call).said == {"reported": "Feels\nbetter"}


def test_another_windows_words_are_told_and_not_lost(rosa: Client, ada: str) -> None:
    call = begun(rosa, ada)
    say(rosa, ada, call, "reported", "first")
    crossed = say(rosa, ada, call, "reported", "second")
    assert crossed.status_code == 409 and crossed.json() == {"stands": "first"}


def test_a_red_flag_pages_when_its_field_is_left_and_is_told_on_the_page(
    rosa: Client, real: Pipeline, ada: str
) -> None:
    call = begun(rosa, ada)
    assert say(rosa, ada, call, "reported", "I have chest pa", done="").json()["paged"] == ""
    assert real.store.pages.waiting() == ()
    told = say(rosa, ada, call, "reported", "I have chest pain now", was="I have chest pa").json()
    assert told["paged"] == "Chest pain or pressure" and len(real.store.pages.waiting()) == 1
    assert "somebody is paged at once" in text(rosa.get(f"/call/{ada}"))


def test_no_answer_is_noted_with_a_next_try_and_a_message_is_left_only_where_it_may_be(
    rosa: Client, real: Pipeline, ada: str
) -> None:
    assert 'value="message_left"' not in rosa.get(f"/call/{ada}").content.decode()
    refused = rosa.post(f"/call/{ada}/not-reached", {"how": "message_left"})
    assert refused.status_code == 422 and "doesn't say that a message may be left" in text(refused).replace(
        "&#x27;", "'"
    )
    form = {"how": "nobody_reached", "again": "1", "owner": "nurse", "due": "2027-01-04"}
    told = text(rosa.post(f"/call/{ada}/not-reached", form, follow=True))
    assert "The try of" in told and "Call again (nurse, by 2027-01-04)" in told
    broken = rosa.post(f"/call/{ada}/not-reached", {**form, "due": "soon"})
    assert broken.status_code == 422


def test_a_message_may_be_left_where_the_record_says_so(real: Pipeline, rosa: Client) -> None:
    helen = real.store.sameness.first(
        next(
            one for one in real.store.patients.all() if "Fischer" in real.store.patients.labels([one])[one][0]
        )
    )
    shown = rosa.get(f"/call/{helen}")
    assert "Safe to leave a message no" in text(shown)
    assert 'value="message_left"' not in shown.content.decode()


def test_a_colleague_sees_whose_call_goes_on(rosa: Client, real: Pipeline, ada: str) -> None:
    begun(rosa, ada)
    cam = signed_in("cam")
    assert "has a call with this patient open since" in text(cam.get(f"/call/{ada}"))
    assert cam.post(f"/call/{ada}/begin", {"why": ""}).status_code == 422
    assert cam.post(f"/call/{ada}/begin", {"why": "she rang me back"}).status_code == 302


def test_nobody_reads_or_writes_a_call_of_somebody_else_or_by_another_patients_address(
    rosa: Client, real: Pipeline, ada: str
) -> None:
    call = begun(rosa, ada)
    other = next(one for one in real.store.patients.all() if real.store.sameness.first(one) != ada)
    assert say(rosa, other, call, "reported", "x").status_code == 404
    cam = signed_in("cam")
    assert say(cam, ada, call, "reported", "x").status_code == 403
    assert cam.post(f"/call/{ada}/end", {"call": call, "do": "end"}).status_code == 403
    assert real.store.calls.get(call).said == {}
    assert cam.get(f"/call/{ada}/over/{call}").status_code == 403


@pytest.mark.parametrize("field", ["reported", "reaction", "others", "observed", "step:1", "ask"])
def test_markup_is_words_on_every_page(rosa: Client, real: Pipeline, ada: str, field: str) -> None:
    call = begun(rosa, ada)
    name = f"ask:{real.store.calls.get(call).sheet.asks[0].key}" if field == "ask" else field
    words = "<script>alert(1)</script>{{7*7}}"
    form = {"call": call, "do": "end", "f-whom": "patient", f"f-{name}": words, "f-owner:1": "nurse", "f-due:1": "2027-01-04"}  # fmt: skip
    rosa.post(f"/call/{ada}/end", {**form, "do": "save"})
    pages = [rosa.get(f"/call/{ada}"), rosa.post(f"/call/{ada}/end", form, follow=True)]
    pages += [
        rosa.get(f"/review/{real.store.calls.get(call).note}"),
        rosa.get("/tasks?whose="),
        rosa.get(f"/call/{ada}"),
    ]
    for one in pages:
        assert one.status_code == 200
        assert (
            b"<script>alert" not in one.content
            and b"49" not in one.content.replace(b"0049", b"").split(b"alert")[-1][:40]
        )


def test_a_patient_of_markup_is_called_like_anybody(real: Pipeline, rosa: Client, tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(2)>"
    drug = {
        "resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order",
        "subject": {"reference": "Patient/x"}, "medicationCodeableConcept": {"text": f"lisinopril {name}: 5"},
        "authoredOn": "2026-11-01",
    }  # fmt: skip
    file = tmp_path / "x.json"
    file.write_bytes(
        body(
            bundle(
                patient(
                    "x",
                    name=[{"family": name, "given": ["A"]}],
                    telecom=[{"system": "phone", "value": '"><script>1'}],
                ),
                drug,
            )
        )
    )
    (who,) = real.connect([file], source="mercy").patients
    call = begun(rosa, who)
    keys = [one.key for one in real.store.calls.get(call).sheet.drugs]
    form = {"call": call, "do": "end", "f-whom": "patient", **{f"f-drug:{key}": "taking" for key in keys}}
    for one in (rosa.get(f"/call/{who}"), rosa.post(f"/call/{who}/end", form, follow=True)):
        assert one.status_code == 200 and b"<img src" not in one.content and b"<script>1" not in one.content


def test_what_is_typed_stands_in_no_address_and_no_audit_event(
    rosa: Client, real: Pipeline, ada: str
) -> None:
    call = begun(rosa, ada)
    say(rosa, ada, call, "reported", "xyzzy in her words")
    rosa.post(
        f"/call/{ada}/end",
        {"call": call, "do": "end", "f-whom": "patient", "f-reported": "xyzzy in her words"},
    )
    for event in AuditEvent.objects.all():
        assert "xyzzy" not in event.what and b"xyzzy" not in bytes(event.sealed_why)


def test_the_panel_and_the_patient_page_lead_to_the_call(rosa: Client, ada: str) -> None:
    assert f'href="/call/{ada}"' in rosa.get(f"/patients/{ada}").content.decode()
    assert f'href="/call/{ada}"' in rosa.get("/panel").content.decode()


def test_an_ended_call_is_taken_back_from_its_page_with_a_reason(
    rosa: Client, real: Pipeline, ada: str
) -> None:
    call = begun(rosa, ada)
    assert (
        rosa.post(f"/call/{ada}/end", {"call": call, "f-whom": "patient", "f-reported": "She feels well.", "do": "end"}).status_code
        == 302
    )  # fmt: skip
    page = f"/call/{ada}/over/{call}"
    assert "its note is rejected" in text(rosa.get(page))
    without = rosa.post(f"{page}/take-back", {"why": ""})
    assert without.status_code == 422 and "in a few words" in text(without)
    assert signed_in("osei").post(f"{page}/take-back", {"why": "not mine at all"}).status_code == 403
    done = rosa.post(f"{page}/take-back", {"why": "<b>It was</b> another patient."}, follow=True)
    assert "You took this call back" in text(done)
    assert "&lt;b&gt;It was&lt;/b&gt; another patient." in done.content.decode()
    assert 'name="why"' not in done.content.decode()
    assert rosa.post(f"{page}/take-back", {"why": "once more please"}).status_code == 403
    timeline = rosa.get(f"/patients/{ada}/timeline").content.decode()
    assert "entered in error" in timeline


def test_the_api_takes_an_ended_call_back_by_the_same_rules(rosa: Client, real: Pipeline, ada: str) -> None:
    call = begun(rosa, ada)
    ends = {"call": call, "f-whom": "patient", "f-reported": "She feels well.", "do": "end"}
    assert rosa.post(f"/call/{ada}/end", ends).status_code == 302
    address, why = f"/api/patients/{ada}/calls/{call}/take-back", {"why": "It was another patient."}
    send = {"content_type": "application/json"}
    assert signed_in("osei").post(address, why, **send).status_code == 403
    assert rosa.post(address.replace(call, "0" * 32), why, **send).status_code == 404
    assert rosa.post(address, {"why": ""}, **send).status_code == 422
    done = rosa.post(address, why, **send)
    assert done.status_code == 200 and done.json()["id"] == call and done.json()["taken_back"]
    assert rosa.post(address, why, **send).status_code == 403


def afraid(real: Pipeline, folder: Path) -> str:
    """Somebody whose note tells of violence at home; the patient's id."""
    told = b"She reports that her partner shoves her when he is angry. She is afraid to go home."
    note = {
        "resourceType": "DocumentReference",
        "id": "n1",
        "status": "current",
        "subject": {"reference": "Patient/p1"},
        "date": "2026-11-20",
        "content": [{"attachment": {"contentType": "text/plain", "data": base64.b64encode(told).decode()}}],
    }
    file = folder / "afraid.json"
    file.write_bytes(body(bundle(patient(), note)))
    (who,) = real.connect([file], source="mercy").patients
    return who


def test_who_is_afraid_at_home_is_spoken_with_alone(real: Pipeline, rosa: Client, tmp_path: Path) -> None:
    who = afraid(real, tmp_path)
    before = text(rosa.get(f"/call/{who}"))
    assert "this call is with the patient alone" in before and "leave none, whatever is recorded" in before
    assert "Who helps you at home" not in before and "Left a message" not in before
    call = begun(rosa, who)
    during = rosa.get(f"/call/{who}")
    assert "this call is with the patient alone" in text(during)
    assert "another one is, and stands in the record" in text(during)
    assert "No open need is recorded" not in text(during)
    offered = set(re.findall(r'name="f-whom" value="(\w+)"', during.content.decode()))
    assert offered == {"patient", "interpreter_and_patient"}
    assert not re.search("violen|afraid|shoves", text(during)[: text(during).index("With whom")])
    assert real.store.calls.get(call).ended is None
