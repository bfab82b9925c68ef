"""A call carries nothing of a substance-use programme's into a note or a question, which others read, too (42 CFR Part 2)."""

from datetime import date

import pytest

from careloom.care.document import Reviewer
from careloom.store.licence import Licence
from tests.flow.test_consent import CONSENT, desk, programme, sends
from tests.record.sources import allergy, order

__all__ = ["desk", "sends"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def nora(desk) -> Reviewer:
    for name, role in (
        ("nora", "registered_nurse"),
        ("osei", "physician"),
        ("chw", "community_health_worker"),
    ):
        desk.store.users.create(name, role=role, licence=Licence("MA", f"{name}1", date(2031, 6, 30)))
    return desk.store.users.reviewer("nora")


def test_with_the_consent_a_call_still_asks_and_tells_nothing_of_it(desk, sends, nora):
    sends("ehr", order("Citalopram 40 MG Oral Tablet", "2026-08-01"))
    reaction = allergy({"text": "Buprenorphine"}, reaction=[{"manifestation": [{"text": "rash"}]}])
    her = sends("lighthouse", *programme(CONSENT, reaction))
    record = desk.record(nora, her)
    assert "methadone" in {one.name for one in record.medications}
    desk.propose(nora, her)
    call = desk.calling.begin(nora, record)
    (drug,) = call.sheet.drugs
    assert drug.name == "citalopram"
    assert "ethadone" not in str(call.sheet) and "pioid" not in str(call.sheet)
    said = {
        "whom": "patient",
        f"drug:{drug.key}": "not_taking",
        "assessment": "Low mood.",
        "request": "Please call her.",
    }
    desk.calling.say_all(nora, call.id, said)
    desk.calling.draft_question(nora, call.id)
    to = desk.store.users.reviewer("osei").user
    ended = desk.calling.end(nora, desk.calling.say(nora, call.id, "to", to).id)
    ((question,), _) = desk.questioning.listed(desk.store.users.reviewer("chw"))
    told = str(question) + str(desk.store.proposals.get(ended.note))
    assert "Listed: citalopram" in told and "ethadone" not in told and "uprenorphine" not in told
    # Nothing untrue is said instead.
    assert "Allergies: see the record" in question.parts["background"]
