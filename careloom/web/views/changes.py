"""Changes of what drafts are made with: proposed with their criteria, measured, signed by two, rolled out and rolled back; and the registry of versions."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom import draft, jobs
from careloom.care.access import Permission, may
from careloom.care.change import BY_ITSELF, BY_NAME, OFFERED, Change, ChangeKind, ChangeState, Criteria
from careloom.care.document import Reviewer
from careloom.errors import CareloomError, ConfigError, InputError
from careloom.improve.candidates import Candidate, find
from careloom.pipeline.change_candidates import fields_of
from careloom.pipeline.change_candidates import waiting as candidates_waiting
from careloom.web import deps
from careloom.web.entering import not_proved, proved_by_form
from careloom.web.present import changes as present
from careloom.web.present.refused import refusal
from careloom.web.present.words import moment
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import actor, now, page, users_by_id

DONE = {
    "proposed": later("Proposed. Its criteria are fixed from now on; nothing is measured yet."),
    "measured": later(
        "It is being measured by a worker; what is done stands below when the page is opened again."
    ),
    "signed": later("Signed."),
    "gone_on": later("It went on."),
    "back": later("No draft is made with it any more."),
}
# A stage at some clinics: "25/7 at riverside_ehr lakeside".
AT = "at"
FIELDS = ("title", "description", "why", "impact", "model", "task", "content", "stages")
NUMBERS = ("shadow_fewest", "worse_most", "group_fewest", "group_most")


@needs(Permission.FAILURES)
def changes(request: HttpRequest) -> HttpResponse:
    """Every change, the newest first, and what is in use now."""
    pipeline, who = deps.pipeline(), actor(request)
    every = pipeline.releasing.every(who)
    context = {
        "rows": present.rows(every, users_by_id(), now()),
        "waiting": present.waiting(pipeline.holding.waiting()),
        "made": present.made(candidates_waiting(_candidates(), every)),
        "parts": present.parts(pipeline.store.registry.every(), now()),
        "may_propose": may(who.role, Permission.RULES),
    }
    return page(request, "web/changes.html", context)


@needs(Permission.RULES)
def new(request: HttpRequest) -> HttpResponse:
    """The form: empty, of what this machine has and isn't in force, or with what `careloom learn` made and measured."""
    kind, made_here = request.GET.get("kind", ""), request.GET.get("candidate", "")
    try:
        said = _fields(fields_of(find(_candidates(), made_here))) if made_here else _begun(kind)
    except CareloomError as error:
        return _form(request, {}, problem=refusal(error))
    return _form(request, said)


@needs(Permission.RULES, methods=SENT)
def propose(request: HttpRequest) -> HttpResponse:
    """Keep the filled-in plan."""
    pipeline, said = (
        deps.pipeline(),
        {name: request.POST.get(name, "") for name in (*FIELDS, *NUMBERS, "kind")},
    )
    try:
        change = pipeline.propose_plan(actor(request), _plan(said))
    except CareloomError as error:
        return _form(
            request, said, wrong=error.where if isinstance(error, InputError) else "", problem=refusal(error)
        )
    return _back(change, "proposed")


@needs(Permission.FAILURES)
def change(request: HttpRequest, change: str) -> HttpResponse:
    """One change: criteria beside results, what blocks it, who does what next, its roll-out, and what happened."""
    return _one(request, change)


@needs(Permission.RULES, methods=SENT)
def measure(request: HttpRequest, change: str) -> HttpResponse:
    """Have a worker measure what isn't measured yet."""
    found = _get(actor(request), change)
    key = f"{change}:{len(found.steps)}:{now():%Y-%m-%d %H:%M}"
    jobs.enqueue(deps.pipeline().settings, "measure", key, {"change": change})
    return _back(change, "measured")


@needs(Permission.RULES, methods=SENT)
def sign(request: HttpRequest, change: str) -> HttpResponse:
    """Sign it, by proving who one is."""
    _get(actor(request), change)
    if not proved_by_form(request):
        words = gettext("{not_proved} Nothing was signed.").format(not_proved=not_proved(request))
        return _one(request, change, words, 403)
    return _do(request, change, "signed", lambda who: deps.pipeline().releasing.sign(who, change))


@needs(Permission.RULES, methods=SENT)
def go_on(request: HttpRequest, change: str) -> HttpResponse:
    """Begin the roll-out, its next stage, or its release."""
    return _do(request, change, "gone_on", lambda who: deps.pipeline().releasing.go_on(who, change))


@needs(Permission.RULES, methods=SENT)
def back(request: HttpRequest, change: str) -> HttpResponse:
    """Roll it back at once."""
    why = request.POST.get("why", "")
    return _do(request, change, "back", lambda who: deps.pipeline().releasing.roll_back(who, change, why))


def _do(request: HttpRequest, change: str, done: str, what: Callable[[Reviewer], object]) -> HttpResponse:
    who = actor(request)
    _get(who, change)
    try:
        what(who)
    except CareloomError as error:
        return _one(request, change, refusal(error), error.http_status)
    return _back(change, done)


