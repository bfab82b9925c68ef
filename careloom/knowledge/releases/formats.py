"""Which release a file belongs to, told by its first lines, and what each is read with."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from careloom.errors import InputError
from careloom.knowledge.releases import cvx, fhir, icd10cm, loinc, rxnorm, snomed
from careloom.knowledge.releases.reading import Rows, Seen

HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: the release that it is part of, whether that is nothing without it, its reader, its licence."""

    release: str
    needed: bool
    read: Callable[[Path, Seen], Rows]
    licence: str


UMLS = "RxNorm: UMLS Metathesaurus licence; what NLM itself adds (SAB=RXNORM) is in the public domain"
SCT = "SNOMED CT: affiliate licence of SNOMED International, or of the national release centre"
FORMATS: Mapping[str, Format] = {
    "RXNCONSO": Format("rxnorm", True, rxnorm.names, UMLS),
    "RXNREL": Format("rxnorm", False, rxnorm.relations, UMLS),
    "RXNSAT": Format("rxnorm", False, rxnorm.attributes, UMLS),
    "LOINC table": Format("loinc", True, loinc.rows, "LOINC licence of Regenstrief Institute"),
    "RF2 description": Format("snomed", True, snomed.descriptions, SCT),
    "RF2 concept": Format("snomed", False, snomed.concepts, SCT),
    "RF2 relationship": Format("snomed", False, snomed.relationships, SCT),
    "ICD-10-CM order": Format("icd10cm", True, icd10cm.rows, "public domain (CDC/NCHS, CMS)"),
    "CVX": Format("cvx", True, cvx.rows, "public domain (CDC)"),
    "FHIR": Format("", True, fhir.rows, "as each resource's copyright says"),
}
# What publishers also send, and what must be done with it first.
NOT_YET: Mapping[bytes, str] = {
    b"PK\x03\x04": "is a .zip: unpack it, and load its files",
    b"\x1f\x8b": "is a .gz: unpack it first",
    b"\xff\xfe": "is UTF-16: save it as UTF-8",
    b"\xfe\xff": "is UTF-16: save it as UTF-8",
    b"<": "is XML: load the FHIR resource as JSON",
}
_RRF = {18: "RXNCONSO", 16: "RXNREL", 13: "RXNSAT"}
_RF2 = {
    ("definitionStatusId",): "RF2 concept",
    ("conceptId", "term"): "RF2 description",
    ("sourceId", "destinationId", "typeId"): "RF2 relationship",
}


def format_of(file: Path) -> str:
    """The key of FORMATS of a file. Raises InputError saying what was looked for where it is none of them."""
    with file.open("rb") as body:
        head = body.read(HEAD)
    first = head.decode("utf-8", errors="replace").removeprefix("\ufeff").partition("\n")[0].rstrip("\r")
    if head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{":
        return "FHIR"
    if first.endswith("|") and first.count("|") in _RRF:
        return _RRF[first.count("|")]
    if "LOINC_NUM" in first:
        return "LOINC table"
    if first.startswith("id\teffectiveTime\tactive"):
        if other := snomed.NO_SNAPSHOT.search(file.stem):
            raise InputError(f"is of the {other[1]} release: load the Snapshot", file.name)
        columns = set(first.split("\t"))
        for wanted, name in _RF2.items():
            if columns.issuperset(wanted):
                return name
    if icd10cm.LINE.match(first):
        return "ICD-10-CM order"
    if re.match(r"\s*\d{1,3}\s*\|", first) and first.count("|") >= 4:
        return "CVX"
    for sign, why in NOT_YET.items():
        if head.startswith(sign):
            raise InputError(why, file.name)
    raise InputError(f"is none of: {', '.join(FORMATS)}" if head.strip() else "is empty", file.name)
