"""Whether a patient may be contacted by a channel: what the record and whoever asks say of it.

Source   45 CFR 164.522(b) (a patient's wish how to be contacted); 47 CFR 64.1200(a)(10) (2024): consent is taken back in any
         reasonable way, and that is honoured
Misses   what a patient replied to a message and no source has told; a number that isn't theirs any more
"""

import re
from collections.abc import Iterable

from careloom.care.kinds import Given
from careloom.care.record import Consented, PatientRecord
from careloom.errors import Refused

PORTAL = "portal"
_WORDS = {
    "text": re.compile(r"\b(?:text|texting|texts|sms|mensajes? de texto)\b", re.IGNORECASE),
    "email": re.compile(r"\be-?mails?\b|\bcorreo electr[oó]nico\b", re.IGNORECASE),
    "phone": re.compile(r"\b(?:tele)?phone\b|\bcalls?\b|\bvoice ?mail\b|\bllamadas?\b", re.IGNORECASE),
    PORTAL: re.compile(r"\bportal\b", re.IGNORECASE),
}
_ANY = re.compile(
    r"\b(?:outreach|be(?:ing)? contacted|contact(?:ing)? (?:me|the patient)|communications?|messages)\b",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"\b(?:opt(?:ed)?[ -]?out|do not contact|no contact|stop(?:ped)?|unsubscribe|alto|no contactar)\b",
    re.IGNORECASE,
)


def must_be_reachable(record: PatientRecord, given: Given) -> None:
    """Raises Refused in words where the patient asked not to be contacted so, or nobody says that they agreed to it."""
    channel = given.fields["channel"]
    if record.demographics.safe_contact == "no" and channel != PORTAL:
        raise Refused(
            "the record says that it isn't safe to leave this patient a message; nothing is sent so"
        )
    about = [one for one in record.consents if _is_about(one, channel)]
    if any(not one.given or _STOP.search(one.scope) for one in _newest(about)):
        raise Refused(f"this patient asked not to be contacted by {channel}; that is honoured")
    agreed = given.fields.get("agreed", "")
    if agreed > record.as_of.isoformat():
        raise Refused("the day on which the patient agreed lies ahead")
    if channel != PORTAL and not about and not agreed:
        raise Refused(
            f"no consent to be contacted by {channel} is recorded; say on which day the patient agreed, or choose the portal"
        )


def _is_about(consent: Consented, channel: str) -> bool:
    return bool(_WORDS[channel].search(consent.scope) or _ANY.search(consent.scope))


def _newest(consents: Iterable[Consented]) -> list[Consented]:
    """Those of the newest day: what was said last counts, and of one day everything."""
    found = list(consents)
    last = max((one.start or "" for one in found), default="")
    return [one for one in found if (one.start or "") == last]
