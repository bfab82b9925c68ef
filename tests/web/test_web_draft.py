"""A nurse finds her patient, chooses a kind of document, says what it must be told, and reads what was drafted."""

import base64
import html
import json
import re
from typing import Any

import pytest
from django.test import Client

from careloom.care.document import Action
from careloom.demo import HERE
from careloom.pipeline import Pipeline
from careloom.store.models import AuditEvent
from tests.flow.samuel import SAMUEL
from tests.web.desk import PASSWORD, signed_in

TOLD = {"f-to": "Harbor depot, <Mr. Budd>", "f-words": "He can't lift.\r\nHe tires.", "f-tone": "formal"}


@pytest.fixture
def rosa(real: Pipeline, invented: None) -> Client:
    """Her browser, on a site where Samuel and Ada are known."""
    for name in ("samuel-green", "ada-moreno"):
        files = sorted((HERE / "riverside_ehr").glob(f"{name}*"))
        assert files
        assert real.connect(files, source="riverside_ehr").rejected == []
    return signed_in("rosa")


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_she_finds_him_by_name_birth_date_or_number_and_nobody_by_anything_else(
    rosa: Client, real: Pipeline
) -> None:
    him = real.find(SAMUEL)
    for words in ("green sam", "1960-06-30", "RV160001"):
        page = rosa.post("/draft", {"words": words}).content.decode()
        assert f'href="/draft/{him}"' in page and "1 found" in page, words
    assert "Nobody of that name, number or birth date is known here." in text(
        rosa.post("/draft", {"words": "Xanthippe"})
    )
    refused = rosa.post("/draft", {"words": "g"})
    assert refused.status_code == 422 and "two letters" in refused.content.decode()
    assert AuditEvent.objects.filter(action="search", patient=him).count() == 3


def test_whom_something_was_drafted_of_late_comes_first(rosa: Client, real: Pipeline) -> None:
    him = real.find(SAMUEL)
    real.propose("test", him, model="none")
    shown = text(rosa.get("/draft"))
    assert shown.index("Samuel Green") < shown.index("Ada Moreno")
    assert "drafted today" in shown and "nothing drafted yet" in shown
    assert AuditEvent.objects.filter(action="list", patient=him).count() == 1


def test_a_site_that_knows_nobody_says_so_with_a_next_step(real: Pipeline) -> None:
    shown = text(signed_in("rosa").get("/draft"))
    assert "Nobody is known here yet" in shown and "careloom connect" in shown


def test_every_kind_is_offered_with_its_sentence_and_what_it_needs(rosa: Client, real: Pipeline) -> None:
    shown = text(rosa.get(f"/draft/{real.find(SAMUEL)}"))
    assert "The whole plan for the team" in shown and "A letter that exists in tests alone" in shown
    assert "6 fields, 1 needed" in shown
    assert "It needs a signed care plan, and none is signed yet." in shown
    assert "Nothing was drafted of this patient yet." in shown


def test_a_field_of_each_type_is_asked_for_in_its_own_way(rosa: Client, real: Pipeline) -> None:
    page = rosa.get(f"/draft/{real.find(SAMUEL)}/invented_letter").content.decode()
    assert 'type="text" id="f-to"' in page and "Name and place of whoever it goes to." in page
    assert '<textarea id="f-words"' in page and 'type="date" id="f-day"' in page
    assert 'type="datetime-local" id="f-at"' in page and '<option value="formal">formal</option>' in page
    assert page.count('type="checkbox" name="f-asks"') == 2
    assert re.search(r'id="f-to"[^>]* required', page) and not re.search(r'id="f-day"[^>]* required', page)


