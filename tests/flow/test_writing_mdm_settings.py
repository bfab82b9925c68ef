"""What a site sets for HL7 v2 messages and doesn't fit is named, and stops no signature."""

from pathlib import Path

import pytest

from careloom.care.writing import State
from careloom.errors import ConfigError
from careloom.pipeline.ehr.mdm_settings import mdm_settings
from careloom.pipeline.systems import source_systems
from tests.flow.hospital_by_messages import Site, configure

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"address": "http://127.0.0.1:1"}, "address"),
        ({"address": "mllp://ehr.example:2575"}, "address"),
        ({"version": "2.9"}, "version"),
        ({"completion": "XX"}, "completion"),
        ({"accept": "SU"}, "accept"),
        ({"answer_seconds": "soon"}, "answer_seconds"),
        ({"answer_seconds": "100000"}, "answer_seconds"),
        ({"pdf": "maybe"}, "pdf"),
        ({"pdf_kb": "-1"}, "pdf_kb"),
        ({"adress": "x"}, "adress"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(tmp_path: Path, options: dict[str, str], named: str) -> None:
    configure(tmp_path, 2575, **options)
    system = source_systems(tmp_path / "sources.toml")["riverside_ehr"]
    with pytest.raises(ConfigError, match=rf"riverside_ehr\.write\.options\.{named}[: ]"):
        mdm_settings(system)


def test_a_setting_that_does_not_fit_stops_no_signature_and_is_told(home: Path, tmp_path: Path) -> None:
    site = Site(home, 2575, options={"version": "2.9"})
    assert site.sign().status == "active"
    (writing,) = site.work()
    assert writing.state is State.REFUSED and "version is none of 2.3.1, 2.5.1" in writing.why
