"""Linking: what carries somebody from her own session to an EHR and back, so that she is linked to her person there.

There and back goes through /smart, where no session of hers is seen. Two signed words carry her over: one on the way out, which says whose
account is meant and from which session, and one on the way back, which that very session of hers alone takes. So nobody's launch is bound
to another's account, whoever is sent whose address.
"""

from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string

from careloom.web import deps

# Under this word a session keeps which link was begun from it, and then whom the EHR named.
KEPT = "linking"
OUT, BACK = "ehr link out", "ehr link back"
# Seconds: to the EHR's door and back from it; for signing in there; for saying yes.
AT_THE_DOOR, AWAY, TO_SAY_YES = 60, 600, 300


def begin(request: HttpRequest, system: str) -> str:
    """Keep that a link is begun; the word on the way out."""
    kept = {"nonce": get_random_string(32), "system": system, "at": timezone.now().timestamp()}
    request.session[KEPT] = kept
    out = {"user": str(request.user.pk), "nonce": kept["nonce"], "system": system}
    return signing.dumps(out, salt=OUT)


def going(word: str, system: str) -> dict[str, str] | None:
    """What the word on the way out says, for this EHR; None where it says nothing or is too old."""
    said = _opened(word, OUT)
    return said if said and said["system"] == system else None


def told(link: dict[str, str], who: str) -> str:
    """The word on the way back: whom the EHR named, for the session from which it was asked."""
    return signing.dumps({**link, "who": who}, salt=BACK)


def take(request: HttpRequest, word: str) -> bool:
    """Keep whom the EHR named, where this session of this account has asked just that; a word is taken once."""
    said, kept = _opened(word, BACK), _kept(request, AWAY)
    if said is None or kept is None or said["user"] != str(request.user.pk):
        return False
    if said["system"] != kept["system"] or not constant_time_compare(said["nonce"], kept.get("nonce", "")):
        return False
    request.session[KEPT] = {
        "system": said["system"],
        "who": said["who"],
        "at": timezone.now().timestamp(),
    }
    return True


def waiting(request: HttpRequest) -> dict[str, str] | None:
    """Whom the EHR named, while she hasn't said whether that is she; None where nothing waits."""
    kept = _kept(request, TO_SAY_YES)
    if kept is None or "who" not in kept:
        return None
    app = deps.pipeline().launching.apps().get(kept["system"])
    return {"system": kept["system"], "label": app.label, "who": kept["who"]} if app else None


def end(request: HttpRequest) -> None:
    """Nothing waits any more."""
    request.session.pop(KEPT, None)


def _kept(request: HttpRequest, lives: int) -> dict[str, Any] | None:
    kept: dict[str, Any] | None = request.session.get(KEPT)
    return kept if kept and 0 <= timezone.now().timestamp() - kept["at"] <= lives else None


def _opened(word: str, salt: str) -> dict[str, str] | None:
    try:
        found: dict[str, str] = signing.loads(word, salt=salt, max_age=AT_THE_DOOR)
    except signing.BadSignature:
        return None
    return found
