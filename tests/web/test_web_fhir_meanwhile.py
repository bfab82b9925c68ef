"""What changed between two requests of one client counts at the second: nothing of who may what is remembered by the FHIR facade."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from careloom.pipeline import Pipeline
from careloom.store.charted import ChartResource
from careloom.store.models import StoredSignIn, User
from tests.web.charted import issue, machine, resources
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_fhir import chart

__all__ = ["chart"]
pytestmark = pytest.mark.django_db


def by_session(real: Pipeline) -> Client:
    """Rosa by her session."""
    return signed_in("rosa")


def by_token(real: Pipeline) -> Client:
    """A machine with a token of rosa's."""
    return machine(real, "CarePlan", "Patient")


BOTH = pytest.mark.parametrize("asking", [by_session, by_token])
Asking = Callable[[Pipeline], Client]


def rosa() -> Any:
    """Her row, to be changed as somebody changes it elsewhere."""
    return User.objects.filter(username="rosa")


@BOTH
def test_an_account_that_was_ended_is_refused_at_the_next_request(
    real: Pipeline, chart: tuple[str, str], asking: Asking
) -> None:
    client, address = asking(real), f"/fhir/CarePlan?patient={chart[0]}"
    assert client.get(address).status_code == client.get(address).status_code == 200
    rosa().update(is_active=False)
    assert client.get(address).status_code == 401


@BOTH
def test_another_role_counts_at_the_next_request(
    real: Pipeline, chart: tuple[str, str], asking: Asking
) -> None:
    client, address = asking(real), f"/fhir/Patient/{chart[0]}"
    assert client.get(address).status_code == 200
    rosa().update(role="administrator")
    assert client.get(address).status_code == 403
    rosa().update(role="registered_nurse")
    assert client.get(address).status_code == 200


@BOTH
def test_who_joins_and_leaves_the_care_team_is_seen_at_the_next_request(
    real: Pipeline, chart: tuple[str, str], asking: Asking
) -> None:
    who, _ = chart
    client, search = asking(real), f"/fhir/CarePlan?patient={who}"
    (plan,) = resources(client.get(search))
    read = f"/fhir/CarePlan/{plan['id']}"

    def both() -> list[int]:
        return [client.get(one).status_code for one in (search, read)]

    real.access.join("operator", who, "osei")
    assert both() == [403, 403]
    real.access.join("operator", who, "rosa")
    assert both() == [200, 200]
    real.access.leave("operator", who, "rosa")
    assert both() == [403, 403]
    real.access.join("operator", who, "rosa")
    real.access.leave("operator", who, "osei")
    assert both() == [200, 200]
    # With the last member the team is gone, and whoever cares for patients sees her.
    real.access.leave("operator", who, "rosa")
    assert both() == [200, 200]


@BOTH
def test_who_is_one_person_with_a_patient_has_the_same_team(
    real: Pipeline, chart: tuple[str, str], asking: Asking
) -> None:
    first, second = sorted(chart)
    client, search = asking(real), f"/fhir/Patient/{first}"
    assert client.get(search).status_code == 200
    real.access.join("operator", second, "osei")
    assert client.get(search).status_code == 200
    real.store.sameness.say(first, second, "same", who="u", why="one chart")
    assert client.get(search).status_code == 403
    real.access.join("operator", first, "rosa")
    assert client.get(search).status_code == 200
    # Whoever left it by the one number left it by both.
    real.access.leave("operator", second, "rosa")
    assert client.get(search).status_code == 403


def test_another_password_ends_the_sessions_that_began_before(real: Pipeline, chart: tuple[str, str]) -> None:
    client, address = signed_in("rosa"), f"/fhir/Patient/{chart[0]}"
    assert client.get(address).status_code == 200
    (row,) = rosa()
    row.set_password("another long invented passphrase")
    row.save()
    assert client.get(address).status_code == 401


def test_who_signed_out_in_another_window_is_refused(real: Pipeline, chart: tuple[str, str]) -> None:
    client, address = signed_in("rosa"), f"/fhir/Patient/{chart[0]}"
    assert client.get(address).status_code == 200
    cookies = dict(client.cookies)
    client.post("/sign-out")
    for name, morsel in cookies.items():
        client.cookies[name] = morsel.value
    assert client.get(address).status_code == 401


def test_a_session_of_which_no_sign_in_is_kept_is_known_by_itself(
    real: Pipeline, chart: tuple[str, str]
) -> None:
    client, address = signed_in("rosa"), f"/fhir/Patient/{chart[0]}"
    StoredSignIn.objects.all().delete()
    assert client.get(address).status_code == 200
    rosa().update(is_active=False)
    assert client.get(address).status_code == 401


def test_a_sign_in_that_tells_of_somebody_else_opens_nothing_of_hers(
    real: Pipeline, chart: tuple[str, str]
) -> None:
    who, _ = chart
    real.store.users.create("ned", name="N. Ash", role="registered_nurse", password=PASSWORD)
    real.access.join("operator", who, "rosa")
    ned = signed_in("ned")
    (hers,) = rosa()
    StoredSignIn.objects.filter(user__username="ned").update(user=hers)
    assert ned.get(f"/fhir/Patient/{who}").status_code == 403


@BOTH
def test_a_row_that_somebody_changed_is_not_served_from_what_was_opened_before(
    real: Pipeline, chart: tuple[str, str], asking: Asking
) -> None:
    who, _ = chart
    client = asking(real)
    client.raise_request_exception = False
    (plan,) = resources(client.get(f"/fhir/CarePlan?patient={who}"))
    row = ChartResource.objects.get(name=plan["id"], view="whole")
    sealed = bytes(row.sealed)
    ChartResource.objects.filter(pk=row.pk).update(sealed=sealed[:-1] + bytes([sealed[-1] ^ 1]))
    for address in (f"/fhir/CarePlan?patient={who}", f"/fhir/CarePlan/{plan['id']}"):
        answer = client.get(address)
        assert answer.status_code >= 500 and plan["id"].encode() not in answer.content
    ChartResource.objects.filter(pk=row.pk).update(sealed=sealed, gone=True)
    assert resources(client.get(f"/fhir/CarePlan?patient={who}")) == []
    answer = client.get(f"/fhir/CarePlan/{plan['id']}")
    assert answer.status_code == 410 and issue(answer)["code"] == "deleted"


def test_a_person_who_asks_by_her_session_is_known_by_one_question(
    real: Pipeline, chart: tuple[str, str]
) -> None:
    client, address = signed_in("rosa"), f"/fhir/Condition?patient={chart[0]}"
    client.get(address)
    with CaptureQueriesContext(connection) as questions:
        assert client.get(address).status_code == 200
    # Session and person; the chart with all that is asked of it; begin, count, audit event, commit.
    assert len(questions) <= 6, [one["sql"][:60] for one in questions]
