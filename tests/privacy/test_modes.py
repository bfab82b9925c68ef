"""The two modes: Safe Harbor keeps the year and three digits of a ZIP code, Expert Determination moves a patient's days and keeps the time between them."""

import re
from datetime import date
from typing import Any

import pytest

from careloom.care.entry import Code, Component, Entry, HumanName, Person, Source
from careloom.errors import Refused
from careloom.pipeline.deidentifying import Writing
from careloom.privacy.dated import read_day
from careloom.privacy.known import known
from careloom.privacy.modes import Mode, Statement, deidentified, must_hold, year_or_over
from careloom.privacy.surrogates import FURTHEST, Surrogates
from careloom.privacy.zips import SMALL_2000, SMALL_2020, UNCOUNTED, zip3

AS_OF = date(2026, 11, 30)
SOURCE = Source(message="m" * 64, where="row 1", system="ours")
MARIA = known(
    [Person(names=(HumanName("Garcia", ("Maria",)),), birth_date="1951-03-04")], others=["Rosa Delgado"]
)


def made(text: str, mode: Mode, patient: str = "one", key: bytes = b"k" * 32) -> str:
    surrogates = Surrogates(key, patient, (MARIA,))
    return deidentified(text, (MARIA,), mode=mode, as_of=AS_OF, surrogates=surrogates).text


def test_the_same_person_has_the_same_mark_and_another_key_another():
    text = "Maria Garcia came; Garcia said that her daughter Rosa Delgado drives. Rosa agreed. Dr. Osei saw Kwame Osei."
    said = made(text, Mode.SAFE_HARBOR)
    marks = re.findall(r"\[([^\]]+)\]", said)
    assert marks[:2] == ["patient", "patient"]
    assert marks[2] == marks[3] != "patient"
    assert marks[4] == marks[5] != marks[2]
    assert made(text, Mode.SAFE_HARBOR) == said
    assert made(text, Mode.SAFE_HARBOR, key=b"x" * 32) != said
    assert made(text, Mode.SAFE_HARBOR, patient="two") != said


@pytest.mark.parametrize(
    ("written", "stays"),
    [
        ("seen 10/02/2026.", "seen [date]2026."), ("age: 93", "age: [90 or over]"), ("a 93yo man", "a [90 or over]yo man"), ("age 89", "age 89"),
        ("MA 02118", "MA [ZIP 021]"), ("VT 05901", "VT [ZIP 000]"), ("DOB 3/4/1931", "DOB [date]"), ("2026-10-02", "2026[date]"),
    ],
)  # fmt: skip
def test_safe_harbor_keeps_the_year_and_three_digits_where_many_live(written: str, stays: str):
    assert deidentified(written, mode=Mode.SAFE_HARBOR, as_of=AS_OF).text == stays


def test_expert_determination_moves_every_writing_of_a_day_by_the_same_days():
    shift = Surrogates(b"k" * 32, "one", (MARIA,)).shift
    text = "10/02/2026, 2026-10-02, October 2, 2026, 2 de octubre de 2026, 2-Oct-2026, 20261002"
    found = [date.fromisoformat(one) for one in re.findall(r"\d{4}-\d\d-\d\d", made(text, Mode.EXPERT))]
    assert len(found) == 6
    assert {(one - date(2026, 10, 2)).days for one in found} == {shift}
    assert 0 < abs(shift) <= FURTHEST
    first, second = re.findall(r"\d{4}-\d\d-\d\d", made("from 10/02/2026 to 10/16/2026", Mode.EXPERT))
    assert (date.fromisoformat(second) - date.fromisoformat(first)).days == 14


def test_shifts_differ_between_patients_and_are_never_nothing():
    shifts = {Surrogates(b"k" * 32, str(number)).shift for number in range(400)}
    assert len(shifts) > 200
    assert 0 not in shifts
    assert max(map(abs, shifts)) <= FURTHEST


def test_an_age_over_eighty_nine_is_told_by_no_moved_birth_date():
    assert "19" not in made("DOB 3/4/1931", Mode.EXPERT)


