"""What left by Careloom itself stands beside the accounting, once, with the rule that leaves it out."""

from datetime import UTC, datetime, timedelta

import pytest

from careloom import pipeline as pipelines
from careloom.care.document import Reviewer
from careloom.pipeline import Pipeline
from careloom.pipeline.accounting import MOST, Said
from careloom.settings import Settings
from careloom.store import Store
from careloom.store.ids import new_id
from careloom.store.models import AuditEvent
from tests.flow.test_delivering import queued, server, site
from tests.store.conftest import put
from tests.store.people import ALICE, BOB

__all__ = ["server", "site"]
CAM = Reviewer(user="cam", role="care_coordinator", name="C. Lund")
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(store: Store, home, key) -> Pipeline:
    return pipelines.build(Settings(home=home, encryption_key=key, model="none"))


def faxed(desk: Pipeline, patient: str, to: str) -> None:
    desk.accounting.disclose("nora", patient, Said(to, "a note", "a reason", "court", desk.today))


def test_what_left_before_two_were_found_to_be_one_person_stands_in_their_accounting(desk) -> None:
    one, other = (desk.store.patients.create(who, put(desk.store)) for who in (ALICE, BOB))
    faxed(desk, one, "the first court")
    faxed(desk, other, "the second court")
    desk.people.same(CAM, one, other, why="asked")
    faxed(desk, other, "the third court")
    faxed(desk, other, "the third court")
    for asked in (one, other):
        found = desk.accounting.disclosures("test", asked)
        assert sorted(left.to for left in found.counted) == [
            "the first court",
            "the second court",
            "the third court",
            "the third court",
        ]


def test_however_often_a_record_was_read_nothing_that_left_is_missing(desk) -> None:
    alice = desk.store.patients.create(ALICE, put(desk.store))
    read = datetime.now(UTC) - timedelta(days=1)
    AuditEvent.objects.bulk_create(
        (
            AuditEvent(
                id=new_id(),
                organisation=desk.store.keys.organisation,
                at=read,
                actor="nora",
                action="read",
                patient=alice,
                what="record",
                sealed_why=b"",
                form=2,
            )
            for _ in range(MOST)
        ),
        batch_size=1_000,
    )
    faxed(desk, alice, "a court")
    assert [left.to for left in desk.accounting.disclosures("test", alice).counted] == ["a court"]


def test_a_letter_to_the_patient_is_left_out_once_and_the_rule_is_named(site) -> None:
    sending = queued(site)
    site.delivering.deliver(sending.id)
    site.delivering.deliver(sending.id)
    found = site.desk.accounting.disclosures("test", sending.patient)
    assert found.counted == found.part2 == ()
    (one,) = found.left_out
    assert (one.ground.id, one.ground.not_counted, one.address) == ("patient", "164.528(a)(1)(ii)", "email")
    assert "@" not in str(found)
