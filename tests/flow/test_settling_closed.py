"""What was settled of a substance-use programme's entries is as closed as they are (42 CFR Part 2)."""

import json
from datetime import date

import pytest

from careloom.care.document import Action, Reviewer
from careloom.chart.parameters import PARAMETERS
from careloom.chart.searching import parse
from careloom.pipeline.settling import Said
from careloom.record import to_json
from tests.flow.test_consent import CONSENT, desk, everything, programme, sends
from tests.record.sources import order

__all__ = ["desk", "sends"]
pytestmark = pytest.mark.django_db
OSEI = Reviewer("osei", "physician", "MA:1", "2031-06-30", "Dr. Osei")
HELPER = Reviewer("helper", "medical_assistant")


@pytest.fixture
def who(desk, sends):
    """Methadone 80 mg from the programme with the patient's consent, 60 mg from the hospital."""
    sends(
        "ehr", order("Methadone 60 MG Oral Tablet", "2026-08-01", dosageInstruction=[{"text": "60 mg daily"}])
    )
    her = sends("lighthouse", *programme(CONSENT))
    (dispute,) = [one for one in desk.settling.open(OSEI, her) if one.family == "drug"]
    said = Said(dispute.choices[0].value, "her clinic called Zebulon")
    follows = desk.settling.preview(OSEI, her, dispute.key, said)
    desk.settling.settle(OSEI, her, dispute.key, said, follows.to_read)
    return her


def test_with_the_consent_it_stands_settled_for_whoever_reads_the_programme(desk, who):
    record = desk.record(OSEI, who)
    assert [one.by for one in record.settled] == ["Dr. Osei"]
    (own,) = record.settled[0].own
    assert record.by_id[own].detail["part2"] == "Lighthouse Recovery"


def test_who_does_not_read_the_programme_reads_nothing_of_what_was_settled(desk, who):
    told = json.dumps(to_json(desk.record(HELPER, who)))
    assert "Zebulon" not in told and "settled by" not in told and "80 MG" not in told
    assert desk.record(HELPER, who).settled == ()


def test_when_the_consent_is_taken_back_it_is_closed_with_the_rest(desk, sends, who):
    deny = {**CONSENT["provision"], "type": "deny", "period": {"start": "2026-06-01"}}
    sends("lighthouse", {**CONSENT, "dateTime": "2026-06-01", "provision": deny})
    told = everything(desk, who)
    assert "Zebulon" not in told and "Dr. Osei" not in told
    assert "ighthouse" not in told and "80 MG" not in told
    assert desk.record(OSEI, who).settled == ()
    # What the hospital says speaks for itself again.
    (drug,) = [one for one in desk.record(OSEI, who).medications if one.current]
    assert drug.doses[0][0] == "60 mg daily"
    assert desk.today >= date(2026, 6, 1)


def test_a_served_chart_holds_none_of_it_for_whoever_does_not_read_the_programme(desk, who):
    plan = desk.propose("operator", who, as_of=desk.today, model="none")
    lines = [one.id for one in plan.document.statements]
    assert desk.decide(OSEI, plan.id, Action.APPROVE, opened=lines).status == "active"

    def shown(reader: Reviewer) -> str:
        return " ".join(
            one.json.decode()
            for kind, known in PARAMETERS.items()
            if "patient" in known and kind != "AuditEvent"
            for one in desk.facade.search(reader, parse(kind, [("patient", who)], desk.clock())).page
        )

    assert "80 MG" in shown(OSEI) and plan.id in shown(OSEI)
    hers = shown(HELPER)
    assert "80 MG" not in hers and "ighthouse" not in hers and plan.id not in hers
