"""A site maps its own export: the mapping is found, kept, mended, and what was read by it can be read again."""

import pytest

from careloom.errors import ConfigError
from careloom.knowledge import load
from careloom.pipeline.arrivals import files
from careloom.pipeline.intake import Intake
from careloom.pipeline.mappings import Mappings
from tests.connect.tabled import FILE, HEADER, PERSON, PROBLEM, ROW

TEXT = FILE + PERSON + PROBLEM


@pytest.fixture
def site(store, home):
    """Mapping files come and go; each call is a new process's intake."""

    class Site:
        folder = home / "mappings"
        export = home / "export.csv"

        def intake(self):
            return Intake(
                store, load(), "America/New_York", 8, 64, {}, Mappings.of(self.folder, self.folder / "kept")
            )

        def connect(self, **given):
            return self.intake().run(files([self.export]), **{"source": None, "format": None} | given)

        def replay(self):
            intake = self.intake()
            from careloom.pipeline.report import Report

            report = Report()
            for message in store.messages.all():
                store.messages.forgive(message)
                intake.read(message, message.name, report, whole=True)
            return report

        def statuses(self):
            return [entry.status for patient in store.patients.all() for entry in store.entries.of(patient)]

    found = Site()
    found.folder.mkdir(parents=True)
    found.export.write_text(f"{HEADER}\n{ROW}\n")
    return found


def test_a_mapped_file_is_known_by_its_header_and_read(site, store):
    (site.folder / "riverside.toml").write_text(TEXT)
    report = site.connect()
    assert (report.messages, report.entries, report.rejected) == (1, 1, [])
    (message,) = store.messages.all()
    assert (message.format, message.source) == ("table:riverside", "riverside")
    assert site.connect().duplicates == 1


def test_a_replay_reads_by_the_mapping_that_was_used_though_its_file_is_gone(site):
    (site.folder / "riverside.toml").write_text(TEXT)
    site.connect()
    (site.folder / "riverside.toml").unlink()
    report = site.replay()
    assert (report.messages, report.rejected) == (0, [])
    assert site.statuses() == ["active"]


def test_a_mended_mapping_reads_the_same_file_anew(site):
    (site.folder / "riverside.toml").write_text(TEXT.replace('Active = "active"', 'Active = "inactive"'))
    site.connect()
    (site.folder / "riverside.toml").write_text(TEXT)
    assert site.connect().duplicates == 0
    assert site.statuses() == ["active"]
    assert len(list((site.folder / "kept").glob("riverside-*.toml"))) == 2


def test_a_file_that_nobody_could_read_is_read_once_its_mapping_is_there(site):
    site.connect(source="riverside")
    assert site.statuses() == []
    (site.folder / "riverside.toml").write_text(TEXT)
    assert site.replay().rejected == []
    assert site.statuses() == ["active"]


def test_a_broken_mapping_is_named_and_the_one_used_before_stays_in_force(site):
    (site.folder / "riverside.toml").write_text(TEXT)
    site.connect()
    (site.folder / "riverside.toml").write_text(TEXT + "colour = 1\n")
    known = Mappings.of(site.folder, site.folder / "kept")
    assert "line" in known.problems["riverside"]
    assert known.in_force["riverside"].text == TEXT


def test_a_name_stands_for_one_mapping(site, tmp_path):
    (site.folder / "riverside.toml").write_text(TEXT)
    other = tmp_path / "riverside.toml"
    other.write_text(TEXT + "\n")
    with pytest.raises(ConfigError, match="another mapping riverside"):
        site.intake().mappings.take(other)
