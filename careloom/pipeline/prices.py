"""Prices: what a site says that work, models and machines cost, and what programmes pay, from `finance.toml` in its home. No amount is ours."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from careloom.care.access import ROLES
from careloom.errors import ConfigError
from careloom.measure.finance.care_months import Staff

FILE = "finance.toml"
# The role of whoever has no account any more.
NOBODY = "nobody known"
_TABLES = ("wages", "models", "rates", "minutes")
_KEYS = ("currency", "machine_hour", "day_and_night", "set_up", "running")


@dataclass(frozen=True, slots=True)
class SitePrices:
    """A site's own amounts: wages an hour by role (with what an employer pays on top), a million tokens read and written by model, a machine's hour (None:
    not said), what a code pays, what setting up cost and what running costs a month, and whose minutes count as whose. `there` is whether the site has such a file."""

    there: bool = False
    currency: str = ""
    wages: Mapping[str, float] = field(default_factory=dict)
    read: Mapping[str, float] = field(default_factory=dict)
    written: Mapping[str, float] = field(default_factory=dict)
    machine_hour: float | None = None
    rates: Mapping[str, float] = field(default_factory=dict)
    # How patients reach somebody day and night, in the site's own words; "" where it hasn't said.
    day_and_night: str = ""
    set_up: float | None = None
    running: float | None = None
    staff: Staff = field(default_factory=lambda: Staff((), ()))


def prices(home: Path) -> SitePrices:
    """The prices of a home; none where there is no such file. Raises ConfigError naming the table and key that doesn't fit."""
    try:
        said = tomllib.loads((home / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return SitePrices()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{FILE}: cannot be read as TOML ({error})") from None
    unknown = sorted(set(said) - {*_KEYS, *_TABLES})
    if unknown:
        raise ConfigError(f"{FILE}: {unknown[0]} is none of {', '.join((*_KEYS, *_TABLES))}")
    tables = {name: _table(said, name) for name in _TABLES}
    _must_be_roles("wages", tables["wages"])
    models = {name: _table(tables["models"], name, "models.") for name in tables["models"]}
    currency, day_and_night = (_text(said, name) for name in ("currency", "day_and_night"))
    return SitePrices(
        there=True,
        currency=currency,
        wages={role: _amount(f"wages.{role}", each) for role, each in tables["wages"].items()},
        read={name: _amount(f"models.{name}.read", each.get("read")) for name, each in models.items()},
        written={
            name: _amount(f"models.{name}.written", each.get("written")) for name, each in models.items()
        },
        machine_hour=_maybe(said, "machine_hour"),
        day_and_night=day_and_night.strip(),
        set_up=_maybe(said, "set_up"),
        running=_maybe(said, "running"),
        rates={code: _amount(f"rates.{code}", each) for code, each in tables["rates"].items()},
        staff=_staff(tables["minutes"]),
    )


def _table(said: Mapping[str, Any], name: str, above: str = "") -> Mapping[str, Any]:
    found = said.get(name, {})
    if not isinstance(found, dict):
        raise ConfigError(f"{FILE}: {above}{name} is no table ([{above}{name}])")
    return found


def _text(said: Mapping[str, Any], name: str) -> str:
    found = said.get(name, "")
    if not isinstance(found, str):
        raise ConfigError(f"{FILE}: {name} is not a text in quotes")
    return found


def _maybe(said: Mapping[str, Any], name: str) -> float | None:
    return _amount(name, said[name]) if name in said else None


def _amount(where: str, said: object) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said < 1e9:
        raise ConfigError(f"{FILE}: {where} is no amount of 0 or more")
    return float(said)


def _staff(said: Mapping[str, Any]) -> Staff:
    unknown = sorted(set(said) - {"clinical", "practitioners"})
    if unknown:
        raise ConfigError(f"{FILE}: minutes.{unknown[0]} is none of clinical, practitioners")
    for name, roles in said.items():
        if not isinstance(roles, list):
            raise ConfigError(f"{FILE}: minutes.{name} is no list of roles")
        _must_be_roles(f"minutes.{name}", roles)
    clinical, practitioners = (tuple(said.get(name, ())) for name in ("clinical", "practitioners"))
    both = sorted(set(clinical) & set(practitioners))
    if both:
        raise ConfigError(f"{FILE}: {both[0]} is in both lists of minutes; each minute counts once")
    return Staff(clinical, practitioners)


def _must_be_roles(where: str, named: Any) -> None:
    unknown = sorted(str(one) for one in named if one not in ROLES)
    if unknown:
        raise ConfigError(f"{FILE}: {where} names {unknown[0]}, which is no role ({', '.join(ROLES)})")
