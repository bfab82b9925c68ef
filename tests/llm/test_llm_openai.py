"""An endpoint that fails in every way a real one does, and texts that may not leave the building."""

import gzip
import os
import threading
import tracemalloc
import zlib
from dataclasses import replace

import pytest

from careloom.errors import ConfigError, ModelError, Refused
from careloom.llm import Endpoint, OpenAI, Options, Prompt, must_scrub, opened
from careloom.privacy.scrub import scrub
from tests.llm.endpoint import chat

ASK = Prompt(rules="Be short.", ask="Alice has a cough since 2026-01-02. Say so.")


def model_at(endpoint, **terms):
    return OpenAI(Endpoint(url=endpoint.url, model="m", **({"timeout": 5.0} | terms)))


def test_a_server_error_is_tried_again_and_then_answered(endpoint):
    endpoint.script = [(500, {}, b"{}"), (200, {}, chat("A cough is recorded."))]
    model = model_at(endpoint, price_in=2.0, price_out=10.0)
    assert model.complete(ASK, max_tokens=20).text == "A cough is recorded."
    assert len(endpoint.asked) == 2
    assert model.spent.calls == 1
    assert model.spent.cost == pytest.approx((100 * 2 + 20 * 10) / 1e6)


def test_too_many_requests_waits_as_long_as_the_endpoint_asks(endpoint):
    endpoint.script = [(429, {"Retry-After": "1"}, b"{}"), (200, {}, chat("Yes."))]
    begun = os.times().elapsed
    assert model_at(endpoint).complete(ASK, max_tokens=20).text == "Yes."
    assert os.times().elapsed - begun >= 0.9


def test_an_endpoint_that_stays_broken_is_an_error_worth_another_try(endpoint):
    endpoint.script = [(503, {}, b"{}")]
    with pytest.raises(ModelError, match="503") as caught:
        model_at(endpoint, retries=1).complete(ASK, max_tokens=20)
    assert not caught.value.permanent
    assert len(endpoint.asked) == 2


def test_a_wrong_key_is_not_tried_again_and_the_endpoints_words_stay_out_of_the_error(endpoint):
    endpoint.script = [(401, {}, b'{"error": {"message": "no key for Alice with a cough"}}')]
    with pytest.raises(ModelError, match="401") as caught:
        model_at(endpoint).complete(ASK, max_tokens=20)
    assert caught.value.permanent
    assert "Alice" not in str(caught.value)
    assert len(endpoint.asked) == 1


def test_a_slow_endpoint_is_given_up_in_time(endpoint):
    endpoint.script, endpoint.delay = [(200, {}, chat("Late."))], 2.0
    with pytest.raises(ModelError, match="in time"):
        model_at(endpoint, timeout=0.2, retries=0).complete(ASK, max_tokens=20)


@pytest.mark.parametrize(
    "garbage", [b"{not json", b"", b"[]", b'{"choices": []}', b'"Alice"', b'{"choices":[{"message":{}}]}']
)
def test_garbage_with_a_friendly_status_is_an_error_and_never_an_answer(endpoint, garbage):
    endpoint.script = [(200, {}, garbage)]
    with pytest.raises(ModelError) as caught:
        model_at(endpoint, retries=0).complete(ASK, max_tokens=20)
    assert "Alice" not in str(caught.value)


