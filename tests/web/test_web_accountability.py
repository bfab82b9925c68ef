"""Who answers for what: each sentence of the page stands in its document with the test by which it is so."""

import re
from pathlib import Path

import pytest

import careloom
from careloom.pipeline import Pipeline
from tests.web.desk import signed_in

ROOT = Path(__file__).parents[2]
PAGE = Path(careloom.__file__).parent / "web" / "templates" / "web" / "accountability.html"
SENTENCES = re.findall(r'<li>{% translate "([^"]+)" %}</li>', PAGE.read_text(encoding="utf-8"))
ROW = re.compile(r"^\| (.+?) \| (.+?) \|$", re.MULTILINE)


def _rows() -> dict[str, str]:
    found = dict(ROW.findall((ROOT / "docs" / "accountability.md").read_text(encoding="utf-8")))
    return {said: kept for said, kept in found.items() if not said.startswith(("what the page", "---"))}


def test_every_sentence_of_the_page_has_its_row_and_no_row_tells_more() -> None:
    assert len(SENTENCES) > 15
    assert list(_rows()) == SENTENCES


def test_every_test_by_which_a_sentence_holds_is_there() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = [name for kept in _rows().values() for name in re.findall(r"`(test_\w+)`", kept)]
    assert len(named) > 15
    assert [name for name in named if f"def {name}(" not in written] == []


@pytest.mark.django_db
def test_the_page_is_read_in_spanish_too(real: Pipeline) -> None:
    rosa = signed_in("rosa")
    assert "Who answers for what" in rosa.get("/accountability").content.decode()
    spanish = rosa.get("/accountability", headers={"Accept-Language": "es"}).content.decode()
    assert 'lang="es"' in spanish and "A draft is a proposal" not in spanish
