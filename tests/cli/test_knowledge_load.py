"""A site's release on the command line: loaded, listed, and refused where it is cut off."""

import json

import pytest
from click.testing import CliRunner

from careloom.cli.knowledge import command
from careloom.errors import InputError

LINE = f"00001 M109    1 {'Gout, unspecified':60} Gout, unspecified\n"


def run(*arguments):
    done = CliRunner().invoke(command, [*map(str, arguments), "--json"])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return json.loads(done.stdout)


def test_a_release_is_loaded_from_a_folder_and_listed(tmp_path, monkeypatch):
    monkeypatch.setenv("CARELOOM_HOME", str(tmp_path / "home"))
    folder = tmp_path / "icd"
    folder.mkdir()
    (folder / "icd10cm_order_2026.txt").write_text(LINE)
    (folder / "readme.txt").write_text("What is in this folder.\n")
    assert run("load", folder)["counts"] == {"code": 1}
    (listed,) = run("list")["releases"]
    assert (listed["name"], listed["version"], listed["files"]) == (
        "icd10cm",
        "2026",
        ["icd10cm_order_2026.txt"],
    )
    assert len(listed["loaded"]) == 10
    (folder / "icd10cm_order_2026.txt").write_text(LINE + LINE[:40])
    with pytest.raises(InputError, match="line 2"):
        run("load", folder)
    assert run("list")["releases"] == [listed]


def test_of_a_folder_of_snomed_ct_the_snapshot_is_taken_and_not_every_version_that_ever_was(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("CARELOOM_HOME", str(tmp_path / "home"))
    head = "id\teffectiveTime\tactive\tmoduleId\tconceptId\tlanguageCode\ttypeId\tterm\tcaseSignificanceId\n"
    row = "1\t20200101\t{}\tm\t90560007\ten\t900000000000003001\tGout (disorder)\tc\n"
    for kind, rows in (("Snapshot", row.format(1)), ("Full", row.format(1) + row.format(0)), ("Delta", "")):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / f"sct2_Description_{kind}-en_INT_20260101.txt").write_text(head + rows)
    for kind in ("Full", "Delta"):
        with pytest.raises(InputError, match=f"{kind} release: load the Snapshot"):
            run("load", next((tmp_path / kind).iterdir()))
    loaded = run("load", tmp_path)
    assert loaded["files"] == ["sct2_Description_Snapshot-en_INT_20260101.txt"]
