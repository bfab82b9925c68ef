"""Each form of a morning is sent once more as it was, as a browser's back button or somebody with the bytes would: nothing is done twice."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from careloom.care.document import Proposal
from careloom.care.worked import Beat
from careloom.demo import AS_OF, HERE
from careloom.pipeline import Pipeline
from careloom.store.models import Row
from careloom.web.present.plan import stamp
from tests.flow.samuel import SAMUEL
from tests.web.desk import PASSWORD, approval, have_read, say_yes, signed_in

pytestmark = pytest.mark.django_db
# What a second request may add to: that somebody asked, and who has which page open.
TRACES = {"AuditEvent", "AuditSeal", "StoredSignIn", "PatientLook", "StoredBeat"}


@pytest.fixture
def plan(real: Pipeline) -> Proposal:
    real.connect([HERE / "riverside_ehr" / "samuel-green.json"], source="riverside_ehr")
    return real.propose("test", real.find(SAMUEL), as_of=AS_OF, model="none")


def kept() -> Mapping[str, list[str]]:
    """Every row of the site but the traces, by table."""
    models = [one for one in apps.get_models() if issubclass(one, Row) and one.__name__ not in TRACES]
    return {one.__name__: sorted(repr(sorted(row.items())) for row in one.objects.values()) for one in models}


class Twice:
    """A browser that sends each form twice more, and sees that the second and third changed nothing."""

    def __init__(self, name: str) -> None:
        self.client = signed_in(name)
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def send(self, address: str, form: dict[str, Any]) -> None:
        before = kept()
        first = self.client.post(address, form)
        assert first.status_code in (200, 204, 302), address
        after = kept()
        assert after != before, address
        for _ in range(2):
            assert self.client.post(address, form).status_code < 500, address
        self.same(after, address)
        self.sent.append((address, form))

    def replay(self) -> None:
        """All of them again, in their order, after everything else was done."""
        after = kept()
        for address, form in self.sent:
            assert self.client.post(address, form).status_code < 500, address
            self.same(after, address)

    @staticmethod
    def same(after: Mapping[str, list[str]], address: str) -> None:
        changed = [name for name, rows in kept().items() if rows != after[name]]
        assert changed == [], (address, changed)


def lines(plan: Proposal) -> Iterator[str]:
    return (one.id for one in plan.document.statements)


def test_no_form_of_a_morning_is_done_twice(real: Pipeline, plan: Proposal) -> None:
    rosa, address = Twice("rosa"), f"/review/{plan.id}"
    have_read(rosa.client, plan)
    say_yes(rosa.client, plan)
    marked, struck, amended, *_ = lines(plan)
    patient = plan.document.patient
    rosa.send(f"{address}/turn", {"turn": "claim"})
    for name in ("rosa", "osei"):
        joins = real.store.users.reviewer(name).user
        rosa.send(f"/patients/{patient}/team", {"step": "join", "user": joins})
    rosa.send(f"{address}/lines/{marked}/mark", {"on": "1"})
    rosa.send(f"{address}/lines/{struck}/strike", {"reason": "wrong"})
    rosa.send(f"{address}/report", {"key": amended, "reason": "wrong", "words": "It was the other knee."})
    waiting = real.store.proposals.get(plan.id)
    have_read(rosa.client, waiting)
    say_yes(rosa.client, waiting)
    rosa.send(f"{address}/decide", approval(rosa.client, waiting) | {"went_on": "1"})
    osei = Twice("osei")
    waiting = real.store.proposals.get(plan.id)
    have_read(osei.client, waiting)
    say_yes(osei.client, waiting)
    osei.send(f"{address}/decide", approval(osei.client, waiting) | {"went_on": "1"})
    assert real.store.proposals.get(plan.id).status == "active"
    (task, *_) = real.tracking.open("test")
    rosa.send(f"/tasks/{task.id}/say", {"status": "completed", "whose": ""})
    for one in (rosa, osei):
        one.replay()


def test_a_return_and_a_new_draft_are_made_once(real: Pipeline, plan: Proposal) -> None:
    rosa = Twice("rosa")
    form = {
        "action": "return",
        "reason": "unclear",
        "words": "It goes on and on.",
        "stamp": stamp(plan),
        "password": PASSWORD,
    }
    rosa.send(f"/review/{plan.id}/decide", form)
    rosa.send(f"/draft/{plan.document.patient}/clinical_summary", {})
    rosa.replay()


def test_a_form_without_its_sites_token_does_nothing(real: Pipeline, plan: Proposal) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(signed_in("rosa").get("/yours").wsgi_request.user)
    before = kept()
    assert strict.post(f"/review/{plan.id}/turn", {"turn": "claim"}).status_code == 403
    assert kept() == before


def test_what_adds_each_time_is_taken_once_by_the_name_of_its_form(real: Pipeline, plan: Proposal) -> None:
    """Each form says `{% once %}`; the second time the page says that it was sent before."""
    today, him, rosa = timezone.localdate(), plan.document.patient, signed_in("rosa")
    me, noon = real.store.users.reviewer("rosa").user, datetime.combine(today, time(12), real.timing.zone)
    for minutes, word in ((2, "begin"), (1, "beat"), (0, "beat")):
        real.store.worked.beat(
            me, Beat("phone", him, plan.id, "call", word, noon - timedelta(minutes=minutes))
        )
    by_hand = rosa.post(f"/draft/{him}/care_plan/by-hand")["Location"]
    away = {
        "first": today,
        "last": today + timedelta(days=2),
        "cover": real.store.users.reviewer("osei").user,
    }
    left = {"to": "County health department, 1 Main St", "what": "a positive test", "why": "a reportable disease",
            "ground": "public-health", "on": real.today - timedelta(days=3)}  # fmt: skip
    more = {
        "case": plan.id,
        "activity": "call",
        "day": today,
        "direction": "more",
        "minutes": "5",
        "why": "she called",
    }
    cited = real.record_of(him, AS_OF).entries[0].id
    forms = (
        ("/queue/away", "/queue/away/say", away),
        (f"/disclosed/{him}", f"/disclosed/{him}", left),
        ("/time", f"/time/{him}/correct", more),
        (f"/call/{him}", f"/call/{him}/not-reached", {"how": "nobody_reached"}),
        (f"/patients/{him}/open", f"/patients/{him}/open", {"why": "She collapsed", "next": "/queue"}),
        (by_hand, f"{by_hand}/write", {"section": "goals", "text": "He walks slowly.", "cites": [cited]}),
    )
    for page, address, form in forms:
        (name, *_) = re.findall(r'name="form" value="(\w{32})"', rosa.get(page).content.decode())
        nothing = rosa.post(address, {"form": name})
        assert nothing.status_code == 422, "what does nothing may be sent again"
        assert rosa.post(address, form | {"form": name}).status_code == 302, address
        after = kept()
        again = rosa.post(address, form | {"form": name})
        said = again.content.decode()
        assert again.status_code == 409 and "This was sent before" in said
        # The first may be under way still, or its server was killed: nobody is told that it was done.
        assert "See whether it was done the first" in said
        Twice.same(after, address)


def test_a_call_that_is_over_is_not_begun_by_the_form_that_began_it(real: Pipeline, plan: Proposal) -> None:
    him, rosa = plan.document.patient, signed_in("rosa")
    (*_, name) = re.findall(r'name="form" value="(\w{32})"', rosa.get(f"/call/{him}").content.decode())
    assert rosa.post(f"/call/{him}/begin", {"form": name}).status_code == 302
    call = real.store.calls.open_of(him, real.store.users.reviewer("rosa").user)
    assert call and rosa.post(f"/call/{him}/end", {"call": call.id, "do": "drop"}).status_code == 302
    assert rosa.post(f"/call/{him}/begin", {"form": name}).status_code == 409
    assert real.store.calls.open_of(him, call.who) is None