def _back(change: str, done: str) -> HttpResponse:
    return redirect(f"{reverse('change', args=[change])}?done={done}")


def _get(who: Reviewer, change: str) -> Change:
    try:
        return deps.pipeline().releasing.get(who, change)
    except InputError:
        raise Http404 from None


def _plan(said: Mapping[str, str]) -> dict[str, object]:
    """A form's fields as a plan's mappings."""
    kind, _, task = said["task"].partition(" ")
    by_name = said["kind"] in {one.value for one in BY_NAME}
    every = [f"{name} {one}" for name in draft.KINDS for one in draft.kind_of(name).tasks]
    stages = [
        [word for word in part.replace("/", " ").split() if word != AT]
        for part in said["stages"].split(",")
        if part.strip()
    ]
    criteria: dict[str, object] = {name: said[name] for name in NUMBERS if said[name].strip()}
    criteria["earned"] = [said["task"]] if said["task"] else every if by_name else []
    if stages:
        criteria["stages"] = stages
    candidate = (
        {"model": said["model"]} if by_name else {"kind": kind, "task": task, "content": said["content"]}
    )
    words = {name: said[name] for name in ("kind", "title", "description", "why", "impact")}
    return {**words, "candidate": candidate, "criteria": criteria}


def _begun(kind: str) -> dict[str, str]:
    """A form of this kind, with what is known: the model that is set here, the one stage of a mapping."""
    settings = deps.pipeline().machine or deps.pipeline().settings
    if kind == ChangeKind.MODEL:
        return {"kind": kind, "model": settings.model_name if settings.model == "openai" else settings.model}
    return {"kind": kind, "stages": "100/14"} if kind == ChangeKind.MAPPINGS else {"kind": kind}


def _candidates() -> tuple[Candidate, ...]:
    try:
        return deps.pipeline().learning.candidates()
    except ConfigError:
        # A file that was altered: `careloom learn candidates` names it.
        return ()


def _fields(said: Mapping[str, Any]) -> dict[str, str]:
    """A plan's mappings as a form's fields."""
    found = {name: str(said[name]) for name in ("kind", "title", "description", "why", "impact")}
    candidate, earned = said["candidate"], said["criteria"]["earned"]
    task = earned[0] if len(earned) == 1 else ""
    return {
        **found,
        "model": candidate.get("model", ""),
        "task": task,
        "content": candidate.get("content", ""),
    }


def _form(
    request: HttpRequest, said: Mapping[str, str], *, wrong: str = "", problem: str = ""
) -> HttpResponse:
    usual, waits = Criteria(), present.waiting(deps.pipeline().holding.waiting())
    first = {name: str(getattr(usual, name)) for name in NUMBERS}
    first["stages"] = ", ".join(f"{one.share}/{one.days}" for one in usual.stages)
    context = {
        "said": {**first, **{name: text for name, text in said.items() if text}},
        "kinds": [(one.value, str(present.KINDS[one])) for one in OFFERED]
        + [(one.kind, one.title) for one in waits if one.kind not in OFFERED],
        "waiting": waits,
        "tasks": [f"{name} {one}" for name in draft.KINDS for one in draft.kind_of(name).tasks],
        "wrong": wrong,
        "problem": problem,
    }
    return page(request, "web/change_form.html", context, 422 if problem else 200)


def _one(request: HttpRequest, name: str, problem: str = "", status: int = 200) -> HttpResponse:
    who, people, pipeline = actor(request), users_by_id(), deps.pipeline()
    found = _get(who, name)
    over = found.state in (ChangeState.ROLLED_BACK, ChangeState.WITHDRAWN, ChangeState.REPLACED)
    compared, drafted = pipeline.store.changes.compared(found.id), pipeline.store.changes.drafted(found.id)
    bars = present.bars(found, now())
    context = {
        "change": found,
        "kind": present.KINDS[found.plan.kind],
        "state": present.STATES[found.state],
        "mark": present.MARKS[found.state],
        "next": present.next_of(found),
        "author": present.who(found.proposer, people),
        "on": moment(found.at, now()),
        "holds": pipeline.releasing.holds(found),
        "candidate": present.candidate(found),
        "criteria": present.criteria(found, len(compared)),
        "signatures": present.signatures(found, people, now()),
        "history": present.history(found, people, now()),
        "bars": bars,
        "wide": present.WIDE + present.LEFT,
        "high": present.HIGH,
        "drafted": len(drafted),
        "until": moment(found.until, now()) if found.state is ChangeState.ROLLING else "",
        "stages": present.stages(found),
        "by_itself": found.plan.kind in BY_ITSELF,
        "may_act": may(who.role, Permission.RULES),
        "is_open": found.state is ChangeState.PROPOSED,
        "may_sign": found.may_be_signed and who.user != found.proposer and who.role not in found.signed,
        "goes_on": found.state in (ChangeState.SIGNED, ChangeState.ROLLING),
        "is_over": over,
        "rolled": found.began is not None,
        "problem": problem,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/change.html", context, status)
