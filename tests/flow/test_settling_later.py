"""What was settled meets what is said of the same drug afterwards, by whomever and however late: nothing replaces a chosen dose unsaid."""

from datetime import timedelta

import pytest

from tests.connect.made import body, bundle, patient
from tests.flow.test_settling import LISINOPRIL, ada, desk, kinds, sends, settle, take, the_drug, who
from tests.record.sources import allergy, order, sct

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


@pytest.mark.parametrize("status", ["stopped", "completed", "cancelled", "on-hold"])
def test_a_source_that_ends_its_order_after_a_dose_was_settled_is_told(desk, sends, ada, status):
    settle(desk, ada, "20 mg once daily")
    assert desk.record("operator", ada).settled[0].since == ""
    sends("clinic", order(LISINOPRIL, dosageInstruction=take("20 mg once daily"), status=status))
    said = status.replace("-", " ")
    assert desk.record("operator", ada).settled[0].since == f"{said} in clinic (ordered 2026-10-01)"


def test_that_another_system_had_stopped_it_long_before_is_no_news(desk, sends, ada):
    settle(desk, ada, "20 mg once daily")
    sends("ward", order(LISINOPRIL, "2020-03-01", status="stopped"))
    assert desk.record("operator", ada).settled[0].since == ""


def test_a_stop_that_was_known_when_the_dose_was_settled_is_no_news(desk, sends, ada):
    stopped = order(LISINOPRIL, "2026-10-03", status="stopped")
    sends("clinic", stopped)
    sends(
        "heart",
        order("Lisinopril 20 MG Oral Tablet", "2026-10-06", dosageInstruction=take("20 mg twice daily")),
    )
    settle(desk, ada, "10 mg once daily")
    sends("clinic", stopped)
    assert desk.record("operator", ada).settled[0].since == ""


def test_a_settled_dose_is_the_dose_for_as_long_as_the_drug_is_ordered(desk, ada):
    settle(desk, ada, "other", other="15 mg once daily")
    assert doses(desk.weaving.record(ada, desk.today + timedelta(days=1000))) == ["15 mg once daily"]


@pytest.mark.parametrize("whose", [0, 1])
def test_an_allergy_removed_on_somebody_elses_word_is_one_again_when_the_two_are_parted(
    desk, tmp_path, whose
):
    """Two were held to be one person; what was settled of both is given to one of them."""
    listed = allergy(sct("91936005", "Allergy to penicillin"))
    refuted = allergy(sct("91936005", "Allergy to penicillin"), "2026-10-05", verified="refuted")
    two = []
    for name, said in (("clinic", listed), ("heart", refuted)):
        person = patient() | {
            "name": [{"family": f"Invented-{name}"}],
            "identifier": [{"system": "urn:x", "value": name}],
        }
        file = tmp_path / f"{name}.json"
        file.write_bytes(body(bundle(person, said)))
        two += desk.connect([file], source=name).patients
    rosa = who(desk, "rosa")
    desk.people.same(rosa, *two, why="held to be one")
    settle(desk, desk.store.sameness.first(two[0]), "tolerated")
    assert [one.status for one in desk.record("operator", two[0]).allergies] == ["refuted"]
    (ruling,) = desk.people.unnamed(*two)
    desk.people.unmerge(rosa, *two, why="two people", whose={ruling.patient: two[whose]})
    records = [desk.record("operator", one) for one in two]
    assert "active" in [one.status for one in records[0].allergies]
    assert kinds(records[0]) == (["allergy_list"] if whose == 0 else [])
    assert [record.settled for record in records] == [(), ()]


def test_a_reaction_that_its_own_source_records_anew_after_it_was_refuted_is_an_allergy_again(desk, sends):
    """With the onset that it had: what is new is that somebody recorded it again."""
    code, since = sct("91936005", "Allergy to penicillin"), {"onsetDateTime": "2010-05-01"}
    sends("clinic", allergy(code, "2012-01-01", **since))
    her = sends("heart", allergy(code, "2026-10-05", verified="refuted"))
    settle(desk, her, "tolerated")
    sends("clinic", allergy(code, "2012-01-01", **since))
    assert [one.status for one in desk.record("operator", her).allergies] == ["refuted"]
    sends("clinic", allergy(code, "2026-11-20", **since))
    record = desk.record("operator", her)
    assert "active" in [one.status for one in record.allergies]
    assert "allergy_list" in kinds(record) and "clinic" in record.settled[0].since
