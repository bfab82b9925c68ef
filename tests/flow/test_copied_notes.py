"""A note that stands in two charts: both say so, and neither tells whose the other is."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.record import Conflict
from careloom.pipeline import Pipeline

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
DAY = date(2026, 11, 23)
PEOPLE = {
    "Leo Vass": "1946-11-28",
    "Greta Oyel": "1952-02-29",
    "Ida Brun": "1960-01-01",
    "Olaf Brun": "1961-01-01",
    "Nele Kurz": "1962-01-01",
    "Arno Pohl": "1963-01-01",
    "Vera Hahn": "1964-01-01",
}
TEXT = (
    "Seen at home. He is weak on the left side since the stroke and needs help to stand. He takes clopidogrel 75 mg daily "
    "and forgets it twice a week. The stairs have no rail and the bath has no grab bar."
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(home: Path) -> Pipeline:
    return pipelines.build(replace(settings.read(), home=home, model="none"), clock=lambda: NOW)


def tell(desk: Pipeline, tmp_path: Path, who: str, text: str, on: str = "2026-09-10") -> str:
    """The patient of a note that arrived."""
    file = tmp_path / "note.txt"
    number = sorted(PEOPLE).index(who)
    file.write_text(
        f"Patient: {who}\nBirth date: {PEOPLE[who]}\nSex: F\nMRN: N-{number}\nMRN system: urn:test\n"
        f"Date: {on}\nType: Home visit\nWritten by: person\n\n{text}\n"
    )
    report = desk.connect([file], source="social")
    assert report.rejected == []
    return next(iter(report.patients))


def told(desk: Pipeline, patient: str) -> list[Conflict]:
    record = desk.record("test", patient, as_of=DAY)
    return [one for one in record.conflicts if one.kind == "note_of_another"]


def test_a_note_in_two_charts_is_told_in_both_and_names_nobody(desk: Pipeline, tmp_path: Path) -> None:
    leo = tell(desk, tmp_path, "Leo Vass", TEXT)
    before = desk.record("test", leo, as_of=DAY).version
    assert told(desk, leo) == []
    greta = tell(desk, tmp_path, "Greta Oyel", f"{TEXT.upper()}\n\n", on="2026-09-12")
    (one,), (other,) = told(desk, leo), told(desk, greta)
    assert one.why == "the note in social on 2026-09-10 stands word for word in another patient's chart"
    assert other.why == "the note in social on 2026-09-12 stands word for word in another patient's chart"
    assert not any(name in f"{one} {other}" for who in PEOPLE for name in who.split())
    assert desk.record("test", leo, as_of=DAY).version != before


def test_another_text_a_short_one_and_ones_own_are_no_copies(desk: Pipeline, tmp_path: Path) -> None:
    leo = tell(desk, tmp_path, "Leo Vass", TEXT)
    tell(desk, tmp_path, "Leo Vass", TEXT, on="2026-09-20")
    tell(desk, tmp_path, "Leo Vass", "No show.", on="2026-09-21")
    tell(desk, tmp_path, "Greta Oyel", TEXT.replace("left", "right"))
    tell(desk, tmp_path, "Greta Oyel", "No show.", on="2026-09-21")
    assert told(desk, leo) == []


def test_a_form_that_stands_in_many_charts_is_nobodys_note(desk: Pipeline, tmp_path: Path) -> None:
    patients = [tell(desk, tmp_path, who, TEXT) for who in PEOPLE]
    assert len(set(patients)) == len(PEOPLE)
    assert [told(desk, patient) for patient in patients] == [[]] * len(PEOPLE)


def test_who_becomes_one_person_has_copied_nothing(desk: Pipeline, tmp_path: Path) -> None:
    ida = tell(desk, tmp_path, "Ida Brun", TEXT)
    olaf = tell(desk, tmp_path, "Olaf Brun", TEXT)
    assert told(desk, ida)
    desk.store.sameness.say(ida, olaf, "same", who="u", why="a test")
    assert told(desk, ida) == []


def test_no_word_of_a_note_stands_in_its_fingerprint(desk: Pipeline, tmp_path: Path) -> None:
    tell(desk, tmp_path, "Leo Vass", TEXT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT mark FROM store_notemark")
        ((mark,),) = cursor.fetchall()
    assert len(mark) == 64
    assert set(mark) <= set("0123456789abcdef")
