"""What left by Careloom itself stands beside the accounting, once, with the rule that leaves it out."""

import pytest

from tests.flow.test_delivering import queued, server, site

__all__ = ["server", "site"]
pytestmark = pytest.mark.django_db


def test_a_letter_to_the_patient_is_left_out_once_and_the_rule_is_named(site) -> None:
    sending = queued(site)
    site.delivering.deliver(sending.id)
    site.delivering.deliver(sending.id)
    found = site.desk.accounting.disclosures("test", sending.patient)
    assert found.counted == found.part2 == ()
    (one,) = found.left_out
    assert (one.ground.id, one.ground.not_counted, one.address) == ("patient", "164.528(a)(1)(ii)", "email")
    assert "@" not in str(found)
