"""A question whose SQL is made once answers as the queryset of which it is made, whatever it is asked with."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

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


def test_a_question_that_passes_over_one_of_its_values_is_refused(db: None) -> None:
    careless = Asked(lambda organisation, patient: Patient.objects.filter(pk=patient).values_list("id"))
    with pytest.raises(ValueError, match="doesn't ask with 1"):
        careless.rows("demo", UUID(int=1))
