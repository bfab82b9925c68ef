"""The speed promise of CDS Hooks: draft orders and the patient's view, for somebody of 3,000 entries, through the whole door.

Cold is the first question about a patient whom this process doesn't hold in memory; what a server loads when it starts is loaded.
"""

import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from bench.measure import Row, calibrate, once

ENTRIES, COLD, WARM = 3_000, 8, 100
P99_MS, P50_MS = 500.0, 100.0
# A whole order set at once, and an EHR that sends along whatever it has.
MANY_ORDERS, MANY_RESOURCES, OF_MANY = 20, 10_000, 20
ORDERED = (
    "Ibuprofen 600 MG", "Simvastatin 40 MG", "Amoxicillin 500 MG", "Furosemide 40 MG", "Potassium Chloride 20 MEQ",
    "Insulin Glargine 100 UNT/ML", "Omeprazole 20 MG", "Acetaminophen 500 MG", "Oxycodone 5 MG", "Lorazepam 1 MG",
    "Metoprolol 25 MG", "Amlodipine 5 MG", "Apixaban 5 MG", "Clopidogrel 75 MG", "Allopurinol 100 MG",
    "Digoxin 0.125 MG", "Spironolactone 25 MG", "Ciprofloxacin 500 MG", "Prednisone 20 MG", "Gabapentin 300 MG",
)  # fmt: skip
SERVICES = (("careloom-order-sign", "order-sign"), ("careloom-patient-view", "patient-view"))


def rows(home: Path) -> Iterable[Row]:
    """The CPU time of each request, calibrated, in a home that answers whoever asks."""
    from dataclasses import replace

    from django.conf import settings

    from careloom.pipeline import build
    from careloom.settings import read
    from careloom.web.warm import warm as load

    settings.CARELOOM_DEMO, settings.ALLOWED_HOSTS = True, ["*"]
    first = build(replace(read(), home=home, model="none"))
    people = {f"p{number}": _person(first, number) for number in range(COLD)}
    for service, hook in SERVICES:
        # Another process, which holds nobody in memory.
        pipeline = build(replace(read(), home=home, model="none"))
        settings.CARELOOM_PIPELINE = lambda _, made=pipeline: made
        load()
        slower = calibrate()
        cold = [_asked(service, hook, one) for one in people]
        warm = [_asked(service, hook, "p0") for _ in range(WARM)]
        for name, taken in (("cold", cold), ("warm", warm)):
            # Of few requests the worst stands for the 99th of a hundred.
            worst = (
                (max(taken) if len(taken) < 100 else statistics.quantiles(taken, n=100)[98]) * 1000 / slower
            )
            middle = statistics.median(taken) * 1000 / slower
            promised = f"p99 under {P99_MS:g} ms" + (f", p50 under {P50_MS:g}" if name == "warm" else "")
            yield (
                f"hooks: {hook}, {ENTRIES} entries, {name}",
                f"p99 {worst:.0f} ms, p50 {middle:.0f} ms of CPU, calibrated",
                promised,
                worst < P99_MS and (name == "cold" or middle < P50_MS),
            )

    yield from _many()


def _many() -> Iterable[Row]:
    """What a request costs that is far larger than the usual, for somebody whom the process holds in memory."""
    for what, orders, along in (
        (f"{MANY_ORDERS} draft orders", MANY_ORDERS, 40),
        (f"{MANY_RESOURCES:,} resources sent along", 2, MANY_RESOURCES),
    ):
        body = orjson.dumps(_body("order-sign", "p0", orders, along))
        slower = calibrate()
        _posted(SERVICES[0][0], body)
        taken = [_posted(SERVICES[0][0], body) * 1000 / slower for _ in range(OF_MANY)]
        yield (
            f"hooks: order-sign, {ENTRIES} entries, {what}",
            f"worst of {OF_MANY} {max(taken):.0f} ms, p50 {statistics.median(taken):.0f} ms of CPU, calibrated",
            f"under {P99_MS:g} ms",
            max(taken) < P99_MS,
        )


def _person(pipeline: Any, number: int) -> str:
    """Somebody of so many entries, as the source whose ids a demo home takes knows her."""
    from dataclasses import replace

    from bench import record
    from careloom.care.entry import Identifier, Person

    name = f"hooks {number}"
    kept, _ = pipeline.store.messages.put(
        [name.encode()], source="riverside_ehr", format="fhir", name=name, zone="UTC"
    )
    who = Identifier("urn:careloom:source:riverside_ehr", f"Patient/p{number}")
    person = Person(identifiers=(who,), birth_date="1950-03-02", sex="female")
    told = [
        replace(one, source=replace(one.source, message=kept.sha256, system="riverside_ehr"), id=f"{number:04x}{one.id[4:]}")
        for one in record.people(ENTRIES)
    ]  # fmt: skip
    with pipeline.store.transaction():
        census = pipeline.store.patients.census([person], kept)
        patient: str = census.create(person)
        census.learn(patient, person)
        census.save()
        pipeline.store.entries.add(patient, kept, told, "1")
    return patient


def _asked(service: str, hook: str, patient: str) -> float:
    return _posted(service, orjson.dumps(_body(hook, patient)))


def _posted(service: str, body: bytes) -> float:
    from django.test import Client

    def ask() -> None:
        answer = Client().post(f"/cds-services/{service}", body, content_type="application/json")
        assert answer.status_code == 200, answer.content

    return once(ask).cpu


def _body(hook: str, patient: str, orders: int = 2, sent: int = 40) -> dict[str, Any]:
    """Orders of so many drugs, with so many resources that the EHR sends along, three results to each drug."""
    subject = {"reference": f"Patient/{patient}"}

    def drug(number: int, name: str, status: str) -> dict[str, Any]:
        return {
            "resourceType": "MedicationRequest",
            "id": f"m{number}",
            "status": status,
            "intent": "order",
            "medicationCodeableConcept": {"text": name},
            "subject": subject,
            "authoredOn": "2026-10-01",
            "dosageInstruction": [{"text": "1 tablet twice daily"}],
        }

    taken = ("Metformin 500 MG", "Lisinopril 20 MG", "Warfarin 5 MG", "Sertraline 50 MG")
    along = [drug(number, taken[number % 4], "active") for number in range(min(sent // 4, 10))]
    along += [
        {
            "resourceType": "Observation",
            "id": f"o{number}",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "62238-1"}]},
            "subject": subject,
            "effectiveDateTime": f"2026-{1 + number % 10:02}-15",
            "valueQuantity": {
                "value": 40 + number % 50,
                "system": "http://unitsofmeasure.org",
                "code": "mL/min/{1.73_m2}",
            },
        }
        for number in range(sent - len(along))
    ]
    entries = [{"resource": one} for one in along]
    context: dict[str, Any] = {"patientId": patient, "userId": "Practitioner/1"}
    if hook != "patient-view":
        drafts = [drug(10_000 + number, ORDERED[number], "draft") for number in range(orders)]
        context["draftOrders"] = {"resourceType": "Bundle", "entry": [{"resource": one} for one in drafts]}
    return {
        "hook": hook,
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": context,
        "prefetch": {"along": {"resourceType": "Bundle", "type": "searchset", "entry": entries}},
    }
