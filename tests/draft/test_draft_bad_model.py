"""A model that answers garbage, never ends, repeats, changes script, fails or tells of another patient: the draft still comes, from
templates, and says so."""

import re
from time import perf_counter

import pytest

from careloom import draft
from careloom.llm import Endpoint, OpenAI, Remembered, Scripted
from tests.draft.drafted import texts, unsupported, won
from tests.draft.people import KNOWLEDGE
from tests.draft.test_draft_prose import by_model, faithful, walter
from tests.llm.endpoint import chat

KINDS = [kind for kind, way in draft.KINDS.items() if way.kind().tasks]
NOTHING = "Nothing that it said stood verification; every line is from a template."


def drafted(model, kind="care_plan", calls=8):
    told = walter()
    told.problem("Atrial fibrillation (disorder)", "49436004", on="2021-03-04")
    told.problem("Gout (disorder)", "90560007", on="2019-02-01")
    record = told.record()
    document = draft.write(
        record, KNOWLEDGE, model, kind=kind, calls=calls, answers=Remembered(), tables=[won(model)]
    )
    plain = draft.write(record, KNOWLEDGE, None, kind=kind, calls=0, answers=Remembered())
    assert unsupported(told, document) == []
    return document, plain


BAD = {
    "garbage": lambda _: "\x00\x7f{]]} ;;; %%",
    "nothing": lambda _: "",
    "never ends": lambda prompt: f"{faithful(prompt)} and so on" * 400,
    "repeats itself": lambda prompt: " ".join([faithful(prompt)] * 6),
    "repeats the question": lambda prompt: prompt.ask,
    "another script": lambda prompt: faithful(prompt).replace("a", "а").replace("e", "е"),
    "Chinese": lambda _: "患者患有心力衰竭 [1] [2]。",
    "Spanish": lambda _: "La paciente tiene insuficiencia cardíaca [1] desde D1, mientras V1 [2].",
    "another patient": lambda _: "Mrs. Ruth Alvarez takes insulin glargine [1] and has asthma [2].",
    "another drug": lambda prompt: re.sub("(?i)furosemide|gout", "morphine", faithful(prompt)),
    "JSON": lambda _: '{"text": "Heart failure [1] [2]."}',
    "a refusal": lambda _: "I'm sorry, but as an AI language model I can't help with that [1] [2].",
    "an order": lambda prompt: faithful(prompt).rstrip(".") + ", so stop furosemide today.",
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("said", BAD.values(), ids=BAD)
def test_a_bad_answer_leaves_every_line_to_the_template_and_the_draft_says_so(kind, said):
    model = Scripted(said)
    document, plain = drafted(model, kind)
    assert model.asked and by_model(document) == []
    assert texts(document) == texts(plain) and document.top == plain.top
    assert document.model.note == NOTHING and NOTHING in document.model.words


def at(endpoint, **terms):
    return OpenAI(Endpoint(url=endpoint.url, model="m", **({"timeout": 5.0, "retries": 0} | terms)))


@pytest.mark.parametrize("said", BAD.values(), ids=BAD)
def test_an_endpoint_that_answers_badly_over_http_leaves_every_line_to_the_template(endpoint, said):
    endpoint.answer = lambda body: said(_Asked(body["messages"][-1]["content"]))
    document, plain = drafted(at(endpoint))
    assert endpoint.asked and by_model(document) == []
    assert texts(document) == texts(plain) and document.model.note == NOTHING


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 502, 503])
def test_an_endpoint_that_answers_an_error_is_asked_once_a_document(endpoint, status):
    endpoint.script = [(status, {}, b'{"error": {"message": "Walter is unwell"}}')]
    document, plain = drafted(at(endpoint))
    assert texts(document) == texts(plain) and len(endpoint.asked) == 1
    assert (
        f"answered {status}" in document.model.note and "every line is from a template" in document.model.note
    )
    assert "Walter" not in document.model.note


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"choices": []}', chat("x" * 5_000_000)])
def test_an_endpoint_that_answers_garbage_leaves_a_whole_draft(endpoint, body):
    endpoint.script = [(200, {}, body)]
    document, plain = drafted(at(endpoint))
    assert texts(document) == texts(plain) and document.model.note


def test_an_answer_that_is_cut_off_is_none(endpoint):
    endpoint.script = [(200, {}, chat("Heart failure has been active [1]", finish="length"))]
    document, plain = drafted(at(endpoint))
    assert texts(document) == texts(plain) and document.model.note == NOTHING


def test_a_silent_endpoint_and_one_that_drips_without_end_are_given_up(endpoint):
    for silent in (True, False):
        endpoint.script, endpoint.asked = [(200, {}, chat("Late."))], []
        endpoint.delay, endpoint.drips = (3.0, False) if silent else (0.0, True)
        begun = perf_counter()
        document, plain = drafted(at(endpoint, timeout=0.4))
        assert perf_counter() - begun < 8
        assert texts(document) == texts(plain) and len(endpoint.asked) == 1
        assert "did not answer in time" in document.model.note


def test_an_endpoint_that_fails_half_way_leaves_what_it_said_well(endpoint):
    def said(body):
        return faithful(_Asked(body["messages"][-1]["content"]))

    endpoint.answer = said
    model = at(endpoint)
    document, _ = drafted(model, calls=1)
    assert len(by_model(document)) == 1
    endpoint.answer, endpoint.script = None, [(200, {}, chat(_first(endpoint))), (500, {}, b"{}")]
    document, _ = drafted(at(endpoint))
    assert len(by_model(document)) == 1
    assert document.model.note == (
        "It failed (the model's endpoint answered 500); the other lines are from a template."
    )
    assert re.match(r"2 calls, 120 tokens, \d+\.\d seconds\. It failed", document.model.words)


class _Asked:
    def __init__(self, ask):
        self.ask = ask


def _first(endpoint):
    return faithful(_Asked(endpoint.asked[0]["messages"][-1]["content"]))
