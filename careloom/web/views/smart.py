"""SMART on FHIR: an EHR opens Careloom inside itself with the patient whose chart is open there (docs/smart.md)."""

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.audited import Outcome
from careloom.care.document import Proposal
from careloom.care.hook_services import document_context
from careloom.errors import LaunchRefused, SourceError
from careloom.store.models import User
from careloom.web import deps, linking, windows
from careloom.web.entering import FRESH, First, after_first, roles_with_second_factor
from careloom.web.launches import ARRIVALS, ERRANDS, PROOFS, Launches
from careloom.web.present.words import sentence
from careloom.web.saying import later
from careloom.web.views.guard import needs, open_to_all
from careloom.web.views.page import ended, page
from careloom.web.whence import NOBODY
from careloom.web.windows import Window
from careloom.wire.fhir.launch import Errand, Launched, errand
from careloom.wire.id_token import LEEWAY

# An EHR's own word for what was open when it launched us is some dozens of letters.
LONGEST = 4_000
LETTERS_OF_A_NAME = 22
View = Callable[..., HttpResponse]
WORDS = {
    "unknown issuer": later(
        "This site knows no such EHR, so nothing was asked of it. Whoever runs this site says which EHRs open Careloom."
    ),
    "stale": later(
        "This answer belongs to no launch of this browser, was used before, or came too late. Open Careloom again from the chart."
    ),
    "cancelled": later("You came back without being let in there. Open Careloom again from the chart."),
    "not accepted": later(
        "What the EHR said could not be accepted. Open Careloom again from the chart; if it stays so, tell whoever runs this site."
    ),
    "nobody": later("The EHR did not say who you are, so nobody was let in."),
    "unknown": later(
        "The EHR knows you, but nobody here is linked to that person. Sign in to Careloom by itself and link it under “Your sign-in”, once."
    ),
    "no patient": later(
        "The EHR named no patient, or did not let us see who it is. Open Careloom from within a patient's chart."
    ),
    "not ours": later(
        "No source has sent us this patient yet, under a number that the EHR gives. Whoever runs this site can have the chart read."
    ),
    "in doubt": later(
        "The EHR's number, name, birth date and sex do not fit one patient of ours. No record was opened; a person must look at who is who."
    ),
    "no second factor": later(
        "Your role signs in with a second factor, and you have set up none. Set one up in Careloom by itself, then open it here again."
    ),
    "not fresh": later("The EHR did not ask you again just now, so nothing was confirmed."),
    "somebody else": later("Somebody else signed in there, so nothing was confirmed."),
}


