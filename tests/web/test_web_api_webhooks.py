"""Webhooks by the API: whoever runs the site subscribes a system, sees what it missed, and has it told again."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from careloom import pipeline as pipelines
from careloom.care.audited import Asked
from careloom.care.notices import NoticeKind
from careloom.pipeline import Pipeline
from careloom.settings import Settings as SiteSettings
from careloom.store import Store
from tests.flow.test_telling import Receiver, receiver
from tests.web.charted import people, signed
from tests.web.desk import PASSWORD, signed_in, staff

__all__ = ["receiver"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def site(store: Store, home: Path, key: str, settings: Settings) -> Pipeline:
    """A site whose administrator Ray lets webhooks go to this machine."""
    staff(store)
    store.users.create("ray", name="R. Root", role="administrator", password=PASSWORD)
    told = SiteSettings(
        home=home, encryption_key=key, model="none", reading_rate=0, webhook_hosts="127.0.0.1"
    )
    made = pipelines.build(told)
    settings.CARELOOM_PIPELINE = lambda _: made
    return made


def sent(client: Client, address: str, body: Any = None, method: str = "post") -> Any:
    return getattr(client, method)(f"/api/webhooks{address}", body, content_type="application/json")


def test_the_administrator_subscribes_tests_rotates_turns_and_removes_one(
    site: Pipeline, receiver: Receiver
) -> None:
    ray = signed_in("ray")
    wanted = {"name": "ehr", "address": receiver.address, "topics": ["plan-filed"]}
    added = sent(ray, "", wanted)
    assert added.status_code == 201, added.content
    secret = added.json()["secret"]
    assert receiver.kinds() == ["handshake"]
    listed = ray.get("/api/webhooks")
    assert [one["name"] for one in listed.json()["webhooks"]] == ["ehr"]
    assert secret not in listed.content.decode() and "secret" not in listed.json()["webhooks"][0]
    assert sent(ray, "/ehr/test").status_code == 200 and receiver.kinds()[-1] == "heartbeat"
    rotated = sent(ray, "/ehr/rotate").json()["secret"]
    assert rotated != secret
    sent(ray, "/ehr/test")
    assert receiver.taken[-1][0]["Careloom-Signature"].count("v1=") == 2
    assert sent(ray, "/ehr/off").json()["off"] and not sent(ray, "/ehr/on").json()["off"]
    assert sent(ray, "/ehr", method="delete").status_code == 204
    assert ray.get("/api/webhooks").json()["webhooks"] == []
    assert sent(ray, "/ehr/test").status_code == 404
    noted = {one.action for one in site.store.audit.page(Asked(), 50)}
    assert noted >= {"webhook add", "webhook rotate", "webhook off", "webhook on", "webhook remove"}


def test_an_address_or_topic_that_does_not_fit_is_refused(site: Pipeline, receiver: Receiver) -> None:
    ray = signed_in("ray")
    for wrong in (
        {"address": "http://intranet.example/hook"},
        {"address": "https://169.254.169.254/latest"},
        {"address": "https://[64:ff9b::a9fe:a9fe]/latest"},
        {"address": "https://10.0.0.7/"},
        {"topics": ["everything"]},
        {"topics": []},
        {"name": " "},
    ):
        wanted = {"name": "ehr", "address": receiver.address, "topics": ["plan-filed"]} | wrong
        assert sent(ray, "", wanted).status_code == 422, wrong
    assert ray.get("/api/webhooks").json()["webhooks"] == []


def test_nobody_else_reads_or_changes_one_and_a_token_needs_its_scope(
    site: Pipeline, receiver: Receiver
) -> None:
    wanted = {"name": "ehr", "address": receiver.address, "topics": ["plan-filed"]}
    for name in ("rosa", "osei"):
        client = signed_in(name)
        assert client.get("/api/webhooks").status_code == 403
        assert sent(client, "", wanted).status_code == 403

    def machine(name: str, scope: str) -> Client:
        now = timezone.now()
        _, secret = site.store.tokens.add(name, user="ray", scopes=[scope], now=now, days=1)
        return Client(headers={"Authorization": f"Bearer {secret}"})

    reader, writer = machine("reader", "read:webhooks"), machine("writer", "write:webhooks")
    assert sent(reader, "", wanted).status_code == 403
    assert sent(writer, "", wanted).status_code == 201
    assert len(reader.get("/api/webhooks").json()["webhooks"]) == 1
    assert writer.get("/api/webhooks").status_code == 403


def test_what_was_told_is_told_again_in_its_order_under_the_same_names(
    site: Pipeline, receiver: Receiver
) -> None:
    ray = signed_in("ray")
    before = timezone.now() - timedelta(minutes=1)
    topics = ["plan-filed", "document-filed"]
    hook = sent(ray, "", {"name": "ehr", "address": receiver.address, "topics": topics}).json()
    (who,) = people(site, 1)
    signed(site, who)
    signed(site, who, "clinical_summary")
    assert site.tellings.queue() == 2 and site.tellings.tell(hook["id"]) == 2
    first = [head["Careloom-Delivery"] for head, _ in receiver.taken[1:]]
    assert sent(ray, "/ehr/replay", {"since": before.replace(tzinfo=None).isoformat()}).status_code == 422
    assert sent(ray, "/ehr/replay", {"since": before.isoformat()}).json() == {"waiting": 2}
    assert site.tellings.queue() == 0 and site.tellings.tell(hook["id"]) == 2
    again = [head["Careloom-Delivery"] for head, _ in receiver.taken[3:]]
    assert again == first and len(set(first)) == 2


def test_one_that_is_gone_is_turned_off_and_whoever_runs_the_site_is_told(
    site: Pipeline, receiver: Receiver
) -> None:
    ray = signed_in("ray")
    hook = sent(ray, "", {"name": "ehr", "address": receiver.address, "topics": ["plan-filed"]}).json()
    (who,) = people(site, 1)
    signed(site, who)
    site.tellings.queue()
    receiver.status = 410
    site.tellings.tell(hook["id"])
    (one,) = ray.get("/api/webhooks").json()["webhooks"]
    assert one["off"] and one["waiting"] == 1
    (told,) = site.store.notices.of(site.store.users.reviewer("ray").user)
    assert told.kind is NoticeKind.WEBHOOK_OFF and "webhook" in ray.get("/notices").content.decode()
    assert not site.store.notices.of(site.store.users.reviewer("rosa").user)
    receiver.status = 200
    assert sent(ray, "/ehr/on").json()["off"] is None
    assert site.tellings.tell(hook["id"]) == 0
    assert ray.get("/api/webhooks/ehr/missed").json() == {"events": []}
