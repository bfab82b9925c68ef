"""Log lines name classes and ids, never what an exception says."""

import json
import logging
import logging.config
from collections.abc import Iterator

import pytest
import structlog

from careloom.privacy.logs import logging_config


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave logging as other tests expect it."""
    yield
    logging.config.dictConfig(logging_config("WARNING"))


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_an_exception_is_logged_by_its_class_alone(capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(logging_config("INFO"))
    try:
        raise ValueError("Alice Ashdown, born 1950-02-03")
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: /patients/1")
        structlog.get_logger("careloom").exception("work failed", work="1")
    library, ours = said(capsys)
    assert library["error"] == ours["error"] == "ValueError"
    assert ours["work"] == "1"
    assert "Ashdown" not in json.dumps([library, ours])
    assert "1950" not in json.dumps([library, ours])


def test_a_line_below_the_sites_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(logging_config("WARNING"))
    structlog.get_logger("careloom").info("nothing much")
    assert said(capsys) == []
