"""Every setting of a site: one frozen `Settings`, read once from the environment by a door.

Only the doors, jobs and pipeline import this; the other rooms get what they need as arguments.
docs/settings.md has one row per setting (a test compares the two).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints

from careloom.errors import ConfigError

PREFIX = "CARELOOM_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a site decides. Field `x_y` is read from the environment variable `CARELOOM_X_Y`."""

    home: Path = Path("~/.careloom")
    organisation: str = "demo"
    demo: bool = False
    database_url: str = ""
    secret_key: str = ""
    encryption_key: str = ""
    key_file: Path | None = None
    key_command: str = ""
    key_seconds: float = 10.0
    backup_to: str = ""
    synchronous: str = "FULL"
    token: str = ""
    zone: str = "America/New_York"
    language: str = "en"
    sources: Path | None = None
    hooks: Path | None = None
    mappings: Path | None = None
    model: str = "embedded"
    model_calls: int = 4
    model_weights: Path = Path("~/.cache/careloom/models/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf")
    model_adapter: str = ""
    model_url: str = ""
    model_key: str = ""
    model_name: str = ""
    model_timeout: float = 60.0
    model_retries: int = 2
    model_concurrency: int = 4
    model_may_receive_phi: bool = False
    model_deidentified: bool = False
    max_json_mb: int = 64
    max_unpacked_mb: int = 4096
    listen_connections: int = 256
    listen_idle_minutes: int = 60
    protocols: Path | None = None
    value_sets: Path | None = None
    consent_names: str = ""
    programme_roles: str = ""
    care_teams: str = "assigned"
    break_glass_hours: float = 4.0
    independent_practice: str = ""
    licence_states: str = ""
    nurse_due_hours: int = 24
    physician_due_hours: int = 48
    high_risk_due_hours: float = 8
    raised_risk_due_hours: float = 12
    working_hours: Path | None = None
    remind_hours: float = 4
    notice_people: str = ""
    alarm_hours: float = 8
    raise_tiers: str = ""
    retention_years: int = 0
    reading_rate: int = 238
    training: str = "new"
    job_attempts: int = 3
    job_timeout: int = 900
    readiness_hour: int = 5
    fonts: Path | None = None
    practice_name: str = ""
    practice_phone: str = ""
    smtp_url: str = ""
    smtp_from: str = ""
    smtp_timeout: float = 30.0
    outbox: Path | None = None
    quiet_hours: str = "21:00-08:00"
    urgent_people: str = ""
    safety_lead: str = ""
    urgent_minutes: int = 10
    urgent_outcome_minutes: int = 60
    webhook_days: int = 3
    webhook_hosts: str = ""
    allowed_hosts: str = "localhost,127.0.0.1,[::1]"
    session_minutes: int = 15
    second_factor: str = ""
    identity_providers: Path | None = None
    behind_tls: bool = False
    trusted_proxies: str = ""
    api_per_minute: int = 300
    wrong_per_minute: int = 120
    log_level: str = "WARNING"

    def at(self, home: Path) -> "Settings":
        """The same settings for another home directory."""
        return replace(self, home=home.expanduser())


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment. Raises ConfigError naming the variable whose value does not fit."""
    environ = os.environ if environ is None else environ
    hints = get_type_hints(Settings)
    found: dict[str, object] = {}
    for item in fields(Settings):
        name = PREFIX + item.name.upper()
        if name in environ:
            found[item.name] = _value(name, environ[name], hints[item.name])
    settings = Settings(**found)  # type: ignore[arg-type]
    return replace(
        settings,
        home=settings.home.expanduser(),
        model_weights=settings.model_weights.expanduser(),
    )


def _value(name: str, text: str, kind: object) -> object:
    if get_origin(kind) in (Union, UnionType):
        kind = next(part for part in get_args(kind) if part is not type(None))
    try:
        if kind is bool:
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[
                text.strip().lower()
            ]
        if kind in (int, float, Path):
            return kind(text)
    except (KeyError, ValueError):
        raise ConfigError(f"{name} does not hold what it should") from None
    return text
