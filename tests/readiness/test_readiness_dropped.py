"""An upgrade that drops a field is seen the next day; weekends, quiet days and chance raise no line."""

import random
from datetime import date, timedelta

import pytest

from careloom.readiness import report
from careloom.readiness.arrivals import Arrivals
from careloom.readiness.dropped import chance_of_so_few, drops, lowest_share
from careloom.readiness.words import drop_words
from tests.readiness.telling import ALLERGY, EHR, PROBLEM, daily, noon, tally

START = date(2026, 11, 1)


def feed(*counts: tuple[int, int]) -> dict[tuple[str, str], dict[date, int]]:
    """A source's days: (messages, those with allergies)."""
    days = [START + timedelta(days=number) for number in range(len(counts))]
    return {
        (EHR, ""): {day: n for day, (n, _) in zip(days, counts, strict=True)},
        (EHR, "allergies"): {day: k for day, (_, k) in zip(days, counts, strict=True) if k},
    }


def found(*counts: tuple[int, int]) -> list[tuple[str, str]]:
    last = START + timedelta(days=len(counts) - 1)
    return [(one.kind, one.since.isoformat()) for one in drops(feed(*counts), last)]


def test_an_upgrade_that_drops_allergies_is_named_the_next_day() -> None:
    before = daily(START, 26, 4, PROBLEM, ALLERGY)
    after = daily(date(2026, 11, 27), 1, 4, PROBLEM)
    (drop,) = report(tally(*before, *after, as_of=date(2026, 11, 27))).drops
    assert (drop.source, drop.field, drop.since) == (EHR, "allergies", date(2026, 11, 27))
    said = drop_words(drop, "allergies", "27 Nov")
    assert said == (
        "RIVERSIDE_EHR no longer sends allergies since 27 Nov: 0 of 4 messages, 104 of 104 before."
    )


def test_an_upgrade_that_turns_codes_into_words_is_named_by_what_it_lost() -> None:
    before = daily(START, 26, 4, PROBLEM)
    after = daily(date(2026, 11, 27), 1, 6, {"kind": "Condition", "text": "sugar", "status": "active"})
    (code, standard) = report(tally(*before, *after, as_of=date(2026, 11, 27))).drops
    assert (code.field, code.part, standard.part) == ("diagnoses", "code", "standard code")
    assert drop_words(standard, "diagnoses", "27 Nov").startswith(
        "RIVERSIDE_EHR no longer sends the standard code of diagnoses since 27 Nov: 0 of 6 messages"
    )


def test_a_birth_date_that_is_no_longer_sent_is_named_the_next_day() -> None:
    who = {"kind": "Patient", "detail": {"birth_date": "1950-02-03", "sex": "female"}}
    before = daily(START, 26, 4, PROBLEM, who)
    after = daily(date(2026, 11, 27), 1, 6, PROBLEM, {**who, "detail": {"sex": "female"}})
    (drop,) = report(tally(*before, *after, as_of=date(2026, 11, 27))).drops
    assert (drop.field, drop.part) == ("demographics", "birth_date")
    assert drop_words(drop, "demographics", "27 Nov").startswith(
        "RIVERSIDE_EHR no longer sends the birth date of demographics since 27 Nov: 0 of 6 messages"
    )


def test_it_stays_named_until_the_field_comes_back() -> None:
    gone = [(20, 18)] * 10 + [(20, 0)] * 40
    assert found(*gone) == [("gone", "2026-11-11")]
    assert found(*gone, (20, 18)) == []


def test_a_field_that_never_came_or_came_once_is_not_dropped() -> None:
    assert found(*[(50, 0)] * 20) == []
    assert found((500, 400), *[(50, 0)] * 20) == []


def test_a_weekend_without_the_field_is_no_upgrade() -> None:
    week = [(40, 20)] * 5 + [(10, 0)] * 2
    assert found(*week * 3) == []
    assert found(*week * 3, (40, 0)) == [("gone", "2026-11-20")]


def test_a_handful_of_messages_says_nothing() -> None:
    assert found(*[(10, 5)] * 20, (2, 0)) == []


def test_one_quiet_day_before_does_not_hide_a_loss() -> None:
    assert found((1, 0), *[(50, 45)] * 10, (50, 0)) == [("gone", "2026-11-12")]
    assert found(*[(50, 45)] * 5, (1, 0), *[(50, 45)] * 5, (50, 0)) == [("gone", "2026-11-12")]


def test_a_field_that_most_messages_lost_is_named_as_fewer() -> None:
    assert found(*[(100, 90)] * 14, (100, 20)) == [("fewer", "2026-11-15")]
    assert found(*[(100, 90)] * 14, (100, 80)) == []


def test_a_slow_feed_is_seen_over_the_week_from_the_day_it_began() -> None:
    assert found(*[(6, 5)] * 21, (6, 5), (6, 5), (6, 1), (6, 2), (6, 1), (6, 1), (6, 1)) == [
        ("fewer", "2026-11-24")
    ]


@pytest.mark.parametrize("share", [0.02, 0.3, 0.8, 1.0])
def test_a_share_that_stays_raises_a_line_in_at_most_1_of_100_months(share: float) -> None:
    chance = random.Random(7)
    raised = 0
    for _ in range(300):
        counts = [
            (n := chance.randint(5, 60), sum(chance.random() < share for _ in range(n))) for _ in range(35)
        ]
        raised += bool(found(*counts))
    assert raised <= 3


def test_the_bounds_are_those_of_the_textbook() -> None:
    assert lowest_share(10, 10) == pytest.approx(10 / (10 + 2.326**2), abs=1e-9)
    assert chance_of_so_few(1, 10, 0.5) == pytest.approx(11 / 1024)
    assert chance_of_so_few(0, 5, 1.0) == 0


def test_a_source_that_fell_silent_is_named_after_twice_its_longest_pause() -> None:
    arrivals = Arrivals()
    for number in (0, 1, 2, 5, 6, 7):
        arrivals.add(noon(START + timedelta(days=number)))
    assert arrivals.silent_since(START + timedelta(days=13)) is None
    assert arrivals.silent_since(START + timedelta(days=14)) == START + timedelta(days=7)
    assert arrivals.rhythm() == "daily batch"
    for hour in range(8):
        for number in range(8):
            arrivals.add(noon(START + timedelta(days=number)) + timedelta(hours=hour))
    assert arrivals.rhythm() == "real time"
