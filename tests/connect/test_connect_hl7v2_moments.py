"""Dates and times keep the precision in which they were sent; without an offset the source's zone is taken."""

from datetime import UTC, datetime

import pytest

from careloom.connect.hl7v2.moments import clock, moment
from careloom.errors import InputError

NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("sent", "text", "earliest", "latest"),
    [
        ("1949", "1949", "1949-01-01T05:00", "1950-01-01T04:59:59.999999"),
        ("194906", "1949-06", "1949-06-01T04:00", "1949-07-01T03:59:59.999999"),
        ("20260304", "2026-03-04", "2026-03-04T05:00", "2026-03-05T04:59:59.999999"),
        ("2026030408", "2026-03-04T08", "2026-03-04T13:00", "2026-03-04T13:59:59.999999"),
        ("202603040815", "2026-03-04T08:15", "2026-03-04T13:15", "2026-03-04T13:15"),
        ("20260304081530", "2026-03-04T08:15:30", "2026-03-04T13:15:30", "2026-03-04T13:15:30"),
        ("20260304081530.1234", "2026-03-04T08:15:30.1234", "2026-03-04T13:15:30.123400", "2026-03-04T13:15:30.123400"),
        ("20260304081530-0500", "2026-03-04T08:15:30-05:00", "2026-03-04T13:15:30", "2026-03-04T13:15:30"),
        ("202603040815+0545", "2026-03-04T08:15+05:45", "2026-03-04T02:30", "2026-03-04T02:30"),
        ("2026030408Z", "2026-03-04T08Z", "2026-03-04T08:00", "2026-03-04T08:59:59.999999"),
        ("20260304+1400", "2026-03-04", "2026-03-03T10:00", "2026-03-04T09:59:59.999999"),
        ("2026-03-04", "2026-03-04", "2026-03-04T05:00", "2026-03-05T04:59:59.999999"),
    ],
)  # fmt: skip
def test_a_time_is_the_span_that_it_can_mean(sent, text, earliest, latest):
    found = moment(sent, NEW_YORK)
    assert found.text == text
    assert found.earliest == datetime.fromisoformat(earliest).replace(tzinfo=UTC)
    assert found.latest == datetime.fromisoformat(latest).replace(tzinfo=UTC)


def test_whose_zone_it_is_is_told():
    assert moment("20260304081530", NEW_YORK).zone_assumed
    assert moment("2026030408", NEW_YORK).zone == NEW_YORK
    assert not moment("20260304081530-0500", NEW_YORK).zone_assumed
    assert not moment("20260304-0500", NEW_YORK).zone_assumed
    assert moment("20260304+1400", NEW_YORK).day.isoformat() == "2026-03-04"
    assert moment("2026030423", NEW_YORK).day.isoformat() == "2026-03-04"


def test_an_older_version_says_apart_how_much_of_it_counts():
    assert moment("198807050000", NEW_YORK, "D").text == "1988-07-05"
    assert moment("198807050000", NEW_YORK, "L").text == "1988-07"
    assert moment("198807050000", NEW_YORK, "Y").text == "1988"
    assert moment("198807050830", NEW_YORK, "M").text == "1988-07-05T08:30"


@pytest.mark.parametrize("zeros", ["0000", "00000000", "000000000000", "0000-0500"])
def test_nothing_but_zeros_is_no_time(zeros):
    assert moment(zeros, NEW_YORK) is None


@pytest.mark.parametrize(
    "absurd",
    ["20260230", "20261301", "2026030425", "202603040860", "20260304081561", "00000304", "26", "99999999",
     "03/04/2026", "4 March", "2026030", "20260304T08", "20260304-9900", "2026-02-30", "99991231"],
)  # fmt: skip
def test_what_is_no_time_is_refused(absurd):
    with pytest.raises(InputError, match="not a date or time"):
        moment(absurd, NEW_YORK)


def test_a_clock_reads_as_people_and_fhir_write_it():
    assert [clock(one) for one in ("0815", "081530", "223100.0000", "08", "soon")] == [
        "08:15",
        "08:15:30",
        "22:31:00.0000",
        "08:00",
        "soon",
    ]
