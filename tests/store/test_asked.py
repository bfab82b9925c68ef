"""A question whose SQL is made once answers as the queryset of which it is made, whatever it is asked with."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from careloom.care.second import Ground, Mode, Policy
from careloom.store import Store
from careloom.store.asked import Asked
from careloom.store.caring import CareTeamStep
from careloom.store.models import Patient
from tests.store.people import BOB

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
STEPS = Asked(
    lambda organisation, patients, since: (
        CareTeamStep.objects.filter(organisation=organisation, patient__in=patients, at__gte=since)
        .order_by("at", "member")
        .values_list("patient_id", "member", "at")
    )
)


def test_it_answers_each_of_several_people_with_what_is_hers(
    store: Store, alice: str, message: object
) -> None:
    bob = store.patients.create(BOB, message)  # type: ignore[arg-type]
    for patient, member, hours in ((alice, "rosa", 0), (alice, "cam", 1), (bob, "osei", 2)):
        at = NOW + timedelta(hours=hours)
        store.teams.step(patient, member, joined=True, who="a test", why="", at=at)
    organisation = store.keys.organisation
    both = (UUID(alice), UUID(bob))

    def asked(patients: tuple[UUID, ...], since: datetime) -> list[tuple[object, ...]]:
        rows = STEPS.make(organisation, patients, since)
        found = STEPS.rows(organisation, patients, since)
        assert found == list(rows), "the queryset says something else"
        return found

    for _ in range(2):
        assert [who for _, who, _ in asked(both, NOW)] == ["rosa", "cam", "osei"]
        assert asked((UUID(bob),), NOW) == [(UUID(bob), "osei", NOW + timedelta(hours=2))]
        assert [who for _, who, _ in asked((UUID(alice),), NOW + timedelta(minutes=30))] == ["cam"]
    assert STEPS.rows("elsewhere", both, NOW) == []
    assert STEPS.rows(organisation, (), NOW) == []


def test_it_answers_alike_however_often_it_was_asked_and_over_a_connection_that_is_opened_anew(
    store: Store, alice: str
) -> None:
    policy = Policy(share=20, modes={Ground.SHARE: Mode.AFTER}, kinds=("care_plan",), who="u", why="a test")
    kept = store.seconds.decree(policy, NOW, was=0)
    for _ in range(7):
        with CaptureQueriesContext(connection) as questions:
            assert store.seconds.policy() == kept
        assert len(questions) == 1
    store.teams.step(alice, "rosa", joined=True, who="a test", why="", at=NOW)
    told = [STEPS.rows(store.keys.organisation, (UUID(alice),), NOW) for _ in range(7)]
    assert told == [[(UUID(alice), "rosa", NOW)]] * 7


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
def test_postgresql_keeps_its_plan_unless_a_pooler_stands_before_it(store: Store, settings: Settings) -> None:
    def planned() -> int:
        connection.close()
        for _ in range(4):
            store.seconds.policy()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%storedpolicy%%'"
            )
            return int(cursor.fetchone()[0])

    assert planned() == 1
    settings.CARELOOM_PREPARES_AFTER = None
    assert planned() == 0


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_broke_is_asked_anew(store: Store) -> None:
    for _ in range(4):
        assert store.seconds.policy().version == 0
    connection.close()
    for _ in range(4):
        assert store.seconds.policy().version == 0


def test_a_question_that_passes_over_one_of_its_values_is_refused(db: None) -> None:
    careless = Asked(lambda organisation, patient: Patient.objects.filter(pk=patient).values_list("id"))
    with pytest.raises(ValueError, match="doesn't ask with 1"):
        careless.rows("demo", UUID(int=1))


def test_rows_that_are_answered_again_and_again_follow_what_changed(store: Store, alice: str) -> None:
    asked = Asked(STEPS.make, again=True)
    organisation, her = store.keys.organisation, (UUID(alice),)
    store.teams.step(alice, "rosa", joined=True, who="a test", why="", at=NOW)
    first = asked.rows(organisation, her, NOW)
    assert first == [(UUID(alice), "rosa", NOW)] and asked.rows(organisation, her, NOW) == first
    store.teams.step(alice, "cam", joined=True, who="a test", why="", at=NOW + timedelta(seconds=1))
    assert asked.rows(organisation, her, NOW) == [
        *first,
        (UUID(alice), "cam", NOW + timedelta(seconds=1)),
    ]
