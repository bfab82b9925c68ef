"""Bill: the software bill of materials of what is installed, as CycloneDX 1.6, and what of it is not known."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import metadata
from pathlib import Path
from uuid import UUID

from careloom.care.compliance import Grid

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Component:
    """An installed distribution: its licence and maker as it says them itself ("" where it says none), the SHA-256 of the files that requirements allow,
    and the names of what it declares to need."""

    name: str
    version: str
    licence: str
    hashes: tuple[str, ...]
    supplier: str = ""
    needs: tuple[str, ...] = ()


def installed(pins: Mapping[tuple[str, str], tuple[str, ...]]) -> tuple[Component, ...]:
    """Every installed distribution by name; ourselves are left out."""
    found = {}
    for one in metadata.distributions():
        name = _key(one.metadata["Name"] or "")
        if name and name != "careloom":
            hashes = pins.get((name, one.version), ())
            found[name] = Component(
                name, one.version, _licence(one), hashes, _supplier(one), _needs(one.requires or ())
            )
    return tuple(
        replace(found[name], needs=tuple(need for need in found[name].needs if need in found))
        for name in sorted(found)
    )


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


def as_cyclonedx(
    components: Iterable[Component], pack: str, at: datetime, release: str, author: str = "not said"
) -> dict[str, object]:
    """The bill as CycloneDX 1.6 JSON; a licence that is not known stands as that. Dependencies are those that distributions declare, of what is installed."""
    every = tuple(components)
    by_name = {one.name: one for one in every}
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
            # NTIA's minimum elements name the author of the data, too.
            "tools": {"components": [{"type": "application", "name": "careloom comply", "version": release}]},
            "authors": [{"name": author}],
        },
        "components": [_component(one) for one in every],
        "dependencies": [
            {"ref": "careloom", "dependsOn": [_ref(one) for one in every]},
            *({"ref": _ref(one), "dependsOn": [_ref(by_name[need]) for need in one.needs]} for one in every),
        ],
    }


def _ref(one: Component) -> str:
    return f"pkg:pypi/{one.name}@{one.version}"


def _component(one: Component) -> dict[str, object]:
    # PyPI's file hashes are of the several builds of one version: which was installed nobody says.
    properties = [{"name": "careloom:allowed-sha256", "value": value} for value in one.hashes]
    told: dict[str, object] = {
        "type": "library",
        "bom-ref": _ref(one),
        "supplier": {"name": one.supplier or "NOT KNOWN"},
        "name": one.name,
        "version": one.version,
        "purl": _ref(one),
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


def _supplier(one: metadata.Distribution) -> str:
    """Who made it, as it says itself, else whose repository it names; "" where it says neither."""
    first = next(
        (
            word.strip()
            for key in ("Author", "Maintainer", "Author-email", "Maintainer-email")
            for word in one.metadata.get_all(key) or ()
            if word.strip()
        ),
        "",
    )
    named = re.sub(r"\s*<[^>]*>", "", first).strip('" ')[:80] or first[:80]
    return named or _owner(one)


def _owner(one: metadata.Distribution) -> str:
    """Whose repository it names: "github.com/somebody"."""
    said = [word for key in ("Home-page", "Project-URL") for word in one.metadata.get_all(key) or ()]
    found = (re.search(r"https?://((?:github|gitlab)\.com/[^/\s]+)", word) for word in said)
    return next((match[1] for match in found if match), "")


def _needs(said: Iterable[str]) -> tuple[str, ...]:
    """The distributions that one declares to need, extras aside."""
    plain = (one for one in said if "extra ==" not in one)
    return tuple(sorted({_key(found[0]) for one in plain if (found := _NAME.match(one))}))


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
    told = (declared if named else "") or ", ".join(word for word in classified if word != "OSI Approved")[
        :80
    ]
    return told or _licence_file(one)


def _licence_file(one: metadata.Distribution) -> str:
    """What the first line of its own licence file calls it ("MIT License"), with the word that it was read there."""
    for file in one.files or ():
        if file.name.upper().startswith(("LICENSE", "LICENCE")):
            first = next((line.strip() for line in _text(file) if line.strip()), "")
            if "licen" in first.lower() and len(first) <= 60:
                return f"{first} (its licence file)"
    return ""


def _text(file: metadata.PackagePath) -> list[str]:
    try:
        return file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
