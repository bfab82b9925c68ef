"""One contract, three models: scripted, a real local endpoint, and the embedded one."""

import json
from pathlib import Path

import pytest

from careloom.errors import ModelError
from careloom.llm import Embedded, Endpoint, OpenAI, Prompt, Scripted
from careloom.llm.embedded import hindrance

WEIGHTS = Path("~/.cache/careloom/models/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf").expanduser()
COLOUR = {
    "type": "object",
    "properties": {"colour": {"type": "string", "pattern": "^(red|green|blue)$"}},
    "required": ["colour"],
    "additionalProperties": False,
}
RAINBOW = Prompt(
    rules="You answer questions about colours in one short sentence.",
    ask="Which colour has the sky on a clear day?",
    shots=(("Which colour has grass?", "Grass is green."),),
)


def knows_colours(messages: list[dict], json_wanted: bool) -> str:
    if json_wanted:
        return '{"colour": "blue"}'
    return "The sky is blue on a clear day." if "sky" in messages[-1]["content"] else "I do not know."


@pytest.fixture(params=["scripted", "openai", pytest.param("embedded", marks=pytest.mark.embedded)])
def model(request, endpoint):
    if request.param == "scripted":
        return Scripted(lambda prompt: knows_colours(prompt.messages, "JSON" in prompt.rules))
    if request.param == "openai":
        endpoint.answer = lambda body: knows_colours(body["messages"], "response_format" in body)
        return OpenAI(Endpoint(url=endpoint.url, model="m", price_in=1.0, price_out=2.0))
    why = hindrance(WEIGHTS)
    if why:
        pytest.skip(why)
    return Embedded(WEIGHTS)


def test_a_question_gets_an_answer_and_its_tokens_are_counted(model):
    answer = model.complete(RAINBOW, max_tokens=30)
    assert "blue" in answer.text.lower()
    assert answer.prompt_tokens > 0 and answer.completion_tokens > 0
    assert model.spent.calls == 1 and model.spent.failed == 0
    assert model.spent.prompt_tokens == answer.prompt_tokens


def test_the_same_question_gets_the_same_answer(model):
    first, second = (model.complete(RAINBOW, max_tokens=30) for _ in range(2))
    assert first.text == second.text
    assert model.spent.calls == 2


def test_a_schema_is_kept(model):
    asked = Prompt(rules="Answer in JSON.", ask="Which colour has the sky?")
    said = model.complete(asked, max_tokens=40, schema=COLOUR).text
    assert json.loads(said)["colour"] in ("red", "green", "blue")


def test_a_pattern_that_would_be_dropped_silently_is_refused_before_the_call(model):
    dropped = {"type": "string", "pattern": r"^\d+(?=x)$"}
    with pytest.raises(ValueError, match="pattern"):
        model.complete(RAINBOW, max_tokens=10, schema=dropped)
    assert model.spent.calls == 0


def test_a_model_says_its_name_and_weights(model):
    assert model.name
    assert len(model.sha256) in (0, 64)


def test_an_answer_that_does_not_fit_its_schema_is_the_models_error_and_is_not_quoted():
    model = Scripted(lambda _prompt: '{"colour": "Alice"}')
    with pytest.raises(ModelError) as caught:
        model.complete(RAINBOW, max_tokens=10, schema=COLOUR)
    assert "Alice" not in str(caught.value) and "$.colour" in str(caught.value)
    assert model.spent.failed == 1
