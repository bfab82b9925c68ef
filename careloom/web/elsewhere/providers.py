"""The site's identity providers: one table each of a TOML file."""

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from careloom.errors import ConfigError

OIDC, SAML = "oidc", "saml"
FILE = "identity_providers.toml"
_NEEDED = {OIDC: ("issuer", "client_id", "secret"), SAML: ("metadata", "entity")}
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProvider:
    """One of them. `claim` names what it says that must be a user name here; files are looked for beside the TOML file.

    `second_factor` says that it asks for one itself; else ours is asked for after it. With `key` and `certificate`, this site's own for it, it must
    encrypt what it says by SAML.
    """

    name: str
    protocol: str
    label: str
    claim: str = ""
    second_factor: bool = False
    issuer: str = ""
    client_id: str = ""
    secret: str = ""
    scope: str = "openid profile email"
    metadata: str = ""
    entity: str = ""
    subject: str = ""
    key: str = ""
    certificate: str = ""

    def file(self, which: str) -> str:
        """What stands in the file that `which` names. Raises ConfigError where it can't be read."""
        path = _path().parent / str(getattr(self, which))
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise ConfigError(f"{FILE}: {self.name}: the file of {which} can't be read") from None


def all_of_them() -> tuple[IdentityProvider, ...]:
    """Those of this site, in the file's order; none without a file. Raises ConfigError naming table and key."""
    path = _path()
    if not path.exists():
        return ()
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ConfigError(f"{FILE} can't be read as TOML") from None
    return tuple(_one(name, table) for name, table in tables.items())


def named(name: str) -> IdentityProvider | None:
    """The one of that name, or None."""
    return next((one for one in all_of_them() if one.name == name), None)


def _path() -> Path:
    return Path(settings.CARELOOM_IDENTITY_PROVIDERS or settings.CARELOOM_HOME / FILE)


def _one(name: str, table: object) -> IdentityProvider:
    kinds = {one.name: one.type for one in fields(IdentityProvider) if one.name != "name"}
    if not re.fullmatch(r"[a-z0-9_-]{1,32}", name) or not isinstance(table, dict):
        raise ConfigError(f"{FILE}: a table's name is up to 32 small letters, digits, - and _")
    for key, value in table.items():
        if key not in kinds or type(value) is not kinds[key]:
            raise ConfigError(f"{FILE}: {name}: {key} does not belong there, or not so")
    found = IdentityProvider(name=name, **{"protocol": "", "label": name, **table})
    if found.protocol not in _NEEDED:
        raise ConfigError(f"{FILE}: {name}: protocol must be {OIDC} or {SAML}")
    missing = [key for key in _NEEDED[found.protocol] if not getattr(found, key)]
    if missing:
        raise ConfigError(f"{FILE}: {name}: {missing[0]} is missing")
    if bool(found.key) != bool(found.certificate) or (found.key and found.protocol != SAML):
        raise ConfigError(f"{FILE}: {name}: key and certificate belong together, by {SAML}")
    parts = urlsplit(found.issuer)
    if found.protocol == OIDC and parts.scheme != "https" and parts.hostname not in _LOCAL:
        raise ConfigError(f"{FILE}: {name}: issuer must be an https address")
    return found
