"""A filed document is taken back out of our chart: the form, at once after filing and later from the document's page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.errors import ConfigError, InputError, Refused
from careloom.pipeline.unfiling import Follows
from careloom.web import deps
from careloom.web.entering import not_proved, proved_by_form
from careloom.web.present.banner import banner
from careloom.web.present.choice import BLIND, noun_of, reads_blind
from careloom.web.present.unfiled import REASONS, asking
from careloom.web.present.words import sentence
from careloom.web.views.guard import METHODS, needs, of_proposal
from careloom.web.views.page import actor, now, page
from careloom.web.views.review import review_of


@needs(Permission.DECIDE, of_proposal, methods=METHODS)
def unfile(request: HttpRequest, proposal: str) -> HttpResponse:
    """What taking it back does, and the form; by POST it is done, proved as a signature is."""
    if request.method != "POST":
        return _shown(request, proposal)
    why, words = request.POST.get("reason", ""), request.POST.get("words", "")
    if why not in REASONS or not words.strip():
        problem = gettext("Choose a reason and say in a few words why it is taken back.")
        return _shown(request, proposal, problem, 422)
    if not proved_by_form(request):
        problem = gettext("{not_proved} Nothing was taken back.").format(not_proved=not_proved(request))
        return _shown(request, proposal, problem, 403)
    try:
        deps.pipeline().unfiling.take_back(actor(request), proposal, why, words)
    except InputError as error:
        return _shown(request, proposal, sentence(error.reason), 422)
    except (Refused, ConfigError) as error:
        problem = gettext("{said} Nothing was changed by you.").format(said=sentence(gettext(str(error))))
        return _shown(request, proposal, problem, error.http_status)
    return redirect("review", proposal)


def follows_of(request: HttpRequest, proposal: str) -> Follows | None:
    """What taking it back would do; None for whoever signs nothing at all."""
    try:
        return deps.pipeline().unfiling.look(actor(request), proposal)
    except InputError:
        raise Http404 from None
    except Refused:
        return None


def _shown(request: HttpRequest, proposal: str, problem: str = "", status: int = 200) -> HttpResponse:
    found = review_of(actor(request), proposal)
    if reads_blind(found):
        return page(request, "web/error.html", {"title": gettext(BLIND), "said": ""}, 403)
    follows = follows_of(request, found.proposal.id)
    context = {
        "banner": banner(found.record),
        "proposal": found.proposal.id,
        "noun": noun_of(found),
        "asking": asking(follows, now()) if follows is not None else None,
        "reasons": REASONS.items(),
        "given": {name: request.POST.get(name, "") for name in ("reason", "words")},
        "problem": problem,
    }
    return page(request, "web/unfile.html", context, status)
