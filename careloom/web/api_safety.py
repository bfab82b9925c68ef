"""The JSON API's part about what went wrong and what protects: failures without identifiers, the site's own rules, and what is stopped."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from careloom.care.access import Permission
from careloom.care.site_rule import RuleState
from careloom.web import deps
from careloom.web.views.guard import operation
from careloom.web.views.page import actor

router = Router()


class FailureOut(Schema):
    """A failure: the kind of document, when it was told, where it stands, its words without identifiers, cause and severity where a lead judged it,
    and the rules that were drafted from it."""

    id: str
    kind: str
    at: datetime
    state: Literal["new", "judged", "drafted", "prevented", "closed"]
    words: str
    cause: str
    severity: str
    rules: list[str]


class FailuresOut(Schema):
    """A page of the registry; `total` is how many there are on all pages."""

    failures: list[FailureOut]
    total: int


class RuleOut(Schema):
    """A version of a rule: what it is about (`one` meets `other`), what it says, its source, where it stands, and the roles that signed it."""

    id: str
    rule: str
    version: int
    state: RuleState
    one: str
    other: str
    severity: Literal["high", "moderate"]
    why: str
    action: str
    source: str
    signed: list[str]


class RulesOut(Schema):
    """Every version of every rule, the newest first."""

    rules: list[RuleOut]


class StopOut(Schema):
    """A stop that holds: of the site, of a kind of document or of a model (`name`, "" for every one), since when."""

    id: str
    scope: Literal["site", "kind", "model"]
    name: str
    at: datetime


class StopsOut(Schema):
    """What is stopped now."""

    stopped: list[StopOut]


@router.get(
    "/failures", response=FailuresOut, tags=["site"], summary="The failure registry, without identifiers"
)
@operation(Permission.FAILURES)
def failures(
    request: HttpRequest, page: int = 1, state: str = "", cause: str = "", kind: str = ""
) -> dict[str, Any]:
    """A page of the failures that fit what is asked, the newest first."""
    asked = {"state": state, "cause": cause, "kind": kind}
    found = deps.pipeline().failing.registry(actor(request), asked, page)
    return {
        "failures": [
            {
                "id": one.id,
                "kind": one.kind,
                "at": one.at,
                "state": one.state,
                "words": one.case.words if one.case else "",
                "cause": one.newest.cause if one.newest else "",
                "severity": one.newest.severity.value if one.newest else "",
                "rules": list(one.rules),
            }
            for one in found.rows
        ],
        "total": found.fit,
    }


@router.get("/rules", response=RulesOut, tags=["site"], summary="The site's own rules")
@operation(Permission.FAILURES)
def rules(request: HttpRequest) -> dict[str, Any]:
    """Every version of every rule, the newest first."""
    return {
        "rules": [
            {
                "id": one.id,
                "rule": one.rule,
                "version": one.version,
                "state": one.state,
                "one": one.body.one,
                "other": one.body.other,
                "severity": one.body.severity.value,
                "why": one.body.why,
                "action": one.body.action,
                "source": one.body.cited,
                "signed": sorted(one.signed),
            }
            for one in deps.pipeline().protecting.every(actor(request))
        ]
    }


@router.get("/stops", response=StopsOut, tags=["site"], summary="What is stopped")
@operation(Permission.REPORT)
def stops(request: HttpRequest) -> dict[str, Any]:
    """What is stopped now; nobody's words."""
    del request
    found = deps.pipeline().stop_switch.holding()
    return {
        "stopped": [{"id": one.id, "scope": one.scope.value, "name": one.name, "at": one.at} for one in found]
    }
