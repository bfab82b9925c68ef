"""What is left after de-identification: counted, stated and looked through by clicking, by whoever may."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from careloom.demo import HERE
from careloom.jobs.handlers import standard
from careloom.pipeline import Pipeline
from careloom.pipeline.residue import Drawing
from careloom.privacy.modes import Mode
from careloom.store.models import AuditEvent
from tests.web.desk import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
STATEMENT = {
    "expert": "Wanda Invented", "qualification": "statistician", "on": "2026-01-01", "until": "2040-12-31", "covers": "all notes", "methods": "k-anonymity", "result": "very small",
}  # fmt: skip


def somebody(real: Pipeline, name: str, role: str) -> Client:
    real.store.users.create(name, role=role, name=f"{name.title()} Invented", password=PASSWORD)
    return signed_in(name)


@pytest.fixture
def lena(real: Pipeline) -> Client:
    return somebody(real, "lena", "quality_lead")


def noted(real: Pipeline) -> None:
    for where in ("riverside_ehr/ada-moreno.json", "social_services/2026-10-09-ada-moreno.txt"):
        real.connect([HERE / where], source=where.partition("/")[0])


def user(real: Pipeline) -> str:
    return real.store.users.reviewer("lena").user


def drawn(real: Pipeline, number: int) -> None:
    lead, first = real.store.users.reviewer("lena"), Drawing("a" * 16, lambda _: 0)
    real.residue.draw(lead, number, Mode.SAFE_HARBOR, real.today, first, third=False)


def page(client: Client) -> str:
    return client.get("/deidentification").content.decode()


def test_a_site_with_nothing_yet_says_so_and_what_to_do(real: Pipeline, lena: Client) -> None:
    empty = page(lena)
    for said in (
        "Nobody has counted yet",
        "statement is recorded: only Safe Harbor is given out",
        "No sample waits",
        "Nobody has looked through a sample yet",
    ):
        assert said in empty
    standard(real.settings)["residue"]({"actor": user(real), "k": "11"})
    assert "There is nobody yet to count" in page(lena)


def test_classes_are_counted_by_a_worker_and_told_with_a_picture(real: Pipeline, lena: Client) -> None:
    noted(real)
    assert lena.post("/deidentification/count", {"k": "1"}).status_code == 422
    asked = lena.post("/deidentification/count", {"k": "5"})
    assert asked.status_code == 302 and "A worker counts" in lena.get(asked["Location"]).content.decode()
    standard(real.settings)["residue"]({"actor": user(real), "k": "5"})
    shown = page(lena)
    assert "1 of 1 people (100.0%) stand in classes under 5" in shown and "1965" in shown
    assert "Moreno" not in shown and AuditEvent.objects.filter(action="residual risk").count() == 1
    assert b"<svg" in lena.get("/deidentification/picture").content


def test_what_a_worker_has_in_hand_or_gave_up_is_told_with_what_to_do(real: Pipeline, lena: Client) -> None:
    works = real.store.work
    assert lena.post("/deidentification/count", {"k": "5"}).status_code == 302
    assert "A count waits for a worker since" in page(lena) and "in a while" in page(lena)
    [(task, _)] = works.newest("residue", 5)
    for attempts, said in ((5, "It failed 1 times (OSError)"), (1, "was given up at")):
        claimed = works.claim(task.id, "worker")
        assert claimed is not None and "A worker counts since" in page(lena)
        works.failed(claimed, "OSError", attempts=attempts, pause=timedelta())
        assert said in page(lena)
    assert "`careloom dead`" in page(lena)
    assert lena.post("/deidentification/count", {"k": "5"}).status_code == 302
    assert "A count waits for a worker since" in page(lena) and "was given up" not in page(lena)
    assert lena.post("/deidentification/draw", {"number": "2", "mode": "safe-harbor"}).status_code == 302
    task = works.newest("residue", 1)[0][0]
    claimed = works.claim(task.id, "worker")
    assert claimed is not None
    works.failed(claimed, "InputError", attempts=1, pause=timedelta())
    assert "There are no notes to draw from yet" in page(lena)


def test_a_statement_is_recorded_whole_and_told_with_its_end(real: Pipeline, lena: Client) -> None:
    for wrong, said in (
        ({"until": ""}, "Say the day"),
        ({"until": "2025-01-01"}, "ends before"),
        ({"result": " "}, "lacks with which result"),
    ):
        refused = lena.post("/deidentification/statement", STATEMENT | wrong)
        assert refused.status_code == 422 and said in refused.content.decode()
        assert "Wanda Invented" in refused.content.decode()
    assert lena.post("/deidentification/draw", {"number": "5", "mode": "expert"}).status_code == 422
    assert lena.post("/deidentification/statement", STATEMENT).status_code == 302
    assert "in force until 2040-12-31" in page(lena)
    assert real.deidentifying.statement() is not None
    assert lena.post("/deidentification/draw", {"number": "5", "mode": "expert"}).status_code == 302


def test_a_sample_is_looked_through_whole_and_its_rate_is_told(real: Pipeline, lena: Client) -> None:
    noted(real)
    assert lena.post("/deidentification/draw", {"number": "0", "mode": "safe-harbor"}).status_code == 422
    assert lena.post("/deidentification/draw", {"number": "3", "mode": "safe-harbor"}).status_code == 302
    drawn(real, 2)
    shown = page(lena)
    pieces = re.findall(r'name="p(\d+)" value="nothing"', shown)
    assert len(pieces) == 2 and "Moreno" not in shown
    (sample,) = re.findall(r'name="sample" value="([0-9a-f]{16})"', shown)
    form = {"sample": sample, "p1": "left", "k1": "name"}
    missing = lena.post("/deidentification/judge", form)
    assert missing.status_code == 422 and "Piece 2" in missing.content.decode()
    assert '<option value="name" selected>' in missing.content.decode()
    assert lena.post("/deidentification/judge", form | {"p2": "left", "k2": ""}).status_code == 422
    assert (
        lena.post("/deidentification/judge", form | {"p2": "nothing", "sample": "0" * 16}).status_code == 422
    )
    assert lena.post("/deidentification/judge", form | {"p2": "nothing"}).status_code == 302
    told = page(lena)
    assert "50.0% (1.26% to 98.7%)" in told and "a name (1)" in told and "No sample waits" in told
    again = lena.post("/deidentification/judge", form | {"p2": "nothing"})
    assert again.status_code == 422 and len(real.deidentifying.judged()) == 1
    [file] = Path(real.settings.home / "deidentification").iterdir()
    assert b"pieces" not in file.read_bytes()


def test_who_runs_the_site_reads_no_piece_and_a_nurse_nothing(real: Pipeline, lena: Client) -> None:
    noted(real)
    drawn(real, 2)
    boss, rosa = somebody(real, "boss", "administrator"), signed_in("rosa")
    assert "Samples are read by the quality lead" in page(boss) and 'name="p1"' not in page(boss)
    assert boss.post("/deidentification/draw", {"number": "2", "mode": "safe-harbor"}).status_code == 403
    assert boss.post("/deidentification/judge", {"sample": "x"}).status_code == 403
    for address in ("/deidentification", "/deidentification/picture"):
        assert rosa.get(address).status_code == 403
    assert rosa.post("/deidentification/statement", STATEMENT).status_code == 403
