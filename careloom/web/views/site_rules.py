"""A site's own rules: drafted by filling in a template, tried over the past, run silently, signed by two, withdrawn."""

from collections.abc import Callable, Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom import jobs
from careloom.care.access import Permission, may
from careloom.care.document import Reviewer
from careloom.care.site_rule import ProtocolChange, RuleInputs, RuleState, SiteRule
from careloom.errors import CareloomError, InputError
from careloom.web import deps
from careloom.web.entering import not_proved, proved_by_form
from careloom.web.present import failures as of_failures
from careloom.web.present import protocol_changes as protocols
from careloom.web.present import site_rules as present
from careloom.web.present.refused import refusal
from careloom.web.present.words import moment
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import actor, by_htmx, now, page, users_by_id

DONE = {
    "drafted": later("Drafted. Nobody is told anything by it."),
    "asked": later("A worker tries it; the page says how far it is."),
    "tried": later("Tried over the past; what it came to stands below."),
    "silent": later("It runs silently from now on: what it would have said is counted, and told to nobody."),
    "signed": later("Signed. The other profession's signature makes it active."),
    "active": later("Signed. With both signatures it is active from now on."),
    "withdrawn": later("Withdrawn. It is told no more."),
}


@needs(Permission.FAILURES)
def site_rules(request: HttpRequest) -> HttpResponse:
    """Every version of every rule, and whether the regression cases of those in force are caught."""
    making, who = deps.pipeline().protecting, actor(request)
    every = making.every(who)
    active = [one for one in reversed(every) if one.state is RuleState.ACTIVE]
    context = {
        "rows": present.rows(every, users_by_id(), now(), deps.pipeline().knowledge),
        "active": len(active),
        "waiting": [
            (one.id, present.title_of(one, deps.pipeline().knowledge))
            for one in every
            if one.state is RuleState.SILENT and present.may_sign(one, who, every)
        ],
        "uncaught": len(making.uncaught(tuple(active))),
        "may_draft": may(who.role, Permission.RULES),
    }
    return page(request, "web/site_rules.html", context)


@needs(Permission.RULES)
def new(request: HttpRequest) -> HttpResponse:
    """The empty template; with `failure` for an item of the registry, with `of` filled in as another version."""
    version = request.GET.get("of", "")
    said = (
        present.filled(_get(actor(request), version))
        if version
        else {name: request.GET.get(name, "") for name in ("template", "protocol")}
    )
    return _form(request, said, failure=request.GET.get("failure", ""), version=version)


@needs(Permission.RULES, methods=SENT)
def draft(request: HttpRequest) -> HttpResponse:
    """Keep the filled-in template."""
    said = {name: request.POST.get(name, "") for name in ("template", *present.LABELS)}
    failure, version = request.POST.get("failure", ""), request.POST.get("of", "")
    try:
        made = deps.pipeline().protecting.draft(actor(request), said, failure=failure, version_of=version)
    except InputError as error:
        if error.where not in present.LABELS:
            raise Http404 from None
        return _form(
            request, said, failure=failure, version=version, wrong=error.where, problem=refusal(error)
        )
    return _back(made, "drafted")


@needs(Permission.FAILURES)
def site_rule(request: HttpRequest, rule: str) -> HttpResponse:
    """One version: what it says, how it stands, what the past and its silent days came to."""
    return _one(request, rule)


@needs(Permission.RULES, methods=SENT)
def try_rule(request: HttpRequest, rule: str) -> HttpResponse:
    """Try it over the past."""
    making = deps.pipeline().protecting
    if not making.is_long():
        return _do(request, rule, "tried", lambda who: making.try_over_the_past(who, rule))
    who = actor(request)
    version = _get(who, rule)
    key = f"rule:{version.id}:{len(version.steps)}"
    jobs.enqueue(deps.pipeline().settings, "rule", key, {"actor": who.user, "rule": version.id})
    return _back(version.id, "asked")


@needs(Permission.FAILURES)
def trying(request: HttpRequest, rule: str) -> HttpResponse:
    """How far a trial is, which the page asks every few seconds until it is kept; opened by itself, the rule's page."""
    found = _get(actor(request), rule)
    if not by_htmx(request):
        return redirect("site_rule", found.id)
    return page(request, "web/_rule_trying.html", {"rule": found, **_trying(found), "watched": True})


def _trying(rule: SiteRule) -> dict[str, object]:
    at = deps.pipeline().store.site_rules.trial_of(rule.id)
    return {"trying": at is not None, "looked": at[0] if at else 0, "of": at[1] if at else 0}


@needs(Permission.RULES, methods=SENT)
def run(request: HttpRequest, rule: str) -> HttpResponse:
    """Let it run silently."""
    return _do(request, rule, "silent", lambda who: deps.pipeline().protecting.run_silently(who, rule))


