"""An independent validator reads what we emit."""

import json
import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from careloom import chart
from careloom.care.audited import Whence
from careloom.care.webhook import Telling
from careloom.chart.audit import KINDS
from careloom.chart.capability import capability
from careloom.chart.notification import notification
from careloom.chart.served import served
from tests.chart.filed import filed
from tests.chart.test_chart_audit import event
from tests.chart.test_chart_document import letter

PEERS = Path(__file__).parent.parent / "peers"

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(
        shutil.which("node") is None or not (PEERS / "node_modules").exists(),
        reason="Node or its packages are absent (npm ci --prefix tests/peers)",
    ),
]


def validate(bundle: dict[str, Any], *profiles: str) -> dict[str, Any]:
    done = subprocess.run(
        ["node", "validate.cjs", *profiles],
        cwd=PEERS,
        input=json.dumps(bundle),
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_the_peer_finds_nothing_wrong_with_a_filed_plan() -> None:
    one = filed()
    answer = validate(chart.bundle(one.record, [one]))
    assert answer["checked"] > 5
    assert answer["problems"] == []


def test_the_peer_finds_nothing_wrong_with_a_filed_letter() -> None:
    one = letter()
    answer = validate(chart.bundle(one.record, [one]))
    assert answer["checked"] > 3
    assert answer["problems"] == []


def test_the_peer_would_find_something_wrong() -> None:
    one = filed()
    bundle = chart.bundle(one.record, [one])
    plan = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "CarePlan")
    del plan["intent"]
    assert validate(bundle)["problems"]


def test_the_peer_finds_nothing_wrong_with_audit_events() -> None:
    events = [event(action, id=f"{number:032x}") for number, action in enumerate(KINDS)]
    events.append(event("read", patient="", what="", whence=Whence()))
    answer = validate(chart.audit_events(events, "demo"))
    assert answer["checked"] >= len(KINDS)
    assert answer["problems"] == []


def test_the_peer_finds_nothing_wrong_with_what_is_served() -> None:
    one = filed()
    resources = served(chart.bundle(one.record, [one]))
    statement = capability("https://careloom.example/fhir", "0.1.0", date(2026, 11, 23))
    at = datetime(2026, 11, 23, 15, tzinfo=UTC)
    event = Telling("e", "w", 1, "plan-filed", "CarePlan/1", at, "waiting", 0, "")
    told = notification(
        "7a0c5c7e-3f5b-4a57-9c40-1f1d2f6c9a01", "event-notification", 1, [event], at.isoformat()
    )
    answer = validate(
        {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"resource": each} for each in (*resources.values(), statement, told)],
        }
    )
    assert answer["checked"] > 7
    assert answer["problems"] == []
