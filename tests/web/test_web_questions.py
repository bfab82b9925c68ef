"""A physician reads one question of a call and answers it with one key; an order asks who she is; nobody else answers."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from careloom.care.question import Question
from careloom.pipeline import Pipeline
from careloom.store.models import AuditEvent, StoredCall
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_call import ada, begun, rosa, text

__all__ = ["ada", "rosa"]
pytestmark = pytest.mark.django_db
ORDER, NO_ORDER = "May she stop ibuprofen?", "May the visit be moved to Friday?"


def ask(client: Client, real: Pipeline, who: str, request: str = ORDER, **more: str) -> Question:
    call = begun(client, who)
    osei = real.store.users.reviewer("osei").user
    form = {
        "call": call, "do": "end", "f-whom": "patient", "f-asks": "1", "f-to": osei, "f-situation": "Stomach hurts",
        "f-background": "Ibuprofen for her knees", "f-assessment": "May be the ibuprofen", "f-request": request, **more,
    }  # fmt: skip
    assert client.post(f"/call/{who}/end", form).status_code == 302
    found = real.store.questions.of_call(call)
    assert found is not None
    return found


def answer(client: Client, asked: Question, said: str, **more: str) -> Any:
    return client.post(f"/questions/{asked.id}/answer", {"answer": said, **more})


def test_the_bar_says_whom_the_question_goes_to_and_the_page_of_the_end_leads_to_it(
    rosa: Client, real: Pipeline, ada: str
) -> None:
    call, osei = begun(rosa, ada), real.store.users.reviewer("osei")
    for name, words in (("asks", "1"), ("to", osei.user)):
        told = rosa.post(f"/call/{ada}/say", {"call": call, "field": name, "text": words, "done": "1"}).json()
    assert f"1 question to {osei.name}" in told["ends"]
    rosa.post(f"/call/{ada}/end", {"call": call, "do": "save", "f-asks": ""})
    rosa.post(f"/call/{ada}/end", {"call": call, "do": "end", "f-whom": "patient"})
    asked = ask(rosa, real, ada)
    over = rosa.get(f"/call/{ada}/over/{StoredCall.objects.latest('ended').id.hex}").content.decode()
    assert f"#q-{asked.id}" in over


def test_it_is_drafted_from_what_is_ticked_by_a_button(rosa: Client, real: Pipeline, ada: str) -> None:
    call = begun(rosa, ada)
    key = next(one.key for one in real.store.calls.get(call).sheet.drugs if one.name == "ibuprofen")
    form = {
        "call": call,
        "do": "draft",
        "f-whom": "patient",
        f"f-drug:{key}": "not_taking",
        f"f-why:{key}": "cost",
    }
    page = rosa.post(f"/call/{ada}/end", form, follow=True)
    assert "On the telephone the patient said: ibuprofen not taking, it costs too much." in text(page)
    assert "Listed: ibuprofen, 600 mg three times a day; Allergies: " in text(page)
    assert real.store.calls.get(call).of("request") == ""


def test_a_yes_to_an_order_asks_who_she_is_and_is_a_task_then(rosa: Client, real: Pipeline, ada: str) -> None:
    asked, osei = ask(rosa, real, ada), signed_in("osei")
    shown = text(osei.get("/questions"))
    assert "For you to answer (1)" in shown and "Stomach hurts" in shown and ORDER in shown
    assert "It changes no medicine, no plan and no record by itself" in shown
    refused = answer(osei, asked, "yes")
    assert refused.status_code == 403 and "Nothing was answered" in text(refused)
    assert answer(osei, asked, "yes", password="not hers").status_code == 403
    assert real.store.questions.get(asked.id).open
    assert answer(osei, asked, "yes", password=PASSWORD, words="for two weeks").status_code == 302
    tasks = text(rosa.get("/tasks?whose="))
    assert "answered yes: for two weeks" in tasks and "Request: May she stop ibuprofen?" in tasks
    assert "answered your question" in text(rosa.get("/panel"))
    assert "Answered, for you to read (1)" in text(rosa.get("/questions"))
    assert rosa.post(f"/questions/{asked.id}/do", {"do": "see"}).status_code == 302
    assert "Answered, for you to read" not in text(rosa.get("/questions"))


@pytest.mark.parametrize("said", ["no", "call_me"])
def test_no_and_call_me_take_one_press(rosa: Client, real: Pipeline, ada: str, said: str) -> None:
    asked = ask(rosa, real, ada)
    assert answer(signed_in("osei"), asked, said).status_code == 302
    found = real.store.questions.get(asked.id).answer
    assert found is not None and found.what == said


def test_a_yes_that_orders_nothing_takes_one_press_and_is_taken_back(
    rosa: Client, real: Pipeline, ada: str
) -> None:
    asked, osei = ask(rosa, real, ada, NO_ORDER), signed_in("osei")
    assert answer(osei, asked, "yes").status_code == 302
    assert "Take the answer back" in text(osei.get("/questions"))
    assert osei.post(f"/questions/{asked.id}/do", {"do": "back"}).status_code == 302
    assert real.store.questions.get(asked.id).open
    assert answer(osei, asked, "perhaps").status_code == 422


def test_nobody_without_the_physicians_licence_answers(rosa: Client, real: Pipeline, ada: str) -> None:
    asked = ask(rosa, real, ada)
    for name in ("rosa", "cam"):
        refused = answer(signed_in(name), asked, "yes", password=PASSWORD)
        assert refused.status_code == 403, name
    assert "Take the question back" in text(rosa.get("/questions"))
    assert 'data-say="yes"' not in rosa.get("/questions").content.decode()
    assert real.store.questions.get(asked.id).open


def test_who_is_in_another_team_reads_and_answers_none(rosa: Client, real: Pipeline, ada: str) -> None:
    asked = ask(rosa, real, ada)
    real.access.join("operator", ada, "rosa")
    osei = signed_in("osei")
    assert "Stomach hurts" not in text(osei.get("/questions"))
    assert answer(osei, asked, "no").status_code == 403
    assert osei.get("/api/questions").json() == {"questions": [], "total": 0}
    body = json.dumps({"answer": "no"})
    assert osei.post(f"/api/questions/{asked.id}", body, content_type="application/json").status_code == 403


def test_the_api_tells_and_answers_by_the_same_rules(rosa: Client, real: Pipeline, ada: str) -> None:
    asked, osei = ask(rosa, real, ada), signed_in("osei")

    def post(client: Client, **said: str) -> Any:
        return client.post(f"/api/questions/{asked.id}", json.dumps(said), content_type="application/json")

    (told,) = osei.get("/api/questions").json()["questions"]
    assert (told["id"], told["request"], told["orders"], told["answered"]) == (asked.id, ORDER, True, None)
    assert post(osei, answer="yes").status_code == 403
    assert post(rosa, answer="no").status_code == 403
    assert post(osei, answer="perhaps").status_code == 422
    assert post(osei, answer="yes", password=PASSWORD).json()["answered"]["answer"] == "yes"
    assert post(osei, answer="no").status_code in (403, 409)
    assert post(osei, answer="back").json()["answered"] is None
    gone = osei.post(
        "/api/questions/019ac000-0000-7000-8000-000000000001",
        json.dumps({"answer": "no"}),
        content_type="application/json",
    )
    assert gone.status_code == 404


@pytest.mark.parametrize("field", ["situation", "background", "assessment", "request"])
def test_markup_in_a_question_is_words_everywhere(rosa: Client, real: Pipeline, ada: str, field: str) -> None:
    asked = ask(rosa, real, ada, **{f"f-{field}": "<script>alert(1)</script>{{7*7}}"})
    osei = signed_in("osei")
    for page in (
        osei.get("/questions"),
        rosa.get("/questions"),
        rosa.get("/panel"),
        rosa.get(f"/review/{asked.note}"),
    ):
        assert page.status_code == 200 and b"<script>alert" not in page.content
    assert "{{7*7}}" in osei.get("/questions").content.decode()


def test_its_words_stand_in_no_audit_event_and_no_notice(rosa: Client, real: Pipeline, ada: str) -> None:
    asked = ask(rosa, real, ada)
    answer(signed_in("osei"), asked, "no", words="rather not")
    for event in AuditEvent.objects.all():
        assert "ibuprofen" not in event.what and "Stomach" not in event.what
    shown = text(signed_in("osei").get("/notices"))
    assert "1 question waits for your answer." in shown and not re.search("Moreno|ibuprofen", shown)


def test_the_panel_of_whom_she_asks_leads_to_the_question(rosa: Client, real: Pipeline, ada: str) -> None:
    asked = ask(rosa, real, ada)
    page = signed_in("osei").get("/panel").content.decode()
    assert f'href="/questions#q-{asked.id}"' in page and "1 question to you by" in text(
        signed_in("osei").get("/panel")
    )