@needs(Permission.RULES, methods=SENT)
def sign(request: HttpRequest, rule: str) -> HttpResponse:
    """Sign it, by proving who one is."""
    _get(actor(request), rule)
    if not proved_by_form(request):
        words = gettext("{not_proved} Nothing was signed.").format(not_proved=not_proved(request))
        return _one(request, rule, words, 403)
    return _do(request, rule, "signed", lambda who: deps.pipeline().protecting.sign(who, rule))


@needs(Permission.RULES, methods=SENT)
def withdraw(request: HttpRequest, rule: str) -> HttpResponse:
    """Take it back at once."""
    why = request.POST.get("why", "")
    return _do(request, rule, "withdrawn", lambda who: deps.pipeline().protecting.withdraw(who, rule, why))


def _do(request: HttpRequest, rule: str, done: str, what: Callable[[Reviewer], object]) -> HttpResponse:
    who = actor(request)
    _get(who, rule)
    try:
        what(who)
    except CareloomError as error:
        return _one(request, rule, refusal(error), error.http_status)
    if done == "signed" and _get(who, rule).state is RuleState.ACTIVE:
        done = "active"
    return _back(rule, done)


def _back(rule: str, done: str) -> HttpResponse:
    return redirect(f"{reverse('site_rule', args=[rule])}?done={done}")


def _get(who: Reviewer, rule: str) -> SiteRule:
    try:
        return deps.pipeline().protecting.get(who, rule)
    except InputError:
        raise Http404 from None


def _form(
    request: HttpRequest,
    said: Mapping[str, str],
    *,
    failure: str,
    version: str,
    wrong: str = "",
    problem: str = "",
) -> HttpResponse:
    template = said.get("template") or "drug_pair"
    if template not in present.TEMPLATES:
        raise Http404
    known, inputs = deps.pipeline().protecting.known(), _inputs_of(request, failure)
    asked = known.protocols.by_id.get(said.get("protocol", "")) if template in protocols.OWN else None
    context = {
        "fields": present.fields(template, said, wrong, problem),
        "template": template,
        "title": present.TEMPLATES[template][0],
        "others": [
            (name, words)
            for name, (words, _) in present.TEMPLATES.items()
            if name != template and (name in protocols.OWN) == (template in protocols.OWN)
        ],
        "names": present.choices(known) if template not in protocols.OWN else {},
        "changes": template in protocols.OWN,
        "protocols": [protocols.shown(one) for one in known.protocols.all]
        if template in protocols.OWN
        else (),
        "now": protocols.shown(asked) if asked else None,
        "inputs": of_failures.inputs_of(inputs, known),
        "spoke": protocols.spoke(inputs, known) if template in protocols.OWN and not asked else (),
        "failure": failure,
        "version": version,
        "problem": problem,
    }
    return page(request, "web/site_rule_form.html", context, 422 if problem else 200)


def _inputs_of(request: HttpRequest, failure: str) -> RuleInputs | None:
    """What rules looked at of the draft of a failure; None where there is none."""
    if not failure:
        return None
    try:
        found, _ = deps.pipeline().failing.get(actor(request), failure)
    except InputError:
        raise Http404 from None
    return deps.pipeline().store.site_rules.frozen_of(found.proposal)


def _one(request: HttpRequest, name: str, problem: str = "", status: int = 200) -> HttpResponse:
    who, people, making = actor(request), users_by_id(), deps.pipeline().protecting
    rule = _get(who, name)
    tried, preview = rule.tried, making.preview(rule)
    so_far = making.so_far(rule) if rule.state is RuleState.SILENT else None
    context = {
        "rule": rule,
        "title": present.title_of(rule, deps.pipeline().knowledge),
        "state": present.state_of(rule),
        "mark": present.MARKS[rule.state],
        "told": present.told(rule, deps.pipeline().knowledge),
        "severity": present.SEVERITIES[rule.body.severity],
        "changes": isinstance(rule.body, ProtocolChange),
        "differences": protocols.differences(preview),
        "beside": protocols.beside(preview) if isinstance(rule.body, ProtocolChange) else (),
        "examples": present.examples(tried.tried, making.may_open(who, tried.tried))
        if tried and tried.tried
        else (),
        "parts": present.parts(tried.tried, rule) if tried and tried.tried else (),
        "lists": present.lists_words(making.lists_of(rule)),
        "tried": present.numbers(tried.tried, rule) if tried and tried.tried else (),
        "tried_on": moment(tried.at, now()) if tried else "",
        "so_far": present.numbers(so_far, rule)[:7] if so_far else (),
        "signatures": present.signatures(rule, people, now()),
        "history": present.history(rule, people, now()),
        "author": people.get(rule.author, ""),
        "may_draft": may(who.role, Permission.RULES),
        "may_sign": present.may_sign(rule, who, making.every(who)),
        "is_draft": rule.state is RuleState.DRAFT,
        "is_silent": rule.state is RuleState.SILENT,
        "is_active": rule.state is RuleState.ACTIVE,
        "is_over": rule.state is RuleState.ENDED,
        **_trying(rule),
        "asked": request.GET.get("done") == "asked",
        "problem": problem,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/site_rule.html", context, status)
