"""From a real draft: what must be read before it is signed, who stands beside the signature, and what the chart says of it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from careloom.care.document import Action, Proposal, Reviewer
from careloom.errors import NotApproved, NotLicensed, StaleRecord
from careloom.pipeline import Pipeline
from careloom.review.cosign import is_of_field
from careloom.review.vigilance import YES, to_open
from careloom.store.licence import Licence
from careloom.store.models import StoredProgress
from tests.flow.test_deciding import every

pytestmark = pytest.mark.django_db


@pytest.fixture
def pharmacist(desk: Pipeline) -> Reviewer:
    until = datetime(2030, 1, 1, tzinfo=UTC).date()
    desk.store.users.create("ito", name="P. Ito", role="pharmacist", licence=Licence("MA", "PH1", until))
    return desk.store.users.reviewer("ito")


def read(desk: Pipeline, who: Reviewer, plan: Proposal) -> None:
    """She opens every line and finding, and says yes where she is asked."""
    desk.open_lines(who, plan.id, every(plan))
    found = desk.attention.begin(who, desk.review(who, plan.id))
    for key in (*every(plan), *(f"f{number}" for number in range(len(plan.findings)))):
        found = desk.attention.look(who, found, key)
    for line in found.doubts:
        if found.may[line]:
            desk.attention.answer(who, found, line, YES)


def test_a_physician_who_read_everything_files_the_plan_and_leaves_nothing_begun(
    desk: Pipeline, plan: Proposal, physician: Reviewer
) -> None:
    if to_open(plan, desk.review(physician, plan.id).progress):
        with pytest.raises(NotApproved):
            desk.attention.sign(physician, desk.review(physician, plan.id))
    read(desk, physician, plan)
    assert StoredProgress.objects.count() == 1
    filed = desk.attention.sign(physician, desk.review(physician, plan.id))
    assert filed.status == "active" and StoredProgress.objects.count() == 0
    pace = desk.store.proposals.decisions(plan.id)[-1].pace
    assert int(pace["words"]) > 100 and pace["seconds"] == "0" and pace["went_on"] == "yes"


def test_what_somebody_else_changed_meanwhile_is_not_signed_unseen(
    desk: Pipeline, plan: Proposal, physician: Reviewer, nurse: Reviewer
) -> None:
    read(desk, physician, plan)
    seen = desk.review(physician, plan.id)
    line = next(one.id for one in plan.document.statements if desk.review(nurse, plan.id).may[one.id])
    desk.decide(nurse, plan.id, Action.AMEND, struck=(line,))
    with pytest.raises(StaleRecord):
        desk.attention.sign(physician, seen)


def test_two_windows_of_one_person_keep_what_each_of_them_typed(
    desk: Pipeline, plan: Proposal, nurse: Reviewer
) -> None:
    desk.attention.keep(nurse, plan.id, "amend:one", "from the first", "")
    desk.attention.keep(nurse, plan.id, "amend:two", "from the second", "")
    assert dict(desk.review(nurse, plan.id).progress.typed) == {
        "amend:one": "from the first",
        "amend:two": "from the second",
    }
    with pytest.raises(StaleRecord):
        desk.attention.keep(nurse, plan.id, "amend:one", "over it, unseen", "")
    desk.attention.keep(nurse, plan.id, "amend:one", "", "from the first")
    assert "amend:one" not in desk.review(nurse, plan.id).progress.typed


def test_a_pharmacist_stands_beside_the_signature_in_the_chart(
    desk: Pipeline, plan: Proposal, physician: Reviewer, pharmacist: Reviewer
) -> None:
    read(desk, pharmacist, plan)
    with pytest.raises(NotLicensed):
        desk.attention.sign(pharmacist, desk.review(pharmacist, plan.id))
    after = desk.attention.cosign(pharmacist, desk.review(pharmacist, plan.id))
    medicines = {one.id for one in plan.document.statements if is_of_field("pharmacist", one)}
    assert medicines and set(after.cosigned) == medicines and after.released == {}
    read(desk, physician, plan)
    assert desk.attention.sign(physician, desk.review(physician, plan.id)).status == "active"
    resources = [one["resource"] for one in desk.chart(physician, plan.document.patient)["entry"]]
    (told,) = (one for one in resources if one["resourceType"] == "Provenance")
    roles = [agent["role"][0]["text"] for agent in told["agent"] if "role" in agent]
    assert roles == ["Pharmacist, co-signed her lines"]
    assert "P. Ito" in {one["name"][0]["text"] for one in resources if one["resourceType"] == "Practitioner"}


def test_what_is_begun_is_sealed(desk: Pipeline, plan: Proposal, nurse: Reviewer, home: Path) -> None:
    desk.attention.keep(nurse, plan.id, "return:words", "Invented words", "")
    row = StoredProgress.objects.get()
    assert b"Invented" not in bytes(row.sealed)