def test_what_is_wrong_stands_beside_each_field_and_what_was_typed_is_kept(
    rosa: Client, real: Pipeline
) -> None:
    address = f"/draft/{real.find(SAMUEL)}/invented_letter"
    sent = {**TOLD, "f-to": " ", "f-day": "soon", "f-tone": "rude", "f-asks": ["no_night_shifts"]}
    answer = rosa.post(address, sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and "3 fields below need another look" in page
    for field, said in (("to", "This is needed."), ("day", "This is no date"), ("tone", "This is one of")):
        assert re.search(rf'id="f-{field}-more"><span class="mark look">[^/]*/i>{said}', page), field
    assert "He can&#x27;t lift.\nHe tires.</textarea>" in page.replace("\r", "") and 'value="soon"' in page
    assert 'value="no_night_shifts" checked> no night shifts' in page and 'value="shorter days">' in page
    assert real.store.proposals.of(real.find(SAMUEL)) == ()


def test_what_is_drafted_is_shown_for_review_with_what_was_given(rosa: Client, real: Pipeline) -> None:
    him = real.find(SAMUEL)
    answer = rosa.post(f"/draft/{him}/invented_letter", {**TOLD, "f-asks": ["no_night_shifts"]}, follow=True)
    (made,) = real.store.proposals.of(him)
    assert answer.redirect_chain[-1][0] == f"/review/{made.id}"
    assert made.document.given == {
        "to": "Harbor depot, <Mr. Budd>",
        "words": "He can't lift.\nHe tires.",
        "tone": "formal",
        "asks": "no_night_shifts",
    }
    assert "no night shifts" in text(answer)
    assert "Invented letter · draft" in text(answer) and "Harbor depot, &lt;Mr. Budd&gt;" in text(answer)
    rosas = str(real.store.users.reviewer("rosa").user)
    assert AuditEvent.objects.filter(action="draft", actor=rosas, patient=him).count() == 1
    page = text(rosa.get(f"/draft/{him}"))
    assert page == text(rosa.get(f"/review/{made.id}/documents"))
    assert rosa.get(f"/review/{'0' * 32}/documents").status_code == 404
    assert "Waiting (1)" in page and "Invented letter waiting for signatures, drafted today" in page


def test_asked_for_twice_nothing_is_drafted_anew_and_the_page_says_so(rosa: Client, real: Pipeline) -> None:
    him = real.find(SAMUEL)
    rosa.post(f"/draft/{him}/invented_letter", TOLD)
    again = text(rosa.post(f"/draft/{him}/invented_letter", TOLD, follow=True))
    assert "Nothing was drafted anew" in again and len(real.store.proposals.of(him)) == 1


def test_a_copy_waits_for_the_signed_plan(rosa: Client, real: Pipeline) -> None:
    him = real.find(SAMUEL)
    form = rosa.get(f"/draft/{him}/invented_copy").content.decode()
    assert "none is signed yet" in form and "Draft it" not in form
    refused = rosa.post(f"/draft/{him}/invented_copy")
    assert refused.status_code == 403 and "sign one first" in refused.content.decode()
    plan = real.propose("test", him, model="none")
    every = tuple(line.id for line in plan.document.statements)
    osei = real.store.users.reviewer("osei")
    assert real.decide(osei, plan.id, Action.APPROVE, opened=every).status == "active"
    page = text(rosa.get(f"/draft/{him}"))
    assert "none is signed yet" not in page and "Filed (1) Care plan filed in the chart" in page
    assert "Invented copy · draft" in text(rosa.post(f"/draft/{him}/invented_copy", follow=True))


def test_drafting_again_with_newer_entries_keeps_what_was_given(
    rosa: Client, real: Pipeline, tmp_path: Any
) -> None:
    him = real.find(SAMUEL)
    rosa.post(f"/draft/{him}/invented_letter", TOLD)
    (old,) = real.store.proposals.of(him)
    note = tmp_path / "note.txt"
    note.write_text(
        "Patient: Samuel Green\nBirth date: 1960-06-30\nSex: M\nMRN: RV160001\n"
        "MRN system: urn:oid:2.16.840.1.113883.19.5.1\nAuthor: R. Blake\nDate: 2026-11-27\n"
        "Type: Telephone call\nWritten by: person\n\nHe lives with his sister.\n"
    )
    assert real.connect([note], source="social_services").rejected == []
    rosa.post(f"/review/{old.id}/again")
    newest = real.store.proposals.of(him)[-1]
    assert newest.id != old.id and newest.document.given == old.document.given
    assert "Returned (1)" in text(rosa.get(f"/draft/{him}"))


def test_an_auditor_drafts_nothing_and_searches_for_nobody(rosa: Client, real: Pipeline) -> None:
    real.store.users.create("aud", name="A. Udit", role="auditor", password=PASSWORD)
    auditor, him = signed_in("aud"), real.find(SAMUEL)
    assert auditor.get(f"/draft/{him}").status_code == 200  # what was written of him, to read
    for address in ("/draft", f"/draft/{him}/care_plan", "/api/kinds"):
        assert auditor.get(address).status_code == 403, address
    assert auditor.post("/draft", {"words": "Samuel"}).status_code == 403
    assert auditor.post(f"/draft/{him}/care_plan").status_code == 403
    body = {"kind": "care_plan"}
    assert (
        auditor.post(f"/api/patients/{him}/drafts", body, content_type="application/json").status_code == 403
    )
    assert real.store.proposals.of(him) == ()


def test_nothing_is_drafted_for_somebody_who_died_and_what_there_is_stays_listed(
    rosa: Client, real: Pipeline, tmp_path: Any
) -> None:
    who = {
        "resourceType": "Patient",
        "id": "p1",
        "identifier": [{"system": "urn:clinic", "value": "D-1"}],
        "name": [{"family": "Gone", "given": ["Edda"]}],
        "birthDate": "1931-01-02",
        "deceasedDateTime": "2026-11-20",
    }
    (tmp_path / "edda.json").write_text(json.dumps(who))
    assert real.connect([tmp_path / "edda.json"], source="riverside_ehr").rejected == []
    her = real.find("urn:clinic|D-1")
    shown = text(rosa.get(f"/draft/{her}"))
    assert "Nothing is drafted for somebody who has died" in shown and "Draft…" not in shown
    assert "Nothing was drafted of this patient yet." in shown
    refused = rosa.post(f"/draft/{her}/care_plan")
    assert refused.status_code == 403 and "recorded as deceased" in refused.content.decode()
    assert real.store.proposals.of(her) == ()


def test_nobody_and_no_such_kind_are_not_found(rosa: Client, real: Pipeline) -> None:
    for address in ("/draft/nobody", f"/draft/{'0' * 32}", f"/draft/{real.find(SAMUEL)}/poem"):
        assert rosa.get(address).status_code == 404, address
    assert Client().get("/draft").status_code == 302


def test_a_signed_letter_stands_in_the_chart_as_a_document_with_its_kinds_code(
    rosa: Client, real: Pipeline
) -> None:
    him = real.find(SAMUEL)
    rosa.post(f"/draft/{him}/invented_letter", TOLD)
    (made,) = real.store.proposals.of(him)
    osei = real.store.users.reviewer("osei")
    assert real.decide(osei, made.id, Action.APPROVE).status == "active"
    chart = [one["resource"] for one in real.chart("test", him)["entry"]]
    (found,) = [one for one in chart if one["resourceType"] == "DocumentReference"]
    assert found["type"]["coding"][0]["code"] == "34133-9" and found["description"].startswith(
        "Invented letter to"
    )
    text_of = base64.b64decode(found["content"][0]["attachment"]["data"]).decode()
    assert "What we ask of you" in text_of and all(
        html.escape(line.text) in text_of for line in made.document.statements
    )
    assert not any(one["resourceType"] == "CarePlan" for one in chart)
