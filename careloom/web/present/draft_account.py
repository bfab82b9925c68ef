"""The answer about a past draft as its page prints it."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext

from careloom.care.document import Action
from careloom.care.registered import PartKind
from careloom.pipeline.testifying import Testimony
from careloom.web.present.kinds import named
from careloom.web.present.words import ROLES
from careloom.web.saying import later

KINDS: Mapping[PartKind, str] = {
    PartKind.RELEASE: later("release of Careloom"),
    PartKind.CODE: later("code"),
    PartKind.MODEL: later("language model"),
    PartKind.PROMPT: later("prompt"),
    PartKind.EARNED: later("what the model had earned"),
    PartKind.TEMPLATE: later("templates"),
    PartKind.RULE: later("check rule"),
    PartKind.SITE_RULE: later("rule of this site"),
    PartKind.KNOWLEDGE: later("knowledge"),
    PartKind.MAPPING: later("mapping"),
    PartKind.SETTINGS: later("settings"),
}
ACTIONS: Mapping[Action, str] = {
    Action.APPROVE: later("signed"),
    Action.AMEND: later("changed"),
    Action.RETURN: later("returned"),
    Action.REJECT: later("rejected"),
    Action.SEND_BACK: later("sent lines back"),
    Action.COSIGN: later("stood beside it"),
    Action.UNDO: later("took back their last decision"),
}


def account(told: Testimony, name: str, people: Mapping[str, str], now: datetime) -> dict[str, object]:
    """What the page prints."""
    proposal = told.proposal
    signed = Counter(proposal.released.values())
    return {
        "proposal": proposal.id,
        "title": named(proposal.document.kind).title,
        "name": name,
        "made": _at(proposal.created, now),
        "asked": _at(now, now),
        "filed": _at(told.filed, now) if told.filed else "",
        "taken_back": _at(told.taken_back.at, now) if told.taken_back else "",
        "signers": [(people.get(user, user), number) for user, number in sorted(signed.items())],
        "unsigned": len(proposal.document.statements) - len(proposal.released) - len(proposal.struck),
        "struck": len(proposal.struck),
        "decisions": [
            (
                _at(one.at, now),
                one.name or people.get(one.reviewer, one.reviewer),
                ROLES.get(one.role, one.role),
                str(ACTIONS[one.action]),
            )
            for one in told.decisions
        ],
        "sources": [(one.system.replace("_", " "), one.entries, len(one.messages)) for one in told.sources],
        "gone": [message for one in told.sources for message in one.gone],
        "held": [_at(one.at, now) for one in told.held],
        "digest": told.digest,
        "whole": told.whole,
        "parts": [
            (
                str(KINDS[one.part.kind]),
                one.part.name,
                one.part.version,
                _hash(one.part.kind, one.part.sha256),
            )
            for one in told.parts
        ],
        "chain": told.chain,
        "change": told.change,
    }


def _hash(kind: PartKind, sha256: str) -> str:
    return sha256 or (gettext("nobody knows its weights") if kind is PartKind.MODEL else "")


def _at(at: datetime, now: datetime) -> str:
    return f"{at.astimezone(now.tzinfo):%Y-%m-%d %H:%M %Z}"
