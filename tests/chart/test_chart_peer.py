"""An independent validator reads what we emit."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from careloom import chart
from careloom.care.audited import Whence
from careloom.chart.audit import KINDS
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


def validate(bundle: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        ["node", "validate.cjs"],
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
