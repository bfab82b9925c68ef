"""What the documents promise is what the code has."""

import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from careloom import check
from careloom.care.record import ConflictKind
from careloom.errors import ConfigError
from careloom.settings import Settings, read

ROOT = Path(__file__).parent.parent


def rows(document: str) -> list[str]:
    text = (ROOT / "docs" / document).read_text()
    return re.findall(r"^\| `?([A-Za-z_]+)`? \|", text, re.MULTILINE)


def test_every_setting_has_its_row() -> None:
    names = [f"CARELOOM_{item.name.upper()}" for item in fields(Settings)]
    assert [row for row in rows("settings.md") if row.startswith("CARELOOM_")] == sorted(
        names, key=rows("settings.md").index
    )
    assert set(names) <= set(rows("settings.md"))


def test_every_safety_rule_has_its_row() -> None:
    names = {rule.__module__.rpartition(".")[2] for rule in (*check.JUDGED, *check.RULES)}
    assert len(names) >= 11
    assert names <= set(rows("safety.md"))


def test_every_kind_of_conflict_has_its_row() -> None:
    assert rows("conflicts.md")[1:] == list(get_args(ConflictKind))


def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    hosts = re.compile(r"pypi\.(org)|python(hosted)|registry\.(npmjs)|deb\.(debian)")
    for path in [*ROOT.glob("*.*"), *(ROOT / "requirements").glob("*"), *(ROOT / "docs").rglob("*.md")]:
        if path.is_file():
            assert not hosts.search(path.read_text()), path.name


def test_a_setting_of_the_wrong_shape_names_its_variable() -> None:
    with pytest.raises(ConfigError, match="CARELOOM_MODEL_CALLS"):
        read({"CARELOOM_MODEL_CALLS": "many"})
    with pytest.raises(ConfigError, match="CARELOOM_DEMO"):
        read({"CARELOOM_DEMO": "perhaps"})


def test_settings_come_from_the_environment() -> None:
    found = read({"CARELOOM_HOME": "/srv/careloom", "CARELOOM_DEMO": "yes", "CARELOOM_MODEL_TIMEOUT": "2.5"})
    assert (found.home, found.demo, found.model_timeout) == (Path("/srv/careloom"), True, 2.5)
    assert found.protocols is None
