"""The promise of every kind: under 0.5 s of CPU for the median synthetic patient, from the stored entries to the checked draft, without a model."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench.main_job import AS_OF, PATIENTS
from bench.measure import Row, built, scaled

if TYPE_CHECKING:
    from careloom.pipeline import Pipeline

POLICY = """Drug X is covered when ALL of the following are met:
1. Age 18 years or older
2. A diagnosis of type 2 diabetes mellitus
3. HbA1c of 7.0 % or more within the last 6 months
4. Trial and failure of metformin for at least 3 months, unless contraindicated
"""
# What each kind is told; a kind that isn't here is told nothing.
TOLD: Mapping[str, Mapping[str, str]] = {
    "outreach_message": {"ask": "confirm_visit"},
    "prior_auth_letter": {"policy": POLICY, "service": "Drug X"},
    "visit_note": {
        "day": AS_OF.isoformat(), "way": "phone", "reached": "reached", "whom": "patient", "minutes": "20",
        "attested": "I_spent_these_minutes_on_this_contact",
        "reported": "She feels tired in the afternoon.\nShe has food for the week.",
        "observed": "She speaks in whole sentences.",
        "agreed": "Call again; nurse; 2021-06-15", "chart": "problems\nmedicines\nallergies",
    },
    "patient_copy": {"recipient": "patient"},
}  # fmt: skip
PROMISED = 0.5


def rows(home: Path) -> Iterable[Row]:
    """Each kind about the same patient, whose care plan is signed and who has a visit booked."""
    from careloom.draft import KINDS
    from careloom.errors import CareloomError

    if not PATIENTS.exists():
        print("bench: the synthetic patients are absent; the kinds were not measured")
        return
    pipeline = built("bench-kinds")
    pipeline.connect([PATIENTS])
    sizes = sorted((pipeline.store.entries.count(one), one) for one in pipeline.store.patients.all())
    patient = sizes[len(sizes) // 2][1]
    _book(pipeline, patient, home)
    _sign(pipeline, patient)
    for kind in KINDS:

        def write(kind: str = kind) -> object:
            cold = built("bench-kinds")  # nothing of the patient is remembered
            return cold.draft("bench", patient, kind=kind, as_of=AS_OF, model="none", given=TOLD.get(kind))

        try:
            write()
        except CareloomError as error:
            yield f"draft {kind}, median patient", f"refused: {error}", "a draft", False
            continue
        cost = scaled(write, 5)
        yield f"draft {kind}, median patient", f"{cost:.3f} s CPU", f"under {PROMISED} s", cost < PROMISED


def _book(pipeline: "Pipeline", patient: str, home: Path) -> None:
    """A visit a week on, said by the patient's own source."""
    identifier = pipeline.store.patients.persons(patient)[0].identifiers[0]
    said = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"resource": {"resourceType": "Patient", "id": "p", "identifier": [{"system": identifier.system, "value": identifier.value}]}},
            {"resource": {"resourceType": "Appointment", "id": "a", "status": "booked", "start": "2021-06-08T10:00:00-04:00",
                          "participant": [{"actor": {"reference": "Patient/p"}, "status": "accepted"}]}},
        ],
    }  # fmt: skip
    file = home / "booked.json"
    file.write_text(json.dumps(said))
    report = pipeline.connect([file])
    assert not report.rejected, report.rejected


def _sign(pipeline: "Pipeline", patient: str) -> None:
    from careloom.review.tiers import WHOLE

    old = pipeline.propose("bench", patient, as_of=AS_OF, model="none")
    lines = dict.fromkeys((*(line.id for line in old.document.statements), WHOLE), "bench")
    signed = replace(old, released=lines)
    pipeline.store.proposals.replace(old, signed)
    pipeline.desk.file(signed)
