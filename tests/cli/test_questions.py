"""careloom questions: what is asked of physicians, and who may not answer it from the command line."""

from pathlib import Path

import pytest

from tests.flow.process import answer, careloom


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("questions")
    answer(found, "user", "add", "osei", "--role", "physician", "--licence", "MA:MD1:2099-01-01")
    return found


def test_where_nothing_was_asked_it_says_so(home: Path) -> None:
    assert answer(home, "questions") == {"questions": []}


def test_a_question_that_there_isnt_is_answered_by_nobody(home: Path) -> None:
    demo = {"CARELOOM_DEMO": "1"}
    unknown = "019ac000-0000-7000-8000-000000000001"
    assert careloom(home, "questions", unknown, "yes", "--as", "osei", **demo).returncode == 65
    assert careloom(home, "questions", unknown, "yes").returncode == 77
    assert careloom(home, "questions", unknown, **demo).returncode == 64
