"""Classes of visits in plain words. Source: HL7 v3 ActCode, ActEncounterCode."""

from collections.abc import Mapping

CLASSES: Mapping[str, str] = {
    "AMB": "ambulatory",
    "EMER": "emergency",
    "FLD": "field",
    "HH": "home health",
    "IMP": "inpatient",
    "ACUTE": "inpatient acute",
    "NONAC": "inpatient non-acute",
    "OBSENC": "observation",
    "PRENC": "pre-admission",
    "SS": "short stay",
    "VR": "virtual",
}
