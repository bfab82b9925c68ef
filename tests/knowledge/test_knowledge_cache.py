"""Compiled knowledge is kept: the same as compiled anew, never stale, never trusted from strangers, and never needed."""

import hashlib
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from careloom import knowledge
from careloom.knowledge import cache
from careloom.knowledge.terms import Terms

PACK = "drug a,drug b,severity\nmetformin,cetirizine,{}\n"


@pytest.fixture
def folders(tmp_path):
    """A site's own folder with a pack, and the folder of its releases, in which compiled knowledge is kept."""
    site, releases = tmp_path / "site", tmp_path / "home" / "knowledge"
    site.mkdir()
    releases.mkdir(parents=True)
    (site / "interactions-acme.csv").write_text(PACK.format("major"), "utf-8")
    yield site, releases
    knowledge._loaded.cache_clear()


def loaded(site, releases):
    """As in a new process: nothing is remembered but what is kept in files."""
    knowledge._loaded.cache_clear()
    return knowledge.load(site, releases)


def severity(known):
    (metformin,), (cetirizine,) = known.drugs.find("metformin"), known.drugs.find("cetirizine")
    return known.interactions.between(metformin, cetirizine).severity


def test_what_is_kept_is_the_same_as_what_was_compiled(folders):
    compiled, kept = loaded(*folders), loaded(*folders)
    assert kept is not compiled and (folders[1] / cache.NAME).is_file()
    assert kept.interactions.all == compiled.interactions.all
    assert kept.circumstances.all == compiled.circumstances.all
    assert kept.protocols == compiled.protocols
    assert kept.drugs.all() == compiled.drugs.all()
    assert kept.conditions.all == compiled.conditions.all
    assert (kept.version, kept.versions) == (compiled.version, compiled.versions)
    (lisinopril,) = kept.drugs.find("Zestril 10 MG")
    assert lisinopril is kept.drugs.named("lisinopril")


def test_it_is_really_read_and_not_compiled_again(folders, monkeypatch):
    loaded(*folders)
    monkeypatch.setattr(knowledge, "load_protocols", None)
    assert severity(loaded(*folders)) == "high"


def test_an_edit_that_changes_neither_size_nor_time_of_a_file_is_not_missed(folders):
    file = folders[0] / "interactions-acme.csv"
    assert severity(loaded(*folders)) == "high"
    before = file.stat()
    file.write_text(PACK.format("minor"), "utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    assert severity(loaded(*folders)) == "low"
    assert severity(knowledge.load(*folders)) == "low"


def test_a_process_that_runs_sees_an_edit_too(folders):
    assert severity(loaded(*folders)) == "high"
    (folders[0] / "interactions-acme.csv").write_text(PACK.format("minor"), "utf-8")
    assert severity(knowledge.load(*folders)) == "low"


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_not_read(folders, monkeypatch, mode):
    loaded(*folders)
    (folders[1] / cache.NAME).chmod(mode)
    assert cache._body(folders[1] / cache.NAME, "") is None
    monkeypatch.setattr(knowledge, "load_scores", dict)
    assert loaded(*folders).scores == {}


def test_a_file_of_another_user_or_behind_a_link_is_not_read(folders, monkeypatch):
    key = "k"
    terms = Terms()
    kept = cache.keep([folders[1]], key, "text", terms)
    assert cache.kept([folders[1]], key, terms) == "text"
    (folders[1] / "elsewhere").write_bytes(kept.read_bytes())
    kept.unlink()
    kept.symlink_to(folders[1] / "elsewhere")
    assert cache.kept([folders[1]], key, terms) is None
    kept.unlink()
    cache.keep([folders[1]], key, "text", terms)
    owner = kept.stat().st_uid
    if owner:
        monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    else:
        os.chown(kept, 12345, -1)
    assert cache.kept([folders[1]], key, terms) is None


class Evil:
    def __reduce__(self):
        return os.mkdir, (self.path,)


@pytest.mark.parametrize(
    "stranger", [Evil, lambda: os.system, lambda: subprocess.Popen, lambda: hashlib.sha256, lambda: Path("/")]
)
def test_nothing_that_stands_in_the_file_is_run(folders, stranger):
    made = stranger()
    if isinstance(made, Evil):
        made.path = str(folders[1] / "run")
    body = pickle.dumps(made)
    digest = hashlib.sha256(body).hexdigest().encode()
    file = folders[1] / cache.NAME
    file.write_bytes(b"\n".join((cache._MAGIC, b"k", digest, body)))
    file.chmod(0o600)
    assert cache._body(file, "k") == body
    assert cache.kept([folders[1]], "k", Terms()) is None
    assert not (folders[1] / "run").exists()


@pytest.mark.parametrize("harm", ["cut", "changed", "emptied", "other version"])
def test_a_damaged_file_or_one_of_another_version_is_compiled_anew_and_replaced(folders, harm):
    loaded(*folders)
    file = folders[1] / cache.NAME
    whole = file.read_bytes()
    harmed = {
        "cut": whole[:-100],
        "changed": whole[:-1] + bytes([whole[-1] ^ 1]),
        "emptied": b"",
        "other version": whole.replace(cache._MAGIC, b"careloom knowledge 0"),
    }
    file.write_bytes(harmed[harm])
    assert severity(loaded(*folders)) == "high"
    assert file.read_bytes()[:20] == whole[:20]


def test_where_nothing_can_be_written_knowledge_is_compiled_and_no_home_is_made(folders, tmp_path):
    nowhere = tmp_path / "no" / "home" / "knowledge"
    assert severity(loaded(folders[0], nowhere)) == "high"
    assert not (tmp_path / "no").exists()
    (tmp_path / "a file").write_text("")
    assert severity(loaded(folders[0], tmp_path / "a file")) == "high"


def test_a_release_that_went_missing_is_told_by_what_is_kept_too(folders):
    listed = '[{"name": "icd10cm", "version": "1", "licence": "", "loaded": "2026-11-01", "file": "a.db", "size": 4, "counts": {}, "files": []}]'
    (folders[1] / "loaded.json").write_text(listed)
    (folders[1] / "a.db").write_text("1234")
    assert loaded(*folders).problems == ()
    (folders[1] / "a.db").unlink()
    assert "icd10cm" in loaded(*folders).problems[0]


def test_other_code_compiles_anew(tmp_path):
    (tmp_path / "one.py").write_text("A = 1\n")
    before = cache.sources(tmp_path)
    (tmp_path / "one.py").write_text("A = 2\n")
    assert cache.sources(tmp_path) != before


def test_what_we_ship_is_kept_beside_its_files_and_read_by_the_next_process(tmp_path):
    copy = tmp_path / "careloom"
    for room in ("knowledge", "care"):
        shutil.copytree(knowledge.HERE.parent / room, copy / room, ignore=shutil.ignore_patterns("*.bin"))
    for file in ("__init__.py", "errors.py"):
        shutil.copy(knowledge.HERE.parent / file, copy / file)
    say = "from careloom import knowledge; print(knowledge.load().version, knowledge.HERE)"
    told = [
        subprocess.run(
            [sys.executable, "-c", say],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for _ in range(2)
    ]
    assert told[0] == told[1] and str(copy) in told[0]
    assert len(list(copy.rglob(cache.NAME))) == 1
