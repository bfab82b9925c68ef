"""Access: what each role may do at all. Whom somebody sees is the care team's (pipeline/access.py), what she signs her licence's (review/tiers.py).

Source   45 CFR 164.308(a)(4) (access by role), 164.312(a)(1), 164.502(b) (minimum necessary); 42 CFR 2.13(a) (Part 2 records)
"""

from collections.abc import Mapping
from enum import StrEnum


class Permission(StrEnum):
    """What can be asked for. Every page and every operation of the API names one."""

    SEE = "see"  # patients: their record, documents, messages
    WORK = "work"  # draft, document contacts, tasks, urgent pages, messages, scans
    ACT = "act"  # take what can't wait, and say what was done
    DECIDE = "decide"  # amend, strike, return, reject; what is signed is the licence's
    MATCH = "match"  # see who may be one person
    SETTLE = "settle"  # say who is who; consents on paper
    TEAM = "team"  # who is in a care team
    BREAK_GLASS = "break_glass"  # open a record outside one's care team in an emergency
    FAULTS = (
        "faults"  # that messages could not be read: whose, where, why and how many, and nothing of a patient
    )
    MEND = "mend"  # the messages themselves, and what comes of them
    DATA = "data"  # what the sources can and cannot give
    COUNT = "count"  # have that counted anew
    PART2 = "part2"  # what a substance-use programme sent, where the patient consented to it
    LEAD = "lead"  # other people's work: assigning it, its load, second readings
    AUDIT = "audit"  # who did what, and with whom
    ADMINISTER = "administer"  # people, licences, tokens, settings
    AGREEMENT = "agreement"  # how far readers agree: her own, or everybody's for leads, auditors and who runs the site
    STUDIES = "studies"  # what is tried here: her own part of it, or all of it for whoever writes protocols
    PROTOCOL = "protocol"  # write, lock, amend and stop what is tried
    GAPS = (
        "gaps"  # who is due by quality measures: one's own patients, or everybody for whoever sees the rates
    )
    MEASURES = "measures"  # the rates of quality measures, over everybody
    FAILURES = "failures"  # what was wrong with drafts, without identifiers, and the rules drafted from it
    RULES = "rules"  # draft and try rules of the site, let them run silently, withdraw them; who signs one is a pharmacist and a physician
    WATCH = "watch"  # alarms, and the calendar of watching with its reports
    TEND = "tend"  # acknowledge and end alarms; answer for items of the calendar
    COMPLY = "comply"  # the compliance pack: making it, answering what a person must say, legal holds
    REPORT = "report"  # say that something went wrong, or nearly, and see what is stopped: everybody
    STOP = "stop"  # stop a kind of document, a model or the site at once, and say that it may start again
    EVENTS = "events"  # everybody's safety events
    SAFETY = "safety"  # say of one how severe it was, why, what is done of it, and that it is over
    OWN = "own"  # one's own account, sign-in and sessions: everybody


_ALL = frozenset({Permission.OWN, Permission.REPORT})
_CARE = _ALL | {
    Permission.SEE,
    Permission.WORK,
    Permission.DATA,
    Permission.COUNT,
    Permission.STUDIES,
    Permission.GAPS,
}
_LICENSED = _CARE | {
    Permission.DECIDE,
    Permission.AGREEMENT,
    Permission.BREAK_GLASS,
    Permission.PART2,
    Permission.STOP,
}
_SIGNING = _LICENSED | {
    Permission.MATCH,
    Permission.SETTLE,
    Permission.TEAM,
    Permission.FAULTS,
    Permission.MEND,
}

# Those whose licence lets them act on a critical result or a danger.
_ACTING = _SIGNING | {Permission.ACT}

# Those who look after what the product does: failures, rules of the site, alarms, the calendar.
_WATCHING = frozenset({Permission.FAILURES, Permission.RULES, Permission.WATCH, Permission.TEND})

_LOOKING_INTO = frozenset({Permission.EVENTS, Permission.SAFETY})

# The roles in the order in which they are offered, each with what it may do.
MAY: Mapping[str, frozenset[Permission]] = {
    "care_coordinator": _SIGNING,
    "community_health_worker": _CARE,
    "medical_assistant": _CARE,
    "practical_nurse": _CARE | {Permission.ACT, Permission.BREAK_GLASS, Permission.PART2, Permission.STOP},
    "registered_nurse": _ACTING,
    "advanced_practice_nurse": _ACTING,
    "physician_assistant": _ACTING,
    "physician": _ACTING | _WATCHING | _LOOKING_INTO,
    "pharmacist": _LICENSED | {Permission.ACT} | _WATCHING | _LOOKING_INTO,
    "social_worker": _LICENSED | {Permission.ACT},
    "dietitian": _CARE | {Permission.DECIDE, Permission.AGREEMENT, Permission.STOP},
    "quality_lead": _ALL
    | {
        Permission.SEE,
        Permission.MATCH,
        Permission.DATA,
        Permission.COUNT,
        Permission.TEAM,
        Permission.LEAD,
        Permission.AUDIT,
        Permission.AGREEMENT,
        Permission.STUDIES,
        Permission.GAPS,
        Permission.COMPLY,
        Permission.MEASURES,
        Permission.PROTOCOL,
    }
    | _WATCHING
    | _LOOKING_INTO
    | {Permission.STOP},
    "administrator": _ALL
    | {
        Permission.FAULTS,
        Permission.DATA,
        Permission.COUNT,
        Permission.TEAM,
        Permission.ADMINISTER,
        Permission.AGREEMENT,
        Permission.STUDIES,
        Permission.GAPS,
        Permission.COMPLY,
        Permission.MEASURES,
        Permission.PROTOCOL,
    }
    | _WATCHING,
    "auditor": _ALL
    | {
        Permission.SEE,
        Permission.MATCH,
        Permission.DATA,
        Permission.AUDIT,
        Permission.AGREEMENT,
        Permission.STUDIES,
        Permission.GAPS,
        Permission.COMPLY,
        Permission.MEASURES,
        Permission.FAILURES,
        Permission.WATCH,
        Permission.EVENTS,
    },
}
ROLES = tuple(MAY)
# Those who care for patients: a care team is made of them, and it limits whom they see.
CLINICAL_ROLES = tuple(role for role, may in MAY.items() if Permission.WORK in may)
# Those who see every patient, and change nothing of them.
SEES_ALL = frozenset({"quality_lead", "auditor"})


def may(role: str, permission: Permission) -> bool:
    """Whether a role may do this at all; a role that we don't know may nothing."""
    return permission in MAY.get(role, frozenset())
