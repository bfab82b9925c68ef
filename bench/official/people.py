"""The people whom the peers and we count: the published cases again and again, and cases whose charts are thick."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

Resource = dict[str, Any]
# Resources a thick chart has, and patients who have one.
THICK, THICK_PATIENTS = 3_000, 20
# What fills a chart up: codes that are in no value set, over ten years.
CODES = "http://example.org/filler"
FIRST = date(2016, 1, 1)


def again(resources: Sequence[Resource], number: int) -> list[Resource]:
    """A case once more, under ids of its own."""
    text = json.dumps(resources)
    for one in resources:
        text = text.replace(one["id"], f"{one['id'][:50]}-{number}")
    found: list[Resource] = json.loads(text)
    return found


def thick(resources: Sequence[Resource], number: int) -> list[Resource]:
    """The same with so many resources more that there are 3,000."""
    copied = again(resources, number)
    who = next(one["id"] for one in copied if one["resourceType"] == "Patient")
    return copied + [_filler(who, number, place) for place in range(THICK - len(copied))]


def _filler(who: str, number: int, place: int) -> Resource:
    day = FIRST + timedelta(days=place % 3_650)
    at = f"{day.isoformat()}T08:00:00Z"
    code = {"coding": [{"system": CODES, "code": f"filler-{place % 200}"}]}
    held: Resource = {"id": f"filler-{number}-{place}", "subject": {"reference": f"Patient/{who}"}}
    if place % 10 < 7:
        value = {
            "value": 60 + place % 40,
            "unit": "/min",
            "system": "http://unitsofmeasure.org",
            "code": "/min",
        }
        return {
            "resourceType": "Observation",
            "status": "final",
            "code": code,
            "effectiveDateTime": at,
            "valueQuantity": value,
            **held,
        }
    if place % 10 < 9:
        kind = {"class": {"code": "AMB"}, "type": [code], "period": {"start": at, "end": at}}
        return {"resourceType": "Encounter", "status": "finished", **kind, **held}
    return {
        "resourceType": "Procedure",
        "status": "completed",
        "code": code,
        "performedDateTime": at,
        **held,
    }
