"""The embedded model: why it is not used, and that a broken grammar is our mistake."""

import urllib.error
import urllib.request

import pytest

from careloom.errors import ConfigError
from careloom.llm import Embedded, Options, Prompt, opened
from careloom.llm.embedded import _server, hindrance
from tests.llm.test_llm_contract import RAINBOW, WEIGHTS


def test_missing_weights_fall_back_to_templates_and_say_so(tmp_path):
    found = opened("embedded", Options(weights=tmp_path / "nothing.gguf"))
    assert found.model is None
    assert "weights are not at" in found.why and "templates" in found.why


def test_too_little_memory_falls_back_and_names_both_figures(tmp_path):
    (tmp_path / "w.gguf").write_bytes(b"x")
    why = hindrance(tmp_path / "w.gguf", available=1_200_000_000)
    assert "1.2 GB" in why and "2.5 GB" in why


def test_enough_memory_and_weights_are_no_hindrance(tmp_path):
    pytest.importorskip("xllamacpp")
    (tmp_path / "w.gguf").write_bytes(b"x")
    assert hindrance(tmp_path / "w.gguf", available=3_000_000_000) == ""


def test_other_weights_are_refused_not_loaded(tmp_path):
    (tmp_path / "w.gguf").write_bytes(b"these are other weights")
    with pytest.raises(ConfigError, match="not the weights"):
        Embedded(tmp_path / "w.gguf")


def test_none_means_none_without_a_word(tmp_path):
    assert opened("none", Options(weights=tmp_path)).model is None
    assert opened("none", Options(weights=tmp_path)).why == ""


@pytest.fixture
def embedded():
    why = hindrance(WEIGHTS)
    if why:
        pytest.skip(why)
    return Embedded(WEIGHTS)


@pytest.mark.embedded
def test_a_grammar_bounds_what_the_model_may_say(embedded):
    answer = embedded.complete(RAINBOW, max_tokens=20, grammar='root ::= "The sky is " ("red" | "blue") "."')
    assert answer.text == "The sky is blue."


@pytest.mark.embedded
@pytest.mark.parametrize("grammar", ["root := bad", '%llguidance {}\nstart: %json {"not": {}}'])
def test_a_grammar_that_llama_cpp_would_drop_is_our_mistake(embedded, grammar):
    with pytest.raises(ValueError, match="can't keep"):
        embedded.complete(RAINBOW, max_tokens=5, grammar=grammar)


@pytest.mark.embedded
def test_the_weights_are_loaded_once_and_the_shared_prefix_is_served_from_the_cache(embedded):
    long = Prompt(rules="You speak plainly. " * 60, ask="Say yes.")
    raw = {"messages": long.messages, "max_tokens": 2, "temperature": 0}
    embedded.complete(long, max_tokens=2)
    assert hindrance(WEIGHTS) == ""
    again = _server(WEIGHTS.resolve(), None).handle_chat_completions(raw)
    assert _server.cache_info().currsize == 1
    assert again["usage"]["prompt_tokens_details"]["cached_tokens"] > 200


@pytest.mark.embedded
def test_the_port_that_llama_cpp_opens_answers_nobody(embedded):
    address = _server(WEIGHTS.resolve(), None).listening_address
    for path in ("/slots", "/props", "/v1/models"):
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(address + path, timeout=5)
