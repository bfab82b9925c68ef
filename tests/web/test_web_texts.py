"""A nurse reads a text for patients and approves it with her password; from then on its reminders need nobody, until it is taken back."""

import re

import pytest

from careloom.pipeline import Pipeline
from tests.web.desk import PASSWORD, signed_in

TEXT = "appointment_reminder.en@1"


@pytest.fixture
def desk(real: Pipeline) -> Pipeline:
    return real


def said(page: str, desk: Pipeline, word: str = "approve", password: str = PASSWORD) -> dict[str, str]:
    digest = desk.vouching.find(TEXT)[0].digest
    assert digest in page
    return {"digest": digest, "said": word, "password": password}


def test_she_reads_every_line_with_its_slots_and_approves_it(desk):
    rosa = signed_in("rosa")
    page = rosa.get("/texts").content.decode()
    assert re.search(r"You have an appointment on <i[^>]*>\[day\]</i> at <i[^>]*>\[time\]</i>", page)
    assert 'lang="es"' in page
    assert "approved by" not in page.lower()
    answer = rosa.post(f"/texts/{TEXT}", said(page, desk), follow=True).content.decode()
    assert "may go out by itself" in answer
    assert "Approved by R. Blake, nurse" in answer
    assert desk.vouching.find(TEXT)[1].approved
    again = rosa.post(f"/texts/{TEXT}", said(answer, desk))
    assert again.status_code == 422
    assert "already approved" in again.content.decode()
    assert (
        "Taken back." in rosa.post(f"/texts/{TEXT}", said(answer, desk, "back"), follow=True).content.decode()
    )
    assert not desk.vouching.find(TEXT)[1].approved


def test_a_wrong_password_other_words_and_an_unknown_text_approve_nothing(desk):
    rosa = signed_in("rosa")
    page = rosa.get("/texts").content.decode()
    assert rosa.post(f"/texts/{TEXT}", said(page, desk, password="wrong")).status_code == 403
    assert rosa.post(f"/texts/{TEXT}", {**said(page, desk), "digest": "0" * 64}).status_code == 409
    assert rosa.post("/texts/nothing.en@1", said(page, desk)).status_code == 404
    assert desk.vouching.find(TEXT)[1] is None


def test_whoever_has_no_licence_reads_them_and_approves_nothing(desk):
    cam = signed_in("cam")
    page = cam.get("/texts").content.decode()
    assert "approves no text" in page and 'name="password"' not in page
    assert cam.post(f"/texts/{TEXT}", said("x" + desk.vouching.find(TEXT)[0].digest, desk)).status_code == 403
    assert desk.vouching.find(TEXT)[1] is None
