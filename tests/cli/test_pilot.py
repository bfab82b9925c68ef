"""careloom pilot: a protocol as a file, and what the command says of it."""

import json
from pathlib import Path

import pytest

from tests.flow.process import answer, careloom

TEXT = "Determined to be quality improvement, not research."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("pilots")
    for name in ("rosa", "nina"):
        answer(found, "user", "add", name, "--role", "registered_nurse", "--licence", "MA:RN1:2099-01-01")
    answer(found, "user", "add", "walt", "--role", "auditor")
    return found


def test_a_protocol_is_written_from_a_file_told_what_it_lacks_locked_and_reported(home: Path) -> None:
    assert answer(home, "pilot")["pilots"] == []
    file = home / "protocol.json"
    file.write_text(json.dumps({"title": "Plans", "weeks": 3}))
    written = answer(home, "pilot", "--protocol", file)
    assert "it lasts at least 6 weeks" in written["lacks"] and written["stage"] == "written"
    refused = careloom(home, "pilot", written["id"], "lock", "--json")
    assert refused.returncode != 0
    assert answer(home, "pilot", written["id"])["protocol"]["title"] == "Plans"
    file.write_text("{")
    assert "no protocol" in careloom(home, "pilot", "--protocol", file, "--json").stderr
