"""People and organisations: who NM1 or N1 and the segments after it name, and the person whom a set is about.

A member's number is the payer's: its system is named by the payer's id and by the payer's name, so that a claim, its
payment and its authorisation are of one person. A dependent who bears no number of their own is told by the
subscriber's number, the birth date and the given name; never by the subscriber's number alone.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import quote

from careloom.care.entry import HumanName, Identifier, Person
from careloom.connect.x12.segment import Segment
from careloom.connect.x12.timing import moment

SSN = "http://hl7.org/fhir/sid/us-ssn"
SEXES = {"F": "female", "M": "male", "U": "unknown"}
# NM108 and REF01 of numbers that a payer gives its members (MI, HN and MR: Medicare's and Medicaid's).
OF_MEMBER = frozenset({"MI", "HN", "MR", "1W"})
REACHED = frozenset({"TE", "HP", "WP", "CP", "EM", "PH"})
NOT_NAME = re.compile(r"[^a-z0-9]+")
# The segments that say more of whom NM1, N1 or (of a member, 834) INS began.
MORE = frozenset({"N3", "N4", "DMG", "REF", "PER"})


@dataclass(slots=True)
class Party:
    """Somebody or something that a loop names."""

    role: str = ""
    is_person: bool = True
    family: str = ""
    given: tuple[str, ...] = ()
    suffix: str = ""
    number_kind: str = ""
    number: str = ""
    lines: tuple[str, ...] = ()
    birth: str | None = None
    sex: str | None = None
    numbers: list[tuple[str, str]] = field(default_factory=list)
    telecoms: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its name in reading order."""
        return " ".join(part for part in (*self.given, self.family, self.suffix) if part)

    def more(self, segment: Segment, zone: str) -> None:
        """Add what a segment after it says."""
        if segment.id == "N3":
            self.lines += tuple(part for part in segment.elements[1:3] if part)
        elif segment.id == "N4":
            self.lines += tuple(part for part in segment.elements[1:5] if part)
        elif segment.id == "REF" and segment.get(2):
            self.numbers.append((segment.get(1), segment.get(2)))
        elif segment.id == "PER":
            pairs = zip(segment.elements[3::2], segment.elements[4::2], strict=False)
            self.telecoms += [said for kind, said in pairs if kind in REACHED and said]
        elif segment.id == "DMG":
            born = moment(segment.get(2), zone) if segment.get(1) in ("D8", "") else None
            self.birth = born.text if born else self.birth
            self.sex = SEXES.get(segment.get(3), self.sex)


def party(segment: Segment) -> Party:
    """Whom NM1 or N1 names."""
    if segment.id == "N1":
        return Party(segment.get(1), False, segment.get(2), (), "", segment.get(3), segment.get(4))
    return Party(
        role=segment.get(1),
        is_person=segment.get(2) != "2",
        family=segment.get(3),
        given=tuple(part for part in segment.elements[4:6] if part),
        suffix=segment.get(7),
        number_kind=segment.get(8),
        number=segment.get(9),
    )


def person(
    who: Party, payer: Party, source: str, mark: str, *, subscriber: Party | None = None, provider: str = ""
) -> Person:
    """The person whom a set is about.

    `subscriber` is given for a dependent; `provider` is the NPI of whoever gave medical record numbers; `mark` (message and
    place) numbers somebody who bears no number.
    """
    own = f"urn:careloom:source:{source}"
    found: list[Identifier] = []
    for kind, number in ((who.number_kind, who.number), *who.numbers):
        if not number:
            continue
        if kind in OF_MEMBER:
            found += [Identifier(system, number) for system in _systems(payer, own)]
        elif kind in ("34", "SY"):
            found.append(Identifier(SSN, number))
        elif kind == "EA":
            found.append(Identifier(f"{own}:MR:{provider}" if provider else f"{own}:MR", number))
    if not found and subscriber and subscriber.number and who.given and who.birth:
        mark = " ".join((subscriber.number, who.birth, who.given[0].upper()))
        found = [Identifier(f"{system}:dependent", mark) for system in _systems(payer, own)]
    name = HumanName(who.family, who.given, who.suffix)
    return Person(
        identifiers=tuple(dict.fromkeys(found)) or (Identifier(f"{own}:x12", f"note {mark}"),),
        names=(name,) if name != HumanName() else (),
        birth_date=who.birth,
        sex=who.sex,
        addresses=(", ".join(who.lines),) if who.lines else (),
        telecoms=tuple(dict.fromkeys(who.telecoms)),
    )


def _systems(payer: Party, own: str) -> list[str]:
    """The systems of a payer's member numbers: by the payer's id and by its name."""
    named = NOT_NAME.sub("-", payer.name.lower()).strip("-")
    number = quote(payer.number.strip().lower(), safe="")
    found = [f"urn:careloom:member:{part}" for part in dict.fromkeys((number, named)) if part]
    return found or [f"{own}:MI"]
