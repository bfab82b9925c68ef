"""The guard: every page and every operation of the API says what it needs and whose record it opens.

A view without one can't be reached: tests/web/test_web_matrix.py walks all addresses and asks each as every role.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from careloom.care.access import Permission
from careloom.care.audited import purpose_of
from careloom.care.document import Reviewer
from careloom.errors import InputError
from careloom.store import whence
from careloom.web import deps, windows
from careloom.web.views.page import actor, signed_in

P = ParamSpec("P")
Got = TypeVar("Got")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
Operation = Callable[Concatenate[HttpRequest, P], Got]
# From the address's parts to the patients whom it is about.
Whose = Callable[[Mapping[str, Any]], Iterable[str]]

# The attributes under which a guarded view tells what it needs, and what its form needs; OPEN is for whoever isn't signed in.
NEEDS, FORM_NEEDS = "needs", "form_needs"
OPEN = "open"
# What a page is asked by, what a form is sent by, and both; pages have no other methods (the API's operations name their own). A view says which
# it takes, and takes no other: one that is only seen is asked by READ.
READ, SENT = ("GET", "HEAD"), ("POST",)
METHODS = (*READ, *SENT)
TAKES = "takes"
# The characters of a proposal's whole id.
WHOLE_ID = 32


def open_to_all(view: View[P]) -> View[P]:
    """A view for whoever isn't signed in, that is only seen: whether the site answers, the way to an identity provider."""
    return open_by(READ)(view)


def open_by(methods: Sequence[str]) -> Callable[[View[P]], View[P]]:
    """A view for whoever isn't signed in, by these methods: signing in and out."""

    def opening(view: View[P]) -> View[P]:
        opened = _only(methods, view)
        setattr(opened, NEEDS, OPEN)
        return opened

    return opening


