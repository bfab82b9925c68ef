"""What was settled meets what is said of the same drug afterwards, by whomever and however late: nothing replaces a chosen dose unsaid."""

from datetime import timedelta

import pytest

from tests.flow.test_settling import ada, desk, kinds, sends, settle, take, the_drug, who
from tests.record.sources import order

pytestmark = pytest.mark.django_db
__all__ = ["ada", "desk", "sends"]


def reports(desk, patient_, how: str) -> None:
    """He tells on the telephone, today, how he takes it."""
    said = {"day": desk.today.isoformat(), "way": "phone", "reached": "reached", "whom": "patient"}
    desk.propose(
        who(desk, "rosa"), patient_, kind="visit_note", model="none", given=said | {"medicines": f"lisinopril: {how}"}
    )  # fmt: skip


def doses(record) -> list[str]:
    return [words for words, _ in the_drug(record).doses]


@pytest.mark.parametrize("call", range(4))
def test_a_dose_settled_on_the_day_of_a_call_is_the_dose(desk, ada, call):
    reports(desk, ada, "differently, 40 mg once daily")
    settle(desk, ada, "other", other="15 mg once daily")
    record = desk.record("operator", ada)
    assert (doses(record), kinds(record)) == (["15 mg once daily"], [])


def test_what_he_reports_after_it_was_settled_contradicts_it(desk, ada):
    settle(desk, ada, "other", other="15 mg once daily")
    reports(desk, ada, "differently, 40 mg once daily")
    record = desk.record("operator", ada)
    assert set(doses(record)) == {"15 mg once daily", "40 mg once daily"} and kinds(record) == ["dose"]
    assert "40 mg" in record.settled[0].since


@pytest.mark.parametrize(("source", "dose"), [("clinic", "20 mg once daily"), ("heart", "40 mg once daily")])
def test_a_later_order_of_another_dose_contradicts_a_dose_that_no_source_states(
    desk, sends, ada, source, dose
):
    settle(desk, ada, "other", other="15 mg once daily")
    later = desk.today + timedelta(days=1)
    sends(source, order("Lisinopril", later.isoformat(), dosageInstruction=take(dose)))
    record = desk.weaving.record(ada, later + timedelta(days=1))
    assert set(doses(record)) == {"15 mg once daily", dose} and kinds(record) == ["dose"]
    assert dose in record.settled[0].since


def test_a_settled_dose_is_the_dose_for_as_long_as_the_drug_is_ordered(desk, ada):
    settle(desk, ada, "other", other="15 mg once daily")
    assert doses(desk.weaving.record(ada, desk.today + timedelta(days=1000))) == ["15 mg once daily"]
