"""The tokens of machines, for whoever runs the site: seen and ended here, made by a command."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from careloom.care.access import Permission
from careloom.errors import InputError
from careloom.web import deps
from careloom.web.present.words import moment
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import actor, now, page


@needs(Permission.ADMINISTER)
def tokens(request: HttpRequest) -> HttpResponse:
    """Every token: whose, for what, until when, and when it was used last."""
    at = now()
    rows = [
        {
            "name": one.name,
            "user": one.username,
            "scopes": one.scopes,
            "until": one.ends.astimezone(at.tzinfo).date().isoformat(),
            "used": moment(one.used, at),
            "revoked": moment(one.revoked, at),
            "open": one.open(at),
        }
        for one in deps.pipeline().store.tokens.all()
    ]
    return page(request, "web/tokens.html", {"rows": rows, "done": request.GET.get("done", "") == "1"})


@needs(Permission.ADMINISTER, methods=SENT)
def revoke(request: HttpRequest) -> HttpResponse:
    """End one now."""
    store = deps.pipeline().store
    try:
        with store.transaction():
            token = store.tokens.revoke(request.POST.get("name", ""), timezone.now())
            store.audit.note(actor(request).user, "token revoke", what=token.id)
    except InputError:
        raise Http404 from None
    return redirect("/tokens?done=1")