def _only(methods: Sequence[str], view: View[P]) -> View[P]:
    """The view for these methods; any other is refused (405), whoever asks, with those that there are."""

    @wraps(view)
    def taken(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method not in methods:
            return HttpResponseNotAllowed(methods)
        return view(request, *args, **kwargs)

    setattr(taken, TAKES, tuple(methods))
    return taken


def open_to_systems(view: View[P]) -> View[P]:
    """A view that other systems ask without a session: it says itself which methods it takes, and who may ask."""

    @wraps(view)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    setattr(opened, NEEDS, OPEN)
    return opened


def needs(
    permission: Permission,
    about: Whose | None = None,
    *,
    post: Permission | None = None,
    methods: Sequence[str] = (),
) -> Callable[[View[P]], View[P]]:
    """Only for people who are signed in, whose role may do this, and who may see the patients whom it is about.

    `methods` are those that it takes: READ, or METHODS where `post` is given, if it doesn't say. `post` is what a form needs; where the page is
    only seen, that is the care team's work. Others get the sign-in page, or the page that says whose it is and how a record is opened
    in an emergency.
    """
    writing = post or (Permission.WORK if permission is Permission.SEE else permission)
    taken = tuple(methods) or (METHODS if post else READ)

    def guarding(view: View[P]) -> View[P]:
        @signed_in
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            asked = permission if request.method in READ else writing
            patients = tuple(about(kwargs)) if about else ()
            # The page on which a record is opened in an emergency is about a patient whom she may not see yet.
            windows.must_be_about(request, patients or (of_patient(kwargs) if "patient" in kwargs else ()))
            allow(request, asked, patients)
            must_read(actor(request), kwargs)
            return view(request, *args, **kwargs)

        only = _only(taken, guarded)
        setattr(only, NEEDS, permission)
        setattr(only, FORM_NEEDS, writing)
        return only

    return guarding


def operation(
    permission: Permission, about: Whose | None = None
) -> Callable[[Operation[P, Got]], Operation[P, Got]]:
    """The same for an operation of the API, which answers 403 by itself."""

    def guarding(operate: Operation[P, Got]) -> Operation[P, Got]:
        @wraps(operate)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> Got:
            patients = tuple(about(kwargs)) if about else ()
            windows.must_be_about(request, patients)
            allow(request, permission, patients)
            must_read(actor(request), kwargs)
            return operate(request, *args, **kwargs)

        setattr(guarded, NEEDS, permission)
        return guarded

    return guarding


def allow(request: HttpRequest, permission: Permission, patients: Iterable[str] = ()) -> Reviewer:
    """Who is signed in. Raises NotLicensed or NotInCareTeam where they may not do this, or not with these patients."""
    who, access = actor(request), deps.pipeline().access
    access.must(who, permission)
    known = tuple(patients)
    emergency = bool(known) and access.must_see(who, *known)
    whence.say(purpose=purpose_of(who.role, emergency=emergency))
    return who


def must_read(who: Reviewer, address: Mapping[str, Any]) -> None:
    """Raises NotLicensed where a parallel run keeps the document that an address names from this person: whatever the address is for."""
    name = _proposal(address)
    if name:
        deps.pipeline().access.must_read(who, name)


def mine(who: Reviewer, rows: Sequence[Got], patient_of: Callable[[Got], str]) -> list[Got]:
    """Those of some rows whose patient this person may see, and those that are about no patient of ours."""
    seen = deps.pipeline().access.seen(who, {patient for row in rows if (patient := patient_of(row))})
    return [row for row in rows if not patient_of(row) or patient_of(row) in seen]


def of_proposal(address: Mapping[str, Any]) -> Iterable[str]:
    """The patient of the document that an address names; nobody where there is none (the view says so)."""
    try:
        return (deps.pipeline().store.proposals.patient(_proposal(address)),)
    except InputError:
        return ()


def _proposal(address: Mapping[str, Any]) -> str:
    """The whole id (32 digits) of the document that an address names, or whose task it names; "" where there is none."""
    name = str(address.get("proposal") or address.get("proposal_id") or "")
    task = str(address.get("task") or address.get("task_id") or "")
    name = (name or task[:WHOLE_ID]).replace("-", "").lower()
    if len(name) >= WHOLE_ID:
        return name
    try:
        return deps.pipeline().store.proposals.find(name) if name else ""
    except InputError:
        return ""


def of_patient(address: Mapping[str, Any]) -> Iterable[str]:
    """The patient whom an address names, by our id or SYSTEM|VALUE."""
    name = str(address.get("patient") or address.get("patient_id") or "")
    try:
        return (deps.pipeline().store.patients.find(name),)
    except InputError:
        return ()


def of_task(address: Mapping[str, Any]) -> Iterable[str]:
    """The patient of the plan whose activity an address names."""
    name = str(address.get("task") or address.get("task_id") or "")
    return of_proposal({"proposal": name[:WHOLE_ID]}) if len(name) > WHOLE_ID else ()


def of_sending(address: Mapping[str, Any]) -> Iterable[str]:
    """The patient to whom a message goes."""
    name = str(address.get("sending") or address.get("message_id") or "")
    try:
        return (deps.pipeline().store.sendings.get(name).patient,)
    except InputError:
        return ()


def of_writing(address: Mapping[str, Any]) -> Iterable[str]:
    """The patient about whom something goes into another system's chart."""
    name = str(address.get("writing") or address.get("writing_id") or "")
    try:
        return (deps.pipeline().store.writings.get(name).patient,)
    except InputError:
        return ()


def of_reply(address: Mapping[str, Any]) -> Iterable[str]:
    """The patient who wrote a reply, where we know whose it is."""
    patient = deps.pipeline().store.replies.patient(str(address.get("reply")))
    return (patient,) if patient else ()


def of_page(address: Mapping[str, Any]) -> Iterable[str]:
    """The patient whom an urgent page is about, where we know who it is."""
    try:
        patient = deps.pipeline().store.pages.get(str(address.get("page_id"))).patient
    except InputError:
        return ()
    return (patient,) if patient else ()


def of_question(address: Mapping[str, Any]) -> Iterable[str]:
    """The patient whom a question is about."""
    name = str(address.get("question") or address.get("question_id") or "")
    try:
        patient = deps.pipeline().store.questions.patient(name)
    except InputError:
        return ()
    return (patient,) if patient else ()


def of_entry(address: Mapping[str, Any]) -> Iterable[str]:
    """The patient of an entry."""
    patient = deps.pipeline().store.entries.patient(str(address.get("entry")))
    return (patient,) if patient else ()