@pytest.mark.parametrize(("way", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
@pytest.mark.parametrize("status", [200, 400])
def test_an_answer_that_comes_packed_though_it_was_asked_to_come_as_it_is_is_never_unpacked(
    endpoint, way, pack, status
):
    packed = pack(chat("A cough is recorded." + " " * (64 << 20)))
    assert len(packed) < 1 << 20
    endpoint.script = [(status, {"Content-Encoding": way}, packed)]
    tracemalloc.start()
    try:
        with pytest.raises(ModelError, match="read" if status == 200 else "400"):
            model_at(endpoint, retries=0).complete(ASK, max_tokens=20)
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()
    assert endpoint.accepts == ["identity"]


def test_a_cut_answer_says_that_it_is_cut(endpoint):
    endpoint.script = [(200, {}, chat("A cough is", finish="length"))]
    assert not model_at(endpoint).complete(ASK, max_tokens=3).complete


def test_an_endpoint_that_is_gone_is_an_error(endpoint):
    model = OpenAI(Endpoint(url="http://127.0.0.1:9/v1", model="m", retries=0))
    with pytest.raises(ModelError, match="reached"):
        model.complete(ASK, max_tokens=5)


def test_no_more_calls_are_under_way_than_allowed(endpoint):
    endpoint.script, endpoint.delay = [(200, {}, chat("Yes."))], 0.1
    model = model_at(endpoint, concurrency=2)
    threads = [
        threading.Thread(target=model.complete, args=(ASK,), kwargs={"max_tokens": 5}) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert endpoint.most_at_once == 2
    assert model.spent.calls == 6


def test_nothing_is_sent_to_another_machine_without_leave():
    model = OpenAI(Endpoint(url="https://models.example.org/v1", model="m"))
    with pytest.raises(Refused):
        model.complete(ASK, max_tokens=5)


def test_only_what_was_scrubbed_and_holds_nothing_is_sent_where_nothing_else_may_be(endpoint):
    endpoint.answer = lambda _: "Yes."
    model = model_at(endpoint, deidentified=True, may_receive_phi=True)
    named = Prompt("Rules.", "Maria Garcia, born 3/4/1951, has a cough.")
    for clean in (None, scrub(named.ask), scrub("A cough is recorded.")):
        with pytest.raises(Refused):
            model.complete(replace(named, clean=clean), max_tokens=5)
    assert not endpoint.asked
    cough = Prompt("Rules.", "A cough is recorded.", clean=scrub("A cough is recorded."))
    assert model.complete(cough, max_tokens=5).text == "Yes."


def test_a_redirect_to_another_machine_is_not_followed(endpoint):
    endpoint.script = [(307, {"Location": "http://192.0.2.1/v1/chat/completions"}, b"")]
    with pytest.raises(ModelError, match="307"):
        model_at(endpoint, retries=0).complete(ASK, max_tokens=5)


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://localhost/v1", True),
        ("http://[::1]:8000/v1", True),
        ("http://localhost@models.example.org/v1", False),
        ("http://127.0.0.1.example.org/v1", False),
        ("http://10.0.0.4/v1", False),
    ],
)
def test_only_this_very_machine_is_local(url, local):
    assert Endpoint(url=url, model="m").local is local


@pytest.mark.parametrize(
    ("terms", "setting"),
    [
        ({"url": "https://models.example.org/v1"}, "MAY_RECEIVE_PHI"),
        ({"url": "http://models.example.org/v1", "may_receive_phi": True}, "https"),
        ({"url": "http://models.example.org/v1", "deidentified": True}, "https"),
        ({"url": "models", "may_receive_phi": True}, "CARELOOM_MODEL_URL"),
        ({"url": "http://127.0.0.1/v1", "name": ""}, "CARELOOM_MODEL_NAME"),
    ],
)
def test_an_operator_reads_which_setting_to_mend(terms, setting, tmp_path):
    options = Options(weights=tmp_path, **({"name": "m"} | terms))
    with pytest.raises(ConfigError, match=setting):
        opened("openai", options)


def test_an_allowed_endpoint_and_a_local_one_are_opened(tmp_path):
    allowed = Options(weights=tmp_path, url="https://models.example.org/v1", name="m", may_receive_phi=True)
    assert opened("openai", allowed).model.name == "m"
    assert opened("strong", allowed).model.name == "strong" and not must_scrub(opened("m", allowed).model)
    scrubbed = replace(allowed, may_receive_phi=False, deidentified=True)
    assert must_scrub(opened("openai", scrubbed).model)
    assert opened("m", Options(weights=tmp_path, url="http://localhost:1/v1")).model.name == "m"


def test_a_model_without_an_endpoint_is_an_operators_error(tmp_path):
    with pytest.raises(ConfigError, match="CARELOOM_MODEL_URL"):
        opened("strong", Options(weights=tmp_path))
