"""Checking a source: can we read from its server, and what would it answer? Nothing is stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from careloom.care.system import SourceSystem
from careloom.errors import CareloomError, ConfigError
from careloom.wire import fhir

# Without these nothing can be read.
NEEDED = ("address", "FHIR", "token")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tried: whether it works, and what there is to say, in words for who runs the systems."""

    name: str
    ok: bool
    words: str


def named(systems: Mapping[str, SourceSystem], name: str) -> SourceSystem:
    """A system of the site. Raises ConfigError naming those that there are."""
    if name in systems:
        return systems[name]
    known = ", ".join(systems) or "none"
    raise ConfigError(f"sources.toml names no system {name!r} (it names: {known})")


def checks(server: fhir.Server, patient: str = "") -> Iterator[Check]:
    """What works and what doesn't, in the order in which a pull would need it.

    `patient` is the server's id of somebody for whom searches are tried where the server wants one; nothing of what
    they give is kept.
    """
    yield from _key(server.system.key)
    try:
        said = server.capability
    except CareloomError as error:
        yield Check("address", False, str(error))
        return
    yield Check("address", True, "answers" if said.known else "answers, but does not say what it can")
    if said.known:
        named = f"{said.software} {said.software_version}".strip()
        software = f", {named}" if named else ""
        yield Check("FHIR", True, f"{said.version or 'R4'}{software}, {len(said.offers)} types")
        yield Check(
            "bulk export", said.exports, "offered" if said.exports else "not offered in its statement"
        )
    if server.system.client_id:
        try:
            token = _token(server)
        except CareloomError as error:
            yield Check("token", False, str(error))
            return
        yield Check("token", True, token)
    yield from _searches(server, said, patient)


def _key(file: Path | None) -> Iterator[Check]:
    if file is not None and file.exists():
        alone = file.stat().st_mode & 0o077 == 0
        yield Check(
            "key file", alone, "only its owner may read it" if alone else "others may read it: chmod 600"
        )


def _token(server: fhir.Server) -> str:
    assert server.tokens is not None
    server.tokens.token()
    wanted, granted = server.system.scope.split(), server.tokens.scope.split()
    missing = [one for one in wanted if one not in granted]
    return f"given, but without {', '.join(missing)}" if missing else "given"


def _searches(server: fhir.Server, said: fhir.Capability, patient: str) -> Iterator[Check]:
    plan = fhir.searches(server.profile, said, {**server.system.options, "count": "1"})
    for words in plan.cannot:
        kind, _, why = words.partition(": ")
        yield Check(kind, False, why)
    for search in plan.searches:
        if not patient and server.profile.scope == "patient":
            yield Check(search.label, True, "not tried: this server wants a patient (--patient ID)")
            continue
        asked = search.of(server.profile, patient) if patient else search
        try:
            next(fhir.pages(server, asked))
        except fhir.CannotAnswer as error:
            yield Check(search.label, False, error.why)
        except CareloomError as error:
            yield Check(search.label, False, str(error))
            return
        else:
            yield Check(search.label, True, "answers")
