"""Pilots: the protocol from its first word to its lock, amendments, and what becomes of a pilot."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext

from careloom.care.access import Permission, may
from careloom.care.pilot import Pilot, PilotProtocol, Stage, Step
from careloom.errors import ConfigError, InputError, Refused, StaleRecord
from careloom.study.pilot.written import warnings
from careloom.web import deps
from careloom.web.present import pilots as present
from careloom.web.present.refused import refusal, refused
from careloom.web.refilling import refilled
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import actor, page, users_by_id

# The first field of what is said in several.
FIELDS = {"expected": "minutes", "stops": "serious", "determination": "by", "inclusion": "rule"}
DONE = {
    "written": later("Kept. Nothing has started: it can be changed until it is locked."),
    "locked": later("Locked and started. From now on it changes by dated amendments alone."),
    "amended": later("Amended. The amendment, its reason and its hash stand below."),
    "left": later("Noted. The cases stay where they are and are counted."),
    "looked": later("Every stop rule was asked; what was seen stands in the report."),
    "resume": later("It goes on: cases are enrolled again."),
    "stop": later("Stopped. Nobody is enrolled any more, and the desk offers everything again."),
    "end": later("Ended. The seed can be opened and the allocation checked."),
}


@needs(Permission.STUDIES)
def pilots(request: HttpRequest) -> HttpResponse:
    """The pilots that she may open."""
    who = actor(request)
    found = deps.pipeline().piloting.seen(who)
    context = {"rows": [present.line_of(one) for one in found], "writes": may(who.role, Permission.PROTOCOL)}
    return page(request, "web/pilots.html", context)


@needs(Permission.STUDIES)
def pilot(request: HttpRequest, pilot: str) -> HttpResponse:
    """One pilot: how it stands, its protocol as it holds, and everything that happened to it."""
    return _shown(request, known(request, pilot))


def known(request: HttpRequest, pilot: str) -> Pilot:
    """The pilot that an address names, where she may open it. Raises Http404 for none, NotLicensed."""
    try:
        found = deps.pipeline().store.pilots.get(pilot)
    except InputError:
        raise Http404 from None
    return deps.pipeline().piloting.get(actor(request), found.id)


def _shown(request: HttpRequest, found: Pilot, problem: str = "", status: int = 200) -> HttpResponse:
    who, piloting, people = actor(request), deps.pipeline().piloting, users_by_id()
    writes = may(who.role, Permission.PROTOCOL)
    takes_part = who.user in found.protocol.participants and found.began is not None
    context = {
        "pilot": found,
        "line": present.line_of(found),
        "days": present.days(found),
        "parts": present.told(found.protocol, people),
        "events": present.events(found, people),
        "lacks": [refused(one.words) for one in piloting.lacks(found.protocol)]
        if found.began is None
        else [],
        "warnings": [refused(one) for one in warnings(found.protocol)],
        "held": found.last(Step.HOLD) if found.stage is Stage.HELD else None,
        "runs": found.stage in (Stage.RUNNING, Stage.HELD),
        "over": found.stage in (Stage.STOPPED, Stage.ENDED),
        "sound": found.began is None or piloting.holds(found),
        "due": deps.pipeline().trials.is_due(found),
        "size": present.size_words(found.protocol),
        "commitment": piloting.commitment(found.id),
        "seed": piloting.seed(who, found.id)
        if request.GET.get("seed") and writes and found.stage in (Stage.STOPPED, Stage.ENDED)
        else "",
        "writes": writes,
        "decides": writes or who.user == found.protocol.monitor,
        "takes_part": takes_part and who.user not in found.left,
        "leavers": [
            (one, people.get(one, "")) for one in found.protocol.participants if one not in found.left
        ],
        "me": who.user,
        "problem": problem,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/pilot.html", context, status)


@needs(Permission.PROTOCOL)
def new(request: HttpRequest) -> HttpResponse:
    """The form of a protocol that nobody wrote yet."""
    return _form(request, PilotProtocol(), None)


@needs(Permission.PROTOCOL)
def protocol(request: HttpRequest, pilot: str) -> HttpResponse:
    """The form of one that there is: to be written on, or amended where it is locked."""
    found = known(request, pilot)
    if found.stage in (Stage.STOPPED, Stage.ENDED):
        return redirect("pilot", found.id)
    return _form(request, found.protocol, found)


@needs(Permission.PROTOCOL, methods=SENT)
def write(request: HttpRequest) -> HttpResponse:
    """Keep a new protocol; what it lacks still is told on its page."""
    return _written(request, None)


@needs(Permission.PROTOCOL, methods=SENT)
def rewrite(request: HttpRequest, pilot: str) -> HttpResponse:
    """Keep the next wording of one, or amend it where it is locked."""
    return _written(request, known(request, pilot))


def _written(request: HttpRequest, found: Pilot | None) -> HttpResponse:
    who, piloting, asked = actor(request), deps.pipeline().piloting, request.POST
    said = found.protocol if found else PilotProtocol()
    try:
        said = present.protocol_of(asked)
        if found is not None and found.began is not None:
            piloting.amend(who, found.id, said, asked.get("why", ""), was=asked.get("was", ""))
            return redirect(f"{reverse('pilot', args=[found.id])}?done=amended")
        made = piloting.write(who, said, found.id if found else "")
    except (InputError, StaleRecord, Refused) as error:
        return refilled(
            request, _form(request, said, found, refusal(error), error.http_status), error, FIELDS
        )
    return redirect(f"{reverse('pilot', args=[made.id])}?done=written")


def _form(
    request: HttpRequest, said: PilotProtocol, found: Pilot | None, problem: str = "", status: int = 200
) -> HttpResponse:
    pipeline = deps.pipeline()
    able = pipeline.piloting.able()
    people = [(one.user, one.name, one.user in able) for one in pipeline.store.users.all()]
    conditions = pipeline.knowledge.conditions.by_concept
    context = {
        **present.form_of(said, people, conditions),
        "pilot": found,
        "locked": found is not None and found.began is not None,
        "why": request.POST.get("why", ""),
        "problem": problem,
    }
    return page(request, "web/pilot_protocol.html", context, status)


@needs(Permission.PROTOCOL, methods=SENT)
def size(request: HttpRequest) -> HttpResponse:
    """What the cases of a form can show, while it is being typed; nothing is kept."""
    try:
        said = present.size_words(present.protocol_of(request.POST))
    except InputError as error:
        said = refusal(error)
    return HttpResponse(escape(said))


@needs(Permission.PROTOCOL, methods=SENT)
def lock(request: HttpRequest, pilot: str) -> HttpResponse:
    """Lock it and start it; where it lacks something the page says what."""
    found = known(request, pilot)
    try:
        deps.pipeline().piloting.lock(actor(request), found.id)
    except (InputError, Refused, ConfigError) as error:
        return _shown(request, found, refusal(error), error.http_status)
    return redirect(f"{reverse('pilot', args=[found.id])}?done=locked")


@needs(Permission.STUDIES, methods=SENT)
def turn(request: HttpRequest, pilot: str) -> HttpResponse:
    """A participant leaves; the pilot goes on, stops, or ends."""
    found, who, asked = known(request, pilot), actor(request), request.POST
    piloting, step, why = deps.pipeline().piloting, asked.get("step", ""), asked.get("why", "")
    try:
        if step == "left":
            piloting.leave(who, found.id, asked.get("user", "") or who.user, why)
        elif step in ("resume", "stop"):
            piloting.decide(who, found.id, go_on=step == "resume", why=why)
        elif step == "end":
            piloting.end(who, found.id, why)
        else:
            raise InputError(gettext("no such step"))
    except InputError as error:
        return refilled(request, _shown(request, found, refusal(error), error.http_status), error)
    return redirect(f"{reverse('pilot', args=[found.id])}?done={step}")
