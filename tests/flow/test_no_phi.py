"""Whatever is wrong with a message, what is said about it names no person, no birth date and no value."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom import settings
from careloom.demo import HERE
from careloom.pipeline import Pipeline

pytestmark = pytest.mark.django_db

SECRETS = (
    "Moreno",
    "Ada",
    "1965-03-02",
    "RV104471",
    "CHP88121",
    "Quarry",
    "508-555",
    "Lucia",
    "ibuprofen",
    "8.9",
    "eviction",
)
FILES = (
    HERE / "riverside_ehr" / "ada-moreno.json",
    HERE / "county_health_plan" / "m-88121.json",
    HERE / "social_services" / "2026-10-09-ada-moreno.txt",
)


@pytest.fixture
def desk(home: Path) -> Pipeline:
    return pipelines.build(replace(settings.read(), home=home, model="none"))


def spoiled(body: bytes) -> Iterator[bytes]:
    """The message cut short, with bytes lost, doubled, of another type or in another encoding."""
    size = len(body)
    for part in range(1, 12):
        yield body[: size * part // 12]
        yield body[: size * part // 12] + body[size * part // 12 + 37 :]
        yield body[: size * part // 12] + b"\x00" + body[size * part // 12 :]
    for old, new in (
        (b'"1965-03-02"', b'"1965-02-31"'),
        (b'"1965-03-02"', b'["1965-03-02"]'),
        (b"Birth date: 1965-03-02", b"Birth date: 2 March 1965"),
        (b"Birth date: 1965-03-02\n", b""),
        (b'"family": "Moreno"', b'"family": {"Moreno": 1}'),
        (b'"value": 8.9', b'"value": {"8.9": "%"}'),
        (b'"effectiveDateTime": "2026', b'"effectiveDateTime": "Ada Moreno 2026'),
        (b'"reference": "Patient/ada-moreno"', b'"reference": "Patient/Ada Moreno 1965-03-02"'),
        (b'"status": "active"', b'"status": ["Ada Moreno"]'),
        (b'"resourceType": "Condition"', b'"resourceType": "Moreno"'),
        (b"Date: 2026-10-09", b"Date: when Ada moved"),
        (b"MRN: RV104471", b"MRN:"),
    ):
        if old in body:
            yield body.replace(old, new)
    yield body.decode().encode("utf-16")


@pytest.mark.parametrize("file", FILES, ids=["record", "claims", "note"])
def test_no_error_tells_of_the_person(
    desk: Pipeline, file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    rejected = 0
    for number, body in enumerate(spoiled(file.read_bytes())):
        message = tmp_path / f"message-{number}{file.suffix}"
        message.write_bytes(body)
        for one in desk.connect([message], source=f"source-{number}").rejected:
            rejected += 1
            said = f"{one['where']} {one['reason']}"
            assert not [secret for secret in SECRETS if secret in said], number
    assert rejected >= 10
    assert not [secret for secret in SECRETS if secret in caplog.text]
