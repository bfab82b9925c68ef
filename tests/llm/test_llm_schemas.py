"""Which schemas every model can keep, whether an answer fits, and the key an answer is kept under."""

import pytest

from careloom.errors import ModelError
from careloom.llm import Prompt, Remembered, Scripted
from careloom.llm.answers import key
from careloom.llm.schemas import fitting, refuse_unsupported


@pytest.mark.parametrize(
    "pattern",
    ["^[0-9]{2,3}(a|b)?$", "^abc$", r"^[0-9]+\.[0-9]+$", "^(yes|no)$", "^[A-Z][a-z ]*$", "^[^<>]+$"],
)
def test_plain_patterns_are_kept(pattern):
    refuse_unsupported({"type": "string", "pattern": pattern})


@pytest.mark.parametrize(
    "pattern",
    [
        r"^\d+$",
        r"^\w+$",
        "^(?=a)b$",
        "[0-9]+",
        "^a",
        "a$",
        "^a+?$",
        r"^\p{Lu}$",
        "^(?:a)$",
        "^.*$",
        r"^(a)\1$",
    ],
)
def test_patterns_that_some_model_drops_are_refused(pattern):
    with pytest.raises(ValueError, match="dropped"):
        refuse_unsupported({"type": "object", "properties": {"a": {"type": "string", "pattern": pattern}}})


def test_an_unknown_keyword_is_refused_at_its_place():
    with pytest.raises(ValueError, match=r"\$\.a\[\].*'not'"):
        refuse_unsupported({"properties": {"a": {"type": "array", "items": {"not": {}}}}})


SCHEMA = {
    "type": "object",
    "properties": {
        "n": {"type": "integer", "minimum": 1, "maximum": 3},
        "s": {
            "type": "array",
            "maxItems": 2,
            "items": {"type": "string", "maxLength": 3, "pattern": "^[a-z]+$"},
        },
        "e": {"enum": ["x", "y"]},
    },
    "required": ["n"],
    "additionalProperties": False,
}


def test_a_fitting_answer_is_its_value():
    assert fitting('{"n": 2, "s": ["ab"], "e": "x"}', SCHEMA) == {"n": 2, "s": ["ab"], "e": "x"}


@pytest.mark.parametrize(
    "answer",
    [
        "no json",
        "[]",
        "{}",
        '{"n": true}',
        '{"n": 4}',
        '{"n": 0}',
        '{"n": "2"}',
        '{"n": 2, "z": 1}',
        '{"n": 2, "s": ["a", "b", "c"]}',
        '{"n": 2, "s": ["abcd"]}',
        '{"n": 2, "s": ["A"]}',
        '{"n": 2, "s": [1]}',
        '{"n": 2, "e": "z"}',
    ],
)
def test_every_misfit_is_the_models_error(answer):
    with pytest.raises(ModelError):
        fitting(answer, SCHEMA)


def test_an_answer_is_kept_by_prompt_version_entries_and_weights():
    model, other = Scripted(lambda _prompt: "x"), Scripted(lambda _prompt: "x")
    other.sha256 = "1" * 64
    prompt = Prompt("r", "a")
    kept = key("join", "1", prompt, ["e1", "e2"], model)
    assert kept == key("join", "1", prompt, ["e2", "e1"], model)
    changed = {
        key("plain", "1", prompt, ["e1", "e2"], model),
        key("join", "2", prompt, ["e1", "e2"], model),
        key("join", "1", Prompt("r", "b"), ["e1", "e2"], model),
        key("join", "1", prompt, ["e1"], model),
        key("join", "1", prompt, ["e1", "e2"], other),
    }
    assert len(changed) == 5 and kept not in changed


def test_remembered_gives_back_what_was_put():
    kept = Remembered()
    assert kept.get("k") is None
    kept.put("k", "said")
    assert kept.get("k") == "said"
