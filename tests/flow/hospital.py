"""Marta Quill's record at a hospital's server, and a site that reads from it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from careloom import pipeline
from careloom.care.entry import Entry
from careloom.pipeline import Pipeline
from careloom.settings import Settings
from careloom.store.clock import now
from tests.wire.served import Hospital, capability

Resource = dict[str, Any]
NEVER_SAID = ("Quill", "Marta", "1949-06-30", "p-778")
KINDS = (
    "Patient",
    "Condition",
    "Observation",
    "MedicationRequest",
    "Medication",
    "Practitioner",
    "DocumentReference",
    "Binary",
)
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"


def patient(id: str = "p-778", family: str = "Quill", born: str = "1949-06-30") -> Resource:
    return {
        "resourceType": "Patient",
        "id": id,
        "identifier": [{"system": "urn:mercy:mrn", "value": f"M-{id}"}],
        "name": [{"family": family, "given": ["Marta"]}],
        "birthDate": born,
        "gender": "female",
    }


def about(kind: str, id: str, whose: str = "p-778", **given: Any) -> Resource:
    return {"resourceType": kind, "id": id, "subject": {"reference": f"Patient/{whose}"}, **given}


def condition(number: int, text: str = "", whose: str = "p-778") -> Resource:
    return about("Condition", f"c{number}-{whose}", whose, code={"text": text or f"condition {number}"})


def order(**given: Any) -> Resource:
    refers = {"medicationReference": {"reference": "Medication/7"}}
    return about("MedicationRequest", "m1", status="active", intent="order", **refers, **given)


METFORMIN = {
    "resourceType": "Medication",
    "id": "7",
    "code": {"coding": [{"system": RXNORM, "code": "860975", "display": "metformin 500 mg"}]},
}


def marta(conditions: int = 7) -> list[Resource]:
    return [patient(), *map(condition, range(conditions)), order(), METFORMIN]


def mercy(*kinds: str) -> Hospital:
    """A hospital with Marta's record, whose statement has these types (all that there are)."""
    one = Hospital(capability=capability(*(kinds or KINDS)), page_size=3)
    one.keep(*marta())
    return one


Waited = list[float]


def site(home: Path, key: str, hospital: Hospital, more: str = "", waited: Waited | None = None) -> Pipeline:
    """A site whose sources.toml has the hospital as mercy, with these further lines."""
    home.mkdir(exist_ok=True)
    (home / "sources.toml").write_text(f'[mercy]\nurl = "{hospital.base}"\n{more}')
    wait: Callable[[float], None] = (waited if waited is not None else []).append
    built = pipeline.build(Settings(home=home, encryption_key=key), now)
    return Pipeline(built.settings, built.store, built.knowledge, built.clock, wait)


def entries(desk: Pipeline, kind: str = "") -> list[Entry]:
    """Everybody's entries, of one kind if asked."""
    everyone = (one for patient in desk.store.patients.all() for one in desk.store.entries.of(patient))
    return [one for one in everyone if kind in ("", one.kind)]


def texts(desk: Pipeline, kind: str) -> set[str]:
    return {one.name for one in entries(desk, kind)}
