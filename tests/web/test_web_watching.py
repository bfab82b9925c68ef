"""What moved: the lead sees each signal with its cause, picture and table; nobody else than who watches does; nothing counted is said so."""

from datetime import timedelta

import pytest
from django.test import Client

from careloom.care.watched import DayCount
from careloom.monitor import told
from careloom.pipeline import Pipeline
from careloom.pipeline.watching import DATA
from careloom.web.present import watching as present
from tests.web.desk import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
SERIES = "shown|mercy & co|labs"


@pytest.fixture
def lead(real: Pipeline) -> Client:
    real.store.users.create("lena", role="quality_lead", name="Lena Ruiz", password=PASSWORD)
    return signed_in("lena")


def counted(real: Pipeline, days: int = 91) -> None:
    here = real.watching.here()
    begun = here.date() - timedelta(days - 1)
    held = {
        begun + timedelta(n): (
            "x",
            [
                DayCount(series=SERIES, day=begun + timedelta(n), number=50, hits=9 if n >= 80 else 45),
                DayCount(series="age", day=begun + timedelta(n), bins={"18 to 44": 5, "65 to 74": 5}),
                DayCount(series="findings", day=begun + timedelta(n), number=10, hits=3),
            ],
        )
        for n in range(days)
    }
    real.store.day_counts.put(DATA, held, at=here)
    real.watching.keep_up("worker")


def test_what_moved_stands_with_its_cause_picture_and_table(real: Pipeline, lead: Client) -> None:
    assert "Nothing has been counted yet" in lead.get("/watching").content.decode()
    counted(real)
    shown = lead.get("/watching").content.decode()
    assert "Messages of mercy &amp; co that show labs: from 90 % to 18 %" in shown
    assert "1 thing moved" in shown and "Look first:" in shown and "<polyline" in shown
    asked = {"series": SERIES, "since": "2026-01-01"}
    picture = lead.get("/watching/picture", asked)
    assert picture["Content-Type"] == "image/svg+xml" and b"<svg" in picture.content
    rows = b"".join(lead.get("/watching/table", asked)).decode()  # type: ignore[arg-type]
    assert "messages of mercy & co that show labs" in rows and "0.9" in rows
    assert lead.get("/watching/picture", {"series": "nothing"}).status_code == 404


def test_two_weeks_say_what_cannot_be_told_yet_and_when(real: Pipeline, lead: Client) -> None:
    counted(real, days=14)
    shown = lead.get("/watching").content.decode()
    assert "Nothing can be judged yet" in shown and "0 of 3 series can be judged" in shown
    assert "not enough days yet, from" in shown and "stable" in shown


def test_who_counts_has_a_worker_count_and_a_nurse_sees_none_of_it(real: Pipeline, lead: Client) -> None:
    assert lead.post("/watching/count").status_code == 302
    assert real.store.work.waiting()
    rosa = signed_in("rosa")
    assert rosa.get("/watching").status_code == 403 and rosa.get("/watching/picture").status_code == 403


def test_pages_say_of_each_series_what_alarms_and_the_command_say() -> None:
    assert {kind: str(present.WHAT[kind]) for kind in told.WHAT} == dict(told.WHAT)
    assert {cause: str(words) for cause, words in present.FIRST.items()} == dict(told.FIRST)
    assert str(present.ALARM) == told.SENTENCE and str(present.ALARM_OF_A_NAME) == told.MARK
