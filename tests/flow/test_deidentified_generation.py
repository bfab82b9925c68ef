"""A site whose endpoint may receive no identified data: the pipeline scrubs by the record, and nothing that messages said of who Samuel is leaves."""

import json
from dataclasses import replace

import pytest

from careloom.demo import AS_OF
from careloom.draft.earned import file_name, to_json
from careloom.llm import Scripted
from careloom.pipeline import Pipeline
from tests.draft.drafted import won
from tests.draft.test_draft_bad_model import _Asked
from tests.draft.test_draft_prose import by_model, faithful
from tests.llm.endpoint import LocalEndpoint

pytestmark = pytest.mark.django_db


def test_nothing_of_who_somebody_is_leaves_and_the_draft_is_whole(
    desk: Pipeline, who: str, endpoint: LocalEndpoint
) -> None:
    settings = replace(
        desk.settings,
        model="openai",
        model_url=endpoint.url,
        model_name="strong",
        model_deidentified=True,
    )
    site = replace(desk, settings=settings)
    table = settings.home / "eval" / file_name("strong", "")
    table.parent.mkdir(parents=True, exist_ok=True)
    table.write_bytes(to_json(replace(won(Scripted(lambda _: "")), model="strong", sha256="")))
    endpoint.answer = lambda body: faithful(_Asked(body["messages"][-1]["content"]))
    summary = site.propose("test", who, kind="clinical_summary", as_of=AS_OF, model="openai").document
    plan = site.propose("test", who, as_of=AS_OF, model="openai").document
    sent = json.dumps([one["messages"][-1]["content"] for one in endpoint.asked])
    assert (
        len(endpoint.asked) > desk.settings.model_calls
        and "was not sent" not in plan.model.note + summary.model.note
    )
    for person in desk.store.patients.persons(who):
        names = [part for name in person.names for part in (name.family, *name.given)]
        said = [person.birth_date, *names, *(one.value for one in person.identifiers), *person.telecoms]
        said += [word for place in person.addresses for word in place.replace(",", " ").split()]
        assert said and not [one for one in said if one and len(one) > 2 and one in sent]
    [line] = by_model(summary)
    assert "has been active since 2025-01-20" in line.text and "2025-01-20" not in sent
