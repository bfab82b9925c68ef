"""Every role tries every address and every operation of the API: none is open that should be closed."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from careloom.care.access import MAY, ROLES, Permission
from careloom.pipeline import Pipeline
from careloom.store.users import Licence
from careloom.web.api import api
from careloom.web.views.guard import FORM_NEEDS, METHODS, NEEDS, OPEN, READ, SENT, TAKES
from tests.connect.made import body, bundle, patient
from tests.record.sources import condition, icd
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_flow import plan_of_ada

pytestmark = pytest.mark.django_db
ID = "019ac000-0000-7000-8000-000000000001"
# A part of an address of each type that the addresses have, naming nothing that there is.
PARTS = {
    "slug": "0" * 32, "str": "line", "uuid": ID, "int": "1",
    "patient": "0" * 32, "proposal": "0" * 32, "kind": "care_plan", "path": "nothing",
    "fhir_type": "Patient", "fhir_id": ID, "fhir_version": "1",
}  # fmt: skip


def pages(named: Mapping[str, str] = PARTS) -> Iterator[tuple[str, Any]]:
    """Every page's address with its view; a part that `named` doesn't have names nothing that there is."""
    for pattern in get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            route = str(pattern.pattern)
            for name, converter in pattern.pattern.converters.items():
                kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
                part = named.get(name, PARTS.get(name, PARTS[kind]))
                route = route.replace(f"<{kind}:{name}>", part).replace(f"<{name}>", part)
            assert "<" not in route, route
            yield f"/{route}", pattern.callback
        else:
            assert isinstance(pattern, URLResolver)


def operations(named: Mapping[str, str] = PARTS) -> Iterator[tuple[str, str, Any]]:
    """Method, address and function of every operation of the API, filled in likewise."""
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                route = "/".join(filter(None, (prefix.strip("/"), path.strip("/"))))
                route = route.replace("{page_id}", named.get("page_id", ID)).replace("{number}", "1")
                for name in (
                    "proposal",
                    "patient",
                    "message",
                    "task",
                    "dispute",
                    "ruling",
                    "question",
                    "writing",
                ):
                    route = route.replace(f"{{{name}_id}}", named.get(name, "0" * 32))
                for method in operation.methods:
                    yield method, f"/api/{route}", operation.view_func


def staffed(pipeline: Pipeline) -> dict[str, Client]:
    """One person of each role, signed in."""
    for role in ROLES:
        licence = Licence("MA", "X1", date(2031, 6, 30))
        pipeline.store.users.create(f"a_{role}", role=role, password=PASSWORD, licence=licence)
    return {role: signed_in(f"a_{role}") for role in ROLES}


def test_every_address_and_operation_says_what_it_needs() -> None:
    undeclared = [address for address, view in pages() if not hasattr(view, NEEDS)]
    undeclared += [address for _, address, view in operations() if not hasattr(view, NEEDS)]
    assert undeclared == []
    assert len(list(pages())) > 60 and len(list(operations())) > 12


def test_no_two_addresses_have_one_name() -> None:
    """Django leads whoever asks for a name to the one that was said last."""
    named = [one.name for one in get_resolver().url_patterns if isinstance(one, URLPattern) and one.name]
    assert sorted(named) == sorted(set(named))


def test_every_permission_is_somebodys_and_every_role_is_its_own() -> None:
    assert {one for may in MAY.values() for one in may} == set(Permission)
    for role in ("quality_lead", "auditor"):
        assert not MAY[role] & {Permission.WORK, Permission.DECIDE, Permission.SETTLE}
    assert Permission.SEE not in MAY["administrator"]


def test_every_role_tries_every_page(real: Pipeline) -> None:
    clients = staffed(real)
    opened = []
    for address, view in pages():
        needed = getattr(view, NEEDS)
        if needed == OPEN:
            continue
        for role, client in clients.items():
            got = client.get(address).status_code
            assert got < 500, (role, address, got)
            if needed not in MAY[role] and got not in (403, 405):
                opened.append((role, address, got))
    assert opened == []


def test_every_role_tries_every_form(real: Pipeline) -> None:
    clients = staffed(real)
    opened = []
    for address, view in pages():
        needed = getattr(view, FORM_NEEDS, OPEN)
        if needed == OPEN:
            continue
        for role, client in clients.items():
            got = client.post(address, {"why": "an invented reason"}).status_code
            assert got < 500, (role, address, got)
            if needed not in MAY[role] and got not in (403, 405):
                opened.append((role, address, got))
    assert opened == []


EVERY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS")


def test_no_page_answers_a_method_that_it_does_not_have(real: Pipeline) -> None:
    """A page is asked for and a form is sent; what a proxy or a script sends otherwise, and a form to what is only seen, is refused by the
    guard, which says what it takes, and does nothing."""
    plan = plan_of_ada(real)
    named = {"proposal": plan.id, "patient": plan.document.patient, "kind": "visit_note"}
    named |= {"line_id": plan.document.statements[0].id, "section": "problems", "key": "s1"}
    rosa, nobody = signed_in("rosa"), Client()
    answered, refused = [], 0
    for address, view in pages(named):
        takes = getattr(view, TAKES, None)
        for method in EVERY_METHOD:
            if takes is None:
                # Systems that ask without a session are told by the view itself, and may ask whether a browser may (CORS).
                may_it = method == "OPTIONS" and address.startswith("/cds-services")
                if method in ("GET", "HEAD", "POST"):
                    continue
                if nobody.generic(method, address).status_code != (204 if may_it else 405):
                    answered.append((method, address))
            elif method not in takes:
                for client in (nobody, rosa):
                    answer = client.generic(method, address)
                    refused += 1
                    if answer.status_code != 405 or answer["Allow"] != ", ".join(takes):
                        answered.append((method, address, answer.status_code))
    assert answered == []
    assert refused > 1000


def test_every_page_says_which_methods_it_takes_and_most_are_only_seen_or_only_sent_to() -> None:
    takes = {address: getattr(view, TAKES) for address, view in pages() if hasattr(view, TAKES)}
    assert set(takes.values()) == {READ, SENT, METHODS}
    assert takes["/panel"] == takes["/tasks"] == takes["/health"] == READ
    both = [address for address, methods in takes.items() if methods == METHODS]
    assert len(both) < 30, both
    apart = [address for address, view in pages() if not hasattr(view, TAKES)]
    assert all(address.startswith(("/cds-services", "/fhir")) for address in apart), apart


def test_evidence_of_nothing_is_not_found_with_or_without_htmx(real: Pipeline) -> None:
    plan = plan_of_ada(real)
    rosa, nothing = signed_in("rosa"), f"/review/{plan.id}/evidence/no-such-line"
    assert rosa.get(nothing).status_code == 404
    assert rosa.get(nothing, headers={"HX-Request": "true"}).status_code == 404
    known = rosa.get(f"/review/{plan.id}/evidence/{plan.document.statements[0].id}")
    assert known.status_code == 302 and known["Location"].startswith(f"/review/{plan.id}?line=")


def test_every_role_tries_every_operation(real: Pipeline) -> None:
    clients = staffed(real)
    opened = []
    for method, address, view in operations():
        needed = getattr(view, NEEDS)
        for role, client in clients.items():
            got = client.generic(method, address, "{}", content_type="application/json").status_code
            assert got < 500, (role, address, got)
            # What does not fit is said before it is asked whose it is: nothing was done, nothing was told.
            if needed not in MAY[role] and got not in (403, 422):
                opened.append((role, method, address, got))
    assert opened == []


def test_nobody_who_is_not_signed_in_gets_anything() -> None:
    client = Client()
    for address, view in pages():
        if getattr(view, NEEDS) != OPEN:
            assert client.get(address).status_code in (302, 401, 405), address
            assert client.post(address).status_code in (302, 401, 405), address
    for method, address, _ in operations():
        assert client.generic(method, address, "{}", content_type="application/json").status_code == 401


def test_no_address_that_names_a_patient_of_another_team_opens_anything(
    real: Pipeline, tmp_path: Any
) -> None:
    """By her own id, or by one of a document, a task or an entry of hers; opening her record in an emergency is for outsiders."""
    file = tmp_path / "alva.json"
    file.write_bytes(body(bundle(patient(), condition(icd("E11.9", "Type 2 diabetes")))))
    (alva,) = real.connect([file], source="mercy").patients
    plan = real.propose("operator", alva, model="none")
    (entry, *_) = real.store.entries.of(alva)
    hers = {"patient": alva, "proposal": plan.id, "task": f"{plan.id}-s1", "entry": entry.id}
    hers |= {"section": "problems", "line_id": plan.document.statements[0].id, "fhir_id": alva}
    real.access.join("operator", alva, "rosa")
    real.store.users.create("ned", name="N. Ash", role="registered_nurse", password=PASSWORD)
    ned, rosa = signed_in("ned"), signed_in("rosa")
    about = [alva, plan.id, entry.id]
    tried = seen = 0
    for address, _ in pages(hers):
        if not any(one in address for one in about) or address == f"/patients/{alva}/open":
            continue
        tried += 1
        assert ned.get(address).status_code in (403, 405), address
        assert ned.post(address, {"why": "an invented reason"}).status_code in (403, 405), address
        seen += rosa.get(address).status_code == 200
    assert tried > 40 and seen > 15
    for method, address, _ in operations(hers):
        if any(one in address for one in about):
            got = ned.generic(method, address, "{}", content_type="application/json").status_code
            # What does not fit is said before it is asked whose it is.
            assert got == 403 or (got == 422 and method != "GET"), (method, address, got)


def test_a_patient_of_another_team_is_told_of_and_opened_in_an_emergency_alone(
    real: Pipeline, tmp_path: Any
) -> None:
    file = tmp_path / "alva.json"
    file.write_bytes(body(bundle(patient(), condition(icd("E11.9", "Type 2 diabetes")))))
    (alva,) = real.connect([file], source="mercy").patients
    real.access.join("operator", alva, "rosa")
    real.store.users.create("ned", name="N. Ash", role="registered_nurse", password=PASSWORD)
    ned, page = signed_in("ned"), f"/draft/{alva}"
    refused = ned.get(page)
    said = refused.content.decode()
    assert refused.status_code == 403 and "another care team" in said and "Alva" not in said
    opening = f"/patients/{alva}/open"
    assert f"{opening}?next=%2Fdraft%2F{alva}" in said
    assert ned.post(opening, {"why": "", "next": page}).status_code == 422
    outside = ned.post(opening, {"why": "She collapsed", "next": "https://elsewhere.example/"})
    assert outside["Location"].startswith("/draft/")
    assert ned.get(page).status_code == 200
    assert ned.get(f"/api/patients/{alva}/questionnaire").status_code == 200
    real.store.users.create("lena", name="L. Ead", role="quality_lead", password=PASSWORD)
    lead = signed_in("lena")
    shown = lead.get("/emergencies").content.decode()
    assert "N. Ash" in shown and "She collapsed" in shown
    (broken,) = real.store.teams.broken()
    assert lead.post(f"/emergencies/{broken.id}/look").status_code == 302
    assert "Looked at by L. Ead" in lead.get("/emergencies").content.decode()


def test_a_team_is_set_on_its_page(real: Pipeline, tmp_path: Any) -> None:
    file = tmp_path / "alva.json"
    file.write_bytes(body(bundle(patient(), condition(icd("E11.9", "Type 2 diabetes")))))
    (alva,) = real.connect([file], source="mercy").patients
    rosa, page = signed_in("rosa"), f"/patients/{alva}/team"
    assert "everybody here who cares for patients sees" in rosa.get(page).content.decode()
    me = real.store.users.reviewer("rosa").user
    assert "In the team now" in rosa.post(page, {"step": "join", "user": me}, follow=True).content.decode()
    assert rosa.post(page, {"step": "join", "user": me}).status_code == 422
    assert signed_in("cam").get(page).status_code == 403
    gone = rosa.post(page, {"step": "leave", "user": me}, follow=True).content.decode()
    assert "No longer in the team" in gone and "Nobody is in it yet" in gone
