"""Who is in a care team now, as lists ask it, is what the steps say, in whatever order they came."""

import random
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from careloom.store import Store
from careloom.store.models import CareTeamMember
from tests.store.people import BOB

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
NAMES = ("rosa", "cam", "osei")


def test_members_follow_from_steps_that_came_in_any_order(store: Store, alice: str, message):
    people, chance = (alice, store.patients.create(BOB, message)), random.Random(11)

    def told() -> set[tuple[str, str]]:
        return {(str(one.patient_id), one.member) for one in CareTeamMember.objects.all()}

    def said() -> set[tuple[str, str]]:
        return {(patient, one.user) for patient in people for one in store.teams.of(patient)}

    seen = set()
    for _ in range(60):
        at = NOW + timedelta(minutes=chance.randrange(20))
        patient, member, joined = chance.choice(people), chance.choice(NAMES), chance.random() < 0.6
        store.teams.step(patient, member, joined=joined, who="a test", why="", at=at)
        assert told() == said()
        seen.add(frozenset(told()))
    assert len(seen) > 5
    CareTeamMember.objects.all().delete()
    import_module("careloom.store.migrations.0033_list_anew").count_members(apps, None)
    assert told() == said()
