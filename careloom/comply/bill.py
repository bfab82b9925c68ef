"""Bill: the software bill of materials of what is installed, as CycloneDX 1.6, and what of it is not known."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from uuid import UUID

from careloom.care.compliance import Grid

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Component:
    """An installed distribution: its licence as it says itself ("" where it says none), and the SHA-256 of the files that requirements allow."""

    name: str
    version: str
    licence: str
    hashes: tuple[str, ...]


def installed(pins: Mapping[tuple[str, str], tuple[str, ...]]) -> tuple[Component, ...]:
    """Every installed distribution by name; ourselves are left out."""
    found = {}
    for one in metadata.distributions():
        name = _key(one.metadata["Name"] or "")
        if name and name != "careloom":
            found[name] = Component(name, one.version, _licence(one), pins.get((name, one.version), ()))
    return tuple(found[name] for name in sorted(found))


def pinned(folder: Path) -> dict[tuple[str, str], tuple[str, ...]]:
    """By name and version the hashes of requirements/*.txt; nothing where there is no such folder."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for file in sorted(folder.glob("*.txt")):
        current: tuple[str, str] | None = None
        for line in file.read_text("utf-8").splitlines():
            if pin := _PIN.match(line):
                current = (_key(pin[1]), pin[2])
            if current is not None:
                found[current] = tuple(sorted({*found.get(current, ()), *_HASH.findall(line)}))
    return found


def as_cyclonedx(components: Iterable[Component], pack: str, at: datetime, release: str) -> dict[str, object]:
    """The bill as CycloneDX 1.6 JSON; a licence that is not known stands as that."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{UUID(pack)}",
        "version": 1,
        "metadata": {
            "timestamp": at.isoformat(timespec="seconds"),
            "component": {
                "type": "application",
                "name": "careloom",
                "version": release,
                "bom-ref": "careloom",
            },
        },
        "components": [_component(one) for one in components],
    }


def _component(one: Component) -> dict[str, object]:
    # PyPI's file hashes are of the several builds of one version: which was installed nobody says.
    properties = [{"name": "careloom:allowed-sha256", "value": value} for value in one.hashes]
    told: dict[str, object] = {
        "type": "library",
        "bom-ref": f"pkg:pypi/{one.name}@{one.version}",
        "name": one.name,
        "version": one.version,
        "purl": f"pkg:pypi/{one.name}@{one.version}",
        "licenses": [{"license": {"name": one.licence or "NOT KNOWN"}}],
    }
    if len(one.hashes) == 1:
        told["hashes"] = [{"alg": "SHA-256", "content": one.hashes[0]}]
    return {**told, "properties": properties} if properties else told


def grid(components: tuple[Component, ...]) -> Grid:
    """The bill as a table; what says no licence, or has no hash, is red."""
    rows = tuple(
        (
            one.name,
            one.version,
            one.licence or "NOT KNOWN",
            f"{len(one.hashes)} allowed files" if one.hashes else "NONE",
        )
        for one in components
    )
    red = tuple(at for at, one in enumerate(components) if not one.licence or not one.hashes)
    return Grid(
        "Installed distributions",
        ("name", "version", "licence, as it says itself", "hashes of requirements/"),
        rows,
        "The same as CycloneDX 1.6 JSON: careloom comply --out writes it.",
        red,
    )


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _licence(one: metadata.Distribution) -> str:
    said = one.metadata
    classified = [
        text.rsplit("::", 1)[-1].strip()
        for text in said.get_all("Classifier") or []
        if text.startswith("License ::")
    ]
    declared = next(
        (one for key in ("License-Expression", "License") for one in said.get_all(key) or [] if one), ""
    )
    declared = declared.strip().split("\n")[0]
    named = 0 < len(declared) <= 80 and not declared.lower().startswith("copyright")
    return (declared if named else "") or ", ".join(word for word in classified if word != "OSI Approved")[
        :80
    ]
