"""The officer makes a pack by clicking, keeps it as HTML, PDF and JSON, answers what a person must say, and places a hold."""

import re

import pytest
from django.test import Client

from careloom.comply import digest
from careloom.jobs.handlers import standard
from careloom.pipeline import Pipeline
from tests.web.desk import PASSWORD, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena(real: Pipeline) -> Client:
    real.store.users.create("lena", role="auditor", name="Lena Invented", password=PASSWORD)
    return signed_in("lena")


def test_a_pack_is_made_kept_and_compared_by_clicking(real: Pipeline, lena: Client) -> None:
    assert "No pack was made yet" in lena.get("/compliance").content.decode()
    asked = lena.post("/compliance/make")
    assert (
        asked.status_code == 302
        and "A worker makes a pack now" in lena.get(asked["Location"]).content.decode()
    )
    standard(real.settings)["comply"]({"actor": real.store.users.reviewer("lena").user})
    page = lena.get("/compliance").content.decode()
    (pack,) = set(re.findall(r'href="/compliance/packs/([0-9a-f]{32})\.pdf"', page))
    assert "164.308(a)(7)(ii)(A) Data backup plan" in page and "What changed since the one before" not in page
    told = lena.get(f"/compliance/packs/{pack}.json")
    assert digest(told.content)[:16] in page and told["Content-Disposition"].endswith('.json"')
    assert lena.get(f"/compliance/packs/{pack}.pdf").content.startswith(b"%PDF")
    assert digest(told.content) in lena.get(f"/compliance/packs/{pack}.html").content.decode()
    assert b"json-schema" in lena.get(f"/compliance/packs/{pack}.schema.json").content
    assert lena.get(f"/compliance/packs/{pack}.doc").status_code == 404
    assert lena.get(f"/compliance/packs/{'0' * 32}.pdf").status_code == 404
    real.complying.make("operator")
    assert "What changed since the one before" in lena.get("/compliance").content.decode()


def test_what_a_person_must_say_is_said_with_her_name_and_a_bare_yes_is_not_taken(
    real: Pipeline, lena: Client
) -> None:
    asked = [
        " ".join(re.sub(r"<[^>]+>", " ", one).split())
        for one in re.findall(r"<summary>(.*?)</summary>", lena.get("/compliance").content.decode(), re.S)
    ]
    # The same question is asked of several kinds of document: each says of which.
    assert len(asked) == len(set(asked)) and sum("does counsel agree" in one for one in asked) > 3
    refused = lena.post("/compliance/say", {"key": "308.a.2", "answer": "yes", "words": "x"})
    assert refused.status_code == 422 and "ay in some words" in refused.content.decode()
    said = {"key": "308.a.2", "answer": "yes", "words": "Lena Invented, letter of May"}
    assert lena.post("/compliance/say", said).status_code == 302
    assert "letter of May" in lena.get("/compliance").content.decode()
    assert real.store.compliance.answers()["308.a.2"].who == "lena"


def test_a_hold_is_placed_and_lifted_and_stays_to_be_seen(real: Pipeline, lena: Client) -> None:
    for form in (
        {"why": "counsel's letter"},
        {"patient": "nobody", "why": "counsel's letter"},
        {"everybody": "yes", "why": "x"},
    ):
        assert lena.post("/compliance/holds/place", form).status_code == 422
    assert (
        lena.post("/compliance/holds/place", {"everybody": "yes", "why": "counsel's letter"}).status_code
        == 302
    )
    page = lena.get("/compliance/holds").content.decode()
    (hold,) = re.findall(r"/compliance/holds/([0-9a-f]{32})/lift", page)
    assert lena.post(f"/compliance/holds/{hold}/lift", {"why": "the case is closed"}).status_code == 302
    page = lena.get("/compliance/holds").content.decode()
    assert "the case is closed" in page and f"/{hold}/lift" not in page
    assert lena.post(f"/compliance/holds/{hold}/lift", {"why": "once more now"}).status_code == 422
