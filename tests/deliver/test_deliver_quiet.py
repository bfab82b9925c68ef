"""When a message may go out: not in quiet hours, and in the part of the day that the patient wishes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from careloom.deliver.quiet import PARTS, quiet

NEW_YORK = ZoneInfo("America/New_York")
USUAL = quiet("21:00-08:00", "America/New_York")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("wish", "now", "goes"),
    [
        ("morning", at(24, 10), at(24, 10)),
        ("afternoon", at(24, 10), at(24, 12)),
        ("afternoon", at(24, 17), at(25, 12)),
        ("evening", at(24, 20, 59), at(24, 20, 59)),
        ("evening", at(24, 21), at(25, 17)),
        ("morning", at(24, 3), at(24, 8)),
        ("any time of the day", at(24, 22), at(25, 8)),
        ("", at(24, 13), at(24, 13)),
    ],
)
def test_it_goes_in_the_part_of_the_day_that_was_wished(wish, now, goes):
    assert USUAL.wished(wish, now) == goes


def test_where_quiet_hours_leave_nothing_of_the_wish_it_goes_when_they_are_over():
    early = quiet("16:30-07:00", "America/New_York")
    assert early.wished("evening", at(24, 18)) == at(25, 7)
    assert early.wished("afternoon", at(24, 16, 45)) == at(25, 12)


def test_whatever_is_wished_nothing_goes_in_quiet_hours_or_back_in_time():
    for wish in ("", *PARTS):
        for hours in range(24 * 21):
            now = datetime(2026, 10, 25, tzinfo=UTC) + timedelta(hours=hours, minutes=30)
            goes = USUAL.wished(wish, now)
            here = goes.astimezone(NEW_YORK)
            assert goes >= now
            assert 8 <= here.hour < 21
            if wish:
                assert PARTS[wish][0] <= here.hour < PARTS[wish][1]
