"""Which messages are read: types and events of HL7 table 0003 whose content and effect are known here.

An event that nobody here knows may take something back: its message is kept and not read, and waits for a person.
"""

from typing import Literal

from careloom.connect.hl7v2.sent import Sent

# Events of ADT that say something of a patient; A20 is about a bed, A19 asks.
ADT_OF_NOBODY = frozenset({"A19", "A20", "A56", "A57", "A58", "A59"})
ADT = frozenset(f"A{number:02}" for number in range(1, 63)) - ADT_OF_NOBODY
KNOWN: dict[str, frozenset[str]] = {
    "ADT": ADT,
    "ORU": frozenset({"R01", "R03", "R30", "R31", "R32", "R40", "W01"}),
    "OUL": frozenset({"R21", "R22", "R23", "R24"}),
    "ORF": frozenset({"R02", "R04"}),
    "ORM": frozenset({"O01"}),
    "OML": frozenset({"O21", "O33", "O35", "O39"}),
    "OMG": frozenset({"O19"}),
    "OMI": frozenset({"O23"}),
    "OMP": frozenset({"O09"}),
    "OMS": frozenset({"O05"}),
    "RDE": frozenset({"O01", "O11", "O25"}),
    "RDS": frozenset({"O01", "O13"}),
    "RGV": frozenset({"O01", "O15"}),
    "RAS": frozenset({"O01", "O17"}),
    "MDM": frozenset(f"T{number:02}" for number in range(1, 12)),
    "SIU": frozenset({f"S{number}" for number in range(12, 25)} | {"S26", "S27"}),
    "VXU": frozenset({"V04"}),
    "VXR": frozenset({"V03"}),
    "REF": frozenset({"I12", "I13", "I14", "I15"}),
    "DFT": frozenset({"P03", "P11"}),
    "BAR": frozenset({"P01", "P02", "P05", "P06", "P10", "P12"}),
    "PPR": frozenset({"PC1", "PC2", "PC3"}),
    "PGL": frozenset({"PC6", "PC7", "PC8"}),
    "PPP": frozenset({"PCB", "PCC", "PCD"}),
    "PPG": frozenset({"PCG", "PCH", "PCJ"}),
}
# What answers, asks or keeps master files: about no patient, however it is meant.
NOBODY = frozenset(
    {"ACK", "MCF", "MFN", "MFK", "MFD", "NMD", "NMQ", "NMR", "QRY", "QBP", "QSX", "SRR", "ORR", "ORL"}
)
# The one event that a type alone meant in versions 2.1 and 2.2.
ALONE = {"ORU": "R01", "ORM": "O01", "RDE": "O01", "RAS": "O01", "RDS": "O01", "VXU": "V04", "DFT": "P03"}
# Structures in which several PID stand for several people.
MANY_PEOPLE = frozenset({"ORU", "OUL", "ORF", "SIU", "PPR", "PGL", "PPP", "PPG"})
MANY_PEOPLE_ADT = frozenset(
    {"A17", "A18", "A24", "A30", "A34", "A35", "A36", "A37", "A39", "A40", "A41", "A42", "A43", "A44"}
    | {"A46", "A47", "A48", "A49", "A50", "A51"}
)


def people_of(type: str, event: str) -> Literal["any", "one", "several"]:
    """How many people a message is about: one who must be named, several who may be, or any number where it is not read."""
    if (event or ALONE.get(type, "")) not in KNOWN.get(type, frozenset()):
        return "any"
    return "several" if type in MANY_PEOPLE or (type == "ADT" and event in MANY_PEOPLE_ADT) else "one"


def is_read(sent: Sent) -> bool:
    """Whether the message's type and event are known; an event that only EVN or the type names is filled in."""
    if not sent.event:
        event = next((one.text(1) for one in sent.segments if one.name == "EVN"), "")
        sent.event = event or ALONE.get(sent.type, "")
    return sent.event in KNOWN.get(sent.type, frozenset())


def is_about_somebody(sent: Sent) -> bool:
    """Whether a message that is not read names a patient, and is none of those that say nothing of one."""
    if sent.type in NOBODY or (sent.type == "ADT" and sent.event in ADT_OF_NOBODY):
        return False
    return any(one.name == "PID" for one in sent.segments)


def may_hold_many(sent: Sent) -> bool:
    """Whether several PID in it stand for several people."""
    return people_of(sent.type, sent.event) == "several"
