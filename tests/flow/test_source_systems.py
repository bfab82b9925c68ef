"""A site tells Careloom about the systems that send to it; a mistake in that file is named."""

import pytest

from careloom.care.system import SourceSystem
from careloom.errors import ConfigError
from careloom.pipeline.systems import source_systems


@pytest.fixture
def written(tmp_path):
    def write(text):
        file = tmp_path / "sources.toml"
        file.write_text(text, encoding="utf-8")
        return source_systems(file)

    return write


def test_a_site_without_the_file_has_no_systems(tmp_path):
    assert source_systems(tmp_path / "sources.toml") == {}


def test_a_system_has_its_zone_its_key_beside_the_file_and_options(written, tmp_path):
    found = written(
        '[clinic]\nzone = "America/Chicago"\nkey = "clinic.jwk"\n[clinic.options]\ncharset = "latin-1"\n'
    )
    assert found["clinic"] == SourceSystem(
        name="clinic", zone="America/Chicago", key=tmp_path / "clinic.jwk", options={"charset": "latin-1"}
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[clinic]\nzone = "Mars/Olympus"', "clinic.zone"),
        ('[clinic]\ncolour = "red"', "clinic.colour"),
        ("[clinic]\nzone = 5", "clinic.zone"),
        ("clinic = 5", "clinic is no table"),
        ("[clinic", "cannot be read"),
    ],
)
def test_a_mistake_is_named(written, text, named):
    with pytest.raises(ConfigError, match=named):
        written(text)


def test_a_programme_under_part_2_is_named(written):
    found = written('[lighthouse]\npart2 = true\nprogramme = "Lighthouse Recovery"\n')["lighthouse"]
    assert (found.part2, found.programme) == (True, "Lighthouse Recovery")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[lighthouse]\npart2 = true", "lighthouse.programme is missing"),
        ('[lighthouse]\npart2 = "yes"\nprogramme = "L"', "lighthouse.part2 is neither"),
    ],
)
def test_a_programme_without_a_name_is_a_mistake(written, text, named):
    with pytest.raises(ConfigError, match=named):
        written(text)