def _told(view: View) -> View:
    """A refusal is a page in words and an event in the audit log; so is an EHR that fails."""

    @wraps(view)
    def telling(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except LaunchRefused as why:
            return _refused(request, str(why))
        except SourceError as error:
            _note(NOBODY, "failed", Outcome.FAILED)
            said = sentence(str(error))
            return _page(
                request,
                gettext("The EHR did not answer as it should"),
                said,
                "",
                502 if error.permanent else 503,
            )

    return telling


@open_to_all
@_told
def launch(request: HttpRequest) -> HttpResponse:
    """From inside the EHR, with its own word for what is open there."""
    name, word = deps.pipeline().launching.calling(request.GET.get("iss", "")), request.GET.get("launch", "")
    if not 0 < len(word) <= LONGEST:
        raise LaunchRefused("not accepted")
    return _sent(request, name, {"framed": True}, launch=word)


@open_to_all
@_told
def standalone(request: HttpRequest, name: str) -> HttpResponse:
    """By itself: she signs in at the EHR and chooses the patient there."""
    return _sent(request, name, {"framed": False})


@needs(Permission.OWN)
@_told
def again(request: HttpRequest) -> HttpResponse:
    """Whoever is in a window proves herself at the EHR again, for one signature."""
    window, there = windows.of(request), request.GET.get("next", "")
    if window is None or not window.confirms:
        raise Http404
    # Back into this very window and nowhere else.
    back = there if there.startswith(windows.address(window.name, "/")) else ""
    kept = {"user": str(request.user.pk), "window": window.name, "next": back}
    return _sent(request, window.system, kept, again=True)


@open_to_all
@_told
def link(request: HttpRequest, name: str) -> HttpResponse:
    """Whoever is signed in by herself is on her way to the EHR, to be linked to her person there (`views/linking.py`)."""
    kept = linking.going(request.GET.get("go", ""), name)
    if kept is None:
        raise LaunchRefused("stale")
    return _sent(request, name, {"link": kept}, again=True)


@open_to_all
@_told
def callback(request: HttpRequest) -> HttpResponse:
    """Back from the EHR with a code: who came, and with whom."""
    launches, state = Launches(request), request.GET.get("state", "")
    kept = launches.take(ERRANDS, state)
    # Two answers at one moment find the same errand in the session; only one of them finds it in the database.
    if kept is None or not deps.pipeline().store.forms.take(f"smart {state}", kept["system"], timezone.now()):
        raise LaunchRefused("stale")
    if "error" in request.GET:
        raise LaunchRefused("cancelled")
    code = request.GET.get("code", "")
    if not 0 < len(code) <= LONGEST:
        raise LaunchRefused("not accepted")
    ehr = deps.pipeline().launching.ehr(kept["system"])
    said = ehr.redeem(code, Errand(**kept["errand"]), issuer=request.GET.get("iss", ""))
    if "link" in kept:
        _must_be_fresh(kept, said)
        return redirect(f"{reverse('ehr_told')}?told={linking.told(kept['link'], said.who)}")
    user = _account(request, kept["system"], ehr.issuer, said)
    if isinstance(user, HttpResponse):
        return user
    if "window" in kept:
        _must_be_fresh(kept, said)
        return _proved(launches, kept, user)
    patient = deps.pipeline().launching.whom(kept["system"], said.patient, ehr.patient(said))
    name = get_random_string(LETTERS_OF_A_NAME)
    window = Window(
        name, kept["system"], ehr.app.label, patient, said.banner, kept["framed"], ehr.app.confirms
    )
    launches.put(
        ARRIVALS,
        name,
        {
            "user": str(user.pk),
            "window": asdict(window),
            "second_factor": ehr.app.second_factor,
            "context": said.context[:LONGEST],
        },
    )
    return launches.hand(redirect(windows.address(name, reverse("smart_enter"))))


@open_to_all
@_told
def enter(request: HttpRequest) -> HttpResponse:
    """The door of a window: in with what the EHR said, once."""
    name = windows.named(request)
    if not name:
        raise Http404
    arrival = Launches(request).take(ARRIVALS, name)
    user = User.objects.filter(pk=arrival["user"], is_active=True).first() if arrival else None
    if arrival is None or user is None:
        return ended(request)
    store, window = deps.pipeline().store, Window(**arrival["window"])
    has_one = bool(store.factors.of(str(user.pk)))
    if not arrival["second_factor"] and not has_one and user.role in roles_with_second_factor():
        raise LaunchRefused("no second factor")
    windows.keep(request, window)
    store.audit.note(str(user.pk), "ehr launch", patient=window.patient, what=window.system)
    first = First(f"the EHR {window.system}"[:40], trusted=arrival["second_factor"])
    return redirect(after_first(request, user, _first_page(user, window.patient, arrival["context"]), first))


@needs(Permission.OWN)
def proved(request: HttpRequest) -> HttpResponse:
    """Back in her window, having proved herself at the EHR: it holds for one signature."""
    window = windows.of(request)
    proof = Launches(request).take(PROOFS, window.name) if window else None
    if window is None:
        raise Http404
    if proof and proof["user"] == str(request.user.pk):
        request.session[FRESH] = {"user": proof["user"], "at": timezone.now().timestamp()}
    return redirect((proof or {}).get("next") or reverse("patient", args=[window.patient]))


@open_to_all
def jwks(request: HttpRequest) -> HttpResponse:
    """The public halves of our keys, which an EHR's team may point at (RFC 7517)."""
    del request
    return JsonResponse({"keys": deps.pipeline().launching.public_keys()})


def _sent(
    request: HttpRequest, name: str, kept: dict[str, Any], *, launch: str = "", again: bool = False
) -> HttpResponse:
    """Away to the EHR, with what only this browser knows kept here."""
    ehr = deps.pipeline().launching.ehr(name)
    back = f"{request.scheme}://{request.get_host()}{CALLBACK}"
    new = errand(back)
    address = ehr.address(new, launch=launch, again=again)
    launches = Launches(request)
    launches.put(ERRANDS, new.state, {**kept, "system": name, "errand": asdict(new)})
    return launches.hand(redirect(address))


# Where everybody comes back to: it is registered at the EHR, and so is below no window.
CALLBACK = "/smart/callback"


def _account(request: HttpRequest, name: str, issuer: str, said: Launched) -> User | HttpResponse:
    """The active account that is linked to whoever came, or the page that says what to ask for."""
    found = deps.pipeline().launching.account(name, issuer, said.who)
    user = User.objects.filter(pk=found, is_active=True).first() if found else None
    if user is not None:
        return user
    _note(NOBODY, f"{name}: {said.who} is linked to nobody who may sign in", Outcome.REFUSED)
    detail = gettext("For whoever runs this site: careloom user ehr NAME {system} {who}").format(
        system=name, who=said.who
    )
    return _page(request, gettext("You were not let in"), WORDS["unknown"], detail, 403)


def _must_be_fresh(kept: dict[str, Any], said: Launched) -> None:
    """Raises LaunchRefused where the EHR did not ask whoever comes back since she was sent there."""
    if not kept["at"] - LEEWAY <= said.proved <= timezone.now().timestamp() + LEEWAY:
        raise LaunchRefused("not fresh")


def _proved(launches: Launches, kept: dict[str, Any], user: User) -> HttpResponse:
    if str(user.pk) != kept["user"]:
        raise LaunchRefused("somebody else")
    launches.put(PROOFS, kept["window"], {"user": kept["user"], "next": kept["next"]})
    return launches.hand(redirect(windows.address(kept["window"], reverse("smart_proved"))))


def _first_page(user: User, patient: str, context: str) -> str:
    """What the card that she came by is about, else what waits longest of this patient; the record where nothing does, or where she must
    first open it in an emergency. A card's word about anybody else's document says nothing.
    """
    pipeline = deps.pipeline()
    hers: tuple[Proposal, ...] = ()
    if pipeline.access.seen(user.reviewer(), (patient,)):
        hers = pipeline.store.proposals.of(patient)
    if named := next((one.id for one in hers if context == document_context(one.id)), ""):
        return reverse("review", args=[named])
    hers = tuple(pipeline.access.readable(user.reviewer(), hers, lambda one: one.id))
    waits = [one for one in hers if one.status == "draft"]
    if not waits:
        return reverse("patient", args=[patient])
    return reverse("review", args=[min(waits, key=lambda one: (one.due or one.created, one.id)).id])


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    _note(str(request.user.pk) if request.user.is_authenticated else NOBODY, why, Outcome.REFUSED)
    title = {
        "not ours": gettext("This patient is not here"),
        "in doubt": gettext("This patient can't be told for certain"),
        "no patient": gettext("No patient came with you"),
        "not fresh": gettext("That was not confirmed"),
        "somebody else": gettext("That was not confirmed"),
    }.get(why, gettext("You were not let in"))
    return _page(request, title, WORDS[why], "", 404 if why == "not ours" else 403)


def _note(who: str, what: str, outcome: Outcome) -> None:
    deps.pipeline().store.audit.note(who, "ehr launch", what=what, outcome=outcome)


def _page(request: HttpRequest, title: str, said: str, detail: str, status: int) -> HttpResponse:
    """A page with nothing to press: it may stand in a frame before anybody is let in."""
    context = {
        "title": title,
        "said": said,
        "detail": detail,
        "status": gettext("Error {status}").format(status=status),
        "next_url": "",
    }
    return page(request, "web/error.html", context, status)