def test_expert_determination_is_refused_without_a_statement_in_force_and_without_a_patient():
    said = Statement(
        expert="An Expert", qualification="statistician", on=date(2026, 1, 1), until=date(2026, 6, 30), covers="notes", methods="k", result="very small"
    )  # fmt: skip
    with pytest.raises(Refused):
        must_hold(None, AS_OF)
    with pytest.raises(Refused):
        must_hold(said, AS_OF)
    assert must_hold(said, date(2026, 6, 30)) is said
    with pytest.raises(Refused):
        deidentified("text", mode=Mode.EXPERT, as_of=AS_OF)


@pytest.mark.parametrize(
    ("said", "day", "precision"),
    [
        ("3/4/41", date(1941, 3, 4), "day"), ("13/4/2020", date(2020, 4, 13), "day"), ("March 4th", date(2026, 3, 4), ""), ("December 24", date(2025, 12, 24), ""),
        ("marzo de 2024", date(2024, 3, 15), "month"), ("2/30/2024", None, "day"), ("Thanksgiving", None, ""), ("03/2024", date(2024, 3, 15), "month"),
    ],
)  # fmt: skip
def test_a_day_is_read_as_the_united_states_write_it(said: str, day: date | None, precision: str):
    assert read_day(said, AS_OF) == (day, precision)


def test_ages_and_zip_codes_of_a_record():
    assert [year_or_over(one) for one in (None, 40, 89, 90)] == ["", "40", "89", "90 or over"]
    assert [zip3(one) for one in ("02118", "02118-1234", "021181234", " 02118 ")] == ["021"] * 4


def test_three_digits_of_a_zip_code_stay_only_where_every_census_counted_enough_people():
    small_in_2000_alone, small_in_2020_alone, small_in_both = "06320", "36925", "89301"
    military, nobody_counted, no_zip_code = "09012", "00501", "K1A 0B1"
    told = (
        small_in_2000_alone,
        small_in_2020_alone,
        small_in_both,
        military,
        nobody_counted,
        no_zip_code,
        "021",
        "",
    )
    assert {zip3(one) for one in told} == {"000"}
    assert len(SMALL_2000) == 17
    assert len(SMALL_2020) == 18
    # 894 prefixes have an area in Census 2020.
    assert len(UNCOUNTED) == 1000 - 894
    assert not UNCOUNTED & (SMALL_2000 | SMALL_2020)


@pytest.mark.parametrize(
    ("mode", "name", "value", "goes_out"),
    [
        (Mode.SAFE_HARBOR, "Age", "93", "[90 or over]"),
        (Mode.SAFE_HARBOR, "Age", "64", "64"),
        (Mode.SAFE_HARBOR, "ZIP code", "02118", "[ZIP 021]"),
        (Mode.EXPERT, "ZIP code", "02118", "[ZIP 021]"),
        (Mode.SAFE_HARBOR, "Surgery date", "2020-03-04", "2020[date]"),
        (Mode.SAFE_HARBOR, "Creatinine", "1.8", "1.8"),
        (Mode.EXPERT, "Platelets", "250", "250"),
    ],
)
def test_a_value_of_a_record_is_read_with_its_name(mode: Mode, name: str, value: str, goes_out: str):
    said = Writing(mode, AS_OF, (MARIA,), Surrogates(b"k" * 32, "one", (MARIA,)), None).entry(
        entry(text=name, value=value)
    )
    assert said["value"] == goes_out


@pytest.mark.parametrize("mode", Mode)
def test_what_a_sender_wrote_as_a_display_unit_or_category_is_read_too(mode: Mode):
    one = entry(
        codes=(Code("http://loinc.org", "718-7", "Hemoglobin of Maria Garcia"), Code("urn:ours", "12345")),
        text="Hemoglobin",
        value="9.1",
        unit="g/dL Garcia",
        category=("laboratory", "ward of Rosa Delgado"),
        components=(
            Component((Code("http://loinc.org", "8480-6", "Systolic, Garcia"),), value="120", unit="mm[Hg]"),
        ),
    )
    said = Writing(mode, AS_OF, (MARIA,), Surrogates(b"k" * 32, "one", (MARIA,)), None).entry(one)
    assert not [word for word in ("Maria", "Garcia", "Rosa", "Delgado", "12345") if word in str(said)]
    assert (said["value"], said["category"][0], said["components"][0]["unit"]) == ("9.1", "laboratory", "mm[Hg]")  # fmt: skip


def entry(**said: Any) -> Entry:
    return Entry(id="a" * 32, kind="Observation", source=SOURCE, **said)
