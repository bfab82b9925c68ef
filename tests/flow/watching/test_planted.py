"""Months of real messages and of decisions, into which drift of each cause is planted: each is told by its cause, alarms once, ends with a note, and nothing else alarms."""

from datetime import timedelta

import pytest

from careloom.care.document import Action
from careloom.care.watched import Cause
from careloom.monitor import Signal
from careloom.pipeline import Pipeline
from tests.flow.watching.counted import decide, draft
from tests.flow.watching.planted_messages import FIRST, OLDER
from tests.flow.watching.planted_site import PlantedSite

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# People change first; a month later a field goes missing and plans are changed more often, on one day.
PEOPLE, MISSING, DAYS, WORKED = 63, 98, 109, 35


def test_a_change_of_people_of_a_field_and_of_practice_are_each_told_by_their_cause(
    desk: Pipeline, clock, tmp_path, alice
) -> None:
    planted = {OLDER: PEOPLE, "a field goes missing": MISSING}
    site = PlantedSite(desk, clock, tmp_path, {"clinic": 8}, planted=planted)
    told: list[str] = []
    found: tuple[Signal, ...] = ()
    for number in range(DAYS):
        site.day(number)
        for place in range(site.many(5) if number > WORKED else 0):
            one = draft(desk, alice, 100 * number + place, clock.now)
            changed = site.chance.random() < (0.7 if number >= MISSING else 0.15)
            decide(desk, one, Action.AMEND if changed else Action.APPROVE, clock.now)
        if number in (MISSING - 1, DAYS - 1):
            found = site.watch().signals
            told.append(" ".join(one.cause.value for one in found))
    assert told == ["population", "population data practice"]
    people, field, practice = found
    assert people.earliest - timedelta(7) <= FIRST + timedelta(PEOPLE) <= people.latest
    assert field.since == FIRST + timedelta(MISSING) and field.leads.series.startswith("shown|clinic|")
    assert practice.leads.series == "edited|care_plan" and practice.cause is Cause.PRACTICE
    lead = desk.store.users.reviewer("quinn")
    standing, _ = desk.alarming.listed(lead)
    assert {one.kind for one in standing} == {"population", "data", "practice"}
    # Each is taken, and ends with a note.
    for one in standing:
        desk.alarming.acknowledge(lead, one.id)
        desk.alarming.end(lead, one.id, "An invented reason, looked into.")
    still, ended = desk.alarming.listed(lead)
    assert not still and len(ended) == 3
    # The next count tells nobody again.
    site.day(DAYS)
    desk.watching.keep_up("operator")
    assert not desk.alarming.listed(lead)[0]
