"""Published requests of HL7's guide on drug interactions (PDDI-CDS), asked as they are: each is answered by the specification's form,
and with the pair that its authors mean.
"""

import json
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from careloom.pipeline import Pipeline
from tests.web.card_schema import must_be_cards
from tests.web.conftest import real as real

REQUESTS = Path(__file__).parents[2].parent / "shared/data/drug-safety/HL7-PDDI-CDS/input/images/requests"
pytestmark = [
    pytest.mark.outside,
    pytest.mark.django_db,
    pytest.mark.skipif(not REQUESTS.exists(), reason="../shared/data is absent"),
]
# The drafts and the drug beside them, by the words of the file's name.
MEANT = {
    "warfarin-nsaids": [("ketorolac", "warfarin")],
    "digoxin-cyclosporine": [("digoxin", "cyclosporine")],
    "multi-update-draft-orders-1": [("ketorolac", "warfarin")],
    "multi-update-draft-orders-2": [("digoxin", "cyclosporine")],
    "multi-update-draft-orders-3": [("ketorolac", "warfarin")],
    "multi-update-draft-orders-4": [("digoxin", "cyclosporine")],
}
ASKED = [
    path
    for path in sorted(REQUESTS.glob("*.json"))
    if json.loads(path.read_text("utf-8"))["hook"] in ("order-select", "order-sign")
]


@pytest.mark.parametrize("path", ASKED, ids=lambda path: path.stem)
def test_a_published_request_is_answered_with_the_pair_that_is_meant(
    real: Pipeline, settings: Settings, path: Path
) -> None:
    settings.CARELOOM_DEMO = True
    body = path.read_bytes()
    hook = json.loads(body)["hook"]
    answer = Client().post(f"/cds-services/careloom-{hook}", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    cards = must_be_cards(answer.json())
    [pairs] = [pairs for name, pairs in MEANT.items() if path.stem.startswith(name)]
    for pair in pairs:
        told = [one for one in cards if all(drug in one["summary"].lower() for drug in pair)]
        assert told and told[0]["indicator"] in ("warning", "critical"), pair
