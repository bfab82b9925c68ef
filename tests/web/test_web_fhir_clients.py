"""The FHIR server as stock clients ask it: two of Python's and one of Node's, over HTTP, page by page."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from careloom.care.scopes import SERVED
from careloom.chart.parameters import PARAMETERS
from careloom.pipeline import Pipeline
from tests.web.charted import people, signed

PEERS = Path(__file__).parents[1] / "peers"
PYTHON = PEERS / ".venv" / "bin" / "python"
pytestmark = pytest.mark.django_db(transaction=True)
KINDS = (
    "Patient",
    *(kind for kind, known in PARAMETERS.items() if "patient" in known and kind != "AuditEvent"),
)


@pytest.fixture
def asked(real: Pipeline, live_server: LiveServer) -> tuple[list[str], dict[str, list[str]]]:
    """What a client is told (address, token, patient and types), and what there is of each type."""
    (who,) = people(real, 1)
    signed(real, who)
    signed(real, who, "clinical_summary")
    osei = real.store.users.reviewer("osei")
    real.facade.read(osei, "Patient", who)
    there: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for one in real.store.shelf.of((who,), closed=False):
        if one.kind in there and not one.gone:
            there[one.kind].append(one.name)
    scopes = [f"system/{kind}.rs" for kind in SERVED]
    _, secret = real.store.tokens.add("peer", user="rosa", scopes=scopes, now=timezone.now(), days=1)
    return [f"{live_server.url}/fhir", secret, who, *KINDS], {
        kind: sorted(names) for kind, names in there.items()
    }


def said(*command: str) -> Any:
    done = subprocess.run(
        command, cwd=PEERS, env=os.environ | {"NO_PROXY": "*"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return json.loads(done.stdout)


@pytest.mark.peer
@pytest.mark.skipif(
    not (PEERS / ".venv/lib/python3.11/site-packages/fhirclient").exists(),
    reason="fhirclient and fhirpy are absent (python3 -m venv tests/peers/.venv; its pip install -r requirements/peers.txt)",
)
def test_two_clients_of_python_find_page_and_read_every_type(
    asked: tuple[list[str], dict[str, list[str]]],
) -> None:
    told, there = asked
    found = said(str(PYTHON), "asks.py", *told)
    assert found["fhirclient"] == there and found["fhirpy"] == there
    assert found["read"] == sum(map(len, there.values())) > 20


@pytest.mark.node
@pytest.mark.skipif(
    shutil.which("node") is None or not (PEERS / "node_modules/fhir-kit-client").exists(),
    reason="Node or its packages are absent (npm ci --prefix tests/peers)",
)
def test_a_client_of_node_finds_pages_and_reads_every_type(
    asked: tuple[list[str], dict[str, list[str]]],
) -> None:
    told, there = asked
    assert said("node", "asks.cjs", *told) == there
