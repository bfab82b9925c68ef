"""Linking: whoever is signed in by herself is linked to her person at an EHR, whom she proves there at that moment (docs/smart.md)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.audited import Outcome
from careloom.care.system import SmartApp
from careloom.errors import InputError
from careloom.web import deps, linking
from careloom.web.entering import proved_by_form
from careloom.web.present.words import sentence
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import page
from careloom.web.views.yours import EHRS, NOT_HERS, shown

STALE = later("That answer belongs to no link that you began here, or it came too late. Begin again.")


@needs(Permission.OWN, methods=SENT)
def begin(request: HttpRequest, name: str) -> HttpResponse:
    """On her way to the EHR, once she has proved who she is here.

    The page that says so leads on by itself: a browser lets no answer to a form lead to another site (`form-action` of our policy).
    """
    label = _must_be_one(name).label
    if not proved_by_form(request):
        return shown(request, f"{EHRS} {name}", NOT_HERS, 403)
    there = f"{reverse('smart_link', args=[name])}?go={linking.begin(request, name)}"
    answer = page(request, "web/to_ehr.html", {"label": label, "there": there})
    answer.headers["Refresh"] = f"0; url={there}"
    return answer


@needs(Permission.OWN)
def back(request: HttpRequest) -> HttpResponse:
    """Back in her own session with what the EHR said; she is asked whether it is right."""
    if linking.take(request, request.GET.get("told", "")):
        return redirect(f"{reverse('yours')}#{EHRS}")
    _note(request, "an answer that this session has not asked for", Outcome.REFUSED)
    return shown(request, EHRS, STALE, 403)


@needs(Permission.OWN, methods=SENT)
def confirm(request: HttpRequest) -> HttpResponse:
    """Yes, that is she: linked from now on. Or no."""
    found = linking.waiting(request)
    linking.end(request)
    if found is None or request.POST.get("who") != found["who"]:
        return shown(request, EHRS, STALE, 403)
    if request.POST.get("is") != "hers":
        _note(request, f"{found['system']}: somebody else, she says", Outcome.REFUSED)
        return redirect(f"{reverse('yours')}?done=not_linked")
    try:
        deps.pipeline().launching.link(str(request.user.pk), found["system"], found["who"])
    except InputError as error:
        _note(request, found["system"], Outcome.REFUSED)
        return shown(request, EHRS, sentence(error.reason), 422)
    _note(request, f"{found['system']} {found['who']}")
    return redirect(f"{reverse('yours')}?done=linked")


@needs(Permission.OWN, methods=SENT)
def forget(request: HttpRequest, name: str) -> HttpResponse:
    """She is nobody at this EHR any more; what it opened for her closes."""
    _must_be_one(name)
    if not proved_by_form(request):
        return shown(request, f"{EHRS} {name}", NOT_HERS, 403)
    pipeline, user = deps.pipeline(), str(request.user.pk)
    pipeline.launching.forget(user, name)
    pipeline.store.sign_ins.end_all(user, but=request.session.session_key or "")
    pipeline.store.audit.note(user, "ehr unlink", what=name)
    return redirect(f"{reverse('yours')}?done=unlinked")


def _must_be_one(name: str) -> SmartApp:
    app = deps.pipeline().launching.apps().get(name)
    if app is None:
        raise InputError(gettext("no such EHR opens Careloom"))
    return app


def _note(request: HttpRequest, what: str, outcome: Outcome = Outcome.DONE) -> None:
    deps.pipeline().store.audit.note(str(request.user.pk), "ehr link", what=what, outcome=outcome)
