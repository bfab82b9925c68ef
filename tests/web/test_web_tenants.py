"""Two organisations in one database: whoever works in one asks for everything of the other, by its own ids, and nothing is there."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from careloom import pipeline as pipelines
from careloom.care.document import Action
from careloom.pipeline import Pipeline
from careloom.store.licence import Licence
from careloom.store.models import Row, User
from tests.connect.hl7 import hl7
from tests.flow.feed import feed
from tests.flow.test_merging import LATEX, OLD, PENICILLIN, merge
from tests.store.test_factors import code_at, new_secret
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_matrix import operations, pages, staffed

pytestmark = pytest.mark.django_db
ASKED_AS = ("administrator", "auditor", "physician", "quality_lead", "registered_nurse")


@pytest.fixture
def theirs(real: Pipeline, tmp_path: Path) -> Pipeline:
    """Elsewhere, another organisation with people, patients and everything that an address can name."""
    settings = replace(
        real.settings, organisation="elsewhere", urgent_people="R. Blake <blake@harbor.example>"
    )
    built = pipelines.build(settings, real.clock)
    licence = Licence("MA", "X2", date(2031, 6, 30))
    for name, role in (("their_nurse", "registered_nurse"), ("their_doctor", "physician")):
        built.store.users.create(name, role=role, password=PASSWORD, licence=licence)
    return built


@pytest.fixture
def named(theirs: Pipeline, tmp_path: Path) -> Mapping[str, str]:
    """What addresses call things, with the id that each has elsewhere."""
    sends = feed(theirs, tmp_path)
    (first,) = sends(hl7("ADT^A01", PENICILLIN, pid=OLD.replace("19490630", "19490603"))).patients
    (who,) = sends(hl7("ADT^A01", LATEX)).patients
    sends(merge())
    (look,) = theirs.people.waiting()
    nurse = theirs.store.users.reviewer("their_nurse")
    plan = theirs.propose("operator", who, model="none")
    theirs.decide(nurse, plan.id, Action.APPROVE, statements=[plan.document.statements[0].id])
    (entry, *_) = theirs.store.entries.of(who)
    (letter,) = theirs.dead_letters.all()
    reply = theirs.replying.take(b"I have had chest pain since this morning", "text", patient=who)
    (urgent,) = theirs.store.pages.waiting()
    absence = theirs.turning.away(nurse, "their_nurse", "their_doctor", date(2026, 12, 1), date(2026, 12, 2))
    theirs.access.join("operator", first, "their_doctor")
    theirs.access.break_glass(nurse, first, "She collapsed in the hall")
    (glass,) = theirs.store.teams.broken()
    account, now = str(User.objects.get(username="their_nurse").pk), theirs.clock()
    browser = SessionStore()
    browser.create()
    theirs.store.sign_ins.began(
        account, str(browser.session_key), device="", address="", way="password", now=now
    )
    (session,) = theirs.store.sign_ins.of(account, now)
    secret = new_secret()
    theirs.store.factors.set_code(account, secret, code_at(secret, now), now)
    (factor,) = theirs.store.factors.of(account)
    line = plan.document.statements[0].id
    return {
        "patient": who, "proposal": plan.id, "line_id": line, "key": line, "task": f"{plan.id}-{line}",
        "section": "problems", "entry": entry.id, "message": letter.message, "look": look.id, "reply": reply.id,
        "page_id": urgent.id, "absence": absence.id, "glass": glass.id, "account": account, "session": session.id,
        "factor": factor.id, "fhir_id": who,
    }  # fmt: skip


def rows(organisation: str) -> str:
    """All that an organisation has in the database, in one hash."""
    told = hashlib.sha256()
    for model in apps.get_models():
        if issubclass(model, Row):
            for row in model.objects.filter(organisation=organisation).order_by("pk").values():
                told.update(repr(sorted(row.items())).encode())
    return told.hexdigest()


def asked(clients: Mapping[str, Client], named: Mapping[str, str]) -> Iterator[tuple[str, str, str, Any]]:
    """Every address and operation that holds one of these ids, as each of those people."""
    ids = {value for name, value in named.items() if name not in ("section", "line_id", "key")}
    for role in ASKED_AS:
        for address, _ in pages(named):
            if any(one in address for one in ids):
                for method in ("GET", "POST"):
                    form = {"why": "an invented reason", "reason": "wrong", "password": PASSWORD}
                    yield (
                        role,
                        method,
                        address,
                        clients[role].generic(method, address)
                        if method == "GET"
                        else clients[role].post(address, form),
                    )
        for method, address, _ in operations(named):
            if any(one in address for one in ids):
                answer = clients[role].generic(method, address, "{}", content_type="application/json")
                yield role, method, address, answer


def harmless(client: Client, address: str, answer: Any) -> bool:
    """A sign that somebody still reads what isn't there, which says nothing; the way back to a page that isn't, or to our own list."""
    if answer.status_code == 204:
        return address.endswith(("/here", "/left"))
    ours = answer.status_code == 302 and answer["Location"] in ("/rejected?done=decided", "/people?done=kept")
    return ours or (answer.status_code == 302 and client.get(answer["Location"]).status_code == 404)


def test_nothing_of_another_organisation_is_there_for_anybody(
    real: Pipeline, theirs: Pipeline, named: Mapping[str, str]
) -> None:
    clients = staffed(real)
    before, tried, opened = rows("elsewhere"), set(), []
    assert before != rows(real.settings.organisation)
    for role, method, address, answer in asked(clients, named):
        tried.add(address)
        if answer.status_code not in (403, 404, 405, 422) and not harmless(clients[role], address, answer):
            opened.append((role, method, address, answer.status_code))
    assert opened == []
    assert len(tried) > 60
    assert rows("elsewhere") == before


def test_no_list_of_ours_tells_of_another_organisation(real: Pipeline, named: Mapping[str, str]) -> None:
    clients = staffed(real)
    told = []
    for role in ASKED_AS:
        for address, _ in pages():
            answer = clients[role].get(address)
            if answer.status_code == 200 and not answer.streaming:
                told += [
                    (role, address, name)
                    for name, one in named.items()
                    if name not in ("section", "line_id", "key")
                    and one in answer.content.decode(errors="replace")
                ]
    assert told == []


def test_their_session_opens_nothing_here(real: Pipeline, named: Mapping[str, str]) -> None:
    client = Client()
    assert client.post("/sign-in", {"username": "their_nurse", "password": PASSWORD}).status_code == 200
    assert signed_in("rosa").get("/queue").status_code == 200
    assert client.get("/queue").status_code == 302
