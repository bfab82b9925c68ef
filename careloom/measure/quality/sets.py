"""The value sets that a site has: of its releases, or of a folder of FHIR ValueSet resources."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from careloom.errors import ConfigError
from careloom.knowledge.releases import fhir
from careloom.measure.quality.noun import VALUE_SET

# How QI-Core says that none of a value set was done: the set's address stands where a code would.
NONE_OF = "http://hl7.org/fhir/us/qicore/StructureDefinition/qicore-notDoneValueSet"


@dataclass(frozen=True, slots=True)
class Sets:
    """Value sets by their canonical address, each with its codes (system, code); `unread` are files that only describe theirs."""

    members: Mapping[str, frozenset[tuple[str, str]]]
    unread: tuple[str, ...] = field(default=())

    @property
    def held(self) -> frozenset[str]:
        """The OIDs of those that have codes."""
        return frozenset(url.rpartition("/")[2] for url, codes in self.members.items() if codes)

    def rows(self) -> Iterator[tuple[str, str]]:
        """(OID, coding) of every member, and of what stands where none of the set was done."""
        for url, codes in self.members.items():
            oid = url.rpartition("/")[2]
            yield oid, f"{NONE_OF}|{url}"
            for system, code in codes:
                yield oid, f"{system}|{code}"


def of_files(folder: Path) -> Sets:
    """The value sets of a folder and those below it; the first of an address counts.

    Raises ConfigError where there is none, InputError naming a file that is cut off or no JSON.
    """
    found: dict[str, frozenset[tuple[str, str]]] = {}
    unread = []
    for file in sorted(folder.rglob("*.json")):
        try:
            of_file: dict[str, set[tuple[str, str]]] = {}
            for kind, values in fhir.rows(file, lambda _: None):
                if kind == "member" and values[0].startswith(VALUE_SET):
                    of_file.setdefault(values[0], set()).add((values[1], values[2]))
        except fhir.NotListed:
            unread.append(file.name)
            continue
        for url, codes in of_file.items():
            found.setdefault(url, frozenset(codes))
    if not found:
        raise ConfigError(f"{folder.name} has no FHIR ValueSet with its members (the expansion)")
    return Sets(found, tuple(unread))
