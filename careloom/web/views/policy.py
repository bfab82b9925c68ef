"""What the site has read a second time: said by a lead, with every version that held before."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from careloom.care.access import Permission, may
from careloom.errors import InputError, StaleRecord
from careloom.web import deps
from careloom.web.present import policy as present
from careloom.web.present.words import number, sentence
from careloom.web.views.guard import needs
from careloom.web.views.page import actor, now, page, users_by_id


@needs(Permission.AUDIT, post=Permission.LEAD)
def policy(request: HttpRequest) -> HttpResponse:
    """The policy; posted to, its next version."""
    if request.method != "POST":
        return _policy(request)
    asked = request.POST
    try:
        said = present.policy_of(asked.dict(), asked.getlist("kinds"))
        deps.pipeline().seconding.decree(actor(request), said, was=number(asked.get("was", ""), -1))
    except InputError as error:
        return _policy(request, sentence(f"{error.where}: {error.reason}"), 422)
    except StaleRecord as error:
        return _policy(request, sentence(str(error)), 409)
    return redirect(f"{reverse('second_policy')}?done=1")


def _policy(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    seconds = deps.pipeline().store.seconds
    versions = seconds.policies()
    holds = seconds.policy()
    context = {
        "words": present.in_words(holds),
        "version": holds.version,
        "grounds": present.form(holds),
        "kinds": present.kinds(holds),
        "hours": f"{holds.hours:g}",
        "history": present.history(versions, users_by_id(), now()),
        "leads": may(actor(request).role, Permission.LEAD),
        "lacks": present.lacks(deps.pipeline().readers.lacking()),
        "problem": problem,
        "done": "done" in request.GET,
    }
    return page(request, "web/second_policy.html", context, status)
