"""The site's source systems, from its TOML file: one table a system, named as `--source` names it."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from careloom.care.system import SmartApp, SourceSystem, WrittenTo, source_name
from careloom.errors import ConfigError

KEYS = tuple(
    field.name for field in fields(SourceSystem) if field.name not in ("name", "options", "write", "smart")
)
# Of [NAME.write]: what is a text, and what a list of texts.
_TEXTS = ("way", "plan", "scope")
_LISTS = ("kinds", "refuses", "named")
_PLANS = ("resources", "document")
# The keys of [NAME.smart]: texts, yes or no, and a list.
_SMART = {field.name: field for field in fields(SmartApp)}
_YES_OR_NO = ("second_factor", "confirms")
_LOCAL = ("localhost", "127.0.0.1", "::1")


def source_systems(file: Path) -> Mapping[str, SourceSystem]:
    """The systems of a file, by name; none where there is no such file.

    Raises ConfigError naming the table and key that does not fit.
    """
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file.name}: cannot be read as TOML ({error})") from None
    return {name: _system(file, name, table) for name, table in tables.items()}


def _system(file: Path, name: str, table: object) -> SourceSystem:
    if not isinstance(table, dict):
        raise ConfigError(f"{file.name}: {name} is no table ([{name}])")
    given = dict(table)
    options = given.pop("options", {})
    smart = _smart(file, name, given.pop("smart")) if "smart" in given else None
    part2 = given.pop("part2", False)
    write = _write(file, name, given.pop("write", None))
    if not isinstance(part2, bool):
        raise ConfigError(f"{file.name}: {name}.part2 is neither true nor false")
    for key, value in (*given.items(), *options.items()):
        if not isinstance(value, str):
            raise ConfigError(f"{file.name}: {name}.{key} is not a text in quotes")
    unknown = sorted(set(given) - set(KEYS))
    if unknown:
        raise ConfigError(f"{file.name}: {name}.{unknown[0]} is none of {', '.join(KEYS)}, options, write")
    if part2 and not given.get("programme", "").strip():
        raise ConfigError(
            f"{file.name}: {name}.programme is missing: a consent names the programme of 42 CFR Part 2"
        )
    if given.get("zone"):
        try:
            ZoneInfo(given["zone"])
        except (ZoneInfoNotFoundError, ValueError):
            raise ConfigError(f"{file.name}: {name}.zone is no IANA zone") from None
    if "key" in given:
        given["key"] = file.parent / Path(given["key"]).expanduser()
    if smart and not given.get("url"):
        raise ConfigError(f"{file.name}: {name}.url is missing: it is what the EHR launches with (iss)")
    return SourceSystem(name=name, options=options, part2=part2, write=write, smart=smart, **given)


def _write(file: Path, name: str, table: object) -> WrittenTo | None:
    """The table [NAME.write]: what is written to the system; None where there is none."""
    if table is None:
        return None
    where = f"{file.name}: {name}.write"
    if not isinstance(table, dict):
        raise ConfigError(f"{where} is no table ([{name}.write])")
    given: dict[str, object] = {}
    for key, value in table.items():
        if key in _TEXTS and isinstance(value, str):
            given[key] = value
        elif key in _LISTS and isinstance(value, list) and all(isinstance(one, str) for one in value):
            given[key] = tuple(value)
        elif key == "options" and isinstance(value, dict):
            given[key] = {str(one): str(said) for one, said in value.items()}
        else:
            known = f"{', '.join(_TEXTS)} (texts), {', '.join(_LISTS)} (lists of texts), options"
            raise ConfigError(f"{where}.{key} is none of {known}")
    if given.get("plan", _PLANS[0]) not in _PLANS:
        raise ConfigError(f"{where}.plan is neither {' nor '.join(_PLANS)}")
    return msgspec.convert(given, WrittenTo)


def _smart(file: Path, name: str, table: object) -> SmartApp:
    """How we are registered at an EHR. Raises ConfigError naming the key that does not fit."""
    where = f"{file.name}: {name}.smart"
    if not isinstance(table, dict):
        raise ConfigError(f"{where} is no table ([{name}.smart])")
    given = dict(table)
    for key, value in given.items():
        if key not in _SMART:
            raise ConfigError(f"{where}.{key} is none of {', '.join(_SMART)}")
        kind = bool if key in _YES_OR_NO else list if key == "frame" else str
        if not isinstance(value, kind):
            raise ConfigError(
                f"{where}.{key} is not {'true or false' if kind is bool else 'a list' if kind is list else 'a text in quotes'}"
            )
    if not given.get("client_id"):
        raise ConfigError(f"{where}.client_id is missing")
    if "key" in given:
        given["key"] = file.parent / Path(given["key"]).expanduser()
    given["frame"] = tuple(_origin(where, one) for one in given.get("frame", ()))
    given.setdefault("label", source_name(name))
    return SmartApp(**given)


def _origin(where: str, said: object) -> str:
    """An origin as a browser knows it; nothing that could say more in a header."""
    try:
        parts = urlsplit(said if isinstance(said, str) else "")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, port = urlsplit(""), ""
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    plain = f"{parts.scheme}://{host}{port}"
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    if not safe or said != plain or any(sign in plain for sign in " ;,*'"):
        raise ConfigError(f"{where}.frame names origins alone, such as https://ehr.example")
    return plain
