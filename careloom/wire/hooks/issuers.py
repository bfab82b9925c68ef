"""The issuers whose signed statements a site trusts at a hook, from its TOML file: one table an EHR."""

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from careloom.care.entry import RECORDED_HERE, REPLIES, UNNAMED_SOURCES
from careloom.errors import ConfigError
from careloom.wire.fhir.address import checked, origin

# RFC 8725, 3.2: by asymmetric algorithms alone. CDS Hooks names no others than these two as an example.
ALGORITHMS = ("ES384", "RS384")
OTHERS = ("ES256", "ES512", "RS256", "RS512", "PS256", "PS384", "PS512")
_NAME = re.compile(r"[a-z0-9_-]{1,32}")
_NEEDED = ("issuer", "audience")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """An EHR that may ask.

    issuer      the `iss` of its statements; `tenant` theirs too, where several of its sites sign with one `iss`
    audience    our own base address, as the EHR has it: a service is below it at /cds-services/ID
    jwks_url    where it publishes its keys, or `keys`, a file with them beside this one
    algorithms  by which it may sign
    source      the source system (sources.toml) whose patients' ids it uses
    fhir        addresses of its FHIR servers that may be read with what it sends along; none: nothing is read there
    origins     of pages that may ask from a browser (CORS)
    seconds     how long reading there may take in all
    """

    name: str
    issuer: str = ""
    tenant: str = ""
    audience: str = ""
    jwks_url: str = ""
    keys: Path | None = None
    algorithms: tuple[str, ...] = ALGORITHMS
    source: str = ""
    fhir: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    seconds: float = 2.0


def issuers(file: Path) -> tuple[Issuer, ...]:
    """The issuers of a file; none where there is no such file. Raises ConfigError naming the table and key that doesn't fit."""
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file.name}: cannot be read as TOML ({type(error).__name__})") from None
    found = tuple(_issuer(file, name, table) for name, table in tables.items())
    known: dict[tuple[str, str], str] = {}
    for one in found:
        other = known.setdefault((one.issuer, one.tenant), one.name)
        if other != one.name:
            raise ConfigError(f"{file.name}: {one.name} and {other} have one issuer and one tenant")
    return found


def _issuer(file: Path, name: str, table: object) -> Issuer:
    if not _NAME.fullmatch(name) or not isinstance(table, dict):
        raise ConfigError(f"{file.name}: a table's name is up to 32 small letters, digits, - and _")
    at = f"{file.name}: {name}"
    known = {one.name for one in fields(Issuer)} - {"name"}
    given = dict(table)
    seconds = given.pop("seconds", 2.0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= 30:
        raise ConfigError(f"{at}.seconds is no number above 0 and up to 30")
    for key, value in given.items():
        if key not in known:
            raise ConfigError(f"{at}.{key} is none of {', '.join(sorted(known))}")
        if not isinstance(value, str):
            raise ConfigError(f"{at}.{key} is not a text in quotes")
    for key in _NEEDED:
        if not given.get(key, "").strip():
            raise ConfigError(f"{at}.{key} is missing")
    if bool(given.get("jwks_url")) == bool(given.get("keys")):
        raise ConfigError(f"{at}: either jwks_url or keys says with which keys it signs")
    return Issuer(
        name=name,
        issuer=given["issuer"],
        tenant=given.get("tenant", ""),
        audience=checked(given["audience"], f"{at}.audience", allow_http=False),
        jwks_url=checked(given["jwks_url"], f"{at}.jwks_url", allow_http=False)
        if given.get("jwks_url")
        else "",
        keys=file.parent / given["keys"] if given.get("keys") else None,
        algorithms=_algorithms(given.get("algorithms", ""), at),
        source=_source(given.get("source", ""), name, at),
        fhir=tuple(checked(one, f"{at}.fhir", allow_http=False) for one in given.get("fhir", "").split()),
        origins=tuple(_origin(one, at) for one in given.get("origins", "").split()),
        seconds=float(seconds),
    )


def _algorithms(text: str, at: str) -> tuple[str, ...]:
    found = tuple(text.split()) or ALGORITHMS
    for one in found:
        if one not in (*ALGORITHMS, *OTHERS):
            raise ConfigError(f"{at}.algorithms: one is {', '.join((*ALGORITHMS, *OTHERS))}")
    return found


def _source(text: str, name: str, at: str) -> str:
    """The source; an EHR that names none has patients of its own, whom nobody else's ids mean."""
    if text in (*UNNAMED_SOURCES, RECORDED_HERE, REPLIES):
        raise ConfigError(f"{at}.source is no source system of sources.toml")
    return text or f"hook {name}"


def _origin(text: str, at: str) -> str:
    scheme, host, port = origin(text)
    if scheme not in ("http", "https") or not host:
        raise ConfigError(f"{at}.origins: one is like https://ehr.example.org")
    default = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{host}" if port == default else f"{scheme}://{host}:{port}"
