"""HL7 v3 times keep their precision and offset; what is no time is refused."""

from datetime import UTC, datetime

import pytest

from careloom.connect.ccda.times import moment
from careloom.errors import InputError


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026", "2026"),
        ("202603", "2026-03"),
        ("20260310", "2026-03-10"),
        ("2026031009", "2026-03-10T09:00"),
        ("202603100930", "2026-03-10T09:30"),
        ("20260310093015-0500", "2026-03-10T09:30:15-05:00"),
        ("20260310093015.123+0000", "2026-03-10T09:30:15.123+00:00"),
        ("20260310093060", "2026-03-10T09:30:60"),
    ],
)
def test_a_time_is_written_as_iso_with_its_own_precision(text, iso):
    assert moment(text, "America/New_York").text == iso


def test_a_minute_lasts_a_minute_and_a_month_a_month():
    minute = moment("202603100930-0500", "UTC")
    assert minute.earliest == datetime(2026, 3, 10, 14, 30, tzinfo=UTC)
    assert minute.latest == datetime(2026, 3, 10, 14, 30, 59, 999_999, tzinfo=UTC)
    month = moment("202602", "UTC")
    assert (month.latest - month.earliest).days == 27


def test_a_time_without_an_offset_is_in_the_zone_of_its_source():
    found = moment("202607100930", "America/New_York")
    assert found.zone_assumed
    assert found.earliest == datetime(2026, 7, 10, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "00000101",
        "9999",
        "20261301",
        "20260230",
        "202603102530",
        "2026-03-10",
        "yesterday",
        "20260310093000-5000",
    ],
)
def test_what_is_no_time_is_refused_without_being_quoted(text):
    with pytest.raises(InputError) as refused:
        moment(text, "UTC")
    assert not text or text not in str(refused.value)
