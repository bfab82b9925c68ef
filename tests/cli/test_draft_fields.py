"""The fields of a kind at the command line: as words, or as a file's words."""

from pathlib import Path

import pytest

from careloom.cli.draft import _told
from careloom.errors import InputError


def test_a_policy_is_taken_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "policy.md"
    file.write_bytes("\ufeffCriteria:\n- Age ≥ 18 years\n".encode())
    found = _told((f"policy=@{file}", "service=semaglutide = 1 mg"))
    assert found == {"policy": "Criteria:\n- Age ≥ 18 years\n", "service": "semaglutide = 1 mg"}


@pytest.mark.parametrize("content", [b"PK\x03\x04\xff\xfe\x00", None])
def test_a_file_that_is_no_text_or_is_not_there_is_told_by_its_field(
    content: bytes | None, tmp_path: Path
) -> None:
    file = tmp_path / "policy.docx"
    if content:
        file.write_bytes(content)
    with pytest.raises(InputError, match="policy"):
        _told((f"policy=@{file}",))
