"""The JSON API's part about webhooks: whom we tell that something happened (docs/webhooks.md). For whoever runs the site."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema, Status

from careloom.care.access import Permission
from careloom.errors import InputError
from careloom.web import deps
from careloom.web.views.guard import operation
from careloom.web.views.page import actor

router = Router()


class WebhookOut(Schema):
    """A webhook, without its secret: since when nothing arrives (`failing`), since when it is off, and how many things wait, could not
    be told (`dead`) and were told."""

    id: str
    name: str
    address: str
    topics: list[str]
    made: datetime
    failing: datetime | None
    off: datetime | None
    waiting: int
    dead: int
    told: int


class WebhooksOut(Schema):
    """Every webhook, by name."""

    webhooks: list[WebhookOut]


class WebhookIn(Schema):
    """A name by which people know it, an https address, and topics (docs/webhooks.md)."""

    name: str
    address: str
    topics: list[str]


class SecretOut(WebhookOut):
    """With the secret that signs: this once, and never again."""

    secret: str


class MissedOut(Schema):
    """Something that could not be told: ids alone."""

    id: str
    number: int
    topic: str
    about: str
    at: datetime
    attempts: int
    error: str


class EveryMissedOut(Schema):
    """What could not be told to one webhook, the oldest first."""

    events: list[MissedOut]


class ReplayIn(Schema):
    """Since when (with its zone) everything is told again."""

    since: datetime


class CountOut(Schema):
    """How many things wait again."""

    waiting: int


@router.get("/webhooks", response=WebhooksOut)
@operation(Permission.ADMINISTER)
def every(request: HttpRequest) -> dict[str, Any]:
    """Every webhook."""
    del request
    return {"webhooks": [asdict(one) for one in deps.pipeline().store.webhooks.all()]}


@router.post("/webhooks", response={201: SecretOut})
@operation(Permission.ADMINISTER)
def add(request: HttpRequest, asked: WebhookIn) -> Status[dict[str, Any]]:
    """Subscribe an address; its server must take a first message (handshake) at once. The secret is shown this once."""
    who = actor(request).user
    made, secret = deps.pipeline().tellings.add(who, asked.name, asked.address, asked.topics)
    return Status(201, {**asdict(made), "secret": secret})


@router.delete("/webhooks/{name}", response={204: None})
@operation(Permission.ADMINISTER)
def remove(request: HttpRequest, name: str) -> Status[None]:
    """Forget a webhook and what waits for it; that it was there stays in the audit log."""
    deps.pipeline().tellings.remove(actor(request).user, _known(name))
    return Status(204, None)


@router.post("/webhooks/{name}/rotate", response=SecretOut)
@operation(Permission.ADMINISTER)
def rotate(request: HttpRequest, name: str) -> dict[str, Any]:
    """A new secret, shown this once; the one before signs beside it for seven days."""
    built, known = deps.pipeline(), _known(name)
    secret = built.tellings.rotate(actor(request).user, known)
    return {**asdict(built.store.webhooks.find(known)), "secret": secret}


@router.post("/webhooks/{name}/on", response=WebhookOut)
@operation(Permission.ADMINISTER)
def turn_on(request: HttpRequest, name: str) -> dict[str, Any]:
    """Turn it on (again): what waits, and what happened meanwhile, is told."""
    return asdict(deps.pipeline().tellings.turn(actor(request).user, _known(name), on=True))


@router.post("/webhooks/{name}/off", response=WebhookOut)
@operation(Permission.ADMINISTER)
def turn_off(request: HttpRequest, name: str) -> dict[str, Any]:
    """Turn it off: what waits stays."""
    return asdict(deps.pipeline().tellings.turn(actor(request).user, _known(name), on=False))


@router.post("/webhooks/{name}/test", response=WebhookOut)
@operation(Permission.ADMINISTER)
def test(request: HttpRequest, name: str) -> dict[str, Any]:
    """Send it a message that tells nothing (heartbeat); 503 or 502 where it isn't taken."""
    del request
    built, known = deps.pipeline(), _known(name)
    built.tellings.beat(known)
    return asdict(built.store.webhooks.find(known))


@router.get("/webhooks/{name}/missed", response=EveryMissedOut)
@operation(Permission.ADMINISTER)
def missed(request: HttpRequest, name: str) -> dict[str, Any]:
    """What could not be told."""
    del request
    return {"events": [asdict(one) for one in deps.pipeline().store.webhooks.dead(_known(name))]}


@router.post("/webhooks/{name}/replay", response=CountOut)
@operation(Permission.ADMINISTER)
def replay(request: HttpRequest, name: str, asked: ReplayIn) -> dict[str, Any]:
    """Tell again, in its order and under the same delivery ids, what was told or could not be told since a time."""
    if asked.since.tzinfo is None:
        raise InputError("a time says its zone, such as 2026-11-23T00:00:00Z", where="since")
    return {"waiting": deps.pipeline().tellings.replay(actor(request).user, _known(name), asked.since)}


def _known(name: str) -> str:
    """The id of a webhook by its name or id. Raises Http404."""
    try:
        return deps.pipeline().store.webhooks.find(name).id
    except InputError:
        raise Http404 from None
