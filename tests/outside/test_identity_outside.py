"""People of FEBRL and of CDC's RecordLinker, the half that no weight was looked at with: who is put together, who is not."""

import csv
import gzip
import json
import zlib
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from careloom.care.entry import HumanName, Identifier, Person
from careloom.identity.batch import cluster
from careloom.identity.traits import traits

MATERIAL = Path(__file__).parents[2].with_name("shared") / "data" / "matching"
FEBRL = MATERIAL / "FEBRL" / "data"
TUNING = MATERIAL / "RecordLinker" / "tests" / "unit" / "assets" / "100_cluster_tuning_test.json.gz"
SSN = "http://hl7.org/fhir/sid/us-ssn"
pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(not MATERIAL.exists(), reason=f"no {MATERIAL.name} beside the checkout"),
]


def held_out(entity):
    return zlib.crc32(entity.encode()) % 2 == 1


def febrl(*names):
    for name in names:
        with (FEBRL / name).open(newline="") as body:
            for row in csv.DictReader(body, skipinitialspace=True):
                said = {key: (value or "").strip() for key, value in row.items()}
                day = said["date_of_birth"]
                parts = ("street_number", "address_1", "address_2", "suburb", "state", "postcode")
                yield (
                    said["rec_id"][:-1],
                    Person(
                        (Identifier(SSN, said["soc_sec_id"]),),
                        (HumanName(said["surname"], (said["given_name"],) if said["given_name"] else ()),),
                        f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 else None,
                        None,
                        (", ".join(said[part] for part in parts if said[part]),),
                        (said["phone_number"],) if said["phone_number"] else (),
                    ),
                )


def linker():
    with gzip.open(TUNING) as body:
        told = json.load(body)
    for entity, one in enumerate(told["clusters"]):
        for row in one["records"]:
            yield (
                str(entity),
                Person(
                    tuple(
                        Identifier(SSN if each["type"] == "SS" else f"urn:{each['type']}", each["value"])
                        for each in row["identifiers"]
                    ),
                    tuple(HumanName(each["family"] or "", tuple(each["given"])) for each in row["name"]),
                    row["birth_date"],
                    {"M": "male", "F": "female"}.get(row["sex"]),
                    tuple(
                        ", ".join(
                            filter(None, (*each["line"], each["city"], each["state"], each["postal_code"]))
                        )
                        for each in row["address"]
                    ),
                    tuple(each["value"] for each in row["telecom"] if each["value"]),
                ),
            )


def scored(rows):
    """Recall and the number of false pairs on the held-out half."""
    rows = [one for one in rows if held_out(one[0])]
    found = cluster([str(n) for n in range(len(rows))], [traits(person) for _, person in rows])
    together = [(rows[int(a)][0], rows[int(b)][0]) for one in found.clusters for a, b in combinations(one, 2)]
    true = sum(n * (n - 1) // 2 for n in Counter(entity for entity, _ in rows).values())
    right = sum(a == b for a, b in together)
    return right / true, len(together) - right


@pytest.mark.parametrize(
    ("names", "recall"),
    [
        (["dedup-dsgen/dataset_A_10000.csv"], 0.97),
        (["link-dsgen/dataset_D_org_5000.csv", "link-dsgen/dataset_D_dup_5000.csv"], 0.97),
        (["dedup-dsgen/dataset_C_5000.csv"], 0.79),
        (["link-dsgen/dataset_F_org_5000.csv", "link-dsgen/dataset_F_dup_5000.csv"], 0.77),
    ],
)
def test_people_of_febrl_are_found_and_nobody_is_mistaken(names, recall):
    found, wrong = scored(febrl(*names))
    assert wrong == 0
    assert found >= recall


def test_people_of_the_record_linker_are_found_and_nobody_is_mistaken():
    found, wrong = scored(linker())
    assert wrong == 0
    assert found >= 0.97
