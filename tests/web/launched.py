"""A site that a scripted EHR opens inside itself, and the way there."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from careloom import pipeline as pipelines
from careloom.care.audited import Outcome
from careloom.pipeline import Pipeline
from careloom.settings import Settings as SiteSettings
from careloom.store import Store
from careloom.store.models import AuditEvent
from tests.connect.made import body, bundle, patient
from tests.record.sources import condition, icd
from tests.web.desk import staff
from tests.web.scripted_ehr import CLIENT, Ehr, running

ADA = patient("p1", name=[{"family": "Quill", "given": ["Ada"]}], birthDate="1965-03-02")
BO = patient("p2", name=[{"family": "Stone", "given": ["Bo"]}], birthDate="1950-01-09", gender="male")


@dataclass
class Site:
    """A site that the EHR `ehr` opens, with Ada and Bo, a plan of Ada that waits, and Rosa linked to her person there."""

    pipeline: Pipeline
    ehr: Ehr
    ada: str
    bo: str
    plan: str

    def launches(self, client: Client, **asked: str) -> Any:
        return client.get("/smart/launch", {"iss": self.ehr.base, "launch": "xyz", **asked})

    def through(self, client: Client) -> Any:
        """All the way from the chart to the first page in the window."""
        away = self.launches(client)
        assert away.status_code == 302, away.content.decode()
        return client.get("/smart/callback", self.ehr.visit(away["Location"]))

    def inside(self, client: Client) -> str:
        """The address of the window's first page."""
        arrived = self.through(client)
        assert arrived.status_code == 302, text(arrived)
        entered = client.get(arrived["Location"])
        assert entered.status_code == 302, text(entered)
        return str(entered["Location"])


def table(ehr: Ehr, more: str = "") -> str:
    return (
        f'[mercy]\nurl = "{ehr.base}"\n[mercy.smart]\nclient_id = "{CLIENT}"\nlabel = "Mercy"\n'
        f'frame = ["{ehr.url}"]\n{more}'
    )


def site_of(ehr: Ehr, store: Store, home: Path, key: str, settings: Settings, more: str = "") -> Site:
    """A site whose sources.toml knows just this EHR."""
    if not store.users.all():
        staff(store)
    home.mkdir(exist_ok=True)
    (home / "sources.toml").write_text(table(ehr, more))
    made = pipelines.build(SiteSettings(home=home, encryption_key=key, model="none", reading_rate=0))
    settings.CARELOOM_PIPELINE = lambda _: made
    for name, sent in {"ada": (ADA, condition(icd("E11.9", "Type 2 diabetes"))), "bo": (BO,)}.items():
        file = home / f"{name}.json"
        file.write_bytes(body(bundle(*sent)))
        made.connect([file], source="mercy")
    ada, bo = (made.find(f"urn:careloom:source:mercy|Patient/{one}") for one in ("p1", "p2"))
    plan = made.propose("operator", ada, model="none").id
    rosa = str(store.users.account("rosa").pk)
    if made.launching.account("mercy", ehr.base, ehr.who) is None:
        made.launching.link(rosa, "mercy", ehr.who)
    ehr.patients = {"p1": ADA, "p2": BO}
    ehr.patient = "p1"
    return Site(made, ehr, ada, bo, plan)


@pytest.fixture
def ehr() -> Iterator[Ehr]:
    with running() as found:
        yield found


@pytest.fixture
def site(ehr: Ehr, store: Store, home: Path, key: str, settings: Settings) -> Site:
    return site_of(ehr, store, home, key, settings)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def opened_nothing(site: Site, client: Client, answer: Any) -> bool:
    """Whether somebody has neither a session nor a word about a patient."""
    said = text(answer)
    return (
        answer.status_code in (403, 404, 502, 503)
        and "Quill" not in said
        and "careloom_window" not in client.cookies
        and client.get(f"/patients/{site.ada}").status_code == 302
    )


def refusals() -> list[str]:
    found = AuditEvent.objects.filter(action="ehr launch", outcome=Outcome.REFUSED).order_by("at")
    return [one.what for one in found]
