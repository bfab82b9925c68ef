"""Two stock FHIR clients ask a server for everything of a patient, page by page: python asks.py BASE TOKEN PATIENT TYPE...

Prints what each found, by type: ids, as JSON. Every resource and bundle is read by fhirclient's own strict models of FHIR R4.
"""

import importlib
import json
import sys

from fhirclient import client as smart
from fhirclient.models.capabilitystatement import CapabilityStatement
from fhirpy import SyncFHIRClient

base, token, patient, *types = sys.argv[1:]
found = {"fhirclient": {}, "fhirpy": {}, "read": 0}

stock = smart.FHIRClient(settings={"app_id": "careloom_peer", "api_base": base})
stock.server.session.headers["Authorization"] = f"Bearer {token}"
statement = CapabilityStatement.read_from("metadata", stock.server)
assert {one.type for one in statement.rest[0].resource} >= set(types)

other = SyncFHIRClient(base, authorization=f"Bearer {token}")
for kind in types:
    model = getattr(importlib.import_module(f"fhirclient.models.{kind.lower()}"), kind)
    asked = {"_id": patient} if kind == "Patient" else {"patient": patient}
    search = model.where({**asked, "_count": "3"})
    resources = list(search.perform_resources_iter(stock.server))
    found["fhirclient"][kind] = sorted(one.id for one in resources)
    for one in resources:
        again = model.read(one.id, stock.server)
        assert again.as_json() == one.as_json(), (kind, one.id)
        found["read"] += 1
    every = other.resources(kind).search(**asked).limit(4).fetch_all()
    found["fhirpy"][kind] = sorted(one.id for one in every)
    counted = other.resources(kind).search(**asked).count()
    assert counted == len(every), (kind, counted, len(every))
    if every:
        assert other.reference(kind, every[0].id).to_resource().serialize() == every[0].serialize()
print(json.dumps(found))
